// SPDX-License-Identifier: Apache-2.0
#include "c2pa/graph.hpp"

#include <algorithm>

namespace colophon::c2pa {
namespace {

using wire::CborItem;
using wire::CborType;

constexpr std::size_t kMaxWay = 128;  // ingredients of ingredients
constexpr std::size_t kMaxExtras = 256;

std::string text_at(const CborItem& map, std::string_view key) {
  const CborItem* item = map.find(key);
  return item == nullptr ? std::string() : std::string(item->as_text());
}

std::optional<HashedUri> uri_at(const CborItem& map, std::string_view key,
                                std::string_view manifest) {
  const CborItem* item = map.find(key);
  auto uri = item == nullptr ? std::nullopt : read_hashed_uri(*item);
  if (uri) uri->url = absolute_uri(uri->url, manifest);
  return uri;
}

/// Codes that writers record under names of their own.
std::string usual_code(std::string code) {
  return code == "signingCredential.expired" ? "claimSignature.outsideValidity" : code;
}

void collect(const CborItem* list, std::string_view manifest, std::set<Recorded>& out) {
  if (list == nullptr) return;
  for (const CborItem& entry : list->untagged().items) {
    const std::string code = usual_code(text_at(entry, "code"));
    if (!code.empty()) out.insert({code, absolute_uri(text_at(entry, "url"), manifest)});
  }
}

void collect_groups(const CborItem* groups, std::string_view manifest, std::set<Recorded>& out) {
  if (groups == nullptr) return;
  for (const char* group : {"success", "informational", "failure"}) {
    collect(groups->find(group), manifest, out);
  }
}

std::set<Recorded> read_reports(const CborItem& assertion, std::string_view manifest) {
  std::set<Recorded> all;
  collect(assertion.find("validationStatus"), manifest, all);
  const CborItem* results = assertion.find("validationResults");
  if (results == nullptr) return all;
  collect_groups(results->find("activeManifest"), manifest, all);
  const CborItem* deltas = results->find("ingredientDeltas");
  if (deltas == nullptr) return all;
  for (const CborItem& delta : deltas->untagged().items) {
    collect_groups(delta.find("validationDeltas"), manifest, all);
  }
  return all;
}

Ingredient read_ingredient(const Manifest& manifest, const Assertion& assertion,
                           const std::optional<CborItem>& item) {
  Ingredient ingredient;
  ingredient.label = assertion.label;
  ingredient.url = assertion_uri(manifest.label, assertion.label);
  ingredient.version = assertion.base.ends_with(".v3")   ? 3
                       : assertion.base.ends_with(".v2") ? 2
                                                         : 1;
  ingredient.zeroed = is_zeroed(manifest, assertion);
  if (!item || item->untagged().type != CborType::Map) {
    ingredient.readable = false;
    return ingredient;
  }
  ingredient.title = text_at(*item, "dc:title");
  ingredient.relationship = text_at(*item, "relationship");
  ingredient.readable = ingredient.relationship == "parentOf" ||
                        ingredient.relationship == "componentOf" ||
                        ingredient.relationship == "inputTo";
  ingredient.manifest = uri_at(*item, "activeManifest", manifest.label);
  if (!ingredient.manifest) ingredient.manifest = uri_at(*item, "c2pa_manifest", manifest.label);
  ingredient.signature = uri_at(*item, "claimSignature", manifest.label);
  ingredient.has_report = item->find("validationResults") != nullptr;
  if (const auto path = ingredient.manifest ? read_path(ingredient.manifest->url) : std::nullopt) {
    ingredient.recorded = read_reports(*item, path->manifest);
  }
  return ingredient;
}

}  // namespace

std::optional<CborItem> read_cbor(const Manifest& manifest, const Assertion& assertion,
                                  const Limits& limits) {
  const JumbfBox* content = assertion.box->content("cbor");
  if (content == nullptr) return std::nullopt;
  auto item = wire::read_cbor(manifest.content(*content), limits);
  if (!item) return std::nullopt;
  return std::move(*item);
}

bool is_zeroed(const Manifest& manifest, const Assertion& assertion) {
  return std::all_of(
      assertion.box->children.begin(), assertion.box->children.end(), [&](const JumbfBox& box) {
        const Bytes content = manifest.content(box);
        return std::all_of(content.begin(), content.end(), [](auto byte) { return byte == 0; });
      });
}

bool is_ingredient(std::string_view base) noexcept {
  return base == "c2pa.ingredient" || base == "c2pa.ingredient.v2" || base == "c2pa.ingredient.v3";
}

Graph::Graph(const Store& store, const Limits& limits) : limits_(limits) {
  std::vector<const Node*> way;
  if (store.active() != nullptr) (void)walk(store, *store.active(), way);
}

Node& Graph::walk(const Store& store, const Manifest& manifest, std::vector<const Node*>& way) {
  Node& node = nodes_[manifest.label];
  if (node.manifest != nullptr) return node;
  node.manifest = &manifest;
  node.claim = read_claim(manifest, limits_, node.claim_status);
  if (!node.claim) return node;
  for (const std::string& url : node.claim->redacted) {
    redacted_.insert(url);
    if (const auto path = read_path(url)) redacted_manifests_.insert(path->manifest);
  }
  for (const Assertion& assertion : manifest.assertions) {
    if (!is_ingredient(assertion.base)) continue;
    node.ingredients.push_back(
        read_ingredient(manifest, assertion, read_cbor(manifest, assertion, limits_)));
  }
  read_extras(manifest);
  way.push_back(&node);
  descend(store, node, way);
  way.pop_back();
  return node;
}

void Graph::descend(const Store& store, Node& node, std::vector<const Node*>& way) {
  for (std::size_t i = 0; i < node.ingredients.size(); ++i) {
    const auto& uri = node.ingredients[i].manifest;
    const auto path = uri ? read_path(uri->url) : std::nullopt;
    const Manifest* next = path ? store.find(path->manifest) : nullptr;
    if (next == nullptr) continue;
    const bool circle = std::any_of(way.begin(), way.end(),
                                    [&](const Node* each) { return each->manifest == next; });
    if (circle || way.size() >= kMaxWay) {
      if (broken_at_.empty()) broken_at_ = node.ingredients[i].url;
      continue;
    }
    walk(store, *next, way).uses.push_back({&node, i});
  }
}

void Graph::read_extras(const Manifest& manifest) {
  for (const Assertion& assertion : manifest.assertions) {
    if (stamps_.size() + ocsp_.size() >= kMaxExtras) return;
    const bool stamps = assertion.base == "c2pa.time-stamp";
    if (!stamps && assertion.base != "c2pa.certificate-status") continue;
    const auto item = read_cbor(manifest, assertion, limits_);
    if (!item) continue;
    const CborItem& map = item->untagged();
    if (stamps && map.type == CborType::Map) {
      for (std::size_t i = 0; i + 1 < map.items.size() && i < kMaxExtras; i += 2) {
        if (map.items[i + 1].type != CborType::Bytes) continue;
        stamps_.emplace(map.items[i].text, to_buffer(map.items[i + 1].text));
      }
    } else if (const CborItem* answers = map.find("ocspVals")) {
      for (const CborItem& answer : answers->items) {
        if (answer.type != CborType::Bytes || ocsp_.size() >= kMaxExtras) continue;
        ocsp_.push_back(to_buffer(answer.text));
      }
    }
  }
}

const Node* Graph::find(std::string_view manifest) const {
  const auto found = nodes_.find(manifest);
  return found == nodes_.end() ? nullptr : &found->second;
}

bool Graph::has_redactions(std::string_view manifest) const {
  return redacted_manifests_.contains(std::string(manifest));
}

bool Graph::is_recorded(const Node& user, const Ingredient& ingredient, const StatusEntry& entry) {
  return ingredient.recorded.contains({entry.code, entry.url}) ||
         ingredient.recorded.contains({entry.code, ""}) || is_recorded(user, entry);
}

bool Graph::is_recorded(const Node& node, const StatusEntry& entry) {
  std::set<const Node*> seen{&node};
  std::vector<const Node*> open{&node};
  while (!open.empty()) {
    const Node* at = open.back();
    open.pop_back();
    for (const Node::Use& use : at->uses) {
      const Ingredient& ingredient = use.by->ingredients[use.ingredient];
      if (ingredient.recorded.contains({entry.code, entry.url}) ||
          ingredient.recorded.contains({entry.code, ""})) {
        return true;
      }
      if (seen.insert(use.by).second) open.push_back(use.by);
    }
  }
  return false;
}

std::vector<ByteBuffer> Graph::stamps_for(const std::string& manifest) const {
  std::vector<ByteBuffer> tokens;
  const auto [from, to] = stamps_.equal_range(manifest);
  for (auto at = from; at != to && tokens.size() < 4; ++at) tokens.push_back(at->second);
  return tokens;
}

}  // namespace colophon::c2pa
