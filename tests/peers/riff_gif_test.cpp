// SPDX-License-Identifier: Apache-2.0
// WebP, GIF, WAV and AVI against ExifTool, Exiv2, ImageMagick, FFmpeg and MediaInfo: files they
// make, labels we set, answers they give.
#include <doctest/doctest.h>

#include "base/text.hpp"
#include "support/support.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr std::string_view kPacket =
    R"(<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF )"
    R"(xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" )"
    R"(xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:source>the referee reads this</dc:source>)"
    R"(</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>)";
const std::string kLabel =
    R"({"Label":"1","ContentProducer":"p","ProduceID":")" + std::string(150, 'i') + R"("})";

bool have_tools(std::initializer_list<const char*> tools) {
  for (const char* tool : tools) {
    if (have_tool(tool)) continue;
    MESSAGE("skipped: ", tool, " is not installed");
    return false;
  }
  return true;
}

std::string output(const std::string& command) {
  const Ran ran = run(command + " 2>&1");
  CAPTURE(command);
  CHECK_MESSAGE(ran.code == 0, ran.output);
  return ran.output;
}
std::string pixels(const std::string& file) {
  // ImageMagick 6 complains about every XMP packet of a WebP file, ExifTool's too.
  return output("identify -quiet -format '%#\\n' " + file + " 2>/dev/null");
}
std::string frames(const std::string& file) {
  return output("ffmpeg -v error -i " + file + " -f framemd5 -");
}
std::string tags(const std::string& file) {
  return output(
      "exiftool -a -u -G1 -s --System:all --XMP:all --ExifTool:all --WebP_Flags "
      "--Unknown_AIGC --GIFVersion --File:all --VP8Version --RIFF:ImageWidth "
      "--RIFF:ImageHeight --HorizontalScale --VerticalScale --AlphaIsUsed --Composite:all " +
      file);
}
std::string warnings(const std::string& file) {
  return output("exiftool -validate -a -warning -error " + file);
}

void set(const std::string& format, CarrierKind kind, std::string_view value,
         const std::string& from, const std::string& to) {
  const ByteBuffer bytes = read_file(from);
  REQUIRE_FALSE(bytes.empty());
  write_file(to,
             edited(*find_format(format), bytes, {kind, "", std::nullopt, to_buffer(value), 0}));
}

/// Sets XMP, then replaces it; the referees must see the packet and nothing else changed.
void picture_must_agree(const std::string& format, const TemporaryFolder& folder,
                        const std::string& name) {
  CAPTURE(name);
  const std::string before = folder.file(name);
  const std::string after = folder.file("labelled-" + name);
  set(format, CarrierKind::Xmp, "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", before, after);
  set(format, CarrierKind::Xmp, kPacket, after, after);
  CHECK(output("exiftool -b -XMP " + after) == kPacket);
  CHECK(output("exiftool -s3 -XMP-dc:Source " + after) == "the referee reads this\n");
  CHECK(trim(output("exiv2 -pX " + after)) == kPacket);
  CHECK(pixels(after) == pixels(before));
  CHECK(tags(after) == tags(before));
  CHECK(warnings(after) == warnings(before));
}

std::string sound_or_film(const std::string& format, const TemporaryFolder& folder,
                          const std::string& name) {
  CAPTURE(name);
  const std::string before = folder.file(name);
  const std::string after = folder.file("labelled-" + name);
  set(format, CarrierKind::AigcKey, "{}", before, after);
  set(format, CarrierKind::AigcKey, kLabel, after, after);
  CHECK(frames(after) == frames(before));
  CHECK(tags(after) == tags(before));
  // ExifTool 12.57 takes the 32-bit size of RF64 for its size, and warns whatever it is.
  if (name.find("rf64") == std::string::npos) CHECK(warnings(after) == warnings(before));
  CHECK(output("exiftool -s3 -b -u -Unknown_AIGC " + after).substr(0, kLabel.size()) == kLabel);
  return after;
}
std::string ffprobe_label(const std::string& file) {
  return std::string(trim(
      output("ffprobe -v error -show_entries format_tags=AIGC -of default=nw=1:nk=1 " + file)));
}

}  // namespace

TEST_CASE("webp: the referees read our XMP, and pixels and tags are kept") {
  if (!have_tools({"exiftool", "exiv2", "convert", "identify"})) return;
  const TemporaryFolder folder;
  const auto convert = [&](const std::string& options, const std::string& name) {
    output("convert -size 61x47 " + options + " " + folder.file(name));
  };
  convert("plasma:red-blue -quality 80", "lossy.webp");
  convert("plasma:red-blue -define webp:lossless=true", "lossless.webp");
  convert("gradient:'rgba(255,0,0,0.2)'-blue -define webp:lossless=true", "clear.webp");
  convert("gradient:'rgba(255,0,0,0.2)'-blue -quality 70", "alpha.webp");
  convert("plasma: plasma: -quality 70", "moving.webp");
  convert("plasma: -quality 70", "exif.webp");
  output("exiftool -q -overwrite_original -Make=Maker -UserComment='a comment' " +
         folder.file("exif.webp"));
  for (const std::string name :
       {"lossy.webp", "lossless.webp", "clear.webp", "alpha.webp", "moving.webp", "exif.webp"}) {
    picture_must_agree("webp", folder, name);
  }
}

TEST_CASE("webp: the canvas that we make is the one that ExifTool makes") {
  if (!have_tools({"exiftool", "convert"})) return;
  const TemporaryFolder folder;
  for (const std::string options : {"xc:red -quality 50", "xc:red -define webp:lossless=true",
                                    "xc:'rgba(255,0,0,0.5)' -define webp:lossless=true"}) {
    CAPTURE(options);
    const std::string ours = folder.file("ours.webp");
    const std::string theirs = folder.file("theirs.webp");
    output("convert -size 301x17 " + options + " " + ours);
    output("cp " + ours + " " + theirs);
    output("exiftool -q -overwrite_original -XMP-dc:Source=x " + theirs);
    set("webp", CarrierKind::Xmp, kPacket, ours, ours);
    const ByteBuffer a = read_file(ours);
    const ByteBuffer b = read_file(theirs);
    // ExifTool 12.57 does not set the alpha flag of a lossless picture that uses transparency.
    const bool alpha = options.find("rgba") != std::string::npos;
    CHECK(a[20] == (b[20] | (alpha ? 0x10 : 0)));
    CHECK(to_string(slice(a, 21, 9)) == to_string(slice(b, 21, 9)));
  }
}

TEST_CASE("gif: the referees read our XMP, and pixels and tags are kept") {
  if (!have_tools({"exiftool", "exiv2", "convert", "identify"})) return;
  const TemporaryFolder folder;
  const auto convert = [&](const std::string& options, const std::string& name) {
    output("convert -size 61x47 " + options + " " + folder.file(name));
  };
  convert("gradient:red-blue", "still.gif");
  convert("gradient:red-blue GIF87:- | cat >", "old.gif");
  convert("-delay 10 -loop 0 plasma: plasma: plasma: -set comment 'a comment'", "moving.gif");
  for (const std::string name : {"still.gif", "old.gif", "moving.gif"}) {
    const std::string before = folder.file(name);
    const std::string after = folder.file("labelled-" + name);
    CAPTURE(name);
    set("gif", CarrierKind::Xmp, "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", before, after);
    set("gif", CarrierKind::Xmp, kPacket, after, after);
    CHECK(output("exiftool -b -XMP " + after) == kPacket);
    CHECK(output("exiftool -s3 -XMP-dc:Source " + after) == "the referee reads this\n");
    CHECK(pixels(after) == pixels(before));
    CHECK(tags(after) == tags(before));
    CHECK(warnings(after) == warnings(before));
    CHECK(output("exiftool -s3 -GIFVersion " + after) == "89a\n");
  }
}

TEST_CASE("wav: the sound and its tags are kept in files of FFmpeg") {
  if (!have_tools({"exiftool", "ffmpeg"})) return;
  const TemporaryFolder folder;
  const auto make = [&](const std::string& options, const std::string& name) {
    output("ffmpeg -v error -f lavfi -i sine=d=0.3 -metadata title=T -metadata comment=C " +
           options + " " + folder.file(name));
  };
  make("", "plain.wav");
  make("-ar 8000 -c:a pcm_u8", "bytes.wav");
  make("-write_bext 1 -metadata description=D", "broadcast.wav");
  make("-rf64 always", "rf64.wav");
  for (const std::string name : {"plain.wav", "bytes.wav", "broadcast.wav", "rf64.wav"}) {
    sound_or_film("wav", folder, name);
  }
}

TEST_CASE("wav: the open sizes of a pipe are closed, and not a sample more is heard") {
  if (!have_tools({"ffmpeg"})) return;
  const TemporaryFolder folder;
  const std::string file = folder.file("pipe.wav");
  output("ffmpeg -v error -f lavfi -i sine=d=0.3 -f wav - > " + file);
  const std::string before = frames(file);
  set("wav", CarrierKind::AigcKey, kLabel, file, file);
  CHECK(frames(file) == before);
}

TEST_CASE("avi: ffprobe shows the label, film, sound and tags are kept") {
  if (!have_tools({"exiftool", "ffmpeg", "ffprobe"})) return;
  const TemporaryFolder folder;
  const auto make = [&](const std::string& options, const std::string& name) {
    output("ffmpeg -v error -f lavfi -i sine=d=0.5 -f lavfi -i testsrc=s=64x48:d=0.5 " + options +
           " " + folder.file(name));
  };
  make("-metadata title=T -metadata comment=C -c:v mpeg4 -c:a pcm_s16le", "film.avi");
  make("-fflags +bitexact -c:v mjpeg -c:a pcm_u8", "plain.avi");
  make("-an -c:v rawvideo", "raw.avi");
  for (const std::string name : {"film.avi", "plain.avi", "raw.avi"}) {
    CAPTURE(name);
    CHECK(ffprobe_label(sound_or_film("avi", folder, name)) == kLabel);
  }
  // No room left: the list moves to the end, where ffprobe finds it behind the index.
  const std::string long_label = kLabel + std::string(5000, ' ');
  const std::string before = folder.file("film.avi");
  const std::string after = folder.file("long.avi");
  set("avi", CarrierKind::AigcKey, long_label, before, after);
  CHECK(read_file(after).size() > read_file(before).size() + 5000);
  CHECK(ffprobe_label(after) == kLabel);
  CHECK(frames(after) == frames(before));
  CHECK(tags(after) == tags(before));
}
