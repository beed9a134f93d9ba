// SPDX-License-Identifier: Apache-2.0
// JSON Lines: one record a line, of any number. Every object record carries its own `AIGC` member
// (docs/decisions.md; finding E-9 counts per record). Read and written in windows, never as a
// whole.
#include "base/text.hpp"
#include "formats/json_label.hpp"
#include "formats/text_document.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <functional>

namespace colophon {
namespace {

constexpr std::string_view kMediaTypes[] = {"application/jsonl", "application/x-ndjson"};
constexpr std::string_view kExtensions[] = {"jsonl", "ndjson"};
constexpr CarrierKind kWrite[] = {CarrierKind::AigcKey};
constexpr std::uint64_t kWindow = 256 * 1024;
constexpr std::uint64_t kProbe = 64 * 1024;
constexpr std::uint64_t kPieceCost = 128;  // what a change costs beside its bytes

constexpr std::uint64_t kStretch = 256 * 1024;  // stretches of records are about so long,
constexpr std::uint64_t kStretchRecords = 512;  // and hold no more records

struct Record {
  std::string_view text;     // the line
  std::uint64_t offset = 0;  // in the source
  std::uint64_t index = 0;   // blank lines do not count
  std::uint64_t line = 1;    // they do here
};

constexpr std::string_view kMark = "\xEF\xBB\xBF";

/// Where the first line starts: behind a byte order mark.
std::uint64_t start_of(Source& source) {
  return as_text(view_some(source, {0, kMark.size()})) == kMark ? kMark.size() : 0;
}

/// Calls `visit` for every line from `place` that is not blank, until it says false; `place` is
/// then behind that line.
Status for_each_record(Source& source, RecordPlace& place, const Limits& limits,
                       const std::function<Result<bool>(const Record&)>& visit) {
  std::uint64_t& at = place.offset;
  std::uint64_t window = kWindow;
  while (at < source.size()) {
    const std::uint64_t from = at;
    const std::uint64_t size = std::min(window, source.size() - from);
    const bool last = from + size == source.size();
    const std::string_view text = as_text(TRY(source.view({from, size})));
    std::size_t done = 0;
    while (done < text.size()) {
      const std::size_t end = text.find('\n', done);
      if (end == std::string_view::npos && !last) break;
      const std::string_view line = text.substr(done, std::min(end, text.size()) - done);
      const Record record{line, from + done, place.record, place.line};
      done = end == std::string_view::npos ? text.size() : end + 1;
      at = from + done;
      ++place.line;
      if (trim(line).empty()) continue;
      ++place.record;
      if (!TRY(visit(record))) return {};
    }
    if (done == 0 && window >= limits.max_text) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("record {} is longer than the cap of {} bytes", place.record,
                              limits.max_text),
                  "jsonl", from);
    }
    window = done == 0 ? std::min(window * 2, limits.max_text) : kWindow;
  }
  return {};
}

Result<RecordPlace> next_records(Source& source, RecordPlace from, const Limits& limits) {
  RecordPlace place = from;
  if (from.offset == 0) place.offset = start_of(source);
  TRY(for_each_record(source, place, limits, [&](const Record& record) -> Result<bool> {
    return record.index + 1 - from.record < kStretchRecords &&
           record.offset + record.text.size() - from.offset < kStretch;
  }));
  return place;
}

void note_damage(const Record& record, const Error& error, Layout& layout) {
  if (layout.damage) return;
  layout.damage =
      Error{error.code, fmt::format("record {} is no JSON: {}", record.index, error.message),
            "jsonl", record.offset + error.offset.value_or(0)};
}

std::string path_of(const Record& record, const wire::JsonPlace& member) {
  return fmt::format("jsonl:$[{}]{}", record.index, std::string_view(member.path).substr(1));
}

bool visit_record(const Record& record, const Limits& limits, Layout& layout) {
  ++layout.records;
  const wire::JsonScan scan = scan_labels(record.text, limits);
  if (scan.damage) note_damage(record, *scan.damage, layout);
  for (const wire::JsonPlace& member : scan.members) {
    Carrier carrier = label_carrier(record.text, member, record.offset, path_of(record, member));
    carrier.line = record.line;
    if (!add_carrier(layout, std::move(carrier), limits)) return false;
  }
  if (scan.members.empty() && is_bare_label(record.text, limits)) {
    Carrier carrier;
    carrier.kind = CarrierKind::PlainText;
    carrier.path = fmt::format("jsonl:$[{}]", record.index);
    carrier.line = record.line;
    carrier.whole = carrier.payload = {record.offset, record.text.size()};
    return add_carrier(layout, std::move(carrier), limits);
  }
  return true;
}

/// The records of a source that `first` stands before.
Result<Layout> inspect_records(Source& source, const RecordPlace& first, const Limits& limits) {
  Layout layout;
  RecordPlace place = first;
  place.offset = first.offset == 0 ? start_of(source) : 0;
  const Status status = for_each_record(
      source, place, limits,
      [&](const Record& record) -> Result<bool> { return visit_record(record, limits, layout); });
  if (!status) {
    if (status.error().code == ErrorCode::Io) return Failure(status.error());
    if (!layout.damage) layout.damage = status.error();
  }
  return layout;
}

Result<Layout> inspect(Source& source, const Limits& limits) {
  const std::string_view mark = as_text(view_some(source, {0, 2}));
  if (mark == "\xFF\xFE" || mark == "\xFE\xFF") {
    Layout layout;
    layout.damage =
        Error{ErrorCode::Unsupported, "JSON lines in UTF-16; convert them to UTF-8", "jsonl", 0};
    return layout;
  }
  return inspect_records(source, {}, limits);
}

/// Collects the changes of one edit over all records.
class Labeller {
 public:
  Labeller(const Edit& edit, std::optional<ByteBuffer> old, const Limits& limits)
      : value_(as_text(edit.value)), old_(std::move(old)), limits_(limits) {
    std::replace(value_.begin(), value_.end(), '\n', ' ');  // a record is one line
    std::replace(value_.begin(), value_.end(), '\r', ' ');
  }

  Result<bool> visit(const Record& record, std::vector<Replacement>& out) {
    const wire::JsonScan scan = scan_labels(record.text, limits_);
    if (scan.damage) return Failure(*scan.damage);
    if (scan.root_kind != wire::JsonKind::Object) return true;
    any_object_ = true;
    for (const wire::JsonPlace& member : scan.members) {
      const Carrier carrier = label_carrier(record.text, member, 0, {});
      if (carrier.kind != CarrierKind::AigcKey) continue;
      const std::string_view now =
          carrier.value ? as_text(*carrier.value)
                        : record.text.substr(carrier.payload.offset, carrier.payload.size);
      // Only the label that is being updated; what another record says about itself stays.
      if (!old_ || now != as_text(*old_) || now == value_) return true;
      const Range stored = stored_value(record.text, carrier);
      return add({record.offset + stored.offset, stored.size}, value_, out);
    }
    const wire::TextEdit insert = TRY(wire::set_json_member(record.text, "AIGC", value_));
    return add({record.offset + insert.range.offset, insert.range.size}, insert.text, out);
  }
  [[nodiscard]] bool any_object() const noexcept { return any_object_; }

 private:
  Result<bool> add(Range range, std::string_view text, std::vector<Replacement>& out) {
    spent_ += text.size() + kPieceCost;
    if (spent_ > limits_.max_memory) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("the labels of all records together pass the cap of {} bytes",
                              limits_.max_memory),
                  "jsonl", range.offset);
    }
    out.push_back({range, to_buffer(text)});
    return true;
  }

  std::string value_;
  std::optional<ByteBuffer> old_;
  const Limits& limits_;
  std::uint64_t spent_ = 0;
  bool any_object_ = false;
};

/// A label goes to every object record that has none; an edit that names a carrier changes only it.
Status plan(Source& source, const Layout& layout, const Edit& edit, const Limits& limits,
            std::vector<Replacement>& out) {
  if (!wire::is_json(as_text(edit.value))) {
    return fail(ErrorCode::Usage, "the value for a JSON member is no JSON", "jsonl");
  }
  const Carrier* target = target_of(layout, edit);
  std::optional<ByteBuffer> old;
  if (target != nullptr && !edit.only_new) old = TRY(extract_stored(source, *target, limits));
  if (edit.replaces) {
    if (old == edit.value) return {};
    const std::uint64_t from = target->payload.offset == 0 ? 0 : target->payload.offset - 1;
    const Range around{from, std::min(target->payload.end() + 1, source.size()) - from};
    Carrier shifted = *target;
    shifted.payload.offset -= from;
    Range stored = stored_value(as_text(TRY(source.view(around))), shifted);
    stored.offset += from;
    out.push_back({stored, edit.value});
    return {};
  }
  Labeller labeller(edit, std::move(old), limits);
  RecordPlace place{start_of(source), 0, 1};
  TRY(for_each_record(source, place, limits,
                      [&](const Record& record) { return labeller.visit(record, out); }));
  if (labeller.any_object()) return {};
  return fail(ErrorCode::Unsupported,
              "no record is an object, so there is no place for a label; use --sidecar", "jsonl");
}

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  std::vector<Replacement> replacements;
  for (const Edit& edit : edits) TRY(plan(source, layout, edit, limits, replacements));
  return replace_ranges(source.size(), std::move(replacements));
}

/// At least two lines, the first a whole object and the second the start of one.
bool sniff(Source& source) noexcept {
  if (!looks_like_text(source)) return false;
  const std::string head = text_head(source, kProbe);
  const std::string_view text = head;
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos || !trim(text.substr(end)).starts_with('{')) return false;
  const std::string_view first = trim(text.substr(0, end));
  return first.starts_with('{') && wire::is_json(first);
}

}  // namespace

extern const Format kJsonl;
constinit const Format kJsonl{
    .id = "jsonl",
    .name = "JSON Lines",
    .family = Family::Text,
    .media_types = kMediaTypes,
    .extensions = kExtensions,
    .can = {.write = kWrite, .replace = {}, .per_record = true, .by_extension = true},
    .sniff = sniff,
    .inspect = inspect,
    .extract = extract_stored,
    .edit = edit,
    .next_records = next_records,
    .inspect_records = inspect_records,
};

}  // namespace colophon
