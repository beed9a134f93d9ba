// SPDX-License-Identifier: Apache-2.0
// What the RIFF containers share: WebP, WAV and AVI.
#pragma once

#include "formats/format.hpp"
#include "wire/riff.hpp"

namespace colophon::riff {

using wire::FourCc;
using wire::fourcc;
using wire::riff::Budget;
using wire::riff::Chunk;
using wire::riff::Chunks;
using wire::riff::Form;
using wire::riff::kFormHeader;
using wire::riff::kHeader;

constexpr FourCc kAigc = fourcc("AIGC");
constexpr FourCc kInfo = fourcc("INFO");
constexpr FourCc kC2pa = fourcc("C2PA");

/// "AIGC" in any case.
[[nodiscard]] bool is_aigc(const Chunk& chunk) noexcept;
/// A carrier whose payload is the chunk's data.
[[nodiscard]] Carrier chunk_carrier(CarrierKind kind, std::string path, const Chunk& chunk);
/// A carrier of zero-terminated text at `stored` inside `whole`.
[[nodiscard]] Result<Carrier> text_carrier(Source& source, CarrierKind kind, std::string path,
                                           Range whole, Range stored);
/// Adds what any form may hold: XMP, a manifest store, the bare chunk AIGC, a LIST INFO. False: the
/// chunk is none of these.
[[nodiscard]] Result<bool> add_common(Source& source, std::string_view container,
                                      const Chunk& chunk, Budget& budget, const Limits& limits,
                                      Layout& layout);
/// The oddity of a form whose size field is wrong.
void note_size(const Form& form, Layout& layout);
/// The damage of a form: chunks that cannot be read, or that are missing behind the last one.
[[nodiscard]] Status check_whole(const Form& form);
/// Keeps the damage in the layout; an I/O error goes on as an error.
[[nodiscard]] Status keep_damage(const Status& status, std::string_view where, Layout& layout);

/// The list INFO as a whole new chunk with this AIGC entry: in the place of the entry at `old`, or
/// as a new last entry. Without a list: a list of that one entry.
[[nodiscard]] Result<ByteBuffer> info_with_aigc(Source& source, const Chunk* list,
                                                std::optional<Range> old, Bytes value,
                                                Budget& budget, const Limits& limits);

/// The change that puts a new chunk behind the last one, with the padding byte that may be missing
/// there.
[[nodiscard]] Replacement append_chunk(const Form& form, ByteBuffer chunk);
/// The changes that make a manifest store the form's last chunk and its only one (C2PA A.3.7).
[[nodiscard]] std::vector<Replacement> set_store(const Form& form, Bytes store);
/// Adds the change of the form's size that `replacements` ask for; no other form may grow by them.
/// It goes to phase 1: what was added is claimed after it is there.
[[nodiscard]] Status fix_size(Source& source, const Form& form,
                              std::vector<Replacement>& replacements);

}  // namespace colophon::riff
