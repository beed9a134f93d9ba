// SPDX-License-Identifier: Apache-2.0
// Writing the field. A label that stands already is changed value by value: what a platform may not
// touch keeps its bytes, its order, its spacing and its spelling. A new one has all seven keys.
#include "standards/gb45438_edit.hpp"
#include "standards/gb45438_label.hpp"
#include "standards/gb45438_lint.hpp"
#include "standards/xmp.hpp"
#include "wire/yaml_front_matter.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

namespace colophon::gb45438 {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kFieldName = "AIGC";
constexpr std::string_view kAsciiComment = "ASCII\0\0\0"sv;

Result<std::string> value_for(const Label& label, Key key) {
  if (key != Key::Label) return value_of(label, key);
  if (const auto value = label_value(label.origin)) return std::string(*value);
  return fail(ErrorCode::Usage,
              fmt::format("GB 45438 has no label that says \"{}\"", to_string(label.origin)),
              "Label");
}

/// Only what we put in is checked: somebody else's half may hold what it wants.
Status check(const Change& change) {
  const bool reserved = change.key == Key::ReservedCode1 || change.key == Key::ReservedCode2;
  const auto foreign = foreign_character(change.value, reserved);
  if (!foreign) return {};
  const std::string_view name = kKeyNames[static_cast<std::size_t>(change.key)];
  return fail(ErrorCode::Usage,
              fmt::format("{} may not hold \"{}\"; annex E j) allows visible ASCII without quotes "
                          "and backslashes",
                          name, *foreign),
              std::string(name));
}

/// What `label` says other than the label that stands there.
Result<std::vector<Change>> changes_between(const Label& standing, const Label& label) {
  std::vector<Change> changes;
  for (std::size_t i = 0; i < kKeyNames.size(); ++i) {
    const Key key = static_cast<Key>(i);
    Change change{key, TRY(value_for(label, key))};
    if (change.value == TRY(value_for(standing, key))) continue;
    TRY(check(change));
    changes.push_back(std::move(change));
  }
  return changes;
}

/// All seven keys of a first write; note 1: the propagation half repeats the production half.
Result<std::vector<Change>> first_write(Label label) {
  if (label.propagator.empty() && label.propagate_id.empty()) {
    label.propagator = label.producer;
    label.propagate_id = label.produce_id;
  }
  std::vector<Change> all;
  for (std::size_t i = 0; i < kKeyNames.size(); ++i) {
    all.push_back({static_cast<Key>(i), TRY(value_for(label, static_cast<Key>(i)))});
    TRY(check(all.back()));
  }
  return all;
}

std::string bare_json(const std::vector<Change>& all) {
  std::vector<Entry> entries;
  for (const Change& change : all) {
    Entry& entry = entries.emplace_back();
    entry.name = kKeyNames[static_cast<std::size_t>(change.key)];
    entry.text = change.value;
  }
  return raw_of(entries);
}

std::vector<std::pair<std::string, std::string>> yaml_pairs(const std::vector<Change>& changes) {
  std::vector<std::pair<std::string, std::string>> pairs;
  pairs.reserve(changes.size());
  for (const Change& change : changes) {
    pairs.emplace_back(kKeyNames[static_cast<std::size_t>(change.key)], change.value);
  }
  return pairs;
}

std::string wrapped(const std::string& bare) {
  return "{\"AIGC\":" + bare + "}";
}

/// A document that has no member AIGC yet gets it as its first.
Result<std::string> into_document(std::string_view old, const std::string& bare) {
  if (trim(old).empty()) return wrapped(bare);
  const wire::JsonValue document = TRY(wire::parse_json(old, Limits{}));
  if (document.type != wire::JsonType::Object) {
    return fail(ErrorCode::Unsupported, "the JSON document is no object, so it holds no member",
                "json");
  }
  std::string out(old);
  out.insert(document.begin + 1, "\"AIGC\":" + bare + (document.members.empty() ? "" : ","));
  return out;
}

/// A place that holds nothing but a label, whole or broken, may be filled anew.
bool may_replace(std::string_view old, const std::vector<Found>& found) {
  constexpr std::size_t kLongestPrefix = 16;
  if (trim(old).empty() || old == kAsciiComment) return true;
  return !found.empty() && found.front().where.offset <= kLongestPrefix;
}

Result<ByteBuffer> write_new(const Label& label, CarrierKind kind, std::string_view old,
                             const std::vector<Found>& found) {
  const std::vector<Change> all = TRY(first_write(label));
  const std::string bare = bare_json(all);
  if (kind == CarrierKind::Xmp) {
    const XmpProperty property{std::string(kNamespace), std::string(kPrefix),
                               std::string(kFieldName), bare};
    return set_properties(as_bytes(old), {&property, 1});
  }
  if (kind == CarrierKind::FrontMatter) {
    return to_buffer(TRY(wire::set_mapping(old, kFieldName, yaml_pairs(all))));
  }
  if (kind == CarrierKind::Sidecar) return to_buffer(TRY(into_document(old, bare)));
  if (!may_replace(old, found)) {
    return fail(ErrorCode::Refused, "the place holds something else, which a label would replace",
                std::string(to_string(kind)));
  }
  switch (kind) {
    case CarrierKind::AigcKey:
    case CarrierKind::HtmlMeta:
    case CarrierKind::Tag:
      return to_buffer(bare);
    case CarrierKind::ExifComment:
      return to_buffer(std::string(kAsciiComment) + wrapped(bare));
    case CarrierKind::ExifText:
    case CarrierKind::TextChunk:
      return to_buffer(wrapped(bare));
    default:
      return fail(ErrorCode::Unsupported, "no new label is written into this kind of place",
                  std::string(to_string(kind)));
  }
}

Result<ByteBuffer> update_yaml(const Found& found, const std::vector<Change>& changes,
                               std::string_view old) {
  if (found.field.empty()) {
    return fail(ErrorCode::Unsupported, "the keys of the label stand outside a mapping AIGC",
                "yaml");
  }
  const bool in_block = !found.layers.empty() && found.layers[0].coding == Layer::Coding::Slice;
  const Range block = in_block ? found.layers[0].where : Range{0, old.size()};
  const std::string yaml = TRY(
      wire::set_mapping(old.substr(block.offset, block.size), found.field, yaml_pairs(changes)));
  return to_buffer(TRY(wire::apply_edits(old, {{block, yaml}})));
}

Result<ByteBuffer> update(const Found& found, const Label& label, std::string_view old) {
  const std::vector<Change> changes = TRY(changes_between(label_of(found), label));
  if (changes.empty()) return to_buffer(old);
  if (found.syntax == Syntax::Yaml && found.yaml == "yaml-quoted") {
    return update_yaml(found, TRY(first_write(label)), old);
  }
  if (found.syntax == Syntax::Yaml) return update_yaml(found, changes, old);
  auto inner = TRY(edits_for(found, changes, old));
  auto edits = TRY(outward(found.layers, std::move(inner)));
  return to_buffer(TRY(wire::apply_edits(old, edits)));
}

}  // namespace

Result<ByteBuffer> write(const Label& label, CarrierKind kind, Bytes old_payload) {
  Carrier carrier;
  carrier.kind = kind;
  const bool document = kind == CarrierKind::Xmp || kind == CarrierKind::FrontMatter ||
                        kind == CarrierKind::PlainText || kind == CarrierKind::JsonLd;
  if (!document) carrier.key = kFieldName;  // the caller means this place to hold the label
  const std::string_view old = as_text(old_payload);
  const std::vector<Found> found = find_labels(carrier, old_payload, Limits{});
  for (const Found& standing : found) {
    if (standing.exact) return update(standing, label, old);
  }
  return write_new(label, kind, old, found);
}

}  // namespace colophon::gb45438
