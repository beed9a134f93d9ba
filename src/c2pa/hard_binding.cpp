// SPDX-License-Identifier: Apache-2.0
#include "c2pa/hard_binding.hpp"

#include <list>

namespace colophon::c2pa {
namespace {

using wire::CborItem;
using wire::CborType;

constexpr std::string_view kMultiAsset = "c2pa.hash.multi-asset";

const Node* parent_of(const Graph& graph, const Node& node) {
  for (const Ingredient& ingredient : node.ingredients) {
    if (ingredient.relationship != "parentOf" || !ingredient.manifest) continue;
    const auto path = read_path(ingredient.manifest->url);
    return path ? graph.find(path->manifest) : nullptr;
  }
  return nullptr;
}

/// The first standard manifest; null: none.
const Node* binding_node(const Graph& graph, const Node& active) {
  const Node* node = &active;
  for (std::size_t steps = 0; node != nullptr && node->manifest->update; ++steps) {
    node = steps < 256 ? parent_of(graph, *node) : nullptr;
  }
  return node != nullptr && node->claim ? node : nullptr;
}

CborItem number(std::uint64_t value) {
  CborItem item;
  item.number = value;
  item.type = CborType::Unsigned;
  return item;
}

CborItem* member(CborItem& map, std::string_view key) {
  for (std::size_t i = 0; i + 1 < map.items.size(); i += 2) {
    if (map.items[i].text == key) return &map.items[i + 1];
  }
  return nullptr;
}

/// An update manifest makes the store longer than it was when the data hash was made: the exclusion
/// of the store is as long as the store is now, and what follows has moved (C2PA 15.12.1.1).
void stretch_exclusion(CborItem& content, const Carrier& store) {
  CborItem* exclusions = member(content, "exclusions");
  if (exclusions == nullptr) return;
  std::uint64_t moved = 0;
  for (CborItem& exclusion : exclusions->items) {
    CborItem* start = member(exclusion, "start");
    CborItem* length = member(exclusion, "length");
    if (start == nullptr || length == nullptr) return;
    if (start->number > UINT64_MAX - moved) return;
    *start = number(start->number + moved);
    for (const Range& place : {store.whole, store.payload}) {
      if (moved == 0 && place.offset == start->number && place.size > length->number) {
        moved = place.size - length->number;
        *length = number(place.size);
      }
    }
  }
}

/// The parts of a multi-asset hash, read when asked for.
struct Parts {
  const Job& job;
  const Node& node;
  struct Part {
    std::string url, base;
    CborItem content;
    std::unique_ptr<Binding> binding;
  };
  std::list<Part> read;

  static const Binding* find(void* context, std::string_view uri) {
    auto& self = *static_cast<Parts*>(context);
    const Manifest& manifest = *self.node.manifest;
    const std::string url = absolute_uri(uri, manifest.label);
    for (const Part& part : self.read) {
      if (part.url == url) return part.binding.get();
    }
    const Assertion* assertion = manifest.find(assertion_label(url, manifest.label));
    auto content = assertion == nullptr ? std::nullopt
                                        : read_cbor(manifest, *assertion, self.job.options.limits);
    if (!content) return nullptr;
    Part& part = self.read.emplace_back();
    part.url = url;
    part.base = assertion->base;
    if (part.base.ends_with(".part")) part.base.resize(part.base.size() - 5);
    part.content = std::move(*content);
    part.binding = std::make_unique<Binding>(
        Binding{part.base, part.url, part.content, self.node.claim->algorithm});
    return part.binding.get();
  }
};

/// True when there is a multi-asset hash, which then speaks instead of the hard binding.
bool check_parts(const Job& job, const Node& node, const Asset& asset, StatusList& status) {
  const Assertion* assertion = nullptr;
  for (const Assertion& each : node.manifest->assertions) {
    if (each.base != kMultiAsset) continue;
    const std::string url = assertion_uri(node.manifest->label, each.label);
    if (assertion != nullptr) {
      status.fail("assertion.multiAssetHash.malformed", url, "there is more than one");
      return true;
    }
    assertion = &each;
  }
  const auto content = assertion == nullptr
                           ? std::nullopt
                           : read_cbor(*node.manifest, *assertion, job.options.limits);
  if (!content) return false;
  const std::string url = assertion_uri(node.manifest->label, assertion->label);
  Parts parts{job, node, {}};
  check_multi_asset(asset, {assertion->base, url, *content, node.claim->algorithm}, &Parts::find,
                    &parts, job.options.limits, status);
  return true;
}

void add(StatusList& to, const StatusList& from) {
  to.success.insert(to.success.end(), from.success.begin(), from.success.end());
  to.informational.insert(to.informational.end(), from.informational.begin(),
                          from.informational.end());
  to.failure.insert(to.failure.end(), from.failure.begin(), from.failure.end());
}

}  // namespace

void check_content(const Job& job, const Node& active, const Asset& asset, StatusList& status) {
  const Node* node = binding_node(job.graph, active);
  const auto bindings = node == nullptr ? std::vector<const Assertion*>() : hard_bindings(*node);
  if (bindings.size() != 1) {
    if (node != &active) {
      status.fail("claim.hardBindings.missing", "",
                  "no parent of the update manifest binds the content");
    }
    return;  // else it has been said with the assertions
  }
  const Assertion& assertion = *bindings.front();
  const std::string url = assertion_uri(node->manifest->label, assertion.label);
  auto content = read_cbor(*node->manifest, assertion, job.options.limits);
  if (!content) {
    status.fail("assertion.cbor.invalid", url, "the hard binding cannot be read");
    return;
  }
  const bool longer = node != &active && asset.store != nullptr;
  if (longer && assertion.base == "c2pa.hash.data") stretch_exclusion(*content, *asset.store);
  StatusList whole;
  check_hard_binding(asset, {assertion.base, url, *content, node->claim->algorithm},
                     job.options.limits, whole);
  if (!whole.failure.empty()) {
    StatusList parts;
    if (check_parts(job, *node, asset, parts)) {
      add(status, parts);
      if (parts.failure.empty()) return;
    }
  }
  add(status, whole);
}

}  // namespace colophon::c2pa
