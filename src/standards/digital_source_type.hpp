// SPDX-License-Identifier: Apache-2.0
// The IPTC Digital Source Type NewsCodes (http://cv.iptc.org/newscodes/digitalsourcetype/), which
// IPTC photo metadata, C2PA and schema.org share, with C2PA's two own terms.
#pragma once

#include <colophon/types.hpp>

#include <span>

namespace colophon {

/// How a term was written.
enum class TermForm : std::uint8_t {
  Exact,      ///< the http URI of the vocabulary
  Https,      ///< the same with https, which is another identifier
  Bare,       ///< the term alone
  SchemaOrg,  ///< schema.org's name for it
  Misspelt,   ///< other letter case, a slash too many, or "compositedWith..."
};

struct SourceType {
  std::string_view term;
  std::string_view schema_org;  ///< schema.org's enumeration member; empty: it has none
  Origin origin = Origin::None;
  std::string_view retired;  ///< the day IPTC retired the term: read, never written
  bool c2pa_only = false;    ///< its URI lies under http://c2pa.org/digitalsourcetype/
  TermForm form = TermForm::Exact;
  /// The only URI that we write.
  [[nodiscard]] std::string uri() const;
};

/// Every known term.
[[nodiscard]] std::span<const SourceType> source_types() noexcept;
/// The term that a URI, a bare term or a schema.org name means; nothing for anything else.
[[nodiscard]] std::optional<SourceType> source_type(std::string_view uri_or_term) noexcept;
/// The term that says `origin`: only Generated and Edited have one, since a program that receives
/// bytes cannot know of a capture, and no term says "possible" or "suspected".
[[nodiscard]] std::optional<SourceType> source_type_for(Origin origin) noexcept;

}  // namespace colophon
