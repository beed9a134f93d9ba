// SPDX-License-Identifier: Apache-2.0
// Small grey copies of pictures, for comparing. Rows are averaged while they are decoded, so that
// memory follows the copy and not the picture. Hostile files: every cap is a named error.
#pragma once

#include "formats/format.hpp"

namespace colophon {

/// One channel of eight bits, rows without gaps.
struct Plane {
  std::uint32_t width = 0, height = 0;
  std::vector<std::uint8_t> samples;
  friend bool operator==(const Plane&, const Plane&) = default;
};

struct Picture {
  std::uint32_t width = 0, height = 0;  ///< of the picture itself, as stored
  Plane grey;                           ///< without regard to transparency
  std::optional<Plane> over_white;      ///< laid over white, where something is transparent
};

/// The longer side of the copies.
constexpr std::uint32_t kCopySide = 256;
/// How large a copy shall be: its longer side, or its shorter one where `shortest` is not 0.
struct CopySize {
  std::uint32_t longest = kCopySide, shortest = 0;
  /// The longer side of the copy of a picture of these sides.
  [[nodiscard]] std::uint32_t of(std::uint32_t width, std::uint32_t height) const noexcept;
};
constexpr std::uint32_t kMaxPictureSide = 65535;
constexpr std::uint64_t kMaxPicturePixels = 256ULL << 20;
/// What a decoder may hold at once, beside its input.
constexpr std::uint64_t kMaxDecoderMemory = 256ULL << 20;

/// Is it one of the kinds that are decoded in this process (PNG, JPEG, WebP)?
[[nodiscard]] bool decodes_here(const Format& format) noexcept;
/// Errors: `malformed`, `unsupported`, `limit-exceeded`.
[[nodiscard]] Result<Picture> decode_picture(Source& source, const Format& format,
                                             CopySize size = {});

[[nodiscard]] Result<Picture> decode_png(Source& source, CopySize size = {});
[[nodiscard]] Result<Picture> decode_jpeg(Source& source, CopySize size = {});
[[nodiscard]] Result<Picture> decode_webp(Source& source, CopySize size = {});
/// The first page, of the kinds that labels are drawn on; others are `unsupported`.
[[nodiscard]] Result<Picture> decode_tiff(Source& source, CopySize size = {});

/// Error `limit-exceeded` or `malformed` for sides that no picture here may have.
[[nodiscard]] Status check_sides(std::uint64_t width, std::uint64_t height);

/// Averages rows into a plane whose longer side is at most `side`.
class RowAverage {
 public:
  RowAverage(std::uint32_t width, std::uint32_t height, std::uint32_t side = kCopySide);
  /// `row`: one sample a pixel, `step` bytes apart. Rows after the last are ignored.
  void add(const std::uint8_t* row, std::size_t step = 1);
  /// Rows that never came are black.
  [[nodiscard]] Plane take() const;

 private:
  void finish_row();

  std::uint32_t width_, height_, next_ = 0;
  Plane plane_;
  std::vector<std::uint32_t> column_;  ///< of the plane, for each of the picture
  std::vector<std::uint64_t> sums_;
  std::vector<std::uint64_t> counts_;
};

/// Grey rows, and the same over white where some pixel is transparent.
class GreyCopy {
 public:
  GreyCopy(std::uint32_t width, std::uint32_t height, CopySize size = {});
  void add_grey(const std::uint8_t* row);
  /// Grey and alpha, interleaved.
  void add_grey_alpha(const std::uint8_t* row);
  [[nodiscard]] Picture take(std::uint32_t width, std::uint32_t height) const;

 private:
  std::uint32_t columns_;
  RowAverage grey_, over_white_;
  std::vector<std::uint8_t> blended_;
  bool transparent_ = false;
};

}  // namespace colophon
