// SPDX-License-Identifier: Apache-2.0
// A C2PA manifest store that no reader of its container found: what leads to it is damaged, or the
// start of the file is. Such a file must not look like one that never had a store.
#pragma once

#include "formats/format.hpp"

namespace colophon {

struct LostStore {
  Range where;       ///< in the file: the store's bytes, or the text that holds them
  ByteBuffer bytes;  ///< the store, as far as it stands in one piece
};
/// Looks for a store in a file in which none was found. A store that belongs to another file inside
/// this one (a picture in a document, a cover) is not meant. `detected`: null when the file was not
/// recognised; then its name says what it should be, and without one how it begins, but for a byte.
/// Media are searched at both ends, documents as a whole, text up to Limits::max_text.
[[nodiscard]] std::optional<LostStore> find_lost_store(Source& source, const Format* detected,
                                                       std::string_view file_name,
                                                       const Limits& limits);

}  // namespace colophon
