// SPDX-License-Identifier: Apache-2.0
// A picture that shows the label already gets no second one.
#include <webp/encode.h>

#include "formats/format.hpp"
#include "jpeg_tools.hpp"
#include "marked.hpp"
#include "png_tools.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

MarkPlan again(const ByteBuffer& file, std::string_view format, const MarkDemand& demand) {
  MemorySource source(file);
  auto plan = plan_picture_mark(source, *find_format(format), demand, {});
  REQUIRE(plan);
  return *std::move(plan);
}

}  // namespace

TEST_CASE("picture marks: a label that stands there is not drawn again") {
  PngKind png;
  png.width = 640, png.height = 480;
  JpegKind jpeg;
  jpeg.width = 640, jpeg.height = 480;
  for (const auto& [format, file] :
       {std::pair("png", make_png(png)), std::pair("jpeg", make_jpeg(jpeg))}) {
    CAPTURE(format);
    const ByteBuffer once = marked(file, format).bytes;
    const MarkPlan second = again(once, format, picture_demand());
    CHECK_FALSE(second.changes);
    CHECK(second.splice.is_identity(once.size()));
    REQUIRE(second.marks.size() == 1);
    CHECK(second.marks.front().text == "AI生成");
    // Another text, or another place, is another label.
    CHECK(again(once, format, picture_demand("AI GENERATED")).changes);
    // Nor is one that has two texts.
    MarkDemand both = picture_demand();
    both.texts = {"AI生成", "AI GENERATED"};
    both.place = Place2d::TopRight;
    const ByteBuffer twofold = marked(file, format, both).bytes;
    CHECK_FALSE(again(twofold, format, both).changes);
    MarkDemand elsewhere = picture_demand();
    elsewhere.place = Place2d::TopLeft;
    CHECK(again(once, format, elsewhere).changes);
  }
}

TEST_CASE("picture marks: words of one's own are not drawn again either") {
  PngKind png;
  png.width = 640, png.height = 480;
  JpegKind jpeg;
  jpeg.width = 640, jpeg.height = 480;
  jpeg.quality = 40;
  for (const auto& [format, file] :
       {std::pair("png", make_png(png)), std::pair("jpeg", make_jpeg(jpeg))}) {
    CAPTURE(format);
    const MarkDemand wanted = picture_demand("Verfremdet von Bob");
    const ByteBuffer once = marked(file, format, wanted).bytes;
    const MarkPlan second = again(once, format, wanted);
    CHECK_FALSE(second.changes);
    REQUIRE(second.marks.size() == 1);
    CHECK(second.marks.front().text == "Verfremdet von Bob");
    CHECK(again(once, format, picture_demand("Verfremdet von Rob")).changes);
    CHECK(again(file, format, wanted).changes);
  }
}

TEST_CASE("picture marks: in the smallest pictures a label is not drawn again") {
  for (const std::uint32_t side : {48U, 64U, 120U}) {
    CAPTURE(side);
    PngKind png;
    png.width = png.height = side;
    MarkDemand both = picture_demand();
    both.texts = {"AI生成", "AI GENERATED"};
    both.place = Place2d::TopRight;
    for (const MarkDemand& wanted : {picture_demand(), both}) {
      const ByteBuffer file = make_png(png);
      MemorySource opened(file);
      if (!plan_picture_mark(opened, *find_format("png"), wanted, {})) continue;  // no room
      CHECK_FALSE(again(marked(file, "png", wanted).bytes, "png", wanted).changes);
    }
  }
}

namespace {

ByteBuffer turned_png(unsigned orientation) {
  PngKind png;
  png.width = 640, png.height = 480;
  ByteBuffer file = make_png(png);
  const ByteBuffer exif = make_exif(orientation, {});
  const ByteBuffer chunk = png_chunk("eXIf", slice(exif, 6, exif.size() - 6));
  file.insert(file.begin() + 8 + 25, chunk.begin(), chunk.end());  // behind IHDR
  return file;
}

ByteBuffer turned_webp(unsigned orientation) {
  constexpr int kWidth = 640, kHeight = 480;
  std::vector<std::uint8_t> rgb;
  for (int i = 0; i < kWidth * kHeight; ++i) {
    for (const int value : {i % kWidth / 4, i / kWidth / 4, 90}) {
      rgb.push_back(static_cast<std::uint8_t>(value));
    }
  }
  std::uint8_t* coded = nullptr;
  const std::size_t size = WebPEncodeLosslessRGB(rgb.data(), kWidth, kHeight, kWidth * 3, &coded);
  const Bytes picture = slice(Bytes(coded, size), 12, size - 12);
  const ByteBuffer exif = make_exif(orientation, {});
  ByteBuffer body = to_buffer("WEBPVP8X");
  append_le(body, 10, 4);
  append_le(body, 8, 4);  // has EXIF
  append_le(body, kWidth - 1, 3);
  append_le(body, kHeight - 1, 3);
  append(body, picture);
  append(body, to_buffer("EXIF"));
  append_le(body, exif.size() - 6, 4);
  append(body, slice(exif, 6, exif.size() - 6));
  WebPFree(coded);
  ByteBuffer file = to_buffer("RIFF");
  append_le(file, body.size(), 4);
  append(file, body);
  return file;
}

}  // namespace

TEST_CASE("picture marks: a label is found upright in what EXIF turns, and not drawn again") {
  JpegKind jpeg;
  jpeg.width = 640, jpeg.height = 480;
  for (const unsigned orientation : {2U, 3U, 6U, 8U}) {
    const ByteBuffer exif = make_exif(orientation, {});
    for (const auto& [format, file] :
         {std::pair("jpeg", with_segment(make_jpeg(jpeg), 0xE1, exif)),
          std::pair("png", turned_png(orientation)), std::pair("webp", turned_webp(orientation))}) {
      CAPTURE(format);
      CAPTURE(orientation);
      const Marked once = marked(file, format);
      CHECK(once.mark.shown_width == (orientation > 4 ? 480 : 640));
      MemorySource source(once.bytes);
      const auto found = find_picture_marks(source, *find_format(format), {});
      REQUIRE(found);
      REQUIRE(found->marks.size() == 1);
      CHECK(found->marks[0].text == "AI生成");
      CHECK(found->marks[0].position == "bottom-right");
      CHECK(found->marks[0].shown_width == once.mark.shown_width);
      CHECK_FALSE(again(once.bytes, format, picture_demand()).changes);
    }
  }
}
