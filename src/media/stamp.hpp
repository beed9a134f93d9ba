// SPDX-License-Identifier: Apache-2.0
// A label that lies on the stored pixels of a picture, and the containers it can be laid into. Each
// keeps what it can of the file: docs/marks.md says what.
#pragma once

#include "base/limits.hpp"
#include "formats/splice.hpp"
#include "media/label_drawing.hpp"

#include <functional>

namespace colophon {

/// The pixels as a file stores them, and how they are turned to be shown.
struct PictureShape {
  std::uint32_t width = 0, height = 0;
  unsigned orientation = 1;  ///< EXIF 0x0112, 1 to 8
  [[nodiscard]] bool sides_change() const noexcept { return orientation >= 5; }
  [[nodiscard]] std::uint32_t shown_width() const noexcept {
    return sides_change() ? height : width;
  }
  [[nodiscard]] std::uint32_t shown_height() const noexcept {
    return sides_change() ? width : height;
  }
};

struct PixelPlace {
  std::uint32_t x = 0, y = 0;
};
/// Where a pixel of the shown picture is stored.
[[nodiscard]] PixelPlace stored_place(const PictureShape& shape, std::uint32_t x,
                                      std::uint32_t y) noexcept;

/// Coverages of plate and letters, where they lie on the stored pixels, turned as these are.
struct Stamp {
  std::uint32_t x = 0, y = 0;
  Plane plate, ink;
  [[nodiscard]] std::uint32_t right() const noexcept { return x + plate.width; }
  [[nodiscard]] std::uint32_t bottom() const noexcept { return y + plate.height; }
};
/// The bitmap whose top left corner stands at (x, y) of the picture as shown.
[[nodiscard]] Stamp turned_stamp(const LabelBitmap& bitmap, const PictureShape& shape,
                                 std::uint32_t x, std::uint32_t y);

/// What a stretch of pixels keeps of itself, and how much white it gets; both 0 to 1.
struct StampCover {
  float kept = 1, white = 0;
};
/// The mean over stored pixels [x0, x1) x [y0, y1).
[[nodiscard]] StampCover cover_of(const Stamp& stamp, std::uint32_t x0, std::uint32_t y0,
                                  std::uint32_t x1, std::uint32_t y1) noexcept;

/// Luminances of what was drawn: the letters' middle against the bright end of the plate.
class ContrastMeter {
 public:
  /// `luminance` in sRGB's scale, 0 to 255, of a pixel with these coverages.
  void add(unsigned luminance, unsigned plate, unsigned ink) noexcept;
  /// The median of the letters against the 95th percentile of the ground; 0: nothing was seen.
  [[nodiscard]] double ratio() const noexcept;

 private:
  std::array<std::uint32_t, 256> ground_{}, letters_{};
};

/// Asked once the picture's sides are known.
using MakeStamp = std::function<Result<Stamp>(const PictureShape&)>;

struct Stamped {
  std::vector<Replacement> changes;
  std::optional<Splice> splice;  ///< instead of `changes`
  ContrastMeter contrast;
  std::vector<Finding> notes;
};

/// The coefficients of the blocks under the label, and the thumbnail (jpeg_stamp.cpp).
[[nodiscard]] Result<Stamped> stamp_jpeg(Source& source, const MakeStamp& make,
                                         const Limits& limits);
/// Of its EXIF block; 1 where there is none.
[[nodiscard]] unsigned jpeg_orientation(Source& source, const Limits& limits);
[[nodiscard]] unsigned png_orientation(Source& source, const Limits& limits);
[[nodiscard]] unsigned webp_orientation(Source& source, const Limits& limits);
/// VP8 and VP8L, in every frame that the label touches.
[[nodiscard]] Result<Stamped> stamp_webp(Source& source, const MakeStamp& make,
                                         const Limits& limits);
/// Two palette entries, in every image that the label touches.
[[nodiscard]] Result<Stamped> stamp_gif(Source& source, const MakeStamp& make,
                                        const Limits& limits);
/// Samples in place.
[[nodiscard]] Result<Stamped> stamp_bmp(Source& source, const MakeStamp& make,
                                        const Limits& limits);
/// Strips and tiles under the label, in every page.
[[nodiscard]] Result<Stamped> stamp_tiff(Source& source, const MakeStamp& make,
                                         const Limits& limits);
/// HEIC and AVIF: the coded picture, or the tiles under the label, by the worker program.
[[nodiscard]] Result<Stamped> stamp_heif(Source& source, const MakeStamp& make,
                                         const Limits& limits);
/// IDAT and fdAT; lossless. A palette may get two more entries (png_stamp.cpp).
[[nodiscard]] Result<Stamped> stamp_png(Source& source, const MakeStamp& make,
                                        const Limits& limits);

}  // namespace colophon
