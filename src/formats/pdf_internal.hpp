// SPDX-License-Identifier: Apache-2.0
// What the files of the PDF module share: where labels can sit, read in pdf_places.cpp and written
// in pdf_edit.cpp.
#pragma once

#include "formats/format.hpp"
#include "wire/pdf_update.hpp"

namespace colophon::pdf {

inline constexpr std::string_view kAigcKey = "AIGC";
inline constexpr std::string_view kInfoPlace = "pdf:Info";
inline constexpr std::string_view kCatalogPlace = "pdf:Catalog";
inline constexpr std::string_view kDictionaryMark = "<dictionary>";
inline constexpr std::string_view kXmpPath = "pdf:Metadata[xmp]";

/// Every carrier of the newest revision. An error is damage that ended the search.
[[nodiscard]] Status find_carriers(wire::pdf::Document& document, const Limits& limits,
                                   Layout& layout);
/// A file specification that is said to be the manifest store.
struct StoreFile {
  wire::pdf::Stored file;    ///< without a number where it stands inside another object
  wire::pdf::Stored stream;  ///< without data where the store is missing
};
/// Each store that `find_carriers` finds.
[[nodiscard]] Result<std::vector<StoreFile>> find_store_files(wire::pdf::Document& document,
                                                              const Limits& limits);
/// What is odd about the file as a whole.
void find_oddities(wire::pdf::Document& document, Layout& layout);
/// The object as JSON text: integers stay numbers, names become strings.
[[nodiscard]] Result<std::string> to_json(wire::pdf::Document& document,
                                          const wire::pdf::Object& object);

/// Error when nothing can be appended to the document.
[[nodiscard]] Status check_writable(const wire::pdf::Document& document);
/// The plan that puts the update behind the last byte. Closes the update.
[[nodiscard]] Result<Splice> append_update(Source& source, wire::pdf::Document& document,
                                           wire::pdf::Update& update);
[[nodiscard]] Result<Splice> put_store(Source& source, const Layout& layout, Bytes store,
                                       const Limits& limits);
/// The plan; the edits have been checked.
[[nodiscard]] Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                                  const Limits& limits);

}  // namespace colophon::pdf
