// SPDX-License-Identifier: Apache-2.0
// Tags, comments and raw text of HTML (WHATWG 13.2.5, the parts that decide where things end) and
// of XML as it is found, with byte ranges. Lenient and streaming: whatever the text, every token up
// to its end is given, also in a document that wire/xml.hpp would refuse.
#pragma once

#include "base/bytes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace colophon::wire {

enum class MarkupKind : std::uint8_t {
  StartTag,
  EndTag,
  Comment,  ///< also what HTML calls a bogus comment
  Doctype,
  Instruction,  ///< <?...?>
  CData,
  RawText,  ///< what stands in script, style, title, textarea, ... (HTML only)
};

struct MarkupAttribute {
  std::string_view name;  ///< as stored
  Range name_where;
  Range value;  ///< between the quotes; empty behind the name when there is none
  Range whole;  ///< from the name to the closing quote
  bool quoted = false, has_value = false;
};

struct MarkupToken {
  MarkupKind kind = MarkupKind::StartTag;
  std::string_view name;  ///< of a tag, as stored; of raw text: its element's
  Range whole;
  Range content;  ///< between the delimiters
  std::vector<MarkupAttribute> attributes;
  bool self_closing = false;
  bool complete = true;  ///< false: the text ends inside
  /// The first attribute of that name, ignoring ASCII case.
  [[nodiscard]] const MarkupAttribute* attribute(std::string_view name) const noexcept;
};

enum class MarkupMode : std::uint8_t {
  Html,
  Xhtml,  ///< as Html, but <script/> is empty
  Xml,
};

class MarkupReader {
 public:
  MarkupReader(std::string_view text, MarkupMode mode, std::uint64_t start = 0)
      : text_(text), mode_(mode), at_(static_cast<std::size_t>(start)) {}
  /// The next token; text between tokens is passed over. False at the end.
  bool next(MarkupToken& token);

 private:
  void read_markup(MarkupToken& token);
  void read_tag(MarkupToken& token, std::size_t name);
  void read_attribute(MarkupToken& token);
  void read_doctype(MarkupToken& token);
  void read_raw_text(MarkupToken& token);
  void read_until(MarkupToken& token, std::size_t content, std::string_view close);
  [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void skip_space() noexcept;

  std::string_view text_;
  MarkupMode mode_;
  std::size_t at_ = 0;
  std::string_view raw_;  // the raw text element that was just opened
};

/// Undoes character references and the common named ones of HTML; leaves every other `&`.
[[nodiscard]] std::string unescape_html(std::string_view text);
/// Every character beyond ASCII as a numeric reference, for documents in another encoding.
[[nodiscard]] std::string ascii_references(std::string_view text);

}  // namespace colophon::wire
