// SPDX-License-Identifier: Apache-2.0
// Private to text_*.cpp: documents that are ZIP archives, by the member that their text stands in.
#pragma once

#include "marks/text_mark.hpp"
#include "wire/xml.hpp"
#include "wire/zip.hpp"

namespace colophon::text_mark {

/// Word, OpenDocument text and EPUB.
class ZipText {
 public:
  /// Errors: `refused` for a signed document, `unsupported` for an encrypted one, `malformed`.
  [[nodiscard]] static Result<ZipText> open(Source& source, const Format& format,
                                            const Limits& limits);
  /// What a reader sees: of a book the first page.
  [[nodiscard]] Result<Running> running() const;
  /// The member with the label at these ends; every other byte of it stays.
  [[nodiscard]] Result<std::string> marked(const std::string& words,
                                           const std::vector<End>& ends) const;
  /// The plan that gives the member this content.
  [[nodiscard]] Result<Splice> with(Source& source, const std::string& content) const;

 private:
  ZipText(const Format& format, const Limits& limits) : format_(&format), limits_(limits) {}
  [[nodiscard]] Status check_open() const;
  [[nodiscard]] Result<std::string> read(Source& source, std::string_view name) const;
  [[nodiscard]] Result<std::string> find_body(Source& source) const;
  [[nodiscard]] Result<std::string> first_chapter(Source& source) const;
  [[nodiscard]] Result<std::string> marked_page(const std::string& words,
                                                const std::vector<End>& ends) const;
  [[nodiscard]] static std::string paragraphs_of(const wire::XmlDocument& xml,
                                                 const wire::XmlNode& body,
                                                 std::span<const std::string_view> outer,
                                                 std::span<const std::string_view> inner);

  const Format* format_;
  Limits limits_;
  wire::ZipArchive zip_;
  std::string member_, content_;
};

}  // namespace colophon::text_mark
