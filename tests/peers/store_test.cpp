// SPDX-License-Identifier: Apache-2.0
// C2PA stores in files that FFmpeg and ImageMagick made: decoders give the same pixels, samples and
// packets afterwards, and ExifTool finds the store and nothing new to complain about.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/referees.hpp"
#include "support/values.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

struct Recipe {
  std::string name;
  std::string make;    ///< the file's name is put behind it
  bool shown = false;  ///< ExifTool 12 looks there
};
const std::string kFilm =
    "ffmpeg -v error -y -f lavfi -i testsrc2=s=128x96:r=25:d=3 -f lavfi -i sine=d=3 -c:v libx264 "
    "-preset ultrafast -g 25 -pix_fmt yuv420p -c:a aac -b:a 64k ";
const std::string kSound = "ffmpeg -v error -y -f lavfi -i sine=d=1 ";
const std::string kStill = "ffmpeg -v error -y -f lavfi -i testsrc2=s=128x96:d=1 -frames:v 1 ";
const Recipe kRecipes[] = {
    {"a.jpg", "convert -size 96x64 plasma:tomato-steelblue ", true},
    {"a.png", "convert -size 96x64 plasma:tomato-steelblue ", true},
    {"last.mp4", kFilm},
    {"fast.mp4", kFilm + "-movflags +faststart "},
    {"fragments.mp4", kFilm + "-movflags frag_keyframe+empty_moov+default_base_moof "},
    {"positions.mp4", kFilm + "-movflags frag_keyframe+empty_moov "},
    {"indexed.mp4", kFilm + "-movflags frag_keyframe+empty_moov+default_base_moof+global_sidx "},
    {"dash.mp4", kFilm + "-movflags dash+frag_keyframe "},
    {"a.mov", kFilm + "-timecode 01:00:00:00 "},
    {"a.m4a", kSound + "-c:a aac "},
    {"a.webp", "convert -size 96x64 plasma:tomato-steelblue -define webp:lossless=true "},
    {"a.heic", "convert -size 96x64 plasma:tomato-steelblue "},
    {"a.avif", kStill + "-c:v libaom-av1 -still-picture 1 "},
    {"a.tif", "convert -size 96x64 plasma:tomato-steelblue "},
    {"pages.tif", "convert -size 96x64 plasma:tomato-steelblue gradient: "},
    {"big.tif", "convert -size 96x64 gradient: -define tiff:big=true "},
    {"a.wav", kSound},
    {"a.avi", kFilm + "-c:v mpeg4 "},
    {"a.gif", "convert -size 96x64 plasma:tomato-steelblue gradient: -loop 0 "},
    {"a.jxl", kStill + "-c:v libjxl ", true},
};

/// Content of documents, as their own readers see it.
struct Reader {
  std::string name;
  std::string make;  ///< %s is the file; empty: a specimen
  std::string read;  ///< gives the same before and after
  std::string ask;   ///< finds the store afterwards
};
const Reader kReaders[] = {
    {"a.mp3", kSound + "-metadata title=x %s", "ffmpeg -v warning -i %s -map 0:a -f md5 -",
     "exiftool -v3 %s | grep -a 'c2pa manifest store'"},
    {"a3.mp3", kSound + "-id3v2_version 3 -metadata title=x %s",
     "ffmpeg -v warning -i %s -map 0:a -f md5 -; ffprobe -v error -show_entries format_tags=title "
     "%s",
     "exiftool -v3 %s | grep -a 'c2pa manifest store'"},
    {"a.flac", kSound + "-metadata title=x %s",
     "ffmpeg -v warning -i %s -map 0:a -f md5 -; ffprobe -v error -show_entries format_tags=TITLE "
     "%s",
     "exiftool -v3 %s | grep -a 'c2pa manifest store'"},
    {"a.ogg", kSound + "-c:a libvorbis -metadata title=x %s",
     "ffmpeg -v error -i %s -map 0:a -f md5 -; oggdec -Q -o - %s | md5sum; vorbiscomment -l %s",
     "ogginfo %s | grep 'type unknown' && ! ogginfo %s | grep -i warning"},
    {"a.opus", kSound + "-c:a libopus -metadata title=x %s",
     "ffmpeg -v error -ss 0.3 -i %s -map 0:a -f md5 -; opusdec --quiet %s - 2>&1 | md5sum",
     "opusinfo %s | grep 'type unknown' && ! opusinfo %s | grep -i warning"},
    {"a.ogv", kFilm + "-c:v libtheora -c:a libvorbis %s",
     "ffmpeg -v error -i %s -map 0:v -map 0:a -f md5 -", "ogginfo %s | grep 'type unknown'"},
    {"a.pdf", "", "pdftoppm -r 20 %s | md5sum; qpdf --check %s 2>&1 | grep -c WARNING; pdffonts %s",
     "qpdf --check %s && qpdf --list-attachments %s | grep content_credential && "
     "pdfdetach -list %s | grep content_credential"},
    {"a.ttf", "cp /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf %s",
     "fc-scan %s | grep -v file:; convert -font %s -pointsize 40 label:Colophon rgb:- | md5sum",
     "fc-scan %s"},
};

std::string fill(std::string command, const std::string& file) {
  for (std::size_t at = 0; (at = command.find("%s", at)) != std::string::npos;) {
    command.replace(at, 2, file);
  }
  return command;
}

/// Pixels of every frame or page, and packets.
std::string content(const std::string& file) {
  constexpr std::string_view kPictures[] = {".jpg", ".png", ".webp", ".heic", ".tif", ".gif"};
  for (const std::string_view extension : kPictures) {
    if (file.ends_with(extension)) return output("identify -quiet -format '%#\\n' " + file);
  }
  const std::string no_addresses = " -f framemd5 - 2>&1 | sed 's/ @ 0x[0-9a-f]*//'";
  const std::string decoded =
      output("ffmpeg -v warning -i " + file + " -map 0:v? -map 0:a?" + no_addresses);
  if (file.ends_with(".jxl") || file.ends_with(".avif")) return decoded;
  return decoded + output("ffmpeg -v warning -i " + file + " -map 0 -c copy" + no_addresses) +
         content_after_seek(file);
}

/// Without the one about the tag that ExifTool 12 has no name for.
std::string warnings(const std::string& file) {
  return output("exiftool -validate -a -warning -error " + file +
                " | grep -v '0xcd41\\|^Validate'; true");
}

}  // namespace

TEST_CASE("peers: a store changes nothing that a decoder gives, and ExifTool finds it") {
  if (!have_tools({"ffmpeg", "exiftool", "convert", "identify"})) return;
  for (const Recipe& recipe : kRecipes) {
    CAPTURE(recipe.name);
    const TemporaryFolder folder;
    const std::string original = folder.file(recipe.name);
    const Ran made = run(recipe.make + original + " 2>&1");
    if (made.code != 0) {
      MESSAGE("skipped: ", recipe.name, " could not be made");
      continue;
    }
    const std::string first = folder.file("1-" + recipe.name);
    const std::string second = folder.file("2-" + recipe.name);
    const auto store = [](std::size_t size) { return to_string(store_of(size)); };
    (void)change_file(original, first, CarrierKind::C2paStore, store(13'000));
    (void)change_file(first, second, CarrierKind::C2paStore, store(3'001));
    for (const std::string& file : {first, second}) {
      CAPTURE(file);
      CHECK(content(file) == content(original));
      CHECK(warnings(file) == warnings(original));
      if (recipe.shown) CHECK(output("exiftool -a -G1 -s -JUMBF:all " + file) != "");
    }
  }
}

TEST_CASE("peers: documents, sound and fonts with a store read as before") {
  if (!have_tools({"ffmpeg", "exiftool", "convert", "qpdf", "pdfdetach", "zip", "fc-scan", "oggdec",
                   "opusdec"}))
    return;
  for (const Reader& reader : kReaders) {
    CAPTURE(reader.name);
    const TemporaryFolder folder;
    const std::string original = folder.file(reader.name);
    if (reader.make.empty()) {
      const auto all = specimens();
      const auto first_pdf = std::find_if(all.begin(), all.end(), [](const Specimen& each) {
        return each.format == "pdf" && each.what == "object and cross-reference streams";
      });
      write_file(original, first_pdf->bytes);
    } else if (run(fill(reader.make, original) + " 2>&1").code != 0) {
      MESSAGE("skipped: ", reader.name, " could not be made");
      continue;
    }
    const std::string first = folder.file("1-" + reader.name);
    const std::string second = folder.file("2-" + reader.name);
    (void)change_file(original, first, CarrierKind::C2paStore, to_string(store_of(13'000)));
    (void)change_file(first, second, CarrierKind::C2paStore, to_string(store_of(3'001)));
    for (const std::string& file : {first, second}) {
      CAPTURE(file);
      CHECK(output(fill(reader.read, file)) == output(fill(reader.read, original)));
      CHECK(warnings(file) == warnings(original));
      CHECK(output(fill(reader.ask, file)) != "");
    }
  }
}

TEST_CASE("peers: unzip gives every other member as before, and the store is not compressed") {
  if (!have_tools({"unzip", "zipinfo"})) return;
  const auto members = [](const std::string& file) {
    return output("mkdir " + file + ".d && cd " + file + ".d && unzip -q " + file +
                  " && rm -f META-INF/content_credential.c2pa '[Content_Types].xml' && find . "
                  "-type f | sort | "
                  "xargs md5sum");
  };
  for (const Specimen& each : specimens()) {
    const bool odd = each.format != "epub" && each.format != "docx" && each.format != "pptx";
    const TemporaryFolder folder;
    const std::string before = folder.file("a.zip"), after = folder.file("b.zip");
    write_file(before, each.bytes);
    if (odd || run("unzip -tq " + before).code != 0) continue;
    CAPTURE(each.what);
    (void)change_file(before, after, CarrierKind::C2paStore, to_string(store_of(3'001)));
    CHECK(members(after) == members(before));
    CHECK(output("zipinfo " + after + " | tail -2 | grep 'stor .*content_credential.c2pa'") != "");
  }
}
