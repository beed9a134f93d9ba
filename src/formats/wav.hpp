// SPDX-License-Identifier: Apache-2.0
// Private to the WAV module.
#pragma once

#include "formats/id3_tags.hpp"
#include "formats/riff_form.hpp"

namespace colophon::wav {

[[nodiscard]] inline bool is_id3(const riff::Chunk& chunk) noexcept {
  return chunk.is(wire::fourcc("id3 ")) || chunk.is(wire::fourcc("ID3 "));
}

[[nodiscard]] Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                                  const Limits& limits);
[[nodiscard]] Result<Splice> put_store(Source& source, const Layout& layout, Bytes store,
                                       const Limits& limits);

}  // namespace colophon::wav
