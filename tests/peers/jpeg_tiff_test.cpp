// SPDX-License-Identifier: Apache-2.0
// JPEG, TIFF and PNG eXIf against ExifTool, Exiv2 and ImageMagick: files they make, labels we set,
// answers they give.
#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.hpp"
#include "support/referees.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace std::string_view_literals;

namespace {

/// One signature of the decoded pixels per page.
std::string pixels(const std::string& file) {
  return output("identify -format '%#\\n' " + file);
}
/// Every tag outside XMP that does not tell a place or size in the file.
std::string tags(const std::string& file) {
  return output(
      "exiftool -a -u -G1 -s --System:all --XMP:all --ApplicationNotes --ExifTool:all "
      "--ThumbnailOffset "
      "--PreviewImageStart --MPImageStart --MPImageLength " +
      file);
}
/// Sets XMP, then replaces it; the referees must see the packet and nothing else changed.
void must_agree(const std::string& format, const TemporaryFolder& folder, const std::string& name,
                bool exiv2) {
  CAPTURE(name);
  const std::string before = folder.file(name);
  const std::string after = with_packet(format, folder, name);
  if (exiv2) CHECK(trim(output("exiv2 -pX " + after)) == kPacket);
  CHECK(pixels(after) == pixels(before));
  CHECK(tags(after) == tags(before));
  CHECK(exiftool_warnings(after) == exiftool_warnings(before));
}

/// The payload of the carrier with that path.
std::string read_back(const std::string& format, const std::string& file, std::string_view path) {
  const ByteBuffer bytes = read_file(file);
  MemorySource source(bytes);
  const Format* row = find_format(format);
  const auto layout = row->inspect(source, Limits{});
  REQUIRE(layout);
  for (const Carrier& carrier : layout->carriers) {
    if (carrier.path != path) continue;
    const auto payload = row->extract(source, carrier, Limits{});
    REQUIRE(payload);
    return to_string(*payload);
  }
  return "(none)";
}

void replace(const std::string& format, const std::string& file, std::string_view path,
             std::string_view value) {
  const ByteBuffer bytes = read_file(file);
  MemorySource source(bytes);
  const Format* row = find_format(format);
  const auto layout = row->inspect(source, Limits{});
  REQUIRE(layout);
  for (std::size_t i = 0; i < layout->carriers.size(); ++i) {
    if (layout->carriers[i].path != path) continue;
    write_file(file, edited(*row, bytes, {layout->carriers[i].kind, "", i, to_buffer(value)}));
    return;
  }
  FAIL("no carrier ", path);
}

}  // namespace

TEST_CASE("jpeg: the referees read our XMP, and pixels and tags are kept") {
  if (!have_tools({"exiftool", "exiv2", "convert", "identify"})) return;
  const TemporaryFolder folder;
  const auto convert = [&](const std::string& options, const std::string& name) {
    output("convert -size 61x47 plasma:red-blue " + options + " " + folder.file(name));
  };
  convert("-quality 80", "plain.jpg");
  convert("-interlace JPEG -sampling-factor 4:2:0", "progressive.jpg");
  convert("-colorspace CMYK", "cmyk.jpg");
  convert("-set comment 'a comment'", "exif.jpg");
  output(
      "exiftool -q -overwrite_original -Make=Maker -Model=Model -GPSLatitude=12 "
      "-GPSLatitudeRef=N -UserComment='a comment' -IPTC:SpecialInstructions='made by AI' "
      "'-ThumbnailImage<=" +
      folder.file("plain.jpg") + "' " + folder.file("exif.jpg"));
  for (const std::string name : {"plain.jpg", "progressive.jpg", "cmyk.jpg", "exif.jpg"}) {
    must_agree("jpeg", folder, name, true);
  }
  CHECK(read_back("jpeg", folder.file("exif.jpg"), "jpeg:APP13[iptc].SpecialInstructions") ==
        "made by AI");
}

TEST_CASE("jpeg: a replaced UserComment is what the referees read, in both byte orders") {
  if (!have_tools({"exiftool", "exiv2", "convert", "identify"})) return;
  const TemporaryFolder folder;
  const std::string file = folder.file("comment.jpg");
  const std::string path = "jpeg:APP1[exif].UserComment";
  for (const std::string order : {"II", "MM"}) {
    for (const std::string text : {"plain text", "\u4e2d\u6587 text"}) {
      CAPTURE(order);
      CAPTURE(text);
      output("convert -size 16x16 plasma: " + file);
      output("exiftool -q -overwrite_original -ExifByteOrder=" + order +
             " -Make=Maker -Software=Tool -UserComment='" + text + "' " + file);
      const bool ascii = text == "plain text";
      const std::string prefix(ascii ? "ASCII\0\0\0"sv : ""sv);
      CHECK(read_back("jpeg", file, path) == prefix + text);
      const std::string before = output("exiftool -a -G1 -s -EXIF:all --UserComment " + file);
      const std::string pixels_before = pixels(file);
      for (const std::size_t size : {4U, 300U, 3U}) {
        const std::string value = (ascii ? "" : "\u4e2d") + std::string(size, 'v');
        replace("jpeg", file, path, prefix + value);
        CHECK(output("exiftool -s3 -UserComment " + file) == value + "\n");
        CHECK(output("exiftool -a -G1 -s -EXIF:all --UserComment " + file) == before);
        CHECK(pixels(file) == pixels_before);
      }
      const std::string by_exiv2 = output("exiv2 -g UserComment -Pt " + file);
      CHECK_MESSAGE(by_exiv2.find("vvv") != std::string::npos, by_exiv2);
    }
  }
}

TEST_CASE("jpeg: extended XMP that ExifTool wrote is joined") {
  if (!have_tools({"exiftool", "exiv2", "convert", "identify"})) return;
  const TemporaryFolder folder;
  const std::string file = folder.file("extended.jpg");
  const std::string text(150'000, 'e');
  write_file(folder.file("text"), as_bytes(text));
  output("convert -size 16x16 plasma: " + file);
  output("exiftool -q -overwrite_original '-XMP-dc:Description<=" + folder.file("text") + "' " +
         file);
  CHECK(read_back("jpeg", file, "jpeg:APP1[xmp-extension]").find(text) != std::string::npos);
  CHECK(read_back("jpeg", file, "jpeg:APP1[xmp]").find("HasExtendedXMP") != std::string::npos);
}

TEST_CASE("jpeg: ExifTool still finds the second picture after a label was inserted") {
  if (!have_tools({"exiftool", "exiv2", "convert", "identify"})) return;
  const TemporaryFolder folder;
  for (const Specimen& specimen : specimens()) {
    if (specimen.what != "Multi-Picture index") continue;
    write_file(folder.file("two.jpg"), specimen.bytes);
    change_file(folder.file("two.jpg"), folder.file("two-labelled.jpg"), CarrierKind::Xmp, kPacket);
    const std::string before = output("exiftool -b -MPImage2 " + folder.file("two.jpg"));
    CHECK(before.starts_with("\xFF\xD8"));
    CHECK(output("exiftool -b -MPImage2 " + folder.file("two-labelled.jpg")) == before);
  }
}

TEST_CASE("tiff: the referees read our XMP, and pixels, pages and tags are kept") {
  if (!have_tools({"exiftool", "exiv2", "convert", "identify"})) return;
  const TemporaryFolder folder;
  const auto convert = [&](const std::string& options, const std::string& name,
                           const std::string& coder = "") {
    output("convert -size 61x47 plasma:red-blue " + options + " " + coder + folder.file(name));
  };
  convert("-endian LSB -compress none -set comment 'a comment'", "little.tif");
  convert("-endian MSB -compress lzw", "big.tif");
  convert("-compress zip -define tiff:tile-geometry=32x32", "tiled.tif");
  convert("-size 20x20 plasma: -size 10x10 plasma:", "pages.tif");
  convert("-compress lzw", "sixty-four.tif", "tiff64:");
  output("exiftool -q -overwrite_original -Make=Maker -UserComment='a comment' " +
         folder.file("big.tif"));
  output("exiftool -q -overwrite_original -XMP-dc:Title=old -Artist=somebody " +
         folder.file("tiled.tif"));
  for (const std::string name :
       {"little.tif", "big.tif", "tiled.tif", "pages.tif", "sixty-four.tif"}) {
    must_agree("tiff", folder, name, name != "sixty-four.tif");
  }
  const std::string big = folder.file("big.tif");
  const std::string before = pixels(big);
  replace("tiff", big, "tiff:Exif.UserComment", "ASCII\0\0\0a comment of another length"sv);
  replace("tiff", big, "tiff:IFD0.Make", "Somebody else");
  CHECK(output("exiftool -s3 -UserComment -Make " + big) ==
        "a comment of another length\nSomebody else\n");
  CHECK(pixels(big) == before);
}

TEST_CASE("dng: a real file keeps its tags and its preview") {
  if (!have_tools({"exiftool", "exiv2", "convert", "identify"})) return;
  const ByteBuffer bytes = read_file(samples_folder() + "/c2pa/c2pa-cpp/C.dng");
  if (bytes.empty()) {
    MESSAGE("skipped: the samples are not there");
    return;
  }
  const TemporaryFolder folder;
  const std::string before = folder.file("a.dng");
  const std::string after = folder.file("b.dng");
  write_file(before, bytes);
  CHECK(change_file(before, after, CarrierKind::Xmp, kPacket).format->id == "dng");
  CHECK(output("exiftool -b -XMP " + after) == kPacket);
  CHECK(tags(after) == tags(before));
  CHECK(exiftool_warnings(after) == exiftool_warnings(before));
  CHECK(output("exiftool -b -PreviewImage " + after) ==
        output("exiftool -b -PreviewImage " + before));
}

TEST_CASE("png: a comment replaced in eXIf is what ExifTool reads") {
  if (!have_tools({"exiftool", "exiv2", "convert", "identify"})) return;
  const TemporaryFolder folder;
  const std::string file = folder.file("exif.png");
  output("convert -size 16x16 plasma: " + file);
  output("exiftool -q -overwrite_original -Make=Maker -UserComment='a comment' " + file);
  CHECK(read_back("png", file, "png:eXIf.UserComment") == "ASCII\0\0\0a comment"sv);
  const std::string before = pixels(file);
  replace("png", file, "png:eXIf.UserComment", "ASCII\0\0\0a comment that is longer"sv);
  CHECK(output("exiftool -s3 -UserComment -Make " + file) == "a comment that is longer\nMaker\n");
  CHECK(pixels(file) == before);
  CHECK(exiftool_warnings(file).find("CRC") == std::string::npos);
}
