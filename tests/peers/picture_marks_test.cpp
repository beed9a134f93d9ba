// SPDX-License-Identifier: Apache-2.0
// Visible labels before tools that nobody here wrote: they open the result without a new warning,
// see the same metadata, and the same pixels away from the label.
#include <doctest/doctest.h>

#include <cstdlib>

#include "marks/marked.hpp"
#include "support/referees.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

struct Case {
  const char *name, *format, *make;  ///< options of ImageMagick's convert
  bool exact;                        ///< pixels away from the label do not change
};
constexpr const char* kScene =
    "-size 360x280 plasma:red-blue -seed 4 -fill yellow -draw 'circle 90,90 120,120' ";
constexpr Case kCases[] = {
    {"a.jpg", "jpeg", "-quality 85 -sampling-factor 2x2", true},
    {"b.jpg", "jpeg", "-quality 60 -interlace plane -sampling-factor 2x1", true},
    {"c.jpg", "jpeg", "-colorspace CMYK -quality 90", true},
    {"d.jpg", "jpeg", "-colorspace Gray -quality 90", true},
    {"a.png", "png", "-depth 8", true},
    {"b.png", "png", "-depth 16 -interlace PNG", true},
    {"c.png", "png", "-colors 40 png8:", true},
    {"a.webp", "webp", "-define webp:lossless=true", true},
    {"b.webp", "webp", "-quality 80", false},
    {"a.gif", "gif", "-colors 200", true},
    {"a.bmp", "bmp", "", true},
    {"b.bmp", "bmp", "-monochrome BMP3:", true},
    {"a.tif", "tiff", "-compress lzw", true},
    {"b.tif", "tiff", "-compress zip -depth 16 -endian MSB -define tiff:predictor=2", true},
    {"c.tif", "tiff", "-compress none -colorspace CMYK", true},
    {"d.tif", "tiff", "-compress rle -colorspace Gray", true},
    {"e.tif", "tiff", "-compress zip -define tiff:tile-geometry=96x64", true},
    {"f.tif", "tiff", "-compress lzw -interlace plane", true},
    {"g.tif", "tiff", "-compress lzw -colors 60 -type palette", true},
    {"h.tif", "tiff", "-compress none -monochrome", true},
    {"i.tif", "tiff", "-compress lzw -colorspace Lab", true},
    {"j.tif", "tiff", "-compress lzw TIFF64:", true},
};

/// What ImageMagick and ExifTool find odd.
std::string complaints(const std::string& file) {
  return run("identify -regard-warnings " + file + " 2>&1 >/dev/null").output +
         exiftool_warnings(file);
}

/// Metadata, but for what follows the pixels.
std::string tags(const std::string& file) {
  return output(
      "exiftool -a -G1 -s -x System:all -x ExifTool:all -x Composite:all -x JPEGDigest "
      "-x NumColors -x BitsPerPixel -x CompressedSize -x StripOffsets -x StripByteCounts "
      "-x TileOffsets -x TileByteCounts " +
      file);
}

/// How many pixels differ outside the label's plate.
std::string differing(const std::string& before, const std::string& after, const Mark& mark) {
  const std::uint32_t room = mark.glyph_height + 10;  // a chroma block may reach out
  const std::string box = std::to_string(mark.x > room ? mark.x - room : 0) + "," +
                          std::to_string(mark.y > room ? mark.y - room : 0) + " " +
                          std::to_string(mark.x + mark.width + room) + "," +
                          std::to_string(mark.y + mark.height + room);
  const std::string cover =
      " -alpha off -colorspace sRGB -fill black -draw 'rectangle " + box + "' ";
  return run("convert \\( " + before + cover + "\\) \\( " + after + cover +
             "\\) -metric AE -compare -format '%[distortion]' info: 2>&1")
      .output;
}

}  // namespace

TEST_CASE("picture marks: other decoders see the label, and everything else as before") {
  if (!have_tools({"convert", "identify", "exiftool"})) return;
  const TemporaryFolder folder;
  for (const Case& each : kCases) {
    const std::string name = each.name;
    CAPTURE(name);
    std::string options = each.make, prefix;
    if (options.ends_with(':')) {
      const std::size_t at = options.rfind(' ');
      prefix = options.substr(at + 1);
      options = options.substr(0, at);
    }
    const std::string before = folder.file(each.name),
                      after = folder.file(std::string("marked-") + each.name);
    output("convert " + std::string(kScene) + options + " " + prefix + before);
    const Marked out = marked(read_file(before), each.format);
    write_file(after, out.bytes);
    CHECK(complaints(after) == complaints(before));
    CHECK(tags(after) == tags(before));
    if (each.exact) CHECK(differing(before, after, out.mark) == "0");
    MemorySource source(out.bytes);
    const auto found = find_picture_marks(source, *find_format(each.format), {});
    if (!found) continue;  // without the worker
    REQUIRE_FALSE(found->marks.empty());
    CHECK(found->marks[0].text == "AI生成");
    CHECK(found->marks[0].position == "bottom-right");
  }
}

TEST_CASE("picture marks: FFmpeg shows the label in every frame of an animation") {
  if (!have_tools({"convert", "ffmpeg"})) return;
  const TemporaryFolder folder;
  const std::string gif = folder.file("a.gif"), after = folder.file("marked.gif");
  output(
      "convert -delay 10 -size 300x220 plasma: \\( -clone 0 -fill red -draw 'circle 50,50 70,70' "
      "\\) "
      "\\( -clone 0 -fill blue -draw 'circle 270,190 285,200' \\) -layers Optimize -loop 0 " +
      gif);
  const Marked out = marked(read_file(gif), "gif");
  write_file(after, out.bytes);
  CHECK(output("ffmpeg -v warning -i " + after + " -f null - 2>&1") == "");
  output("ffmpeg -v error -i " + after + " " + folder.file("f%d.png"));
  for (int frame = 1; frame <= 3; ++frame) {
    const ByteBuffer picture = read_file(folder.file("f" + std::to_string(frame) + ".png"));
    MemorySource source(picture);
    const auto found = find_picture_marks(source, *find_format("png"), {});
    REQUIRE(found.has_value());
    REQUIRE_FALSE(found->marks.empty());
    CHECK(found->marks[0].text == "AI生成");
  }
}

TEST_CASE("picture marks: what the label says is the picture's description, if it has none") {
  const char* command = std::getenv("COLOPHON_COMMAND");
  if (command == nullptr || !have_tools({"convert", "exiftool"})) return;
  const TemporaryFolder folder;
  const std::string label =
      std::string(command) + " label -q --producer 001191110102MAD55U9H0F10002 --profile cn,eu ";
  for (const std::string kind : {"jpg", "png", "tif"}) {
    CAPTURE(kind);
    const std::string plain = folder.file("plain." + kind), own = folder.file("own." + kind);
    output("convert " + std::string(kScene) + plain);
    output(label + plain + " -o " + folder.file("a." + kind));
    const std::string get = "exiftool -s3 -XMP-iptcCore:AltTextAccessibility ";
    CHECK(output(get + folder.file("a." + kind)) == "AI生成 AI GENERATED\n");
    output("exiftool -q -XMP-iptcCore:AltTextAccessibility='a red circle' -o " + own + " " + plain);
    output(label + own + " -o " + folder.file("b." + kind));
    CHECK(output(get + folder.file("b." + kind)) == "a red circle\n");
  }
}
