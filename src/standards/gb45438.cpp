// SPDX-License-Identifier: Apache-2.0
// The row of GB 45438-2025, and labels as evidence.
#include "standards/gb45438.hpp"

#include "base/text.hpp"
#include "standards/gb45438_label.hpp"
#include "standards/gb45438_lint.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace gb45438 {
namespace {

constexpr std::size_t kMaxRaw = 16 << 10;
constexpr std::size_t kMaxKeys = 64;
constexpr std::size_t kMaxLabels = 256;  // of one carrier

/// The most telling word for the form, the oddest first.
std::string_view shape_of(const Found& found) noexcept {
  if (found.damage == "unreadable") return "unreadable";
  if (found.provider && !found.entries.empty() && found.find(Key::Label) == nullptr) {
    return "other-schema";
  }
  if (found.base64) return "base64";
  if (!found.yaml.empty()) return found.yaml;
  if (found.syntax != Syntax::Json) return "per-field";
  if (found.string_in_string) return "string-in-string";
  if (found.prefixed) return "prefix";
  return found.wrapped ? "wrapped" : "bare";
}

/// Key names as one detail: "Label,ContentProducer,...". A comma in a name would lie.
std::string joined_keys(const Found& found) {
  std::string joined;
  for (std::size_t i = 0; i < std::min(found.entries.size(), kMaxKeys); ++i) {
    std::string name = to_valid_utf8(found.entries[i].name.substr(0, 64));
    std::replace(name.begin(), name.end(), ',', '?');
    if (i > 0) joined += ',';
    joined += name;
  }
  return joined;
}

/// The keys whose values are no strings: "Label=number,ReservedCode1=null".
std::string joined_types(const Found& found) {
  std::string joined;
  for (const Entry& entry : found.entries) {
    if (!entry.known || entry.type == wire::JsonType::String) continue;
    if (!joined.empty()) joined += ',';
    joined += kKeyNames[static_cast<std::size_t>(entry.known->key)];
    joined += '=';
    joined += wire::to_string(entry.type);
  }
  return joined;
}

std::string_view comment_charset(Bytes payload) noexcept {
  using namespace std::string_view_literals;
  return has_prefix(payload, "ASCII\0\0\0"sv) ? "ascii" : "none";
}

Evidence evidence_of(const Found& found, const Carrier& carrier, Bytes payload) {
  Evidence evidence;
  evidence.carrier = carrier.path;
  evidence.where = carrier.whole;
  evidence.says = label_of(found);
  if (!found.damage.empty()) {
    // What could be salvaged is told, but a label that cannot be read whole decides nothing more
    // than a suspicion: whoever breaks a label must not choose what it says.
    evidence.integrity = Integrity::Damaged;
    evidence.says->origin = Origin::Suspected;
  }
  const auto add = [&](std::string_view name, std::string value) {
    if (!value.empty()) evidence.details.emplace_back(name, std::move(value));
  };
  add(kShape, std::string(shape_of(found)));
  add(kKind, std::string(to_string(carrier.kind)));
  add(kField, to_valid_utf8(found.field));
  add(kForm, found.place);
  add(kUri, to_valid_utf8(found.uri));
  add(kWrapped, found.wrapped ? "yes" : "");
  add(kEntities, found.entities > 0 ? std::to_string(found.entities) : "");
  add(kDamage, found.damage);
  add(kKeys, joined_keys(found));
  add(kTypes, joined_types(found));
  if (const Entry* label = found.find(Key::Label)) {
    // Kept even when it is empty: an empty Label is as unusable as a wrong one.
    if (!origin_of(*label)) {
      evidence.details.emplace_back(kLabelText, to_valid_utf8(label->text.substr(0, 64)));
    }
  }
  if (carrier.kind == CarrierKind::ExifComment) {
    add(kCharset, std::string(comment_charset(payload)));
  }
  add(kRaw, to_valid_utf8(found.raw.substr(0, kMaxRaw)));
  return evidence;
}

std::vector<Evidence> read(const Carrier& carrier, Bytes payload, const Limits& limits) {
  std::vector<Evidence> evidence;
  const auto all = find_labels(carrier, payload, limits);
  for (const Found& found : all) {
    if (evidence.size() == kMaxLabels) break;
    evidence.push_back(evidence_of(found, carrier, payload));
  }
  if (all.size() > kMaxLabels) {
    evidence.back().findings.push_back(
        {"gb45438-many",
         Severity::Warning,
         {fmt::format("this place holds more than {} labels; the others are not told", kMaxLabels),
          fmt::format("此处的标识超过 {} 个，其余未列出", kMaxLabels)},
         carrier.whole.offset});
  }
  return evidence;
}

}  // namespace
}  // namespace gb45438

constinit const Standard kGb45438{
    .name = "gb45438",
    .id = StandardId::Gb45438,
    .read = gb45438::read,
    .write = gb45438::write,
    .lint = gb45438::lint,
};

}  // namespace colophon
