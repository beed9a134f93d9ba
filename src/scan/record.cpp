// SPDX-License-Identifier: Apache-2.0
// A record of JSON lines, read with care: its text field, or all its strings, and a label among its
// members.
#include "base/text.hpp"
#include "scan/judge.hpp"
#include "wire/json_scan.hpp"

namespace colophon::scan {
namespace {

/// The key of a label, in any case, also with something around it.
bool is_label_key(std::string_view key) {
  constexpr std::string_view kWord = "aigc";
  for (std::size_t at = 0; at + kWord.size() <= key.size(); ++at) {
    if (equals_ignore_case(key.substr(at, kWord.size()), kWord)) return true;
  }
  return false;
}

/// A string of JSON as it reads; `buffer` is used when it has escapes.
Bytes text_of(std::string_view stored, std::string& buffer) {
  if (stored.size() < 2) return {};
  const std::string_view inside = stored.substr(1, stored.size() - 2);
  if (inside.find('\\') == std::string_view::npos) return as_bytes(inside);
  wire::unescape_json(inside, buffer);
  return as_bytes(buffer);
}

}  // namespace

void Judge::read_id(Tag& tag, std::string_view stored) {
  std::string buffer;
  const bool text = stored.starts_with('"');
  tag.id = text ? to_valid_utf8(as_text(text_of(stored, buffer))) : std::string(stored);
}

void Judge::judge_record_text(Tag& tag, std::string_view stored, Report& all) const {
  static thread_local std::string buffer;  // a text is large, and the next one is, too
  Report of_text;
  judge_text(tag, text_of(stored, buffer), {}, of_text);
  take(all, std::move(of_text), options_.text_field);
}

void Judge::judge_record(Tag& tag, Bytes line, Report& all) const {
  bool labelled = false;
  const auto wanted = [&](std::string_view key, wire::JsonKind, std::string_view) {
    labelled = labelled || is_label_key(key);
    return key == options_.text_field || key == options_.id_field;
  };
  const std::string_view whole = as_text(line);
  const wire::JsonScan scan = wire::scan_json(whole, wanted, {.depth = 64, .members = 100'000});
  tag.without_text = true;
  for (const wire::JsonPlace& place : scan.members) {
    if (place.depth != 1) continue;
    const std::string_view stored = whole.substr(place.value.offset, place.value.size);
    const bool text_or_number =
        place.kind == wire::JsonKind::String || place.kind == wire::JsonKind::Number;
    if (place.key == options_.id_field && text_or_number) read_id(tag, stored);
    if (place.key != options_.text_field || place.kind != wire::JsonKind::String) continue;
    tag.without_text = false;
    judge_record_text(tag, stored, all);
  }
  if (tag.without_text) judge_strings(tag, whole, all);
  if (labelled && !scan.damage)
    take(all, verify_bytes(line, "record.jsonl", find_format("jsonl")), {});
  if (scan.damage) {
    tag.error = scan.damage;
  } else if (scan.root_kind != wire::JsonKind::Object) {
    tag.error = Error{ErrorCode::Malformed, "the line is no JSON object", {}, 0};
  }
}

/// A record without the text field, such as a conversation: every string in it is a text.
void Judge::judge_strings(Tag& tag, std::string_view record, Report& all) const {
  const auto wanted = [&](std::string_view key, wire::JsonKind kind, std::string_view) {
    return kind == wire::JsonKind::String && key != options_.id_field && !is_label_key(key);
  };
  const wire::JsonScan scan = wire::scan_json(record, wanted, {.depth = 64, .members = 100'000});
  static thread_local std::string buffer;
  for (const wire::JsonPlace& place : scan.members) {
    const Bytes text = text_of(record.substr(place.value.offset, place.value.size), buffer);
    Tag part;
    Report of_text;
    judge_text(part, text, {}, of_text);
    tag.hidden += part.hidden;
    tag.bad_utf8 += part.bad_utf8;
    tag.nuls += part.nuls;
    tag.partly = tag.partly || part.partly;
    take(all, std::move(of_text), place.path);
  }
}

}  // namespace colophon::scan
