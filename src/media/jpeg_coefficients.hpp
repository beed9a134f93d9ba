// SPDX-License-Identifier: Apache-2.0
// One JPEG picture in memory: its frame and scans again, with a label in the blocks under it.
#pragma once

#include "media/jpeg_scan.hpp"

namespace colophon {

/// The scans that a picture has, in order (ITU-T T.81 B.2.3).
struct JpegScan {
  int components = 0;
  std::array<int, 4> component{};  ///< ids
  int from = 0, to = 63, high = 0, low = 0;
  Range data;  ///< behind its header
  [[nodiscard]] bool whole() const noexcept {
    return from == 0 && to == 63 && high == 0 && low == 0;
  }
};

struct JpegMarked {
  /// When the file has one scan, and that could be changed alone; `frame` is empty then.
  std::optional<MarkedScan> scan;
  /// From the first table to EOI, without SOI and without any APPn or COM.
  ByteBuffer frame;
  ContrastMeter contrast;
};

/// `picture`: from SOI to EOI. `data`: of its only scan, or nothing. Errors: `malformed` (scans
/// that cannot be read to their end), `unsupported` (12 bits, lossless, odd colours),
/// `limit-exceeded`.
[[nodiscard]] Result<JpegMarked> mark_coefficients(Source& source, Range picture,
                                                   std::span<const JpegScan> scans, Bytes data,
                                                   unsigned orientation, const MakeStamp& make);

}  // namespace colophon
