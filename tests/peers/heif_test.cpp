// SPDX-License-Identifier: Apache-2.0
// HEIF, AVIF and JPEG XL against their decoders (libheif, libavif, libjxl, ffmpeg), ExifTool and
// Exiv2: files they make, labels we set, answers they give.
#include <doctest/doctest.h>

#include "base/text.hpp"
#include "support/referees.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

/// Every tag outside XMP that does not tell a place or size in the file.
std::string tags(const std::string& file) {
  return output(
      "exiftool -a -u -G1 -s --System:all --XMP:all --ExifTool:all --MediaData --MediaDataOffset "
      "--MediaDataSize --MetaImageSize --FileType --CompatibleBrands --MajorBrand --MinorVersion " +
      file);
}
/// Sets XMP, then replaces it; ExifTool must see the packet and nothing else changed, and the
/// decoder's picture must be the same. `decoder` is a command for IN and OUT, or ffmpeg's.
void must_agree(const std::string& format, const TemporaryFolder& folder, const std::string& name,
                const std::string& decoder) {
  CAPTURE(name);
  const std::string before = folder.file(name);
  const std::string after = with_packet(format, folder, name);
  CHECK(tags(after) == tags(before));
  CHECK(exiftool_warnings(after) == exiftool_warnings(before));
  const auto pixels = [&](const std::string& file) {
    if (decoder == "ffmpeg") return output("ffmpeg -v error -i " + file + " -f framemd5 -");
    const std::string png = folder.file("decoded.png");
    output(decoder + " " + file + " " + png);
    return output("identify -format '%#' " + png);
  };
  CHECK(pixels(after) == pixels(before));
}

std::string source_picture(const TemporaryFolder& folder, int size = 128) {
  std::string png = folder.file("source.png");
  output("convert -size " + std::to_string(size) + "x" + std::to_string(size) +
         " plasma:red-blue " + png);
  return png;
}

}  // namespace

TEST_CASE("peers: HEIC from libheif, before and after ExifTool had its hands on it") {
  if (!have_tools(
          {"exiftool", "exiv2", "convert", "identify", "heif-enc", "heif-convert", "heif-info"})) {
    return;
  }
  const TemporaryFolder folder;
  const std::string png = source_picture(folder);
  output("heif-enc " + png + " -o " + folder.file("plain.heic"));
  output("heif-enc -t 64 " + png + " -o " + folder.file("thumbnail.heic"));
  output("exiftool -q -XMP-dc:Title=before -EXIF:Artist=somebody -o " + folder.file("tagged.heic") +
         " " + folder.file("thumbnail.heic"));
  for (const char* name : {"plain.heic", "thumbnail.heic", "tagged.heic"}) {
    must_agree("heif", folder, name, "heif-convert");
    CHECK(output("exiv2 -Pv -g Xmp.dc.source " + folder.file(std::string("labelled-") + name)) ==
          "the referee reads this\n");
    const std::string info = output("heif-info " + folder.file(std::string("labelled-") + name));
    CHECK(info.find("XMP: " + std::to_string(kPacket.size()) + " bytes") != std::string::npos);
  }
}

TEST_CASE("peers: AVIF from libavif and ffmpeg: still, grid, with metadata, moving") {
  if (!have_tools({"exiftool", "convert", "identify", "avifenc", "avifdec", "ffmpeg"})) return;
  const TemporaryFolder folder;
  const std::string png = source_picture(folder, 256);
  const std::string packet = folder.file("old.xmp");
  write_file(packet, to_buffer("<x:xmpmeta xmlns:x='adobe:ns:meta/'><!-- old --></x:xmpmeta>"));
  output("avifenc -s 10 " + png + " " + folder.file("plain.avif"));
  output("avifenc -s 10 --xmp " + packet + " " + png + " " + folder.file("xmp.avif"));
  output("avifenc -s 10 --grid 2x2 " + png + " " + png + " " + png + " " + png + " " +
         folder.file("grid.avif"));
  for (const char* name : {"plain.avif", "xmp.avif", "grid.avif"}) {
    must_agree("avif", folder, name, "avifdec");
  }
  must_agree("avif", folder, "plain.avif", "ffmpeg");
  const std::string moving = folder.file("moving.avif");
  const Ran made =
      run("ffmpeg -v error -f lavfi -i testsrc=size=64x48:rate=5:duration=1 -c:v "
          "libaom-av1 -cpu-used 8 " +
          moving + " 2>&1");
  if (made.code != 0) {
    MESSAGE("skipped: this ffmpeg cannot make a moving AVIF");
    return;
  }
  must_agree("avif", folder, "moving.avif", "ffmpeg");
  must_agree("avif", folder, "moving.avif", "avifdec");
}

TEST_CASE("peers: JPEG XL from libjxl: bare, in a container, with compressed metadata") {
  if (!have_tools({"exiftool", "convert", "identify", "cjxl", "djxl", "jxlinfo"})) return;
  const TemporaryFolder folder;
  const std::string png = source_picture(folder);
  output("cjxl " + png + " " + folder.file("bare.jxl"));
  output("cjxl --container=1 " + png + " " + folder.file("boxed.jxl"));
  output("exiftool -q -api compress=1 -XMP-dc:Title=before -EXIF:Artist=somebody -o " +
         folder.file("compressed.jxl") + " " + folder.file("boxed.jxl"));
  for (const char* name : {"bare.jxl", "boxed.jxl", "compressed.jxl"}) {
    must_agree("jxl", folder, name, "djxl");
    const std::string info = output("jxlinfo -v " + folder.file(std::string("labelled-") + name));
    CHECK(info.find("xml  metadata: " + std::to_string(kPacket.size() + 8) + " bytes") !=
          std::string::npos);
  }
}
