// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <string>

#include "marks/marked.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr std::uint32_t kWidth = 201, kHeight = 160;

/// `height` < 0: the first row is the top one.
ByteBuffer make_bmp(unsigned bits, bool top_down = false, unsigned compression = 0) {
  const std::uint64_t stride = (std::uint64_t{kWidth} * bits + 31) / 32 * 4;
  const std::uint64_t palette = bits <= 8 ? std::uint64_t{4} << bits : 0,
                      masks = compression == 3 ? 12 : 0;
  ByteBuffer out = to_buffer("BM");
  append_le(out, 54 + palette + masks + stride * kHeight, 4);
  append_le(out, 0, 4);
  append_le(out, 54 + palette + masks, 4);
  append_le(out, 40, 4);
  append_le(out, kWidth, 4);
  append_le(out, top_down ? 0x100000000 - kHeight : kHeight, 4);
  append_le(out, 1, 2);
  append_le(out, bits, 2);
  append_le(out, compression, 4);
  out.resize(54, 0);
  if (compression == 3) {
    for (const unsigned mask : {0xF800U, 0x7E0U, 0x1FU}) append_le(out, mask, 4);
  }
  for (unsigned i = 0; i < palette / 4; ++i) {
    append_le(out, 0x010101 * (i * 255 / (static_cast<unsigned>(palette) / 4 - 1)), 4);
  }
  for (std::size_t i = 0; i < stride * kHeight; ++i)
    out.push_back(static_cast<std::uint8_t>(i % 251));
  append(out, "behind");
  return out;
}

Marked marked_svg(std::string_view text, std::string_view words = "AI生成") {
  return marked(to_buffer(text), "svg", picture_demand(std::string(words)));
}

}  // namespace

TEST_CASE("bmp mark: only bytes under the label change, in place") {
  for (const bool top_down : {false, true}) {
    for (const unsigned bits : {1U, 4U, 8U, 16U, 24U, 32U}) {
      CAPTURE(bits);
      const ByteBuffer file = make_bmp(bits, top_down, 0);
      const Marked out = marked(file, "bmp");
      REQUIRE(out.bytes.size() == file.size());
      const std::size_t start = *load_le(file, 10, 4), stride = (kWidth * bits + 31) / 32 * 4;
      std::size_t changed = 0;
      for (std::size_t i = 0; i < file.size(); ++i) {
        if (file[i] == out.bytes[i]) continue;
        ++changed;
        REQUIRE(i >= start);
        const std::size_t line = (i - start) / stride, y = top_down ? line : kHeight - 1 - line;
        const std::size_t x = (i - start) % stride * 8 / bits;
        CHECK((near_mark(out.mark, x, y) || near_mark(out.mark, x + 7, y)));
      }
      CHECK(changed * 8 > out.mark.width * out.mark.height * bits / 3);
      CHECK(out.mark.contrast >= 4.5);
    }
  }
  CHECK(marked(make_bmp(16, false, 3), "bmp").mark.contrast >= 4.5);
}

TEST_CASE("bmp mark: what cannot carry a label says so") {
  CHECK(refused(make_bmp(8, false, 1), "bmp") == ErrorCode::Unsupported);
  ByteBuffer cut = make_bmp(24);
  cut.resize(9000);
  CHECK(refused(cut, "bmp") == ErrorCode::Truncated);
  ByteBuffer wide = make_bmp(24);
  store_le(wide, 18, 0x7FFFFFFF, 4);
  CHECK(refused(wide, "bmp") == ErrorCode::LimitExceeded);
}

TEST_CASE("svg mark: a group with a name, in the units of the drawing") {
  for (const char* text :
       {"<svg xmlns='http://www.w3.org/2000/svg' viewBox='-10 -10 40 24'><g/></svg>",
        "<?xml version='1.0'?><!-- a --><svg xmlns='http://www.w3.org/2000/svg' width='12cm' "
        "height='300pt'/>",
        "<s:svg xmlns:s='http://www.w3.org/2000/svg' width='5000' "
        "height='40'><s:g><s:svg/></s:g></s:svg>\n"}) {
    CAPTURE(text);
    const Marked out = marked_svg(text);
    const std::string_view written = as_text(out.bytes);
    CHECK(out.mark.height_share() >= 0.05);
    CHECK(written.find("aria-label=\"AI生成\"") != std::string_view::npos);
    CHECK(written.find("title>AI生成</") != std::string_view::npos);
    MemorySource source(out.bytes);
    const auto found = find_picture_marks(source, *find_format("svg"), {});
    REQUIRE(found.has_value());
    REQUIRE(found->marks.size() == 1);
    CHECK(found->marks[0].text == "AI生成");
    CHECK(found->marks[0].position == "bottom-right");
    CHECK(found->marks[0].height_share() >= 0.05);
    // Everything that was there is there.
    std::string_view old = text;
    CHECK(written.starts_with(old.substr(0, old.find('>', old.find("svg")) - 1)));
  }
}

TEST_CASE("svg mark: words are escaped, prefixes kept, texts of others found") {
  const Marked out = marked_svg(
      "<x:svg xmlns:x='http://www.w3.org/2000/svg' viewBox='0 0 900 600'></x:svg>", "AI <&\" 生成");
  const std::string_view written = as_text(out.bytes);
  CHECK(written.find("<x:title>AI &lt;&amp;&quot; 生成</x:title>") != std::string_view::npos);
  CHECK(written.ends_with("</x:g>\n</x:svg>"));
  const ByteBuffer other = to_buffer(
      "<svg viewBox='0 0 100 100'><text font-size='8'>本图由AI生成</text><text>AI and "
      "more</text></svg>");
  MemorySource source(other);
  const auto found = find_picture_marks(source, *find_format("svg"), {});
  REQUIRE(found.has_value());
  REQUIRE(found->marks.size() == 1);
  CHECK(found->marks[0].height_share() == doctest::Approx(0.073).epsilon(0.05));
}

TEST_CASE("svg mark: a label that stands there is not drawn again, unless something lies over it") {
  for (const char* text :
       {"<svg viewBox='0 0 900 600'><g/></svg>", "<svg viewBox='0 0 30 20'/>\n"}) {
    for (const char* words : {"AI生成", "made by a machine"}) {
      const MarkDemand demand = picture_demand(words);
      const auto again = [&](const ByteBuffer& file) {
        MemorySource source(file);
        const auto plan = plan_picture_mark(source, *find_format("svg"), demand, {});
        REQUIRE(plan.has_value());
        REQUIRE(plan->marks.size() == 1);
        CHECK(plan->changes != plan->splice.is_identity(file.size()));
        return plan->changes;
      };
      const ByteBuffer once = marked_svg(text, words).bytes;
      CHECK_FALSE(again(once));
      std::string over = to_string(once);
      CHECK(again(to_buffer(over.insert(over.rfind("</svg"), "<rect width='9' height='9'/>"))));
    }
  }
}

TEST_CASE("svg mark: what cannot carry a label says so") {
  CHECK(refused(to_buffer("<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>"), "svg") ==
        ErrorCode::Unsupported);
  CHECK(refused(to_buffer("<svg width='100%' height='9'><g/></svg>"), "svg") ==
        ErrorCode::Unsupported);
  CHECK(refused(to_buffer("<svg viewBox='0 0 10 10'><g>"), "svg") == ErrorCode::Malformed);
}
