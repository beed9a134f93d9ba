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
    meter.add(static_cast<unsigned>(std::lround(light)), stamp.plate.samples[at],
              stamp.ink.samples[at]);
  }
}

}  // namespace

unsigned jpeg_bit_size(int value) noexcept {
  unsigned size = 0;
  for (auto left = static_cast<unsigned>(value < 0 ? -value : value); left != 0; left >>= 1) ++size;
  return size;
}

void JpegCodes::need_block(const std::int16_t* block) noexcept {
  constexpr unsigned kSixteenZeros = 0xF0, kEndOfBlock = 0;
  unsigned zeros = 0;
  for (unsigned k = 1; k < 64; ++k) {
    const int value = block[kJpegZigzag[k]];
    if (value == 0) {
      ++zeros;
      continue;
    }
    if (zeros >= 16) needed[kSixteenZeros] = true;
    needed[(zeros % 16) << 4 | jpeg_bit_size(value)] = true;
    zeros = 0;
  }
  if (zeros > 0) needed[kEndOfBlock] = true;
}

void JpegCodes::need_difference(int difference) noexcept {
  needed[jpeg_bit_size(difference)] = true;
}

bool JpegCodes::complete() {
  constexpr unsigned kAll = 1U << 16;
  unsigned count = 0, taken = 0;
  for (unsigned length = 1; length <= 16; ++length) {
    count += bits[length];
    taken += bits[length] * (kAll >> length);
  }
  if (count > values.size()) return false;
  std::array<bool, 256> has{};
  for (unsigned i = 0; i < count; ++i) has[values[i]] = true;
  std::vector<std::uint8_t> wanted;
  for (unsigned symbol = 0; symbol < needed.size(); ++symbol) {
    if (needed[symbol] && !has[symbol]) wanted.push_back(static_cast<std::uint8_t>(symbol));
  }
  std::size_t next = 0;
  for (; next < wanted.size() && taken + 2 <= kAll; ++next, ++taken) {
    if (bits[16] == 255 || count == values.size()) return false;
    ++bits[16];
    values[count++] = wanted[next];
  }
  return split_codes(std::span(wanted).subspan(next), count);
}

bool JpegCodes::split_codes(std::span<const std::uint8_t> wanted, unsigned count) {
  while (!wanted.empty()) {
    unsigned length = 15;
    while (length > 0 && bits[length] == 0) --length;
    if (length == 0) return false;
    // The last code of that length becomes one bit longer. What then is free is divided among
    // as many others as there are: the shortest code into two, again and again.
    const auto more = static_cast<unsigned>(
        std::min<std::size_t>(wanted.size(), std::size_t{1} << (15 - length)));
    const auto at = values.begin() + (count - bits[16]);
    if (bits[16] + more > 255 || count + more > values.size()) return false;
    std::copy_backward(at, values.begin() + count, values.begin() + count + more);
    std::copy_n(wanted.begin(), more, at);
    --bits[length];
    bits[length + 1] = static_cast<std::uint8_t>(bits[length + 1] + 2);
    unsigned shortest = length + 1, left = 1;  // codes of that length, but for the one made longer
    for (unsigned codes = 1; codes < more; ++codes) {
      if (left == 0) left = bits[++shortest];
      --left;
      --bits[shortest];
      bits[shortest + 1] = static_cast<std::uint8_t>(bits[shortest + 1] + 2);
    }
    count += more;
    wanted = wanted.subspan(more);
  }
  return true;
}

void JpegCodes::append_table(ByteBuffer& segment, unsigned name) const {
  segment.push_back(static_cast<std::uint8_t>(name));
  std::size_t count = 0;
  for (unsigned length = 1; length <= 16; ++length) {
    segment.push_back(bits[length]);
    count += bits[length];
  }
  append(segment, slice(values, 0, count));
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

namespace {

/// Whether the plate covers every pixel below the block, and no letter any.
bool is_plain_plate(const BlockGrid& grid, unsigned column, unsigned row, const Stamp& stamp) {
  const unsigned left = grid.pixel_x(column * 8), right = grid.pixel_x(column * 8 + 8);
  const unsigned top = grid.pixel_y(row * 8), bottom = grid.pixel_y(row * 8 + 8);
  if (left < stamp.x || top < stamp.y || right > stamp.right() || bottom > stamp.bottom()) {
    return false;
  }
  for (unsigned y = top; y < bottom; ++y) {
    const std::size_t at = std::size_t{y - stamp.y} * stamp.plate.width + (left - stamp.x);
    const auto all = [&](const Plane& plane, std::uint8_t wanted) {
      const auto* from = plane.samples.data() + at;
      return std::all_of(from, from + (right - left), [&](std::uint8_t v) { return v == wanted; });
    };
    if (!all(stamp.ink, 0) || !all(stamp.plate, 255)) return false;
  }
  return true;
}

std::int16_t rounded(float value) {
  return static_cast<std::int16_t>(std::clamp(value, -1023.0F, 1023.0F) +
                                   (value < 0 ? -0.5F : 0.5F));
}

}  // namespace

void mark_block(std::int16_t* coefficients, const std::uint16_t* quantisers, const BlockGrid& grid,
                unsigned column, unsigned row, const Stamp& stamp, BlockInk ink,
                ContrastMeter* meter) {
  if (is_plain_plate(grid, column, row, stamp)) {
    // All samples become the same linear function of what they were, so coefficients do, too.
    const StampCover cover{1 - kPlateAlpha / 255.0F, 0};
    const float black = blended(0, cover, ink), kept = (blended(255, cover, ink) - black) / 255;
    const float quantiser = std::max<std::uint16_t>(quantisers[0], 1);
    const float dc = coefficients[0] * quantiser / 8 + 128;
    for (unsigned i = 1; i < 64; ++i) coefficients[i] = rounded(coefficients[i] * kept);
    coefficients[0] = rounded((std::clamp(dc, 0.0F, 255.0F) * kept + black - 128) * 8 / quantiser);
    if (meter != nullptr) {
      count(samples_of(coefficients, quantisers), grid, column, row, stamp, ink, *meter);
    }
    return;
  }
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
    coefficients[i] =
        rounded(block[i] / static_cast<float>(std::max<std::uint16_t>(quantisers[i], 1)));
  }
  if (meter != nullptr) {
    count(samples_of(coefficients, quantisers), grid, column, row, stamp, ink, *meter);
  }
}

}  // namespace colophon
