// SPDX-License-Identifier: Apache-2.0
// PNG files of every kind, made and read back with zlib and libpng.
#pragma once

#include "base/bytes.hpp"

#include <string>
#include <vector>

namespace colophon::testing {

struct PngKind {
  std::string name;
  std::uint32_t width = 320, height = 240;
  int colour = 2, depth = 8;
  bool interlaced = false;
  std::vector<std::uint8_t> palette;       ///< RGB triples
  std::vector<std::uint8_t> transparency;  ///< tRNS
  int level = 6;
  std::size_t chunk = 8192;  ///< bytes of an IDAT
  int grey = -1;             ///< all samples are this; else a pattern
};
[[nodiscard]] ByteBuffer make_png(const PngKind& kind);

struct PngContent {
  std::uint32_t width = 0, height = 0;
  int channels = 0, depth = 0;
  std::vector<std::uint8_t> rows;  ///< samples as stored, indices not looked up
  std::vector<std::uint8_t> rgba;  ///< of eight bits
  std::vector<std::string> warnings;
};
/// Throws when the file cannot be read.
[[nodiscard]] PngContent read_png(const ByteBuffer& file);

[[nodiscard]] ByteBuffer png_chunk(std::string_view type, Bytes data);
/// The rows compressed, with filter bytes that take turns.
[[nodiscard]] ByteBuffer png_stream(const std::vector<std::uint8_t>& rows, std::size_t row,
                                    std::size_t unit, int level);
/// Types and data of all chunks.
[[nodiscard]] std::vector<std::pair<std::string, ByteBuffer>> png_chunks(const ByteBuffer& file);

}  // namespace colophon::testing
