// SPDX-License-Identifier: Apache-2.0
// A label in a JPEG file changes the blocks under it and nothing else.
#include <doctest/doctest.h>

#include "marks/jpeg_tools.hpp"
#include "marks/marked.hpp"
#include "media/exif_view.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

Marked marked_jpeg(const ByteBuffer& file, const MarkDemand& wanted = picture_demand()) {
  return marked(file, "jpeg", wanted);
}

/// Blocks of `after` that differ, all inside the plate around the mark; returns how many.
std::size_t changed_blocks(const JpegContent& before, const JpegContent& after, const Mark& mark) {
  REQUIRE(before.planes.size() == after.planes.size());
  std::size_t changed = 0;
  const unsigned room = mark.glyph_height + 4;  // the plate is wider than the ink by less
  for (std::size_t c = 0; c < before.planes.size(); ++c) {
    const JpegPlane &a = before.planes[c], &b = after.planes[c];
    REQUIRE(a.blocks.size() == b.blocks.size());
    for (std::size_t i = 0; i < a.blocks.size(); ++i) {
      if (a.blocks[i] == b.blocks[i]) continue;
      ++changed;
      const unsigned step_x = 8 * a.max_h / a.h, step_y = 8 * a.max_v / a.v;
      const auto x = static_cast<unsigned>(i % a.columns) * step_x;
      const auto y = static_cast<unsigned>(i / a.columns) * step_y;
      const bool inside = x + step_x + room > mark.x && x < mark.x + mark.width + room &&
                          y + step_y + room > mark.y && y < mark.y + mark.height + room;
      CHECK(inside);
    }
  }
  return changed;
}

std::vector<JpegKind> kinds() {
  std::vector<JpegKind> all;
  const auto add = [&all](std::string name) -> JpegKind& {
    JpegKind& kind = all.emplace_back();
    kind.name = std::move(name);
    return kind;
  };
  add("4:2:0");
  add("4:4:4").luma = {1, 1};
  add("4:2:2").luma = {2, 1};
  add("4:4:0").luma = {1, 2};
  add("4:1:1").luma = {4, 1};
  add("grey").components = 1;
  add("RGB").rgb = true;
  add("CMYK").components = 4;
  JpegKind& ycck = add("YCCK");
  ycck.components = 4;
  ycck.ycck = true;
  add("optimised tables").optimised = true;
  JpegKind& optimised = add("optimised tables of a flat picture");
  optimised.optimised = true;
  optimised.grey = 77;
  add("restart markers").restart = 5;
  JpegKind& restarts = add("optimised tables, restart markers");
  restarts.optimised = true;
  restarts.restart = 3;
  restarts.grey = 77;
  add("one scan a component").single = true;
  add("progressive").progressive = true;
  JpegKind& grey = add("progressive, grey, restart markers");
  grey.progressive = true;
  grey.components = 1;
  grey.restart = 16;
  add("arithmetic").arithmetic = true;
  JpegKind& both = add("arithmetic, progressive");
  both.arithmetic = both.progressive = true;
  add("quality 30").quality = 30;
  add("quality 100").quality = 100;
  JpegKind& odd = add("odd sides");
  odd.width = 333;
  odd.height = 221;
  return all;
}

}  // namespace

TEST_CASE("jpeg mark: outside the label every coefficient stays, in every kind of file") {
  for (const JpegKind& kind : kinds()) {
    CAPTURE(kind.name);
    const ByteBuffer file = make_jpeg(kind);
    const Marked out = marked_jpeg(file);
    const JpegContent before = read_jpeg(file), after = read_jpeg(out.bytes);
    CHECK(after.warnings == 0);
    CHECK(after.width == before.width);
    CHECK(after.height == before.height);
    CHECK(after.progressive == kind.progressive);
    CHECK(after.arithmetic == kind.arithmetic);
    CHECK(after.restart == before.restart);
    CHECK(changed_blocks(before, after, out.mark) > 10);
    CHECK(out.mark.glyph_height * 20 >= std::min(kind.width, kind.height));
    CHECK(out.mark.contrast >= 4.5);
    CHECK(out.bytes.size() < file.size() + 6000 + file.size() / 4);
  }
}

TEST_CASE("jpeg mark: of a sequential file only the scan is changed, and tables that lack codes") {
  for (const JpegKind& kind : kinds()) {
    if (kind.progressive || kind.arithmetic || kind.single) continue;
    CAPTURE(kind.name);
    const ByteBuffer file = make_jpeg(kind);
    const Marked out = marked_jpeg(file);
    const std::size_t scan = as_text(file).find("\xFF\xDA");
    REQUIRE(scan != std::string_view::npos);
    CHECK(std::equal(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(scan),
                     out.bytes.begin()));
    const std::string_view next = as_text(out.bytes).substr(scan, 2);
    CHECK(next == (kind.optimised ? "\xFF\xC4" : "\xFF\xDA"));
  }
}

TEST_CASE("jpeg mark: other segments and what follows the picture keep their bytes") {
  ByteBuffer file = make_jpeg({});
  const ByteBuffer profile(3000, 0x5A), comment = to_buffer("a comment");
  file = with_segment(with_segment(file, 0xE2, profile), 0xFE, comment);
  append(file, "behind the end");
  const Marked out = marked_jpeg(file);
  const std::string_view text = as_text(out.bytes);
  CHECK(text.find(as_text(profile)) != std::string_view::npos);
  CHECK(text.find("a comment") != std::string_view::npos);
  CHECK(text.find("JFIF") != std::string_view::npos);
  CHECK(
      text.ends_with("\xFF\xD9"
                     "behind the end"));
  CHECK(Bytes(out.bytes).first(2 + 13 + 3004 + 18).size() == 3037);
  CHECK(std::equal(out.bytes.begin(), out.bytes.begin() + 3000, file.begin()));
}

TEST_CASE("jpeg mark: a label is upright for every EXIF orientation, and the tag stays") {
  JpegKind kind;
  kind.width = 400;
  kind.height = 200;
  kind.grey = 200;
  for (unsigned orientation = 1; orientation <= 8; ++orientation) {
    CAPTURE(orientation);
    const ByteBuffer exif = make_exif(orientation, {});
    const ByteBuffer file = with_segment(make_jpeg(kind), 0xE1, exif);
    const Marked out = marked_jpeg(file);
    const bool turned = orientation >= 5;
    CHECK(out.mark.shown_width == (turned ? 200 : 400));
    CHECK(out.mark.shown_height == (turned ? 400 : 200));
    CHECK(out.mark.x + out.mark.width > out.mark.shown_width * 9 / 10);
    CHECK(out.mark.y + out.mark.height > out.mark.shown_height * 9 / 10);
    CHECK(as_text(out.bytes).find(as_text(exif)) != std::string_view::npos);
    // Where the blocks changed: bottom right as shown is another corner as stored.
    const JpegContent before = read_jpeg(file), after = read_jpeg(out.bytes);
    double x = 0, y = 0, count = 0;
    const JpegPlane &a = before.planes[0], &b = after.planes[0];
    for (std::size_t i = 0; i < a.blocks.size(); ++i) {
      if (a.blocks[i] == b.blocks[i]) continue;
      x += static_cast<double>(i % a.columns);
      y += static_cast<double>(i / a.columns);
      ++count;
    }
    const bool right = orientation == 1 || orientation == 4 || orientation == 5 || orientation == 6;
    const bool bottom =
        orientation == 1 || orientation == 2 || orientation == 5 || orientation == 8;
    CHECK((x / count > a.columns / 2.0) == right);
    CHECK((y / count > a.rows / 2.0) == bottom);
  }
}

TEST_CASE("jpeg mark: the thumbnail in EXIF gets the label too, or goes") {
  JpegKind small;
  small.width = 160;
  small.height = 120;
  const ByteBuffer thumbnail = make_jpeg(small);
  const ByteBuffer file = with_segment(make_jpeg({}), 0xE1, make_exif(1, thumbnail));
  const auto view_of = [](const ByteBuffer& bytes) {
    MemorySource source(bytes);
    const std::uint64_t size = *load_be(bytes, 4, 2) - 8;
    return std::pair(view_exif(source, {12, size}, {}), size);
  };
  const Marked out = marked_jpeg(file);
  const auto [view, size] = view_of(out.bytes);
  REQUIRE(view.has_thumbnail);
  const auto at = out.bytes.begin() + static_cast<std::ptrdiff_t>(view.thumbnail.offset);
  const ByteBuffer copy(at, at + static_cast<std::ptrdiff_t>(view.thumbnail.size));
  const JpegContent before = read_jpeg(thumbnail), after = read_jpeg(copy);
  CHECK(after.warnings == 0);
  std::size_t changed = 0;
  for (std::size_t i = 0; i < before.planes[0].blocks.size(); ++i) {
    changed += before.planes[0].blocks[i] != after.planes[0].blocks[i] ? 1 : 0;
  }
  CHECK(changed > 10);
  CHECK(as_text(out.bytes).find(as_text(thumbnail)) == std::string_view::npos);

  small.width = small.height = 8;  // nobody could read a label there
  const ByteBuffer tiny = make_jpeg(small);
  const Marked without = marked_jpeg(with_segment(make_jpeg({}), 0xE1, make_exif(6, tiny)));
  CHECK_FALSE(view_of(without.bytes).first.has_thumbnail);
  CHECK(view_of(without.bytes).first.orientation == 6);
  CHECK(as_text(without.bytes).find(as_text(tiny)) == std::string_view::npos);
  REQUIRE_FALSE(without.notes.empty());
  CHECK(without.notes[0].rule == "mark-thumbnail");
}

TEST_CASE("jpeg mark: required and drawn heights over odd shapes") {
  const struct {
    std::uint32_t width, height, required;
  } kShapes[] = {{16, 16, 1},       {10000, 100, 5},  {100, 10000, 5}, {768, 1024, 39},
                 {3840, 2160, 108}, {1920, 1080, 54}, {65500, 16, 1},  {64, 64, 4},
                 {50, 3000, 3},     {1024, 1024, 52}};
  for (const auto& shape : kShapes) {
    CAPTURE(shape.width);
    CAPTURE(shape.height);
    JpegKind kind;
    kind.width = shape.width;
    kind.height = shape.height;
    kind.grey = 128;
    const Marked out = marked_jpeg(make_jpeg(kind));
    CHECK(out.mark.glyph_height >= shape.required);
    CHECK(out.mark.height >= shape.required);
    if (std::min(shape.width, shape.height) >= 64) CHECK(out.mark.glyph_height >= 12);
    CHECK(out.mark.x + out.mark.width <= shape.width);
    CHECK(out.mark.y + out.mark.height <= shape.height);
    CHECK(out.mark.glyph_height <= std::max(shape.required, 12U) * 2);
  }
}

TEST_CASE("jpeg mark: what cannot carry a label says so") {
  const auto error_of = [](const ByteBuffer& file) { return refused(file, "jpeg"); };
  JpegKind kind;
  kind.width = kind.height = 1;
  CHECK(error_of(make_jpeg(kind)) == ErrorCode::Unsupported);
  for (const bool progressive : {false, true}) {
    JpegKind cut;
    cut.progressive = progressive;
    ByteBuffer file = make_jpeg(cut);
    file.resize(file.size() * 2 / 3);
    CHECK(error_of(file) == ErrorCode::Malformed);
    append(file, "\xFF\xD9");  // an end, but not all that comes before it
    if (!progressive) CHECK(error_of(file) == ErrorCode::Malformed);
  }
  ByteBuffer none = make_jpeg({});  // no lines
  const std::size_t frame = as_text(none).find("\xFF\xC0");
  store_be(none, frame + 5, 0, 2);
  CHECK(error_of(none) == ErrorCode::Malformed);
  CHECK(error_of(to_buffer("\xFF\xD8\xFF\xD9")) == ErrorCode::Malformed);
}

TEST_CASE("jpeg mark: places") {
  for (const Place2d place :
       {Place2d::TopLeft, Place2d::TopRight, Place2d::BottomLeft, Place2d::BottomRight,
        Place2d::Top, Place2d::Bottom, Place2d::Left, Place2d::Right}) {
    MarkDemand wanted = picture_demand();
    wanted.place = place;
    const Marked out = marked_jpeg(make_jpeg({}), wanted);
    const std::string word(to_string(place));
    CAPTURE(word);
    CHECK(out.mark.position == word);
    const double x = (out.mark.x + out.mark.width / 2.0) / 640,
                 y = (out.mark.y + out.mark.height / 2.0) / 480;
    CHECK((x < 0.3) == (word.find("left") != std::string::npos));
    CHECK((x > 0.7) == (word.find("right") != std::string::npos));
    CHECK((y < 0.3) == (word.find("top") != std::string::npos));
    CHECK((y > 0.7) == (word.find("bottom") != std::string::npos));
  }
}
