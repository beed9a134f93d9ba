// SPDX-License-Identifier: Apache-2.0
// C2PA manifest stores in text (C2PA 2.4 A.8, A.9): behind the marker U+FEFF in characters that
// nobody sees, one variation selector for each byte; or in a line between two delimiters.
#pragma once

#include "formats/text_document.hpp"

namespace colophon {

/// Adds the stores in `document` as carriers "FORMAT:c2pa[LINE]". Their `whole` is what a data hash
/// leaves out: the marker and its selectors, or the line with its end. A wrapper that is damaged is
/// a carrier with an empty value.
void add_text_stores(const TextDocument& document, std::string_view format, const Limits& limits,
                     Layout& layout);
/// Is the store of that carrier written in variation selectors?
[[nodiscard]] bool is_in_selectors(const Carrier& carrier) noexcept;

/// Where a text bears characters that nobody sees.
enum class TextStorePlace : std::uint8_t {
  End,        ///< at the end; behind a line of its own where that means something
  LastWord,   ///< before the white space at the end: what follows has a grammar
  Paragraph,  ///< behind a blank line: another line could mean something
};
/// The plan that gives the text one store: in the line between two delimiters that has one now,
/// else in variation selectors. UTF-8 only; error `unsupported` for markup, which has no place for
/// selectors behind its end.
[[nodiscard]] Result<Splice> put_text_store(Source& source, const Layout& layout, Bytes store,
                                            TextStorePlace place, const Limits& limits);

/// How many bytes a store of `size` takes in variation selectors, with its marker. A selector takes
/// three bytes or four, so the stored size depends on the store's content; the padding that the
/// wrapper allows makes up for it (about 7 % of the store), and all stores of one size take the
/// same.
[[nodiscard]] std::uint64_t wrapped_size(std::uint64_t size) noexcept;
[[nodiscard]] std::string wrap_store(Bytes store);

}  // namespace colophon
