// SPDX-License-Identifier: Apache-2.0
#include "formats/json_label.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace colophon {
namespace {

using wire::JsonKind;

constexpr std::size_t kMaxProbe = 64 * 1024;     // of a string that is searched for a label
constexpr std::size_t kMaxString = 1024 * 1024;  // longer ones are no labels

bool is_keyword(std::string_view key) noexcept {
  return equals_ignore_case(key, "AIGC");
}

/// "aiGenTag", "ImageAIGCMetadata", "aigc_label_type".
bool names_a_label(std::string_view key) {
  if (key.size() < 4 || key.size() > 128) return false;
  const std::string low = lower_ascii(key);
  return low.find("aigc") != std::string::npos || low == "aigentag";
}

bool mentions_label(std::string_view stored) noexcept {
  stored = stored.substr(0, kMaxProbe);
  return stored.find("AIGC") != std::string_view::npos ||
         stored.find("ContentProducer") != std::string_view::npos;
}

wire::JsonCaps caps_of(const Limits& limits) noexcept {
  return {limits.max_depth, limits.max_carriers + std::size_t{1}};
}

}  // namespace

wire::JsonScan scan_labels(std::string_view json, const Limits& limits) {
  return wire::scan_json(
      json,
      [](std::string_view key, JsonKind kind, std::string_view value) {
        if (kind != JsonKind::String) return names_a_label(key);
        return value.size() <= kMaxString && (names_a_label(key) || mentions_label(value));
      },
      caps_of(limits));
}

Carrier label_carrier(std::string_view json, const wire::JsonPlace& member, std::uint64_t offset,
                      std::string_view path) {
  const auto stored = [&](Range range) {
    return as_text(slice(as_bytes(json), range.offset, range.size));
  };
  const bool string = member.kind == JsonKind::String;
  const bool holds = member.kind == JsonKind::Object || string || stored(member.value) == "null";
  Range value = member.value;
  Carrier carrier;
  carrier.kind = is_keyword(member.key) && holds ? CarrierKind::AigcKey : CarrierKind::Tag;
  carrier.path = to_valid_utf8(path);
  carrier.key = to_valid_utf8(member.key);
  std::string text;
  if (string) {  // the payload stands between the quotes
    text = wire::json_string(stored(value));
    const bool closed = member.complete && value.size >= 2;
    value = {value.offset + 1, value.size - (closed ? 2 : 1)};
  } else {
    text = stored(value);
  }
  text = to_valid_utf8(text);
  if (stored(value) != text) carrier.value = to_buffer(text);
  carrier.whole = {member.key_where.offset + offset, member.value.end() - member.key_where.offset};
  carrier.payload = {value.offset + offset, value.size};
  return carrier;
}

Range stored_value(std::string_view text, const Carrier& carrier) {
  const std::uint64_t from = carrier.payload.offset, to = carrier.payload.end();
  const bool quoted = from > 0 && to < text.size() && text[from - 1] == '"' && text[to] == '"';
  return quoted ? Range{from - 1, carrier.payload.size + 2} : carrier.payload;
}

bool is_bare_label(std::string_view json, const Limits& limits) {
  // Most documents need no second reading.
  if (json.find("ontent") == std::string_view::npos &&
      json.find("roduce") == std::string_view::npos) {
    return false;
  }
  const wire::JsonScan scan = wire::scan_json(
      json,
      [](std::string_view key, JsonKind, std::string_view) {
        return equals_ignore_case(key, "ContentProducer") || equals_ignore_case(key, "ProduceID") ||
               equals_ignore_case(key, "ContentPropagator");
      },
      caps_of(limits));
  return std::any_of(scan.members.begin(), scan.members.end(),
                     [](const wire::JsonPlace& member) { return member.depth == 1; });
}

}  // namespace colophon
