// SPDX-License-Identifier: Apache-2.0
#include "media/jpeg_block.hpp"

#include <algorithm>
#include <cmath>

namespace colophon {
namespace {

using Block = std::array<float, 64>;

/// The cosines of T.81 A.3.3, with the factors that make the transform its own inverse's transpose.
const std::array<std::array<float, 8>, 8>& cosines() {
  static const auto table = [] {
    std::array<std::array<float, 8>, 8> values{};
    for (unsigned k = 0; k < 8; ++k) {
      for (unsigned n = 0; n < 8; ++n) {
        const double scale = k == 0 ? std::sqrt(0.125) : 0.5;
        values[k][n] =
            static_cast<float>(scale * std::cos((2 * n + 1) * k * 3.14159265358979 / 16));
      }
    }
    return values;
  }();
  return table;
}

Block inverse(const Block& in) {
  const auto& c = cosines();
  Block half{}, out{};
  for (unsigned v = 0; v < 8; ++v) {
    for (unsigned u = 0; u < 8; ++u) {
      if (in[v * 8 + u] == 0) continue;
      for (unsigned x = 0; x < 8; ++x) half[v * 8 + x] += in[v * 8 + u] * c[u][x];
    }
  }
  for (unsigned v = 0; v < 8; ++v) {
    for (unsigned y = 0; y < 8; ++y) {
      for (unsigned x = 0; x < 8; ++x) out[y * 8 + x] += half[v * 8 + x] * c[v][y];
    }
  }
  return out;
}

Block forward(const Block& in) {
  const auto& c = cosines();
  static const auto kTurned = [] {
    std::array<std::array<float, 8>, 8> turned{};
    for (unsigned u = 0; u < 8; ++u) {
      for (unsigned x = 0; x < 8; ++x) turned[x][u] = cosines()[u][x];
    }
    return turned;
  }();
  Block half{}, out{};
  for (unsigned y = 0; y < 8; ++y) {
    for (unsigned x = 0; x < 8; ++x) {
      for (unsigned u = 0; u < 8; ++u) half[y * 8 + u] += in[y * 8 + x] * kTurned[x][u];
    }
  }
  for (unsigned v = 0; v < 8; ++v) {
    for (unsigned y = 0; y < 8; ++y) {
      for (unsigned u = 0; u < 8; ++u) out[v * 8 + u] += half[y * 8 + u] * c[v][y];
    }
  }
  return out;
}

Block samples_of(const std::int16_t* coefficients, const std::uint16_t* quantisers) {
  Block block{};
  for (unsigned i = 0; i < 64; ++i) {
    block[i] = static_cast<float>(coefficients[i]) * static_cast<float>(quantisers[i]);
  }
  block = inverse(block);
  for (float& sample : block) sample = std::clamp(sample + 128, 0.0F, 255.0F);
  return block;
}

float blended(float sample, StampCover cover, BlockInk ink) {
  switch (ink) {
    case BlockInk::Light:
      return sample * cover.kept + 255 * cover.white;
    case BlockInk::Chroma:
      return 128 + (sample - 128) * cover.kept;
    case BlockInk::Ink:
      return 255 - ((255 - sample) * cover.kept + 255 * cover.white);
    case BlockInk::LettersToWhite:
      return sample * (1 - cover.white) + 255 * cover.white;
    case BlockInk::LettersToZero:
      return sample * (1 - cover.white);
    case BlockInk::LettersToGrey:
      return 128 + (sample - 128) * (1 - cover.white);
  }
  return sample;
}

/// `cover_of` for one pixel.
StampCover cover_at(const Stamp& stamp, unsigned x, unsigned y) {
  x -= stamp.x;  // wraps where the pixel lies before the label
  y -= stamp.y;
  if (x >= stamp.plate.width || y >= stamp.plate.height) return {};
  const std::size_t at = std::size_t{y} * stamp.plate.width + x;
  const float plate = static_cast<float>(stamp.plate.samples[at]) * (kPlateAlpha / 65025.0F);
  const float ink = static_cast<float>(stamp.ink.samples[at]) * (1 / 255.0F);
  return {(1 - plate) * (1 - ink), ink};
}

/// `cover_of` for the pixels of a sample.
StampCover cover_below(const Stamp& stamp, const BlockGrid& grid, unsigned x, unsigned y) {
  const unsigned x0 = grid.pixel_x(x), y0 = grid.pixel_y(y);
  return cover_of(stamp, x0, y0, std::max(x0 + 1, grid.pixel_x(x + 1)),
                  std::max(y0 + 1, grid.pixel_y(y + 1)));
}

void count(const Block& shown, const BlockGrid& grid, unsigned column, unsigned row,
           const Stamp& stamp, BlockInk ink, ContrastMeter& meter) {
  for (unsigned i = 0; i < 64; ++i) {
    const unsigned x = grid.pixel_x(column * 8 + i % 8), y = grid.pixel_y(row * 8 + i / 8);
    if (x < stamp.x || y < stamp.y || x >= stamp.right() || y >= stamp.bottom()) continue;
    const std::size_t at = std::size_t{y - stamp.y} * stamp.plate.width + (x - stamp.x);
    const float light = ink == BlockInk::Ink ? 255 - shown[i] : shown[i];
    meter.add(static_cast<unsigned>(light + 0.5F), stamp.plate.samples[at], stamp.ink.samples[at]);
  }
}

unsigned bit_size(int value) {
  unsigned size = 0;
  for (auto left = static_cast<unsigned>(value < 0 ? -value : value); left != 0; left >>= 1) ++size;
  return size;
}

/// Where the coefficient that comes k-th is stored (T.81 figure A.6).
constexpr std::array<std::uint8_t, 64> kZigzag = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

}  // namespace

void JpegCodes::need_block(const std::int16_t* block) noexcept {
  constexpr unsigned kSixteenZeros = 0xF0, kEndOfBlock = 0;
  unsigned zeros = 0;
  for (unsigned k = 1; k < 64; ++k) {
    const int value = block[kZigzag[k]];
    if (value == 0) {
      ++zeros;
      continue;
    }
    if (zeros >= 16) needed[kSixteenZeros] = true;
    needed[(zeros % 16) << 4 | bit_size(value)] = true;
    zeros = 0;
  }
  if (zeros > 0) needed[kEndOfBlock] = true;
}

void JpegCodes::need_differences(int largest) noexcept {
  for (unsigned size = 0; size <= bit_size(largest); ++size) needed[size] = true;
}

bool JpegCodes::complete() noexcept {
  constexpr unsigned kAll = 1U << 16;
  unsigned count = 0, taken = 0;
  for (unsigned length = 1; length <= 16; ++length) {
    count += bits[length];
    taken += bits[length] * (kAll >> length);
  }
  if (count > values.size()) return false;
  for (unsigned i = 0; i < count; ++i) needed[values[i]] = false;
  for (unsigned symbol = 0; symbol < needed.size(); ++symbol) {
    if (!needed[symbol]) continue;
    while (taken + 2 > kAll) {  // a code that is hardly used becomes longer
      unsigned length = 15, before = count - bits[16];
      while (length > 0 && bits[length] == 0) --length;
      if (length == 0) return false;
      const std::uint8_t longer = values[before - 1];
      std::copy(values.begin() + before, values.begin() + count, values.begin() + before - 1);
      values[count - 1] = longer;
      --bits[length];
      ++bits[16];
      taken -= (kAll >> length) - 1;
    }
    if (bits[16] == 255) return false;
    ++bits[16];
    ++taken;
    values[count++] = static_cast<std::uint8_t>(symbol);
  }
  return true;
}

BlockSpan BlockGrid::under(const Stamp& stamp, unsigned columns, unsigned rows) const noexcept {
  const auto last = [](unsigned end, unsigned part, unsigned whole) {
    const unsigned samples = (end * part + whole - 1) / whole;
    return (samples + 7) / 8;
  };
  return {std::min(stamp.x * h / max_h / 8, columns), std::min(stamp.y * v / max_v / 8, rows),
          std::min(last(stamp.right(), h, max_h), columns),
          std::min(last(stamp.bottom(), v, max_v), rows)};
}

void mark_block(std::int16_t* coefficients, const std::uint16_t* quantisers, const BlockGrid& grid,
                unsigned column, unsigned row, const Stamp& stamp, BlockInk ink,
                ContrastMeter* meter) {
  Block block = samples_of(coefficients, quantisers);
  bool touched = false;
  const bool whole = grid.h == grid.max_h && grid.v == grid.max_v;
  for (unsigned i = 0; i < 64; ++i) {
    const unsigned x = column * 8 + i % 8, y = row * 8 + i / 8;
    const StampCover cover = whole ? cover_at(stamp, x, y) : cover_below(stamp, grid, x, y);
    touched = touched || cover.kept < 1;
    block[i] = blended(block[i], cover, ink) - 128;
  }
  if (!touched) return;
  block = forward(block);
  for (unsigned i = 0; i < 64; ++i) {
    const float divided = block[i] / static_cast<float>(std::max<std::uint16_t>(quantisers[i], 1));
    coefficients[i] = static_cast<std::int16_t>(std::clamp(divided, -1023.0F, 1023.0F) +
                                                (divided < 0 ? -0.5F : 0.5F));
  }
  if (meter != nullptr) {
    count(samples_of(coefficients, quantisers), grid, column, row, stamp, ink, *meter);
  }
}

}  // namespace colophon
