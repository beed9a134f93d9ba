// SPDX-License-Identifier: Apache-2.0
// Private to the GIF module: the blocks of a file.
#pragma once

#include "formats/format.hpp"

namespace colophon::gif {

enum class BlockKind : std::uint8_t { Image, Comment, Xmp, C2pa, Other };

struct Block {
  BlockKind kind = BlockKind::Other;
  bool control = false;  ///< a graphic control extension: belongs to the image behind it
  Range whole;           ///< introducer to the terminator of its sub-blocks
  Range body;            ///< the sub-blocks with their length bytes, without the terminator
};

struct Blocks {
  std::vector<Block> all;         ///< the blocks that hold metadata, in file order
  std::uint64_t first_image = 0;  ///< where the first image starts, with its control extension
  bool trailer = false;           ///< the file ends with the trailer 3B
  std::optional<Error> damage;
};

/// An Error is I/O only.
[[nodiscard]] Result<Blocks> read_blocks(Source& source, const Limits& limits);
/// The data of the sub-blocks in `body`.
[[nodiscard]] Result<std::vector<Range>> sub_blocks(Source& source, Range body,
                                                    const Limits& limits);

}  // namespace colophon::gif
