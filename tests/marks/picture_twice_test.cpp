// SPDX-License-Identifier: Apache-2.0
// A picture that shows the label already gets no second one.
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
