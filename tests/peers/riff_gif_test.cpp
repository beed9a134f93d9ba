// SPDX-License-Identifier: Apache-2.0
// WebP, GIF, WAV and AVI against ExifTool, Exiv2, ImageMagick, FFmpeg and MediaInfo: files they
// make, labels we set, answers they give.
#include <doctest/doctest.h>

#include "base/text.hpp"
#include "support/referees.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

const std::string kLabel =
    R"({"Label":"1","ContentProducer":"p","ProduceID":")" + std::string(150, 'i') + R"("})";

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
/// Sets XMP, then replaces it; the referees must see the packet and nothing else changed.
void picture_must_agree(const std::string& format, const TemporaryFolder& folder,
                        const std::string& name) {
  CAPTURE(name);
  const std::string before = folder.file(name);
  const std::string after = with_packet(format, folder, name);
  CHECK(trim(output("exiv2 -pX " + after)) == kPacket);
  CHECK(pixels(after) == pixels(before));
  CHECK(tags(after) == tags(before));
  CHECK(exiftool_warnings(after) == exiftool_warnings(before));
}

std::string sound_or_film(const std::string& format, const TemporaryFolder& folder,
                          const std::string& name) {
  CAPTURE(name);
  const std::string before = folder.file(name);
  const std::string after = folder.file("labelled-" + name);
  CHECK(change_file(before, after, CarrierKind::AigcKey, "{}").format->id == format);
  change_file(after, after, CarrierKind::AigcKey, kLabel);
  CHECK(frames(after) == frames(before));
  CHECK(tags(after) == tags(before));
  // ExifTool 12.57 takes the 32-bit size of RF64 for its size, and warns whatever it is.
  if (name.find("rf64") == std::string::npos)
    CHECK(exiftool_warnings(after) == exiftool_warnings(before));
  CHECK(output("exiftool -s3 -b -u -Unknown_AIGC " + after).substr(0, kLabel.size()) == kLabel);
  return after;
}
std::string ffprobe_label(const std::string& file) {
  return std::string(trim(probe(file, "format_tags=AIGC")));
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
    change_file(ours, ours, CarrierKind::Xmp, kPacket);
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
    change_file(before, after, CarrierKind::Xmp, "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>");
    change_file(after, after, CarrierKind::Xmp, kPacket);
    CHECK(output("exiftool -b -XMP " + after) == kPacket);
    CHECK(output("exiftool -s3 -XMP-dc:Source " + after) == "the referee reads this\n");
    CHECK(pixels(after) == pixels(before));
    CHECK(tags(after) == tags(before));
    CHECK(exiftool_warnings(after) == exiftool_warnings(before));
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
  change_file(file, file, CarrierKind::AigcKey, kLabel);
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
  change_file(before, after, CarrierKind::AigcKey, long_label);
  CHECK(read_file(after).size() > read_file(before).size() + 5000);
  CHECK(ffprobe_label(after) == kLabel);
  CHECK(frames(after) == frames(before));
  CHECK(tags(after) == tags(before));
}
