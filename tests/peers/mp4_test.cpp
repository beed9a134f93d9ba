// SPDX-License-Identifier: Apache-2.0
// MP4, MOV and M4A against FFmpeg and ExifTool: films they make, labels we set, answers they give.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/movie.hpp"
#include "support/referees.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

/// What is coded in every stream, packet by packet, and what it decodes to; with all warnings.
std::string content(const std::string& file) {
  const std::string no_addresses = R"( -f framemd5 - 2>&1 | sed 's/ @ 0x[0-9a-f]*//')";
  return output("ffmpeg -v warning -i " + file + " -map 0 -c copy" + no_addresses) +
         output("ffmpeg -v warning -i " + file + " -map 0:v? -map 0:a?" + no_addresses);
}
struct Recipe {
  std::string name, options;
  bool in_place;  ///< the first label can be written without moving the media
};
const Recipe kRecipes[] = {
    {"last.mp4", "", true},
    {"fast.mp4", "-movflags +faststart", false},
    {"fragments.mp4", "-movflags frag_keyframe+empty_moov+default_base_moof", false},
    {"positions.mp4", "-movflags frag_keyframe+empty_moov", false},
    {"indexed.mp4", "-movflags frag_keyframe+empty_moov+default_base_moof+global_sidx", false},
    {"dash.mp4", "-movflags dash+frag_keyframe", false},
    {"cmaf.mp4", "-movflags cmaf+frag_keyframe", false},
    {"timecode.mov", "-timecode 01:00:00:00", true},
    {"fast.mov", "-movflags +faststart", false},
    {"tagged.mp4", "-metadata title=T -metadata artist=A -movflags +faststart", false},
    {"keys.mp4", "-movflags use_metadata_tags -metadata prompt={} -metadata title=T", true},
    {"phone.3gp", "-metadata title=T", true},
    {"song.m4a", "-vn -metadata title=T", true},
};

std::string make(const TemporaryFolder& folder, const Recipe& recipe) {
  const std::string file = folder.file(recipe.name);
  output(
      "ffmpeg -v error -y -f lavfi -i testsrc2=s=128x96:r=25:d=3 -f lavfi -i sine=d=3 -c:v libx264 "
      "-preset ultrafast -g 25 -pix_fmt yuv420p -c:a aac -b:a 64k " +
      recipe.options + " " + file);
  return file;
}

/// True: the plan keeps the media where they are.
bool set(const std::string& from, const std::string& to, CarrierKind kind, std::string_view value) {
  const Changed changed = change_file(from, to, kind, value);
  CHECK(pointed_at(changed.after) == pointed_at(changed.before));
  return changed.in_place;
}

std::string extension(const std::string& name) {
  return name.substr(name.find('.'));
}

}  // namespace

TEST_CASE("peers: ffprobe shows the label, and every stream stays what it was") {
  if (!have_tools({"ffmpeg", "ffprobe", "exiftool"})) return;
  for (const Recipe& recipe : kRecipes) {
    CAPTURE(recipe.name);
    const TemporaryFolder folder;
    const std::string original = make(folder, recipe);
    const std::string first = folder.file("1" + extension(recipe.name));
    const std::string second = folder.file("2" + extension(recipe.name));
    CHECK(set(original, first, CarrierKind::AigcKey, kShortLabel) == recipe.in_place);
    // Whatever the first way was, it leaves room for the second label.
    CHECK(set(first, second, CarrierKind::AigcKey, kLongLabel));
    const std::string before = content(original);
    const std::string sought = content_after_seek(original);
    const std::string warned = exiftool_warnings(original);
    for (const auto& [file, label] :
         {std::pair{first, kShortLabel}, std::pair{second, kLongLabel}}) {
      CAPTURE(file);
      CHECK(probe(file, "format_tags=AIGC") == std::string(label) + "\n");
      CHECK(content(file) == before);
      CHECK(content_after_seek(file) == sought);
      CHECK(exiftool_warnings(file) == warned);
      CHECK(output("exiftool -s3 -AIGC -Keys:all " + file).find(label) != std::string::npos);
    }
    CHECK(probe(second, "format_tags=title,artist,prompt,encoder,timecode") ==
          probe(original, "format_tags=title,artist,prompt,encoder,timecode"));
  }
}

TEST_CASE("peers: exiftool reads our XMP box, and every stream stays what it was") {
  if (!have_tools({"ffmpeg", "ffprobe", "exiftool"})) return;
  for (const Recipe& recipe : kRecipes) {
    CAPTURE(recipe.name);
    const TemporaryFolder folder;
    const std::string original = make(folder, recipe);
    const std::string marked = folder.file("1" + extension(recipe.name));
    set(original, marked, CarrierKind::Xmp, kPacket);
    CHECK(output("exiftool -s3 -XMP-dc:source " + marked) == "the referee reads this\n");
    CHECK(content(marked) == content(original));
    CHECK(exiftool_warnings(marked) == exiftool_warnings(original));
  }
}

TEST_CASE("peers: ffmpeg's own label is read and replaced where it stands") {
  if (!have_tools({"ffmpeg", "ffprobe", "exiftool"})) return;
  for (const char* flags : {"use_metadata_tags", "use_metadata_tags+faststart",
                            "use_metadata_tags+frag_keyframe+empty_moov"}) {
    CAPTURE(flags);
    const TemporaryFolder folder;
    const std::string file = make(folder, {"x.mp4",
                                           "-movflags " + std::string(flags) + " -metadata AIGC='" +
                                               std::string(kShortLabel) + "' -metadata prompt=p",
                                           false});
    const ByteBuffer bytes = read_file(file);
    CHECK(payload_of(*find_format("mp4"), bytes, CarrierKind::AigcKey) == kShortLabel);
    const std::string out = folder.file("y.mp4");
    set(file, out, CarrierKind::AigcKey, kLongLabel);
    CHECK(probe(out, "format_tags=AIGC") == std::string(kLongLabel) + "\n");
    CHECK(probe(out, "format_tags=prompt") == "p\n");
    CHECK(content(out) == content(file));
    // The old words are nowhere in the file any more.
    const std::string old = std::string(R"("ProduceID":"01J"})");
    CHECK(to_string(read_file(out)).find(old) == std::string::npos);
  }
}

TEST_CASE("peers: real films keep their packets, tags and warnings") {
  if (!have_tools({"ffmpeg", "ffprobe", "exiftool"})) return;
  const std::string folder = samples_folder();
  for (const char* name :
       {"/c2pa/c2pa-rs/c.mov", "/c2pa/generated-carriers/c.m4a", "/c2pa/generated/m64-merkle.mp4",
        "/c2pa/generated/frag.mp4", "/files/sd/wan2.1_fun_camera_14B.mp4"}) {
    const std::string file = folder + name;
    CAPTURE(file);
    if (read_file(file).empty()) {
      MESSAGE("skipped: the samples are not here");
      return;
    }
    const TemporaryFolder work;
    const std::string out = work.file("out" + file.substr(file.rfind('.')));
    set(file, out, CarrierKind::AigcKey, kShortLabel);
    CHECK(probe(out, "format_tags=AIGC") == std::string(kShortLabel) + "\n");
    CHECK(content(out) == content(file));
    CHECK(exiftool_warnings(out) == exiftool_warnings(file));
    const auto tags = [](const std::string& of) {
      return output(
          "exiftool -a -s -G1 --AIGC --System:all --MediaDataOffset --HandlerType --ExifTool:all " +
          of);
    };
    CHECK(tags(out) == tags(file));
  }
}
