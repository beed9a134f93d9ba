// SPDX-License-Identifier: Apache-2.0
#include "scan/judging.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "io/io.hpp"
#include "scan/readers.hpp"
#include "wire/json_scan.hpp"

namespace colophon::scan {
namespace {

using text::TextFindings;
constexpr std::uint64_t kLargestText = 32 << 20;

/// The key of a label, in any case, also with something around it.
bool is_label_key(std::string_view key) {
  constexpr std::string_view kWord = "aigc";
  for (std::size_t at = 0; at + kWord.size() <= key.size(); ++at) {
    if (equals_ignore_case(key.substr(at, kWord.size()), kWord)) return true;
  }
  return false;
}

/// Evidence as it stands in a report.
std::string evidence_json(const Report& report) {
  const std::string whole = to_json(report, {});
  const auto json = nlohmann::ordered_json::parse(whole, nullptr, false);
  if (!json.is_object() || !json.contains("evidence")) return "[]";
  return json.at("evidence").dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::uint64_t characters_in(Bytes text) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(text, [](std::uint8_t byte) { return (byte & 0xC0) != 0x80; }));
}

void add_spans(Tag& tag, Bytes text, const TextFindings& found) {
  std::uint64_t at = 0, characters = 0;
  for (const text::VisibleLabel& label : found.labels) {
    if (label.where.offset < at) continue;
    characters += characters_in(slice(text, at, label.where.offset - at));
    const std::uint64_t size = characters_in(slice(text, label.where.offset, label.where.size));
    tag.spans.push_back({characters, characters + size, label.origin});
    characters += size;
    at = label.where.end();
  }
  tag.characters = characters + characters_in(slice(text, at));
}

void note(Tag& tag, const TextFindings& found) {
  tag.bad_utf8 += found.bad_utf8.count;
  tag.nuls += found.nuls.count;
  for (const text::TextMark& mark : found.marks) {
    if (text::is_hidden(mark.kind)) tag.hidden += mark.count;
  }
}

bool may_hold_label(const TextFindings& found) {
  return !found.labels.empty() || std::ranges::any_of(found.marks, [](const text::TextMark& mark) {
    return !text::is_hidden(mark.kind);
  });
}

/// Which kind of text a string without a name is.
std::string name_by_content(Bytes bytes) {
  const std::string_view text =
      trim(as_text(bytes.first(std::min<std::size_t>(bytes.size(), 4096))));
  const std::string low = lower_ascii(text.substr(0, 64));
  if (low.starts_with("<!doctype html") || low.starts_with("<html")) return "document.html";
  return text.starts_with("---") ? "document.md" : "document.txt";
}

class Judge {
 public:
  Judge(const JudgeOptions& options, const Env& env) : options_(options), env_(env) {}

  Report verify_bytes(Bytes bytes, const std::string& name, const Format* format = nullptr) const {
    MemorySource source(bytes);
    VerifyOptions options = options_.verify;
    options.file_name = name;
    if (format != nullptr) options.format = format;
    return verify(source, env_, options);
  }

  void judge_text(Tag& tag, Bytes bytes, std::string name, Report& all) const {
    const TextFindings found = text::scan_text(bytes);
    note(tag, found);
    if (!may_hold_label(found)) return;
    add_spans(tag, bytes, found);
    if (name.empty() || name == "document.txt") name = name_by_content(bytes);
    take(all, verify_bytes(bytes, name), {});
  }

  void judge_record(Tag& tag, Bytes line, Report& all) const;
  void judge_strings(Tag& tag, std::string_view record, Report& all) const;

  static void take(Report& all, Report part, const std::string& place) {
    for (Evidence& evidence : part.evidence) {
      if (!place.empty()) evidence.carrier = place + ":" + evidence.carrier;
      all.evidence.push_back(std::move(evidence));
    }
    std::ranges::move(part.findings, std::back_inserter(all.findings));
    if (part.error && !all.error) all.error = std::move(part.error);
  }

  void conclude(Tag& tag, Report& all) const {
    if (all.evidence.empty()) return;
    all.verdict = decide(all.evidence, options_.verify.profiles, all.findings);
    tag.origin = all.verdict.origin;
    tag.assurance = all.verdict.assurance;
    tag.invalid = exit_code(all.verdict, all.evidence) == 4;
    tag.evidence = evidence_json(all);
  }

 private:
  const JudgeOptions& options_;
  const Env& env_;
};

/// A string of JSON as it reads; `buffer` is used when it has escapes.
Bytes text_of(std::string_view stored, std::string& buffer) {
  if (stored.size() < 2) return {};
  const std::string_view inside = stored.substr(1, stored.size() - 2);
  if (inside.find('\\') == std::string_view::npos) return as_bytes(inside);
  wire::unescape_json(inside, buffer);
  return as_bytes(buffer);
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
  static thread_local std::string buffer;  // a text is large, and the next one is, too
  for (const wire::JsonPlace& place : scan.members) {
    if (place.depth != 1) continue;
    const std::string_view stored = whole.substr(place.value.offset, place.value.size);
    if (place.key == options_.id_field && place.kind == wire::JsonKind::String) {
      tag.id = to_valid_utf8(as_text(text_of(stored, buffer)));
    } else if (place.key == options_.id_field && place.kind == wire::JsonKind::Number) {
      tag.id = stored;
    }
    if (place.key != options_.text_field || place.kind != wire::JsonKind::String) continue;
    tag.without_text = false;
    Report of_text;
    judge_text(tag, text_of(stored, buffer), {}, of_text);
    take(all, std::move(of_text), options_.text_field);
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
    take(all, std::move(of_text), place.path);
  }
}

/// A file of its own is verified with what stands beside it. Text is looked through first.
void judge_file(const Judge& judge, Tag& tag, const std::string& path, const JudgeOptions& options,
                const Env& env, Report& all) {
  const auto bytes = is_text_name(path) && !exists(sidecar_name(path))
                         ? read_small_file(path, kLargestText)
                         : Result<ByteBuffer>(fail(ErrorCode::Unsupported, ""));
  if (bytes) return judge.judge_text(tag, *bytes, path, all);
  VerifyOptions verifying = options.verify;
  verifying.file_name = path;
  Judge::take(all, verify_file(path, env, verifying), {});
}

}  // namespace

Tag judge(const Document& document, Bytes batch, const std::string& file,
          const JudgeOptions& options, const Env& env) {
  const Judge judge(options, env);
  Tag tag;
  tag.id = document.id;
  tag.error = document.error;
  Report all;
  all.evidence = document.stated;
  const Bytes bytes = slice(batch, document.bytes.offset, document.bytes.size);
  if (!document.error) {
    switch (document.kind) {
      case DocumentKind::File:
        judge_file(judge, tag, document.name, options, env, all);
        break;
      case DocumentKind::Record:
        judge.judge_record(tag, bytes, all);
        break;
      case DocumentKind::Text:
        judge.judge_text(tag, bytes, document.name, all);
        break;
      case DocumentKind::Bytes:
        if (!bytes.empty()) {
          MemorySource source(bytes);
          const Format* format = detect(source, document.name);
          if (format == nullptr || format->family == Family::Text) {
            judge.judge_text(tag, bytes, document.name, all);
          } else {
            Judge::take(all, judge.verify_bytes(bytes, document.name), {});
          }
        }
        break;
    }
  }
  judge.conclude(tag, all);
  if (all.error && !tag.error) tag.error = all.error;
  if (tag.id.empty()) tag.id = fmt::format("{}#{}", file, document.number);
  return tag;
}

}  // namespace colophon::scan
