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

/// A carrier whose payload is the chunk's data.
[[nodiscard]] Carrier chunk_carrier(CarrierKind kind, std::string path, const Chunk& chunk);
/// The oddity of a form whose size field is wrong.
void note_size(const Form& form, Layout& layout);
/// Keeps the damage in the layout; an I/O error goes on as an error.
[[nodiscard]] Status keep_damage(const Status& status, std::string_view where, Layout& layout);

/// The change that puts a new chunk behind the last one, with the padding byte that may be missing
/// there.
[[nodiscard]] Replacement append_chunk(const Form& form, ByteBuffer chunk);
/// Adds the change of the form's size that `replacements`, all inside the form, ask for. It goes to
/// phase 1: what was added is claimed after it is there.
[[nodiscard]] Status fix_size(Source& source, const Form& form,
                              std::vector<Replacement>& replacements);

}  // namespace colophon::riff
