// SPDX-License-Identifier: Apache-2.0
// The pictures of a TIFF file as strips and tiles of samples (TIFF 6.0 part 1 and sections 14 to
// 16, 23).
#pragma once

#include "media/picture.hpp"
#include "media/tiff_codecs.hpp"
#include "wire/tiff_ifd.hpp"

namespace colophon {

enum class TiffColours : std::uint8_t { WhiteIsZero, Grey, Rgb, Palette, Cmyk, YCbCr, Lab };

/// A row of numbers, where they stand in the file.
struct TiffNumbers {
  std::vector<std::uint64_t> values;
  Range range;        ///< of the stored values
  unsigned size = 0;  ///< bytes of one
};

struct TiffPage {
  wire::TiffHeader header;
  std::uint32_t width = 0, height = 0;
  unsigned orientation = 1;
  unsigned bits = 8, samples = 1, colours_count = 1;  ///< samples: with those beyond colours
  TiffColours colours = TiffColours::Grey;
  TiffCompression compression = TiffCompression::None;
  bool differences = false;  ///< predictor 2
  bool planar = false;       ///< one sample a plane
  bool alpha = false;        ///< the sample behind the colours
  bool premultiplied = false;
  bool reduced = false;  ///< a small copy of another page
  bool tiled = false;
  std::uint32_t chunk_width = 0, chunk_height = 0;  ///< of a strip: the picture's width, its rows
  TiffNumbers offsets, sizes;
  ByteBuffer palette;  ///< RGB of eight bits

  [[nodiscard]] std::uint32_t chunks_across() const noexcept {
    return (width + chunk_width - 1) / chunk_width;
  }
  [[nodiscard]] std::uint32_t chunks_down() const noexcept {
    return (height + chunk_height - 1) / chunk_height;
  }
  [[nodiscard]] unsigned planes() const noexcept { return planar ? samples : 1; }
  [[nodiscard]] unsigned samples_here() const noexcept { return planar ? 1 : samples; }
  [[nodiscard]] std::size_t row_bytes() const noexcept {
    return (std::size_t{chunk_width} * samples_here() * bits + 7) / 8;
  }
  /// The last strip may have fewer than `chunk_height`.
  [[nodiscard]] std::uint32_t rows_of(std::uint32_t down) const noexcept {
    return tiled ? chunk_height : std::min(chunk_height, height - down * chunk_height);
  }
  [[nodiscard]] std::size_t index(unsigned plane, std::uint32_t across,
                                  std::uint32_t down) const noexcept {
    return (std::size_t{plane} * chunks_down() + down) * chunks_across() + across;
  }
  /// Which sample tells how light a pixel is, alone.
  [[nodiscard]] unsigned light_sample() const noexcept {
    return colours == TiffColours::Rgb ? 1 : colours == TiffColours::Cmyk ? 3 : 0;
  }
};

struct TiffFile {
  std::vector<TiffPage> pages;  ///< of the main chain, without masks
  bool further = false;         ///< there are pictures in sub-directories
  std::vector<Range> taken;     ///< by the header, directories and values

  /// Whether the bytes belong to pixels alone.
  [[nodiscard]] bool is_free(Range range) const noexcept;
};
/// Errors: `unsupported` for what is not decoded here, `malformed`, `limit-exceeded`.
[[nodiscard]] Result<TiffFile> read_tiff_file(Source& source, const Limits& limits);
/// Of the first picture; 1 where nothing is said.
[[nodiscard]] unsigned tiff_orientation(Source& source, const Limits& limits);

/// Rows of samples in the file's byte order, without prediction.
[[nodiscard]] Result<ByteBuffer> read_tiff_chunk(Source& source, const TiffPage& page,
                                                 std::size_t index, std::uint32_t rows);
[[nodiscard]] ByteBuffer pack_tiff_chunk(const TiffPage& page, ByteBuffer rows);

/// A sample of a row, at `i` samples from its start.
[[nodiscard]] inline unsigned tiff_sample(const TiffPage& page, const std::uint8_t* row,
                                          std::size_t i) noexcept {
  if (page.bits == 8) return row[i];
  if (page.bits == 16) {
    const unsigned a = row[i * 2], b = row[i * 2 + 1];
    return page.header.big_endian ? a << 8 | b : b << 8 | a;
  }
  const std::size_t bit = i * page.bits;
  return row[bit / 8] >> (8 - page.bits - bit % 8) & ((1U << page.bits) - 1);
}
inline void set_tiff_sample(const TiffPage& page, std::uint8_t* row, std::size_t i,
                            unsigned value) noexcept {
  if (page.bits == 8) {
    row[i] = static_cast<std::uint8_t>(value);
  } else if (page.bits == 16) {
    row[i * 2 + (page.header.big_endian ? 0 : 1)] = static_cast<std::uint8_t>(value >> 8);
    row[i * 2 + (page.header.big_endian ? 1 : 0)] = static_cast<std::uint8_t>(value);
  } else {
    const std::size_t bit = i * page.bits;
    const auto shift = static_cast<unsigned>(8 - page.bits - bit % 8);
    const unsigned mask = ((1U << page.bits) - 1) << shift;
    row[bit / 8] = static_cast<std::uint8_t>((row[bit / 8] & ~mask) | value << shift);
  }
}

}  // namespace colophon
