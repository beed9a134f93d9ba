// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>

#include "media/label_drawing.hpp"
#include "media/raster.hpp"

using namespace colophon;

namespace {

LabelDrawing drawn(std::vector<std::string> texts, double height, double width = 4000,
                   double room = 4000) {
  const auto label = draw_label(texts, {height, 0, width, room});
  REQUIRE_MESSAGE(label.has_value(), (label ? "" : label.error().message));
  return *label;
}

/// Rows of the bitmap that hold ink between two columns.
std::uint32_t ink_rows(const Plane& ink, std::uint32_t from, std::uint32_t to) {
  std::uint32_t top = ink.height, bottom = 0;
  for (std::uint32_t y = 0; y < ink.height; ++y) {
    for (std::uint32_t x = from; x < to; ++x) {
      if (ink.samples[std::size_t{y} * ink.width + x] < 128) continue;
      top = std::min(top, y);
      bottom = std::max(bottom, y + 1);
    }
  }
  return bottom > top ? bottom - top : 0;
}

}  // namespace

TEST_CASE("raster: areas are exact") {
  OutlinePath path;
  add_rounded_box(path, {1.5, 2.25, 4.5, 5.0}, 0);
  const Plane plane = rasterise(path, 6, 6);
  const auto at = [&](std::size_t x, std::size_t y) { return int{plane.samples[y * 6 + x]}; };
  CHECK(at(0, 3) == 0);
  CHECK(at(1, 3) == 128);
  CHECK(at(2, 3) == 255);
  CHECK(at(4, 3) == 128);
  CHECK(at(5, 3) == 0);
  CHECK(at(2, 2) == 191);
  CHECK(at(2, 5) == 0);
  CHECK(at(1, 2) == 96);
}

TEST_CASE("raster: what lies outside is cut off, and cuts nothing") {
  OutlinePath path;
  add_rounded_box(path, {-10, -10, 3, 50}, 0);
  const Plane plane = rasterise(path, 5, 5);
  for (std::size_t y = 0; y < 5; ++y) {
    CHECK(int{plane.samples[y * 5]} == 255);
    CHECK(int{plane.samples[y * 5 + 2]} == 255);
    CHECK(int{plane.samples[y * 5 + 3]} == 0);
  }
}

TEST_CASE("raster: the area of a slanted triangle is its area") {
  const OutlinePath path = {{PathStep::Kind::Move, {3, 2}},
                            {PathStep::Kind::Line, {90, 37}},
                            {PathStep::Kind::Line, {11, 80}},
                            {PathStep::Kind::Close, {}}};
  double sum = 0;
  for (const std::uint8_t sample : rasterise(path, 100, 90).samples) sum += sample / 255.0;
  CHECK(sum == doctest::Approx(0.5 * std::abs(87.0 * 78 - 8.0 * 35)).epsilon(0.002));
}

TEST_CASE("glyphs: every fixed text is compiled in") {
  for (const char* text :
       {"AI生成", "本内容由AI生成", "人工智能生成合成内容", "疑似AI生成", "AI GENERATED",
        "AI MODIFIED", "AI-generated (synthetic)", "AI 생성물",
        "이 콘텐츠는 인공지능으로 생성되었습니다", "एआई जनित", "कृत्रिम रूप से निर्मित",
        "AIによって生成されたコンテンツ", "Généré par l’IA", "Von KI erzeugt – geprüft"}) {
    std::string back;
    const auto glyphs = glyphs_of(text);
    REQUIRE_MESSAGE(glyphs.has_value(), text);
    for (const Glyph& glyph : *glyphs) {
      back += glyph.text;
      if (glyph.text != " ") CHECK_FALSE(box_of(glyph.path).empty());
    }
    CHECK(back == text);
  }
}

TEST_CASE("glyphs: letters that no font has are named") {
  const auto glyphs = glyphs_of("AI \U000F0000\U000F1234");  // private use
  REQUIRE_FALSE(glyphs.has_value());
  CHECK(glyphs.error().code == ErrorCode::NotFound);
  CHECK(glyphs.error().message.find("U+F0000") != std::string::npos);
  CHECK(glyphs.error().message.find("U+F1234") != std::string::npos);
}

TEST_CASE("label: letters have the height that was asked for, measured on ink") {
  for (const double height : {8.0, 12.0, 13.0, 29.0, 54.0, 108.0, 152.0}) {
    for (const char* text : {"AI", "AI生成", "人工智能生成", "AI 생성물", "생성", "AI-generated"}) {
      CAPTURE(height);
      CAPTURE(text);
      const LabelDrawing label = drawn({text}, height);
      const LabelBitmap bitmap = bitmap_of(label);
      CHECK(bitmap.ink_height >= height);
      CHECK(label.glyph_height >= height - 1e-6);
      CHECK(bitmap.ink_height <= std::ceil(height * 1.6) + 2);
      if (std::string_view(text).starts_with("AI")) {  // the A alone, too
        const auto first = bitmap.ink_x, end = first + static_cast<std::uint32_t>(height * 0.8);
        CHECK(ink_rows(bitmap.ink, first, end) >= height);
      }
    }
  }
}

TEST_CASE("label: AI is dominant in the European text") {
  const LabelBitmap bitmap = bitmap_of(drawn({"AI GENERATED"}, 60));
  const std::uint32_t first = ink_rows(bitmap.ink, bitmap.ink_x, bitmap.ink_x + 60);
  const std::uint32_t last =
      ink_rows(bitmap.ink, bitmap.ink_x + bitmap.ink_width - 40, bitmap.ink_x + bitmap.ink_width);
  CHECK(first >= 83);
  CHECK(last >= 60);
  CHECK(last <= 62);
}

TEST_CASE("label: long texts wrap, then become short, then small, then an error") {
  const std::vector<std::string> texts = {"本内容由AI生成", "AI GENERATED"};
  const LabelDrawing wide = drawn(texts, 50);
  CHECK(wide.text == "本内容由AI生成 AI GENERATED");
  CHECK(wide.height < 120);
  const LabelDrawing wrapped = drawn(texts, 50, 650);
  CHECK(wrapped.text == wide.text);
  CHECK(wrapped.width <= 650);
  CHECK(wrapped.height > wide.height * 1.5);
  const LabelDrawing brief = drawn({texts[0]}, 50, 300, 110);
  CHECK(brief.text == "AI生成");
  CHECK(brief.shortened);
  const auto tiny = draw_label(std::vector<std::string>{"AI生成"}, {12, 1, 16, 16});
  REQUIRE(tiny.has_value());
  CHECK(tiny->width <= 16);
  CHECK(tiny->height <= 16);
  CHECK(tiny->glyph_height < 12);
  CHECK(tiny->shortened);
  const auto none = draw_label(texts, {12, 1, 1, 1});
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().code == ErrorCode::Unsupported);
}

TEST_CASE("label: white on the plate is legible on any ground") {
  for (const unsigned high : {255U, 65535U}) {
    for (const double share : {0.0, 0.25, 0.5, 0.75, 1.0}) {
      const auto sample = static_cast<unsigned>(share * high);
      const double ground = under_label(sample, 255, 0, high) / static_cast<double>(high);
      CHECK(contrast_ratio(1, relative_luminance(ground, ground, ground)) > 8);
      CHECK(under_label(sample, 0, 0, high) == sample);
      CHECK(under_label(sample, 255, 255, high) == high);
    }
  }
}

TEST_CASE("label: a path for SVG says the same shape") {
  OutlinePath path;
  add_rounded_box(path, {1, 2, 3.5, 4}, 0);
  CHECK(svg_path(path).starts_with("M1 2L3.5 2C"));
  CHECK(svg_path(path).ends_with("Z"));
  CHECK(svg_path(drawn({"AI"}, 20).letters).find("nan") == std::string::npos);
}
