// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <random>

#include "marks/marked.hpp"
#include "media/gif_lzw.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr std::uint32_t kWidth = 180, kHeight = 140;

struct Frame {
  std::uint32_t x = 0, y = 0, width = kWidth, height = kHeight;
  unsigned dispose = 1;
  bool interlaced = false, local = false;
  int transparent = -1;
};
struct Gif {
  std::vector<Frame> frames;
  std::vector<std::uint8_t> table;  ///< RGB, a power of two of entries
};

unsigned bits_of(std::size_t entries) {
  unsigned bits = 1;
  while (std::size_t{1} << bits < entries) ++bits;
  return bits;
}

ByteBuffer make_gif(const Gif& gif) {
  const unsigned bits = bits_of(gif.table.size() / 3);
  ByteBuffer out = to_buffer("GIF89a");
  append_le(out, kWidth, 2);
  append_le(out, kHeight, 2);
  append(out, ByteBuffer{static_cast<std::uint8_t>(0x80 | (bits - 1)), 0, 0});
  append(out, gif.table);
  append(out, to_buffer("\x21\xFF\x0BNETSCAPE2.0\x03\x01"));
  append(out, ByteBuffer{0, 0, 0});
  for (std::size_t f = 0; f < gif.frames.size(); ++f) {
    const Frame& frame = gif.frames[f];
    const bool sees_through = frame.transparent >= 0;
    append(out,
           ByteBuffer{0x21, 0xF9, 4,
                      static_cast<std::uint8_t>(frame.dispose << 2 | (sees_through ? 1U : 0U)), 9,
                      0, static_cast<std::uint8_t>(sees_through ? frame.transparent : 0), 0, 0x2C});
    for (const std::uint32_t value : {frame.x, frame.y, frame.width, frame.height})
      append_le(out, value, 2);
    out.push_back(static_cast<std::uint8_t>((frame.local ? 0x80U | (bits - 1) : 0U) |
                                            (frame.interlaced ? 0x40U : 0U)));
    if (frame.local) append(out, gif.table);
    ByteBuffer indices;
    for (std::uint32_t i = 0; i < frame.width * frame.height; ++i) {
      const std::size_t colours = gif.table.size() / 3;
      const std::size_t index =
          colours == 256 ? i % 256 : (i % frame.width / 7 + i / frame.width / 5 + f) % colours;
      indices.push_back(static_cast<std::uint8_t>(
          sees_through && i % 3 == 0 ? static_cast<unsigned>(frame.transparent) : index));
    }
    const unsigned code_size = std::max(2U, bits);
    out.push_back(static_cast<std::uint8_t>(code_size));
    const ByteBuffer data = gif_pack(indices, code_size);
    for (std::size_t at = 0; at < data.size(); at += 200) {
      const Bytes part = slice(data, at, 200);
      out.push_back(static_cast<std::uint8_t>(part.size()));
      append(out, part);
    }
    out.push_back(0);
  }
  out.push_back(0x3B);
  return out;
}

using Canvas = std::vector<std::array<int, 4>>;
struct Shown {
  std::vector<Canvas> frames;
  ByteBuffer rest;  ///< all bytes but tables, descriptors' flags and image data
};

/// What a viewer shows, read by the rules of GIF89a alone.
Shown shown(const ByteBuffer& file) {
  Shown out;
  Canvas canvas(kWidth * kHeight, {0, 0, 0, 0});
  std::size_t at = 13;
  const std::size_t global = at;
  if ((file[10] & 0x80) != 0) at += std::size_t{3} << ((file[10] & 7) + 1);
  ByteBuffer control{0, 0, 0, 0};
  const auto blocks = [&](ByteBuffer& data) {
    while (file[at] != 0) {
      append(data, slice(file, at + 1, file[at]));
      at += file[at] + 1U;
    }
    ++at;
  };
  while (file.at(at) != 0x3B) {
    ByteBuffer data;
    if (file[at] == 0x21) {
      const std::uint8_t label = file[at + 1];
      at += 2;
      blocks(data);
      append(out.rest, data);
      if (label == 0xF9) control = data;
      continue;
    }
    REQUIRE(file[at] == 0x2C);
    const auto word = [&](std::size_t i) {
      return static_cast<std::uint32_t>(*load_le(file, at + i, 2));
    };
    const std::uint32_t x0 = word(1), y0 = word(3), width = word(5), height = word(7);
    append(out.rest, slice(file, at, 9));
    const std::uint8_t flags = file[at + 9];
    at += 10;
    std::size_t table = global;
    if ((flags & 0x80) != 0) {
      table = at;
      at += std::size_t{3} << ((flags & 7) + 1);
    }
    const unsigned code_size = file[at++];
    blocks(data);
    const auto indices = gif_unpack(data, code_size, std::size_t{width} * height);
    REQUIRE(indices.has_value());
    std::vector<std::uint32_t> rows;
    constexpr unsigned kPasses[4][2] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};
    for (const auto& [first, step] : kPasses) {
      for (std::uint32_t y = first; (flags & 0x40) != 0 && y < height; y += step) rows.push_back(y);
    }
    for (std::uint32_t y = 0; (flags & 0x40) == 0 && y < height; ++y) rows.push_back(y);
    const Canvas before = canvas;
    for (std::size_t i = 0; i < indices->size(); ++i) {
      const unsigned index = (*indices)[i];
      if ((control[0] & 1) != 0 && index == control[3]) continue;
      const std::uint8_t* rgb = &file[table + index * 3UL];
      canvas[(rows[i / width] + y0) * kWidth + i % width + x0] = {rgb[0], rgb[1], rgb[2], 255};
    }
    out.frames.push_back(canvas);
    const unsigned dispose = control[0] >> 2 & 7U;
    if (dispose == 3) canvas = before;
    for (std::uint32_t y = y0; dispose == 2 && y < y0 + height; ++y) {
      std::fill_n(canvas.begin() + y * kWidth + x0, width, std::array<int, 4>{});
    }
  }
  return out;
}

std::vector<std::uint8_t> greys(std::size_t count, unsigned from, unsigned to) {
  std::vector<std::uint8_t> table;
  for (std::size_t i = 0; i < count; ++i) {
    table.insert(table.end(), 3, static_cast<std::uint8_t>(from + (to - from) * i / (count - 1)));
  }
  return table;
}

}  // namespace

TEST_CASE("gif mark: what is packed is unpacked again") {
  std::mt19937 dice(5);
  for (unsigned bits = 2; bits <= 8; ++bits) {
    for (const std::size_t size :
         {std::size_t{1}, std::size_t{2}, std::size_t{1000}, std::size_t{200000}}) {
      ByteBuffer indices;
      for (std::size_t i = 0; i < size; ++i) {
        indices.push_back(
            static_cast<std::uint8_t>((dice() % 4 == 0 ? dice() : i / 9) % (1U << bits)));
      }
      CHECK(gif_unpack(gif_pack(indices, bits), bits, size) == indices);
    }
  }
  CHECK_FALSE(gif_unpack({}, 8, 1).has_value());
  CHECK_FALSE(gif_unpack(ByteBuffer{0xFF, 0xFF, 0xFF}, 2, 9).has_value());
  CHECK_FALSE(gif_unpack(ByteBuffer{0}, 0, 1).has_value());
}

TEST_CASE("gif mark: every frame shows the label, all else stays") {
  Frame part;
  part.x = 90;
  part.y = 70;
  part.width = 90;
  part.height = 70;
  part.transparent = 3;
  Frame corner;
  corner.width = corner.height = 20;
  Frame cleared;
  cleared.dispose = 2;
  cleared.transparent = 1;
  Frame interlaced;
  interlaced.interlaced = interlaced.local = true;
  Frame restored = part;
  restored.dispose = 3;
  const std::vector<Gif> gifs = {
      {{{}}, greys(256, 0, 255)},
      {{interlaced, {}, part}, greys(16, 20, 250)},
      {{{}, corner, restored, part, interlaced}, greys(64, 0, 255)},
      {{cleared, cleared, {}}, greys(8, 0, 255)},
      {{{}, part}, greys(4, 100, 130)},     // grows
      {{cleared, {}}, greys(2, 100, 130)},  // grows beside its transparent colour
  };
  for (std::size_t g = 0; g < gifs.size(); ++g) {
    CAPTURE(g);
    const ByteBuffer file = make_gif(gifs[g]);
    const Marked out = marked(file, "gif");
    const Shown before = shown(file), after = shown(out.bytes);
    CHECK(before.rest == after.rest);
    REQUIRE(before.frames.size() == after.frames.size());
    CHECK(out.mark.contrast >= 4.5);
    for (std::size_t f = 0; f < after.frames.size(); ++f) {
      std::size_t outside = 0, light = 0, dark = 0;
      for (std::size_t i = 0; i < after.frames[f].size(); ++i) {
        const std::size_t x = i % kWidth, y = i / kWidth;
        const auto& colour = after.frames[f][i];
        outside += colour != before.frames[f][i] && !near_mark(out.mark, x, y) ? 1 : 0;
        const bool ink = x >= out.mark.x && x < out.mark.x + out.mark.width && y >= out.mark.y &&
                         y < out.mark.y + out.mark.height;
        light += ink && colour[0] >= 250 ? 1 : 0;
        dark += ink && colour[0] <= 20 && colour[3] == 255 ? 1 : 0;
      }
      CHECK(outside == 0);
      CHECK(light > out.mark.width * out.mark.height / 5);
      CHECK(light + dark == out.mark.width * out.mark.height);
    }
  }
}

TEST_CASE("gif mark: what cannot carry a label says so") {
  CHECK(refused(make_gif({{{}}, greys(256, 120, 130)}), "gif") == ErrorCode::Unsupported);
  Frame small;
  small.width = small.height = 30;
  CHECK(refused(make_gif({{small}, greys(16, 0, 255)}), "gif") == ErrorCode::Unsupported);
  ByteBuffer cut = make_gif({{{}}, greys(16, 0, 255)});
  cut.resize(cut.size() / 2);
  CHECK(refused(cut, "gif") == ErrorCode::Malformed);
  // An image far outside makes the picture too large for any viewer.
  Frame far;
  far.x = far.y = 65000;
  CHECK(refused(make_gif({{{}, far}, greys(16, 0, 255)}), "gif") == ErrorCode::LimitExceeded);
  ByteBuffer none = make_gif({{}, greys(16, 0, 255)});
  CHECK(refused(none, "gif") == ErrorCode::Malformed);
}
