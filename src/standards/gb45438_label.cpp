// SPDX-License-Identifier: Apache-2.0
// The vocabulary of annex E: keys and their misspellings, what counts as a label, what it says.
#include "standards/gb45438_label.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace colophon::gb45438 {
namespace {

/// Folded names: lower case, letters and digits only. The keys of annex E b), then misspellings
/// that stand in public files (docs/gb45438.md; `producer_id` is a vendor's request field).
constexpr std::pair<std::string_view, Key> kFolded[] = {
    {"label", Key::Label},
    {"contentproducer", Key::ContentProducer},
    {"produceid", Key::ProduceId},
    {"reservedcode1", Key::ReservedCode1},
    {"contentpropagator", Key::ContentPropagator},
    {"propagateid", Key::PropagateId},
    {"reservedcode2", Key::ReservedCode2},
    {"reservecode1", Key::ReservedCode1},
    {"reservecode2", Key::ReservedCode2},
    {"producerid", Key::ProduceId},
    {"propagator", Key::ContentPropagator},
    {"propatorid", Key::PropagateId},
    {"propagatorid", Key::PropagateId},
};
/// One of these stands in every text that holds a label.
constexpr std::string_view kHints[] = {"AIGC",
                                       "aigc",
                                       "Aigc",
                                       "aiGenTag",
                                       "ContentProducer",
                                       "contentProducer",
                                       "ProduceID",
                                       "produceID",
                                       "produceId",
                                       "ContentPropagator",
                                       "PropagateID"};

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_scalar(const Entry& entry) noexcept {
  return entry.type != wire::JsonType::Array && entry.type != wire::JsonType::Object;
}

}  // namespace

// Called for every brace of a text, so it allocates nothing.
std::optional<KnownKey> known_key(std::string_view name) noexcept {
  std::array<char, 24> folded{};
  std::size_t size = 0;
  for (const char raw : name) {
    const char c = lower(raw);
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) continue;
    if (size == folded.size()) return std::nullopt;
    folded[size++] = c;
  }
  for (const auto& [word, key] : kFolded) {
    if (word != std::string_view(folded.data(), size)) continue;
    return KnownKey{key, name == kKeyNames[static_cast<std::size_t>(key)]};
  }
  return std::nullopt;
}

bool is_field_name(std::string_view name) noexcept {
  constexpr std::string_view kWord = "aigc";
  const auto found = std::search(name.begin(), name.end(), kWord.begin(), kWord.end(),
                                 [](char a, char b) { return lower(a) == b; });
  return found != name.end() || equals_ignore_case(name, "aiGenTag");
}

bool may_hold_label(std::string_view text) noexcept {
  return std::any_of(std::begin(kHints), std::end(kHints), [&](std::string_view hint) {
    return text.find(hint) != std::string_view::npos;
  });
}

const Entry* Found::find(Key key) const noexcept {
  const Entry* best = nullptr;
  for (const Entry& entry : entries) {
    if (!entry.known || entry.known->key != key) continue;
    if (best == nullptr || entry.known->exact || !best->known->exact) best = &entry;
  }
  return best;
}

bool is_label(const Found& found, bool named) {
  unsigned exact = 0;      // one bit per key that is spelt right
  bool speaks = false;     // a production or propagation element is there
  bool says_some = false;  // and one of them is not empty
  bool label = false;
  for (const Entry& entry : found.entries) {
    if (!entry.known) continue;
    if (entry.known->exact) exact |= 1U << static_cast<unsigned>(entry.known->key);
    if (entry.known->key == Key::Label) {
      label = label || (entry.known->exact && is_scalar(entry));
    } else {
      speaks = true;
      says_some = says_some || !entry.text.empty();
    }
  }
  if (named) return speaks || label || found.provider;
  return says_some && (exact & (exact - 1)) != 0;  // two keys at least
}

std::string raw_of(const std::vector<Entry>& entries) {
  std::string raw = "{";
  for (const Entry& entry : entries) {
    if (raw.size() > 1) raw += ',';
    raw += wire::quote_json(entry.name) + ':';
    raw += entry.type == wire::JsonType::String ? wire::quote_json(entry.text) : entry.text;
  }
  return raw + '}';
}

std::optional<Origin> origin_of(const Entry& label) {
  if (label.text == "1") return Origin::Generated;
  if (label.text == "2") return Origin::Possible;
  if (label.text == "3") return Origin::Suspected;
  return std::nullopt;
}

std::optional<std::string_view> label_value(Origin origin) noexcept {
  switch (origin) {
    case Origin::Generated:
    case Origin::Edited:
      return "1";
    case Origin::Possible:
      return "2";
    case Origin::Suspected:
      return "3";
    case Origin::None:
    case Origin::NotGenerated:
      break;
  }
  return std::nullopt;
}

const std::string& value_of(const Label& label, Key key) noexcept {
  switch (key) {
    case Key::Label:
    case Key::ContentProducer:
      break;
    case Key::ProduceId:
      return label.produce_id;
    case Key::ReservedCode1:
      return label.reserved1;
    case Key::ContentPropagator:
      return label.propagator;
    case Key::PropagateId:
      return label.propagate_id;
    case Key::ReservedCode2:
      return label.reserved2;
  }
  return label.producer;
}

std::string& value_of(Label& label, Key key) noexcept {
  return const_cast<std::string&>(value_of(std::as_const(label), key));
}

Label label_of(const Found& found) {
  Label label;
  label.origin = Origin::Suspected;  // until the label itself says more
  if (const Entry* entry = found.find(Key::Label)) {
    label.origin = origin_of(*entry).value_or(Origin::Suspected);
  }
  for (std::size_t i = 1; i < kKeyNames.size(); ++i) {
    const Entry* entry = found.find(static_cast<Key>(i));
    if (entry == nullptr || entry->type == wire::JsonType::Null) continue;
    value_of(label, static_cast<Key>(i)) = to_valid_utf8(entry->text);
  }
  return label;
}

Layer make_layer(Layer::Coding coding, Range where, std::string_view text) {
  const std::string_view coded = text.substr(where.offset, where.size);
  wire::Decoded decoded;
  if (coding == Layer::Coding::Slice) return {coding, where, nullptr};
  if (coding == Layer::Coding::JsonString) decoded = wire::unescape_json(coded);
  if (coding == Layer::Coding::Entities) decoded = wire::unescape_entities(coded);
  if (coding == Layer::Coding::Base64) {
    decoded.text = to_string(Bytes(base64_decode(coded).value_or(ByteBuffer())));
  }
  return {coding, where, std::make_shared<const wire::Decoded>(std::move(decoded))};
}

Result<std::vector<wire::TextEdit>> outward(std::vector<Layer> layers,
                                            std::vector<wire::TextEdit> edits) {
  while (!layers.empty()) {
    const Layer layer = std::move(layers.back());
    layers.pop_back();
    if (layer.coding != Layer::Coding::Slice && layer.where.size == 0) {
      return fail(ErrorCode::Unsupported, "the label stands in a coding that is read only");
    }
    if (layer.coding == Layer::Coding::Base64 || layer.coding == Layer::Coding::Whole) {
      const std::string text = TRY(wire::apply_edits(layer.decoded->text, edits));
      edits = {{layer.where, layer.coding == Layer::Coding::Base64
                                 ? base64_encode(as_bytes(text))
                                 : wire::escape_xml_attribute(text)}};
      continue;
    }
    for (wire::TextEdit& edit : edits) {
      if (layer.coding == Layer::Coding::Slice) {
        edit.range.offset += layer.where.offset;
        continue;
      }
      const std::size_t from = layer.decoded->at[edit.range.offset];
      const std::size_t to = layer.decoded->at[edit.range.end()];
      edit.range = {layer.where.offset + from, to - from};
      edit.text = layer.coding == Layer::Coding::JsonString ? wire::escape_json(edit.text)
                                                            : wire::escape_xml_attribute(edit.text);
    }
  }
  return edits;
}

}  // namespace colophon::gb45438
