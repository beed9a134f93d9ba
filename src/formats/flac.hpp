// SPDX-License-Identifier: Apache-2.0
// Shared by flac.cpp and flac_edit.cpp.
#pragma once

#include "formats/format.hpp"
#include "wire/id3.hpp"

namespace colophon::flac {

enum BlockType : std::uint8_t { kPadding = 1, kVorbisComment = 4 };
constexpr std::uint64_t kBlockHeader = 4;
constexpr std::uint64_t kMaxBlock = 0xFFFFFF;
constexpr std::uint8_t kLastBlock = 0x80;

struct Block {
  std::uint8_t type = 0;
  bool last = false;
  Range whole, data;
};

struct Stream {
  std::vector<wire::id3::Tag> tags;  ///< in front of "fLaC"
  std::vector<Block> blocks;
  std::optional<Error> damage;

  [[nodiscard]] std::optional<std::size_t> find(std::uint8_t type) const noexcept;
};

[[nodiscard]] Result<Stream> read_stream(Source& source, const Limits& limits);
[[nodiscard]] Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                                  const Limits& limits);

}  // namespace colophon::flac
