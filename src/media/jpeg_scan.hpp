// SPDX-License-Identifier: Apache-2.0
// The one scan of a sequential JPEG picture with Huffman codes: only the blocks under a label are
// coded anew, all other bits are copied, so that a picture costs little more than reading it.
#pragma once

#include "media/jpeg_block.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace colophon {

struct ScanComponent {
  unsigned h = 1, v = 1;           ///< blocks of a minimum coded unit (T.81 A.2)
  unsigned columns = 0, rows = 0;  ///< blocks that hold samples
  unsigned dc_table = 0, ac_table = 0;
  BlockSpan span;  ///< blocks under the label
};
struct ScanShape {
  std::vector<ScanComponent> components;  ///< in the order of the scan
  unsigned units_across = 0, units_down = 0;
  unsigned restart_interval = 0;  ///< units; 0: none
  std::array<JpegCodes, 4> dc{}, ac{};
};

/// A block under the label: its coefficients in natural order, of which all may change.
using DrawBlock = std::function<void(unsigned component, unsigned column, unsigned row,
                                     std::int16_t* coefficients)>;

struct MarkedScan {
  ByteBuffer data;    ///< entropy-coded, with restart markers
  ByteBuffer tables;  ///< a DHT segment with codes that were missing; empty: none was
};

/// `data`: what stands between the scan's header and the next marker that is no RSTn. Nothing when
/// anything in it is unusual or damaged, or new codes find no room: then the whole
/// picture has to be coded again by others.
[[nodiscard]] std::optional<MarkedScan> mark_scan(Bytes data, ScanShape shape,
                                                  const DrawBlock& draw);

}  // namespace colophon
