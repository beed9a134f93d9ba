// SPDX-License-Identifier: Apache-2.0
// Many texts in one block, as JSON lines hold them: one pass says where a label can stand, so that
// records without such a place need no parsing of their text. What the pass does not touch is
// clean: a label needs one of the literals of scan_anchors.hpp, and none of their bytes is ever
// written as a short escape. Escapes of the form \uXXXX hide them; whoever meets one looks again.
#pragma once

#include "base/bytes.hpp"

#include <vector>

namespace colophon::text {

/// Bytes that need a closer look; of neighbours one.
struct BlockHit {
  std::size_t begin = 0, end = 0;
  bool in_text = false;  ///< a literal that matters in running text
  bool aigc = false;     ///< `AIGC` in any case, which may be the key of a label
  bool damage = false;   ///< some byte here is no UTF-8, or NUL
};

struct BlockFindings {
  std::vector<BlockHit> hits;           ///< by their ends, roughly; they may overlap
  std::vector<std::uint64_t> specials;  ///< a bit for each byte: is_special_in_json
};

/// Total. Reuses what `out` holds.
void scan_block(Bytes block, BlockFindings& out, bool scalar = false);

}  // namespace colophon::text
