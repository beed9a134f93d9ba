// SPDX-License-Identifier: Apache-2.0
// A label in a PNG file changes the samples under it and no other, in every kind of PNG.
#include <doctest/doctest.h>

#include <cmath>

#include "marks/marked.hpp"
#include "marks/png_tools.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

std::vector<std::uint8_t> greys(std::size_t count, unsigned from, unsigned to) {
  std::vector<std::uint8_t> palette;
  for (std::size_t i = 0; i < count; ++i) {
    palette.insert(palette.end(), 3,
                   static_cast<std::uint8_t>(from + (to - from) * i / (count - 1)));
  }
  return palette;
}

std::vector<PngKind> kinds() {
  std::vector<PngKind> all;
  const struct {
    int colour, depth;
  } kTypes[] = {{0, 1}, {0, 2}, {0, 4}, {0, 8}, {0, 16}, {2, 8}, {2, 16}, {3, 1},
                {3, 2}, {3, 4}, {3, 8}, {4, 8}, {4, 16}, {6, 8}, {6, 16}};
  for (const auto& [colour, depth] : kTypes) {
    for (const bool interlaced : {false, true}) {
      PngKind& kind = all.emplace_back();
      kind.name = std::to_string(colour) + "/" + std::to_string(depth) + (interlaced ? " i" : "");
      kind.colour = colour;
      kind.depth = depth;
      kind.interlaced = interlaced;
      kind.width = interlaced ? 203 : 320;
      kind.height = interlaced ? 157 : 240;
      if (colour == 3) kind.palette = greys(depth == 8 ? 200 : std::size_t{1} << depth, 0, 255);
    }
  }
  const auto add = [&all](std::string name) -> PngKind& {
    PngKind& kind = all.emplace_back();
    kind.name = std::move(name);
    return kind;
  };
  add("stored").level = 0;
  add("one byte an IDAT").chunk = 6;
  PngKind& large = add("one IDAT");
  large.chunk = 4 << 20;
  large.width = 1500;
  large.height = 900;
  PngKind& key = add("transparent colour");
  key.transparency = {120};
  PngKind& pale = add("palette that grows");
  pale.colour = 3;
  pale.palette = greys(100, 120, 130);
  pale.transparency = {0, 128};
  return all;
}

}  // namespace

TEST_CASE("png mark: outside the label every sample stays, in every kind of file") {
  for (const PngKind& kind : kinds()) {
    CAPTURE(kind.name);
    const ByteBuffer file = make_png(kind);
    const Marked out = marked(file, "png");
    const PngContent before = read_png(file), after = read_png(out.bytes);
    CHECK(after.warnings.empty());
    CHECK(after.depth == before.depth);
    CHECK(after.channels == before.channels);
    REQUIRE(after.rgba.size() == before.rgba.size());
    const Mark& mark = out.mark;
    std::size_t changed = 0, bright = 0, outside = 0;
    for (std::size_t i = 0; i < before.rgba.size() / 4; ++i) {
      const std::size_t x = i % before.width, y = i / before.width;
      const bool inside = near_mark(mark, x, y);
      const bool same =
          std::equal(&before.rgba[i * 4], &before.rgba[i * 4] + 4, &after.rgba[i * 4]);
      changed += same ? 0 : 1;
      outside += same || inside ? 0 : 1;
      const bool ink =
          x >= mark.x && x < mark.x + mark.width && y >= mark.y && y < mark.y + mark.height;
      bright += ink && after.rgba[i * 4 + 1] > 200 ? 1 : 0;
      if (ink) CHECK(after.rgba[i * 4 + 3] >= 170);  // never lost on a transparent ground
    }
    CHECK(outside == 0);
    CHECK(changed > mark.width * mark.height / 2);
    CHECK(bright > mark.width * mark.height / 6);
    CHECK(mark.contrast >= 4.5);
    CHECK(mark.glyph_height * 20 >= std::min(kind.width, kind.height));
  }
}

TEST_CASE("png mark: rows above the label stay compressed as they were") {
  PngKind kind;
  kind.width = 1200;
  kind.height = 1200;
  const ByteBuffer file = make_png(kind);
  const Marked out = marked(file, "png");
  const auto before = png_chunks(file), after = png_chunks(out.bytes);
  std::size_t same = 0;
  while (same < std::min(before.size(), after.size()) && before[same] == after[same]) ++same;
  CHECK(same > before.size() / 2);
  CHECK(before.size() > 20);
}

TEST_CASE("png mark: every other chunk keeps its bytes and its place") {
  ByteBuffer file = make_png({});
  const ByteBuffer text = png_chunk("tEXt", as_bytes(std::string_view("Title\0a title", 13)));
  const ByteBuffer odd = png_chunk("vpAg", ByteBuffer{1, 2, 3});
  file.insert(file.begin() + 33, text.begin(), text.end());
  file.insert(file.end() - 12, odd.begin(), odd.end());
  const Marked out = marked(file, "png");
  const auto rest = [](const ByteBuffer& bytes) {
    std::vector<std::pair<std::string, ByteBuffer>> kept;
    for (auto& chunk : png_chunks(bytes)) {
      if (chunk.first != "IDAT") kept.push_back(std::move(chunk));
    }
    return kept;
  };
  CHECK(rest(file) == rest(out.bytes));
}

namespace {

struct Frame {
  std::uint32_t x, y, width, height;
  unsigned dispose = 0, blend = 0;
  unsigned level = 100;
};
/// RGBA, 200 x 160; the first frame is the default image.
ByteBuffer make_apng(const std::vector<Frame>& frames) {
  ByteBuffer file = to_buffer("\x89PNG\r\n\x1a\n");
  ByteBuffer header, control;
  append_be(header, 200, 4);
  append_be(header, 160, 4);
  append(header, ByteBuffer{8, 6, 0, 0, 0});
  append(file, png_chunk("IHDR", header));
  append_be(control, frames.size(), 4);
  append_be(control, 0, 4);
  append(file, png_chunk("acTL", control));
  std::uint32_t number = 0;
  for (const Frame& frame : frames) {
    ByteBuffer data;
    append_be(data, number++, 4);
    for (const std::uint32_t value : {frame.width, frame.height, frame.x, frame.y})
      append_be(data, value, 4);
    append_be(data, 7, 2);
    append_be(data, 100, 2);
    data.push_back(static_cast<std::uint8_t>(frame.dispose));
    data.push_back(static_cast<std::uint8_t>(frame.blend));
    append(file, png_chunk("fcTL", data));
    std::vector<std::uint8_t> rows;
    for (std::uint32_t i = 0; i < frame.width * frame.height; ++i) {
      const bool hole = frame.blend == 1 && i % 2 == 0;
      rows.insert(rows.end(),
                  {static_cast<std::uint8_t>(frame.level), static_cast<std::uint8_t>(i % 251), 90,
                   static_cast<std::uint8_t>(hole ? 0 : 255)});
    }
    const ByteBuffer stream = png_stream(rows, frame.width * 4UL, 4, 6);
    if (number == 1) {
      append(file, png_chunk("IDAT", stream));
      continue;
    }
    for (std::size_t part = 0; part < 2; ++part) {
      ByteBuffer piece;
      append_be(piece, number++, 4);
      append(piece, slice(stream, stream.size() / 2 * part,
                          part == 0 ? stream.size() / 2 : stream.size()));
      append(file, png_chunk("fdAT", piece));
    }
  }
  append(file, png_chunk("IEND", {}));
  return file;
}

/// What is shown at each frame, blended as the specification says.
std::vector<std::vector<std::uint8_t>> shown(const ByteBuffer& file) {
  std::vector<std::vector<std::uint8_t>> out;
  std::vector<std::uint8_t> canvas(200UL * 160 * 4);
  const auto chunks = png_chunks(file);
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    if (chunks[i].first != "fcTL") continue;
    const ByteBuffer& control = chunks[i].second;
    const auto word = [&](std::size_t at) {
      return static_cast<std::uint32_t>(*load_be(control, at, 4));
    };
    ByteBuffer one = to_buffer("\x89PNG\r\n\x1a\n"), header, stream;
    append_be(header, word(4), 4);
    append_be(header, word(8), 4);
    append(header, ByteBuffer{8, 6, 0, 0, 0});
    append(one, png_chunk("IHDR", header));
    for (std::size_t j = i + 1; j < chunks.size() && chunks[j].first != "fcTL"; ++j) {
      if (chunks[j].first == "IDAT") append(stream, chunks[j].second);
      if (chunks[j].first == "fdAT") append(stream, slice(chunks[j].second, 4));
    }
    append(one, png_chunk("IDAT", stream));
    append(one, png_chunk("IEND", {}));
    const PngContent frame = read_png(one);
    const auto before = canvas;
    for (std::size_t p = 0; p < frame.rgba.size() / 4; ++p) {
      std::uint8_t* to =
          &canvas[((p / frame.width + word(16)) * 200 + p % frame.width + word(12)) * 4];
      const std::uint8_t* from = &frame.rgba[p * 4];
      if (control[25] == 0 || from[3] != 0) std::copy_n(from, 4, to);  // alpha is 0 or 255 here
    }
    out.push_back(canvas);
    if (control[24] == 2) canvas = before;
    if (control[24] != 1) continue;
    for (std::uint32_t y = word(16); y < word(16) + word(8); ++y) {
      std::fill_n(&canvas[(y * 200UL + word(12)) * 4], word(4) * 4UL, std::uint8_t{0});
    }
  }
  return out;
}

}  // namespace

TEST_CASE("png mark: every frame of an APNG shows the label, the timing stays") {
  const std::vector<std::vector<Frame>> animations = {
      {{0, 0, 200, 160}, {0, 0, 200, 160, 0, 0, 30}},
      {{0, 0, 200, 160}, {100, 80, 100, 80, 0, 1, 220}, {150, 140, 50, 20, 0, 0, 240}},
      {{0, 0, 200, 160}, {5, 5, 20, 20, 1, 0, 10}, {120, 100, 80, 60, 2, 1, 200}, {9, 9, 9, 9}},
      {{0, 0, 200, 160, 1}, {0, 0, 200, 160, 1, 0, 30}, {0, 0, 200, 160, 0, 1, 250}}};
  for (const auto& frames : animations) {
    const ByteBuffer file = make_apng(frames);
    const Marked out = marked(file, "png");
    const auto before = png_chunks(file), after = png_chunks(out.bytes);
    REQUIRE(before.size() == after.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
      CHECK(before[i].first == after[i].first);
      if (before[i].first == "fcTL") CHECK(before[i].second == after[i].second);
      if (before[i].first == "fdAT")
        CHECK(*load_be(before[i].second, 0, 4) == *load_be(after[i].second, 0, 4));
    }
    const auto old = shown(file), now = shown(out.bytes);
    REQUIRE(now.size() == frames.size());
    const Mark& mark = out.mark;
    for (std::size_t f = 0; f < now.size(); ++f) {
      CAPTURE(f);
      std::size_t bright = 0, outside = 0;
      for (std::size_t i = 0; i < now[f].size() / 4; ++i) {
        const std::size_t x = i % 200, y = i / 200;
        const bool same = std::equal(&old[f][i * 4], &old[f][i * 4] + 4, &now[f][i * 4]);
        outside += same || near_mark(mark, x, y) ? 0 : 1;
        const bool ink =
            x >= mark.x && x < mark.x + mark.width && y >= mark.y && y < mark.y + mark.height;
        bright += ink && now[f][i * 4] > 250 && now[f][i * 4 + 2] > 250 ? 1 : 0;
      }
      CHECK(outside == 0);
      CHECK(bright > mark.width * mark.height / 5);
    }
  }
}

TEST_CASE("png mark: what cannot carry a label says so") {
  const auto error_of = [](const ByteBuffer& file) { return refused(file, "png"); };
  PngKind kind;
  kind.width = kind.height = 1;
  CHECK(error_of(make_png(kind)) == ErrorCode::Unsupported);
  ByteBuffer cut = make_png({});
  cut.resize(cut.size() / 2);
  CHECK(error_of(cut) == ErrorCode::Malformed);
  ByteBuffer bad = make_png({});
  const std::size_t data = as_text(bad).find("IDAT");
  bad[data + 40] ^= 0xFF;
  bad[data + 41] ^= 0x55;
  CHECK(error_of(bad) == ErrorCode::Malformed);
  PngKind full;
  full.colour = 3;
  full.palette = greys(256, 120, 130);
  CHECK(error_of(make_png(full)) == ErrorCode::Unsupported);
  PngKind bit;  // one of its two values is transparent
  bit.colour = 0;
  bit.depth = 1;
  bit.transparency = {1};
  CHECK(error_of(make_png(bit)) == ErrorCode::Unsupported);
  CHECK(error_of(make_apng({{0, 0, 200, 160, 1}, {100, 80, 60, 40}})) == ErrorCode::Unsupported);
}
