// SPDX-License-Identifier: Apache-2.0
// Eight by eight samples of one component under a label, from coefficients to coefficients.
#pragma once

#include "media/stamp.hpp"

#include <span>

namespace colophon {

/// How samples of a component become darker or lighter.
enum class BlockInk : std::uint8_t {
  Light,           ///< 0 is black, 255 white: grey, Y, R, G, B, inverted K
  Chroma,          ///< 128 is colourless
  Ink,             ///< 255 is black: K
  LettersToWhite,  ///< inverted C, M, Y: the plate is black ink alone
  LettersToZero,   ///< C, M, Y
  LettersToGrey,   ///< the chroma of YCCK
};

struct BlockSpan {
  unsigned left = 0, top = 0, right = 0, bottom = 0;
};

/// The samples of a component on the picture's pixels (ITU-T T.81 A.1.1).
struct BlockGrid {
  unsigned h = 1, max_h = 1, v = 1, max_v = 1;
  /// The blocks that the stamp touches.
  [[nodiscard]] BlockSpan under(const Stamp& stamp, unsigned columns, unsigned rows) const noexcept;
  [[nodiscard]] unsigned pixel_x(unsigned sample) const noexcept {
    return h == 1 ? sample * max_h : sample * max_h / h;
  }
  [[nodiscard]] unsigned pixel_y(unsigned sample) const noexcept {
    return v == 1 ? sample * max_v : sample * max_v / v;
  }
};

/// `meter`: counts what a decoder will show, or null.
void mark_block(std::int16_t* coefficients, const std::uint16_t* quantisers, const BlockGrid& grid,
                unsigned column, unsigned row, const Stamp& stamp, BlockInk ink,
                ContrastMeter* meter);

/// How many bits hold the absolute value.
[[nodiscard]] unsigned jpeg_bit_size(int value) noexcept;

/// Where the coefficient that comes k-th is stored (T.81 figure A.6).
inline constexpr std::array<std::uint8_t, 64> kJpegZigzag = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

/// A Huffman table (ITU-T T.81 B.2.4.2) that may need codes for more symbols.
struct JpegCodes {
  std::array<std::uint8_t, 17> bits{};     ///< how many codes of each length, 1 to 16
  std::array<std::uint8_t, 256> values{};  ///< their symbols
  std::array<bool, 256> needed{};

  /// All AC symbols of the block.
  void need_block(const std::int16_t* block) noexcept;
  void need_difference(int difference) noexcept;
  /// Gives long codes to symbols that have none. Room for them lies behind the code of ones alone,
  /// which no table may use, and where a long code becomes longer: all other codes stay as they
  /// are. False: there is no room.
  [[nodiscard]] bool complete();
  /// The table in a DHT segment, under its class and number.
  void append_table(ByteBuffer& segment, unsigned name) const;

 private:
  bool split_codes(std::span<const std::uint8_t> wanted, unsigned count);
};

}  // namespace colophon
