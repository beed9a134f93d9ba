// SPDX-License-Identifier: Apache-2.0
// The words that every layer of Colophon shares. Plain values: no third-party type, no I/O.
#pragma once

#include <colophon/export.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace colophon {

/// A half-open stretch of bytes `[offset, offset + size)` of a file.
struct Range {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  /// One past the last byte; saturates instead of wrapping around.
  [[nodiscard]] constexpr std::uint64_t end() const noexcept {
    return size > UINT64_MAX - offset ? UINT64_MAX : offset + size;
  }
  friend constexpr bool operator==(const Range&, const Range&) = default;
};

/// One sentence in both languages of the user interface. `zh` may be empty: then English is shown.
struct Text {
  std::string en;
  std::string zh;
  [[nodiscard]] const std::string& in(std::string_view language) const {
    return language.starts_with("zh") && !zh.empty() ? zh : en;
  }
};

enum class ErrorCode : std::uint8_t {
  Truncated,      ///< the file ends before a structure that it announces
  Malformed,      ///< bytes that break the container's grammar
  Unsupported,    ///< understood, but outside what this version does
  LimitExceeded,  ///< a cap of `Limits` was hit (size, depth, count)
  Io,             ///< the operating system refused
  NotFound,       ///< no such file, carrier or name
  Refused,        ///< possible, but would harm a file or somebody's label; `--force` may allow it
  Conflict,       ///< labels or profiles contradict each other
  Usage,          ///< the request itself is wrong
  Mismatch,       ///< what was read back is not what was meant
};
/// The stable word used in reports, e.g. "truncated".
[[nodiscard]] COLOPHON_API std::string_view to_string(ErrorCode code) noexcept;

/// "Could not look" or "could not write". A bad signature or a broken rule is no Error: it is a
/// Finding.
struct Error {
  ErrorCode code = ErrorCode::Malformed;
  std::string message;                  ///< for a person: what was wrong and what to do
  std::string where;                    ///< the structure or key, e.g. "png:iTXt"; may be empty
  std::optional<std::uint64_t> offset;  ///< byte offset in the file, where one is known
};

enum class Severity : std::uint8_t { Info, Warning, Error };

/// One broken rule or oddity, by rule id ("E-3", "C-3", "P-IMG", ...; see docs/gb45438.md).
struct Finding {
  std::string rule;
  Severity severity = Severity::Warning;
  Text message;
  std::optional<std::uint64_t> offset;
  std::uint64_t count = 1;  ///< alike cases that this one, the first, stands for
  std::uint64_t line = 0;   ///< in a file of records (JSON Lines): the record's line; else 0
};

/// What a label says about how the content came to be.
enum class Origin : std::uint8_t { None, NotGenerated, Suspected, Possible, Edited, Generated };
/// How much a statement is worth; see docs/report.md.
enum class Assurance : std::uint8_t { None, Damaged, Detected, Declared, Valid, Trusted, Conflict };
enum class Layer : std::uint8_t { Explicit, Implicit, Signature, Watermark, Trace, Registry };
enum class StandardId : std::uint8_t {
  Gb45438,
  Iptc,
  C2pa,
  HtmlDisclosure,
  HttpDisclosure,
  SchemaOrg,
  Generator,
  VisibleLabel,   ///< a sentence of the text about itself (docs/text.md)
  TextWatermark,  ///< in the choice of a model's tokens (docs/text-watermarks.md)
};
enum class Integrity : std::uint8_t {
  Unsigned,
  Trusted,
  Valid,
  Invalid,
  Expired,
  Unrecognised,
  Damaged,
  Unchecked,
};
enum class Trust : std::uint8_t { None, Unknown, Pinned, Anchored };
enum class TimeState : std::uint8_t { None, Claimed, Trusted, Expired };

[[nodiscard]] COLOPHON_API std::string_view to_string(Severity) noexcept;
[[nodiscard]] COLOPHON_API std::string_view to_string(Origin) noexcept;
[[nodiscard]] COLOPHON_API std::string_view to_string(Assurance) noexcept;
[[nodiscard]] COLOPHON_API std::string_view to_string(Layer) noexcept;
[[nodiscard]] COLOPHON_API std::string_view to_string(StandardId) noexcept;
[[nodiscard]] COLOPHON_API std::string_view to_string(Integrity) noexcept;
/// Accepts the words of `to_string(Origin)`; nothing for any other word.
[[nodiscard]] COLOPHON_API std::optional<Origin> parse_origin(std::string_view word) noexcept;

/// What any label says, independent of the standard that carries it. Empty string: not stated.
struct Label {
  Origin origin = Origin::None;
  std::string producer;                 ///< GB 45438-2025 Annex E d): name or 27-character code
  std::string produce_id;               ///< Annex E e)
  std::string propagator;               ///< Annex E g)
  std::string propagate_id;             ///< Annex E h)
  std::string reserved1;                ///< Annex E f): the producer's security data
  std::string reserved2;                ///< Annex E i): the propagator's security data
  std::string system;                   ///< the AI system, IPTC AISystemUsed
  std::string system_version;           ///< IPTC AISystemVersionUsed
  std::string prompt;                   ///< IPTC AIPromptInformation; written only when given
  std::string prompt_writer;            ///< IPTC AIPromptWriterName
  std::optional<std::int64_t> created;  ///< seconds since 1970-01-01T00:00:00Z
  friend bool operator==(const Label&, const Label&) = default;
};

/// What a C2PA manifest store says. `state` and `codes` stay empty until it has been validated.
struct C2paStatement {
  std::string state;
  std::vector<std::string> codes;
  std::string claim_generator;
  std::string signed_at;
  std::vector<std::string> digital_source_types;  ///< of the active manifest, in order, URIs
};

/// One statement found in a file, with where it stands and what is odd about it.
struct Evidence {
  Layer layer = Layer::Implicit;
  StandardId standard = StandardId::Gb45438;
  std::string carrier;  ///< the carrier's path, e.g. "png:iTXt[XML:com.adobe.xmp]"
  Range where;          ///< in the file
  std::optional<Label> says;
  Integrity integrity = Integrity::Unsigned;
  Trust trust = Trust::None;
  TimeState time = TimeState::None;
  double log10_p = 0;  ///< log10 of the probability under "no mark", for detectors; 0 = not a test
  std::vector<Finding> findings;
  /// Further facts by name, e.g. {"generator","ComfyUI"} or {"term","trainedAlgorithmicMedia"}.
  std::vector<std::pair<std::string, std::string>> details;
  /// What the user typed to the generator. Shown only on request, because it can be private.
  std::string prompt;
  std::optional<C2paStatement> c2pa;
  /// In a file of records (JSON Lines): the line of its record, from 1; else 0. Each record is a
  /// document of its own, so labels of different records do not meet.
  std::uint64_t line = 0;
  /// Alike statements of so many places, of which this is the first: large files of records are
  /// reported in groups (docs/report.md).
  std::uint64_t count = 1;
};

/// The judge's answer.
struct Verdict {
  Origin origin = Origin::None;
  Assurance assurance = Assurance::None;
  std::vector<std::string> basis;  ///< standards and layers that decided it, strongest first
  std::vector<std::pair<std::string, std::string>> notice;  ///< jurisdiction -> words to show
  Text sentence;  ///< one honest sentence; never "human-made" or "authentic"
};

}  // namespace colophon
