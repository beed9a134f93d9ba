// SPDX-License-Identifier: Apache-2.0
// HEIF, AVIF and JPEG XL against their decoders (libheif, libavif, libjxl, ffmpeg), ExifTool and
// Exiv2: files they make, labels we set, answers they give.
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

/// Every tag outside XMP that does not tell a place or size in the file.
std::string tags(const std::string& file) {
  return output(
      "exiftool -a -u -G1 -s --System:all --XMP:all --ExifTool:all --MediaData --MediaDataOffset "
      "--MediaDataSize --MetaImageSize --FileType --CompatibleBrands --MajorBrand --MinorVersion " +
      file);
}
std::string warnings(const std::string& file) {
  return output("exiftool -validate -a -warning -error " + file);
}

void label(const std::string& format, const std::string& from, const std::string& to,
           std::string_view packet) {
  const ByteBuffer bytes = read_file(from);
  REQUIRE_FALSE(bytes.empty());
  MemorySource source(bytes);
  const Format* found = detect(source, "x");
  REQUIRE(found != nullptr);
  CHECK(found->id == format);
  write_file(to, edited(*found, bytes, {CarrierKind::Xmp, "", std::nullopt, to_buffer(packet), 0}));
}

/// Sets XMP, then replaces it; ExifTool must see the packet and nothing else changed, and the
/// decoder's picture must be the same. `decoder` is a command for IN and OUT, or ffmpeg's.
void must_agree(const std::string& format, const TemporaryFolder& folder, const std::string& name,
                const std::string& decoder) {
  CAPTURE(name);
  const std::string before = folder.file(name);
  const std::string after = folder.file("labelled-" + name);
  label(format, before, after, "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>");
  label(format, after, after, kPacket);
  CHECK(output("exiftool -b -XMP " + after) == kPacket);
  CHECK(output("exiftool -s3 -XMP-dc:Source " + after) == "the referee reads this\n");
  CHECK(tags(after) == tags(before));
  CHECK(warnings(after) == warnings(before));
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
