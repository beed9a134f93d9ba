// SPDX-License-Identifier: Apache-2.0
#include "c2pa/said.hpp"

#include "base/text.hpp"
#include "c2pa/graph.hpp"
#include "wire/json_text.hpp"

namespace colophon::c2pa {
namespace {

using wire::CborItem;
using wire::JsonType;
using wire::JsonValue;

constexpr std::size_t kMaxTypes = 256;

bool is_ai_description(std::string_view description) {
  const std::string words = lower_ascii(description);
  return words.starts_with("ai generated") || words.starts_with("ai-generated");
}

std::string_view text_at(const CborItem& map, std::string_view key) {
  const CborItem* item = map.find(key);
  return item == nullptr ? std::string_view() : item->as_text();
}

void read_actions(const CborItem& assertion, Said& said) {
  const CborItem* actions = assertion.find("actions");
  if (actions == nullptr) return;
  for (const CborItem& action : actions->untagged().items) {
    if (const auto* type = action.find("digitalSourceType")) {
      said.types.emplace_back(type->as_text());
    }
    if (is_ai_description(text_at(action, "description"))) said.described_as_ai = true;
  }
}

void read_ingredient(const Manifest& by, const CborItem& ingredient, Said& said) {
  const CborItem* manifest = ingredient.find("activeManifest");
  if (manifest == nullptr) manifest = ingredient.find("c2pa_manifest");
  const CborItem* url = manifest != nullptr ? manifest->find("url") : nullptr;
  const CborItem* relation = ingredient.find("relationship");
  if (relation == nullptr) return;
  const bool part = relation->as_text() != "parentOf";
  const std::string_view type = text_at(ingredient, "digitalSourceType");
  if (manifest == nullptr && !type.empty() && said.ingredients.size() < kMaxTypes) {
    said.ingredients.push_back({std::string(type), part});
  }
  if (url == nullptr) return;
  const auto path = read_path(absolute_uri(url->as_text(), by.label));
  if (path) (part ? said.parts : said.parents).push_back(path->manifest);
}

/// JSON of an assertion; nothing when it holds none, or none that can be read.
std::optional<JsonValue> read_json(const Manifest& manifest, const Assertion& assertion,
                                   const Limits& limits) {
  const JumbfBox* content = assertion.box->content("json");
  if (content == nullptr) return std::nullopt;
  auto value = wire::parse_json(as_text(manifest.content(*content)), limits);
  return value ? std::optional(std::move(*value)) : std::nullopt;
}

void add_texts(const JsonValue& value, std::vector<std::string>& out) {
  if (out.size() >= kMaxTypes) return;
  if (value.type == JsonType::String) out.push_back(value.text);
  if (value.type == JsonType::Object) {
    if (const JsonValue* id = value.find("@id"); id != nullptr && id->type == JsonType::String) {
      out.push_back(id->text);
    }
  }
  for (const JsonValue& each : value.items) {
    if (each.type != JsonType::Array) add_texts(each, out);
  }
}

bool is_metadata(std::string_view base) noexcept {
  return base.starts_with("stds.") || base.ends_with(".metadata");
}

void read_json_actions(const JsonValue& assertion, Said& said) {
  const JsonValue* actions = assertion.find("actions");
  if (actions == nullptr) return;
  for (const JsonValue& action : actions->items) {
    if (const JsonValue* type = action.find("digitalSourceType")) add_texts(*type, said.types);
    const JsonValue* description = action.find("description");
    if (description != nullptr && is_ai_description(description->text)) said.described_as_ai = true;
  }
}

/// The assertion may be CBOR or JSON.
struct Disclosure {
  std::string model_type, model, oversight;
};

Disclosure read_disclosure(const Manifest& manifest, const Assertion& assertion,
                           const Limits& limits) {
  if (const auto item = read_cbor(manifest, assertion, limits)) {
    const CborItem* profile = item->find("contentProfile");
    return {std::string(text_at(*item, "modelType")), std::string(text_at(*item, "modelName")),
            std::string(profile == nullptr ? std::string_view()
                                           : text_at(*profile, "humanOversightLevel"))};
  }
  const auto value = read_json(manifest, assertion, limits);
  if (!value) return {};
  const auto text = [](const JsonValue* map, std::string_view key) {
    const JsonValue* found = map == nullptr ? nullptr : map->find(key);
    return found == nullptr ? std::string() : found->text;
  };
  return {text(&*value, "modelType"), text(&*value, "modelName"),
          text(value->find("contentProfile"), "humanOversightLevel")};
}

bool is_disclosure(std::string_view base) noexcept {
  return base == "c2pa.ai-disclosure";
}

Origin origin_of(const Disclosure& disclosure) {
  if (disclosure.model_type.empty()) return Origin::None;
  return disclosure.oversight == "fully_autonomous" ? Origin::Generated : Origin::Edited;
}

}  // namespace

std::vector<std::string> metadata_source_types(const Manifest& manifest, const Assertion& assertion,
                                               const Limits& limits) {
  std::vector<std::string> types;
  if (!is_metadata(assertion.base)) return types;
  const auto value = read_json(manifest, assertion, limits);
  if (!value) return types;
  for (const wire::JsonMember& member : value->members) {
    const std::string name = member.key.substr(member.key.rfind(':') + 1);
    if (lower_ascii(name) == "digitalsourcetype") add_texts(member.value, types);
  }
  return types;
}

Origin disclosed_origin(const Manifest& manifest, const Assertion& assertion,
                        const Limits& limits) {
  if (!is_disclosure(assertion.base)) return Origin::None;
  return origin_of(read_disclosure(manifest, assertion, limits));
}

Said said_by(const Manifest& manifest, const Limits& limits) {
  Said said;
  for (const Assertion& assertion : manifest.assertions) {
    if (is_disclosure(assertion.base)) {
      const Disclosure disclosure = read_disclosure(manifest, assertion, limits);
      said.disclosed = std::max(said.disclosed, origin_of(disclosure));
      if (!disclosure.model.empty()) said.models.push_back(disclosure.model);
    }
    for (std::string& type : metadata_source_types(manifest, assertion, limits)) {
      said.types.push_back(std::move(type));
    }
    const bool actions = assertion.label.starts_with("c2pa.actions");
    if (!actions && !is_ingredient(assertion.base)) continue;
    if (const auto item = read_cbor(manifest, assertion, limits)) {
      if (actions) {
        read_actions(*item, said);
      } else {
        read_ingredient(manifest, *item, said);
      }
    } else if (actions) {
      if (const auto value = read_json(manifest, assertion, limits)) {
        read_json_actions(*value, said);
      }
    }
  }
  return said;
}

}  // namespace colophon::c2pa
