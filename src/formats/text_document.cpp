// SPDX-License-Identifier: Apache-2.0
#include "formats/text_document.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kLittleMark = "\xFF\xFE";
constexpr std::string_view kBigMark = "\xFE\xFF";

bool is_utf16(Bytes bytes) noexcept {
  return has_prefix(bytes, kLittleMark) || has_prefix(bytes, kBigMark);
}

}  // namespace

Result<TextDocument> TextDocument::open(Source& source, const Limits& limits) {
  TextDocument document = TRY(open_head(source, limits));
  if (document.cut_) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("the text is larger than the cap of {} bytes", limits.max_text), "text",
                limits.max_text);
  }
  return document;
}

Result<TextDocument> TextDocument::open_head(Source& source, const Limits& limits) {
  TextDocument document;
  // UTF-16 grows by half when it becomes UTF-8, and both are held.
  const bool utf16 = is_utf16(view_some(source, {0, 2}));
  const std::uint64_t cap = utf16 ? limits.max_text / 2 : limits.max_text;
  document.cut_ = source.size() > cap;
  const Bytes bytes = TRY(source.view({0, std::min(source.size(), cap)}));
  document.stored_ = as_text(bytes);
  if (utf16) {
    document.recoded_ = true;
    document.decoded_ = utf16_to_utf8(slice(bytes, 2), has_prefix(bytes, kBigMark));
  } else if (has_prefix(bytes, kUtf8Mark)) {
    document.start_ = kUtf8Mark.size();
  }
  return document;
}

Status TextDocument::check_writable() const {
  if (!recoded_) return {};
  return fail(ErrorCode::Unsupported,
              "the text is UTF-16, and only UTF-8 is written; convert it or use --sidecar", "text");
}

std::string_view TextDocument::at(Range range) const noexcept {
  return as_text(slice(as_bytes(text()), range.offset, range.size));
}

Carrier TextDocument::carrier(CarrierKind kind, std::string path, Range whole,
                              Range payload) const {
  Carrier carrier;
  carrier.kind = kind;
  carrier.path = std::move(path);
  carrier.whole = whole;
  carrier.payload = payload;
  place(carrier);
  return carrier;
}

void TextDocument::place(Carrier& carrier) const {
  const std::string_view stored = at(carrier.payload);
  if (!carrier.value && (recoded_ || !is_utf8(stored))) {
    carrier.value = to_buffer(to_valid_utf8(stored));
  }
  if (recoded_) carrier.whole = carrier.payload = {0, stored_.size()};
}

Result<Splice> edit_text(Source& source, const Layout& layout, std::span<const Edit> edits,
                         const Limits& limits, Result<TextDocument> (*open)(Source&, const Limits&),
                         const PlanTextChange& change) {
  const auto one = [&](const Edit& edit,
                       const Carrier* target) -> Result<std::vector<Replacement>> {
    const TextDocument document = TRY(open(source, limits));
    TRY(document.check_writable());
    return std::vector<Replacement>{TRY(change(document, edit, target))};
  };
  auto changes = TRY(changes_of(source, layout, edits, limits, one));
  return replace_ranges(source.size(), std::move(changes));
}

bool add_carrier(Layout& layout, Carrier carrier, const Limits& limits) {
  if (layout.carriers.size() < limits.max_carriers) {
    layout.carriers.push_back(std::move(carrier));
    return true;
  }
  layout.incomplete = true;
  const std::string_view rule = "text-carriers";
  if (layout.oddities.empty() || layout.oddities.back().rule != rule) {
    add_oddity(layout,
               {std::string(rule),
                Severity::Warning,
                {fmt::format("only the first {} places were read; labels behind them may differ",
                             limits.max_carriers),
                 fmt::format("仅读取前 {} 处标识位置，其后的标识可能不同", limits.max_carriers)},
                carrier.whole.offset});
  }
  return false;
}

void note_cut(const TextDocument& document, Layout& layout) {
  if (!document.cut()) return;
  layout.searched = document.text().size();
  add_oddity(layout,
             {"text-cut",
              Severity::Warning,
              {fmt::format("only the first {} bytes were searched; labels behind them are not seen",
                           document.text().size()),
               fmt::format("仅检查了前 {} 字节，其后的标识未读取", document.text().size())},
              document.text().size()});
}

void set_value(Carrier& carrier, const TextDocument& document, std::string_view value) {
  if (document.recoded() || document.at(carrier.payload) != value) {
    carrier.value = to_buffer(to_valid_utf8(value));
  }
}

void add_oddity(Layout& layout, std::string rule, Text message,
                std::optional<std::uint64_t> offset) {
  add_oddity(layout, {std::move(rule), Severity::Info, std::move(message), offset});
}

bool looks_like_text(Source& source) noexcept {
  constexpr std::uint64_t kProbe = 4096;
  const Bytes head = view_some(source, {0, kProbe});
  return !head.empty() && (is_utf16(head) || std::find(head.begin(), head.end(), 0) == head.end());
}

std::string text_head(Source& source, std::uint64_t size) noexcept {
  const Bytes head = view_some(source, {0, size});
  if (is_utf16(head)) return utf16_to_utf8(slice(head, 2), has_prefix(head, kBigMark));
  const std::string_view text = as_text(head);
  return std::string(text.starts_with(kUtf8Mark) ? text.substr(kUtf8Mark.size()) : text);
}

}  // namespace colophon
