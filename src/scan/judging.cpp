// SPDX-License-Identifier: Apache-2.0
#include "scan/judging.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "scan/judge.hpp"
#include "wire/json_scan.hpp"

namespace colophon::scan {
namespace {

using text::TextFindings;

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
  tag.partly = tag.partly || found.cut;
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
  if (low.starts_with('{') && wire::is_json(as_text(bytes))) return "document.json";
  return text.starts_with("---") ? "document.md" : "document.txt";
}

}  // namespace

Report Judge::verify_bytes(Bytes bytes, const std::string& name, const Format* format) const {
  MemorySource source(bytes);
  VerifyOptions options = options_.verify;
  options.file_name = name;
  if (format != nullptr) options.format = format;
  return verify(source, env_, options);
}

void Judge::judge_text(Tag& tag, Bytes bytes, std::string name, Report& all) const {
  const TextFindings found = text::scan_text(bytes);
  note(tag, found);
  if (!may_hold_label(found)) return;
  add_spans(tag, bytes, found);
  if (name.empty() || name == "document.txt") name = name_by_content(bytes);
  if (found.nuls.count == 0) return take(all, verify_bytes(bytes, name), {});
  // A text with NUL bytes is none for whoever reads texts; its labels are still there.
  ByteBuffer mended = to_buffer(bytes);
  std::ranges::replace(mended, std::uint8_t{0}, std::uint8_t{' '});
  take(all, verify_bytes(mended, name), {});
}

void Judge::take(Report& all, Report part, const std::string& place) {
  for (Evidence& evidence : part.evidence) {
    if (!place.empty()) evidence.carrier = place + ":" + evidence.carrier;
    all.evidence.push_back(std::move(evidence));
  }
  std::ranges::move(part.findings, std::back_inserter(all.findings));
  if (part.error && !all.error) all.error = std::move(part.error);
}

void Judge::conclude(Tag& tag, Report& all) const {
  tag.partly = tag.partly || std::ranges::any_of(all.findings, [](const Finding& finding) {
                 return finding.rule == "text-cut";
               });
  if (!all.evidence.empty()) {
    all.verdict = decide(all.evidence, options_.verify.profiles, all.findings);
    tag.origin = all.verdict.origin;
    tag.assurance = all.verdict.assurance;
    tag.invalid = exit_code(all.verdict, all.evidence) == 4;
    tag.evidence = evidence_json(all);
  }
  if (all.error && !tag.error) tag.error = all.error;
}

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
        judge.judge_file(tag, document.name, all);
        break;
      case DocumentKind::Record:
        judge.judge_record(tag, bytes, all);
        break;
      case DocumentKind::Text:
        judge.judge_text(tag, bytes, document.name, all);
        break;
      case DocumentKind::Bytes:
        judge.judge_bytes(tag, bytes, document.name, all);
        break;
    }
  }
  judge.conclude(tag, all);
  if (tag.id.empty()) tag.id = fmt::format("{}#{}", file, document.number);
  return tag;
}

}  // namespace colophon::scan
