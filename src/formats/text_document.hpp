// SPDX-License-Identifier: Apache-2.0
// A text file as a whole, for the modules of the text family: byte order marks, UTF-16, bytes that
// are no UTF-8, caps.
#pragma once

#include "formats/format.hpp"

#include <string_view>

namespace colophon {

/// The view it gives lives as long as no other view of its source is taken.
class TextDocument {
 public:
  /// The whole file; error `limit-exceeded` above Limits::max_text.
  [[nodiscard]] static Result<TextDocument> open(Source& source, const Limits& limits);
  /// The file, or its first Limits::max_text bytes (`cut`).
  [[nodiscard]] static Result<TextDocument> open_head(Source& source, const Limits& limits);

  /// UTF-8 as far as the file is; with its byte order mark, if it has one (UTF-16: without).
  [[nodiscard]] std::string_view text() const noexcept {
    return recoded_ ? std::string_view(decoded_) : stored_;
  }
  /// Behind the byte order mark.
  [[nodiscard]] std::size_t start() const noexcept { return start_; }
  [[nodiscard]] bool cut() const noexcept { return cut_; }
  /// The file is UTF-16: offsets into `text` are none into the file, and nothing can be written.
  [[nodiscard]] bool recoded() const noexcept { return recoded_; }
  [[nodiscard]] Status check_writable() const;
  [[nodiscard]] std::string_view at(Range range) const noexcept;
  /// A carrier for stretches of `text`. Gets a `value` where the stored bytes are no UTF-8.
  [[nodiscard]] Carrier carrier(CarrierKind kind, std::string path, Range whole,
                                Range payload) const;
  /// Gives a carrier with ranges into `text` its ranges in the file, and a `value` where needed.
  void place(Carrier& carrier) const;

 private:
  std::string_view stored_;
  std::string decoded_;
  std::size_t start_ = 0;
  bool recoded_ = false, cut_ = false;
};

/// What one edit changes in a text; see `PlanChange`.
using PlanTextChange = std::function<Result<Replacement>(const TextDocument& document,
                                                         const Edit& edit, const Carrier* target)>;
/// The plan of a text row. `open` is TextDocument::open or open_head.
[[nodiscard]] Result<Splice> edit_text(Source& source, const Layout& layout,
                                       std::span<const Edit> edits, const Limits& limits,
                                       Result<TextDocument> (*open)(Source&, const Limits&),
                                       const PlanTextChange& change);

/// Adds a carrier unless Limits::max_carriers are there (then false, and an oddity says so once).
bool add_carrier(Layout& layout, Carrier carrier, const Limits& limits);
/// The value of a carrier as a standard sees it, replaced by `value` when that differs.
void set_value(Carrier& carrier, const TextDocument& document, std::string_view value);
/// Says so when only the head of the document was read (TextDocument::open_head).
void note_cut(const TextDocument& document, Layout& layout);
/// A harmless deviation.
void add_oddity(Layout& layout, std::string rule, Text message,
                std::optional<std::uint64_t> offset = std::nullopt);
/// Nothing but text at the start: no NUL byte, or UTF-16 with its mark.
[[nodiscard]] bool looks_like_text(Source& source) noexcept;
/// The first `size` bytes as UTF-8, without a byte order mark. For sniffing.
[[nodiscard]] std::string text_head(Source& source, std::uint64_t size) noexcept;

}  // namespace colophon
