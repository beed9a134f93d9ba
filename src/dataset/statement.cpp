// SPDX-License-Identifier: Apache-2.0
#include "dataset/statement.hpp"

#include <array>

#include "base/text.hpp"
#include "standards/standards.hpp"
#include "wire/json_scan.hpp"
#include "wire/json_text.hpp"

namespace colophon {
namespace {

constexpr std::size_t kLongestId = 255;
constexpr wire::JsonCaps kCaps{.depth = 64, .members = 100'000};

struct Member {
  std::string_view key;
  std::string Statement::* text;
};
constexpr std::array<Member, 5> kMembers = {{{"source_model", &Statement::source_model},
                                             {"generator_version", &Statement::generator_version},
                                             {"teacher", &Statement::teacher},
                                             {"created", &Statement::created},
                                             {"watermark_key_id", &Statement::watermark_key_id}}};

Result<Statement> parse_statement(std::string_view json, const Limits& limits) {
  const wire::JsonValue value = TRY(wire::parse_json(json, limits));
  const wire::JsonValue* origin = value.find("origin");
  if (origin == nullptr) {
    return fail(ErrorCode::Malformed,
                "the statement is no object with a member \"origin\"; it should be \"human\", "
                "\"machine\" or \"mixed\"");
  }
  const auto maker = parse_maker(origin->text);
  if (origin->type != wire::JsonType::String || !maker) {
    return fail(ErrorCode::Malformed,
                "the statement's origin is not \"human\", \"machine\" or \"mixed\"", {},
                origin->begin);
  }
  Statement statement;
  statement.origin = *maker;
  for (const Member& member : kMembers) {
    const wire::JsonValue* found = value.find(member.key);
    if (found != nullptr && found->type == wire::JsonType::String) {
      statement.*member.text = found->text;
    }
  }
  return statement;
}

/// A label is a statement, too; what it only holds possible is none.
Maker maker_of_label(std::string_view stored, const Limits& limits) {
  Carrier carrier;
  carrier.kind = CarrierKind::AigcKey;
  carrier.path = "jsonl:AIGC";
  carrier.key = "AIGC";
  for (const Evidence& evidence : kGb45438.read(carrier, as_bytes(stored), limits)) {
    if (!evidence.says) continue;
    if (evidence.says->origin == Origin::Generated) return Maker::Machine;
    if (evidence.says->origin == Origin::Edited) return Maker::Mixed;
  }
  return Maker::Unstated;
}

std::string id_text(std::string_view line, const wire::JsonPlace& place) {
  const std::string_view stored = line.substr(place.value.offset, place.value.size);
  std::string text;
  if (place.kind == wire::JsonKind::String) text = wire::json_string(stored);
  if (place.kind == wire::JsonKind::Number) text = stored;
  if (text.size() <= kLongestId) return text;
  std::size_t end = kLongestId;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

std::string_view to_string(Maker maker) noexcept {
  constexpr std::array<std::string_view, 4> kWords = {"unstated", "human", "machine", "mixed"};
  return kWords[static_cast<std::size_t>(maker)];
}

std::optional<Maker> parse_maker(std::string_view word) noexcept {
  for (const Maker maker : {Maker::Human, Maker::Machine, Maker::Mixed}) {
    if (word == to_string(maker)) return maker;
  }
  return std::nullopt;
}

std::string to_json(const Statement& statement) {
  std::string json = "{\"origin\":" + wire::quote_json(to_string(statement.origin));
  for (const Member& member : kMembers) {
    const std::string& text = statement.*member.text;
    if (text.empty()) continue;
    json += "," + wire::quote_json(member.key) + ":" + wire::quote_json(text);
  }
  return json + "}";
}

Record read_record(std::string_view line, std::string_view field, const Limits& limits) {
  const auto wanted = [&](std::string_view key, wire::JsonKind, std::string_view) {
    // A key may be written with escapes; those in use here have no reason to.
    return key == field || key == "id" || key == "AIGC";
  };
  const wire::JsonScan scan = wire::scan_json(line, wanted, kCaps);
  Record record;
  record.error = scan.damage;
  if (!record.error && !is_utf8(line)) {
    record.error = Error{ErrorCode::Malformed, "the record is not UTF-8", {}, 0};
    return record;
  }
  record.is_object = scan.root_kind == wire::JsonKind::Object && !scan.damage;
  if (!record.is_object) {
    if (!record.error) {
      record.error = Error{ErrorCode::Malformed, "the line is no JSON object", {}, 0};
    }
    return record;
  }
  Maker labelled = Maker::Unstated;
  for (const wire::JsonPlace& place : scan.members) {
    if (place.depth != 1) continue;
    const std::string_view stored = line.substr(place.value.offset, place.value.size);
    if (place.key == "id") record.id = id_text(line, place);
    if (place.key == "AIGC" && field != "AIGC") labelled = maker_of_label(stored, limits);
    if (place.key != field) continue;
    record.has_field = true;
    auto statement = parse_statement(stored, limits);
    if (statement) record.statement = *std::move(statement);
    if (!statement) {
      record.error = std::move(statement).error();
      record.error->offset = place.value.offset + record.error->offset.value_or(0);
    }
  }
  if (!record.has_field) record.statement.origin = labelled;
  return record;
}

Result<std::string> with_statement(std::string_view line, std::string_view field,
                                   const Statement& statement) {
  const wire::TextEdit edit = TRY(wire::set_json_member(line, field, to_json(statement)));
  return wire::apply_edits(line, {edit});
}

}  // namespace colophon
