// SPDX-License-Identifier: Apache-2.0
// JPEG files of every kind, made with libjpeg, and their coefficients.
#pragma once

#include "base/bytes.hpp"
#include "media/picture.hpp"

#include <array>
#include <string>
#include <vector>

namespace colophon::testing {

struct JpegKind {
  std::string name;
  std::uint32_t width = 640, height = 480;
  int components = 3;
  std::array<int, 2> luma = {2, 2};  ///< sampling of the first component; the others have 1x1
  bool progressive = false, arithmetic = false, optimised = false;
  int restart = 0;  ///< MCUs
  int quality = 85;
  bool rgb = false;     ///< three components that are R, G, B
  bool ycck = false;    ///< four components
  bool single = false;  ///< one scan a component
  int grey = -1;        ///< the whole picture is this; else a pattern
};
[[nodiscard]] ByteBuffer make_jpeg(const JpegKind& kind);

struct JpegPlane {
  unsigned columns = 0, rows = 0;  ///< in blocks
  unsigned h = 1, v = 1, max_h = 1, max_v = 1;
  std::vector<std::array<std::int16_t, 64>> blocks;
};
struct JpegContent {
  std::uint32_t width = 0, height = 0;
  std::vector<JpegPlane> planes;
  bool progressive = false, arithmetic = false;
  unsigned restart = 0;
  long warnings = 0;
};
/// Throws when the file cannot be read.
[[nodiscard]] JpegContent read_jpeg(const ByteBuffer& file);

/// A grey plane that went through JPEG of that quality.
[[nodiscard]] Plane through_jpeg(const Plane& plane, int quality);

/// `segment` (marker 0xE0..0xFE and its body) right behind SOI.
[[nodiscard]] ByteBuffer with_segment(const ByteBuffer& file, std::uint8_t marker, Bytes body);
/// An EXIF block: an orientation, and a thumbnail when it is not empty.
[[nodiscard]] ByteBuffer make_exif(unsigned orientation, const ByteBuffer& thumbnail);

}  // namespace colophon::testing
