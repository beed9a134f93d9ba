// SPDX-License-Identifier: Apache-2.0
// Actions assertions (C2PA 15.10.3.2.2, 18.15).
#include "c2pa/assertions.hpp"
#include "c2pa/said.hpp"
#include "standards/digital_source_type.hpp"

#include <algorithm>

namespace colophon::c2pa {
namespace {

using wire::CborItem;
using wire::CborType;

std::string_view text_at(const CborItem& map, std::string_view key) {
  const CborItem* item = map.find(key);
  return item == nullptr ? std::string_view() : item->as_text();
}

bool begins(std::string_view action) {
  return action == "c2pa.created" || action == "c2pa.opened";
}

/// The actions of an assertion; null when it has no list of them.
const CborItem* actions_of(const std::optional<CborItem>& item) {
  const CborItem* actions = item ? item->find("actions") : nullptr;
  if (actions == nullptr || actions->untagged().type != CborType::Array) return nullptr;
  return &actions->untagged();
}

/// The assertions of actions that a claim lists, in its order.
std::vector<const Assertion*> listed_actions(const Node& node, bool created) {
  std::vector<const Assertion*> found;
  for (const Reference& reference : node.claim->assertions) {
    if (reference.created != created) continue;
    const Assertion* assertion =
        node.manifest->find(assertion_label(reference.url, node.manifest->label));
    if (assertion != nullptr && is_actions(assertion->base)) found.push_back(assertion);
  }
  return found;
}

class ActionCheck {
 public:
  explicit ActionCheck(const AssertionCheck& check) : check_(check) {}

  void run() {
    const auto created = listed_actions(check_.node, true);
    const auto gathered = listed_actions(check_.node, false);
    if (check_.claim().version == 1) {
      // Claims of version 1 were made before the rest of the rules (as the peer has it).
      if (created.size() > 1) reject(*created[1], "a claim of version 1 has one list of actions");
      return;
    }
    // The list that may begin the history: the first that the signer made, else the first gathered.
    for (const auto* all : {&created, &gathered}) {
      if (first_ == nullptr && !all->empty() && starts(*all->front())) first_ = all->front();
    }
    if (first_ == nullptr && !check_.manifest().update) {
      check_.status.fail("assertion.action.malformed",
                         absolute_uri("self#jumbf=c2pa.claim", check_.manifest().label),
                         "the history does not begin with c2pa.created or c2pa.opened");
    }
    for (const auto* all : {&created, &gathered}) {
      for (const Assertion* assertion : *all) check_list(*assertion);
    }
  }

 private:
  void reject(const Assertion& assertion, std::string why) {
    check_.status.fail("assertion.action.malformed", check_.url(assertion), std::move(why));
  }
  void mismatch(const Assertion& assertion, std::string why) {
    check_.status.fail("assertion.action.ingredientMismatch", check_.url(assertion),
                       std::move(why));
  }

  [[nodiscard]] bool starts(const Assertion& assertion) const {
    const auto item = read_cbor(check_.manifest(), assertion, check_.limits);
    const CborItem* actions = actions_of(item);
    return actions != nullptr && !actions->items.empty() &&
           begins(text_at(actions->items.front(), "action"));
  }

  void check_list(const Assertion& assertion) {
    if (check_.graph.is_redacted(check_.url(assertion))) return;
    const auto item = read_cbor(check_.manifest(), assertion, check_.limits);
    const CborItem* actions = actions_of(item);
    if (actions == nullptr || actions->items.empty()) {
      reject(assertion, "it has no actions");
      return;
    }
    for (std::size_t i = 0; i < actions->items.size(); ++i) {
      const CborItem& action = actions->items[i];
      const std::string_view name = text_at(action, "action");
      if (name.empty()) {
        reject(assertion, "an action has no name");
      } else if (begins(name) && (&assertion != first_ || i != 0)) {
        reject(assertion, "only the first action can be " + std::string(name));
      }
      check_action(assertion, action, name);
    }
  }

  void check_action(const Assertion& assertion, const CborItem& action, std::string_view name) {
    const CborItem* parameters = action.find("parameters");
    if (name == "c2pa.opened" || name == "c2pa.placed" || name == "c2pa.removed") {
      check_ingredients(assertion, parameters, name);
    } else if (name == "c2pa.transcoded" || name == "c2pa.repackaged") {
      const auto uris = ingredients_of(parameters);
      if (uris && !all_related(*uris, "parentOf")) {
        mismatch(assertion, std::string(name) + " names an ingredient that is no parent");
      }
    } else if (name == "c2pa.redacted") {
      check_redacted(assertion, parameters);
    } else if (name == "c2pa.created" && text_at(action, "digitalSourceType").empty()) {
      reject(assertion, "c2pa.created does not say from what source");
    } else if (name == "c2pa.translated" &&
               (parameters == nullptr || text_at(*parameters, "sourceLanguage").empty() ||
                text_at(*parameters, "targetLanguage").empty())) {
      reject(assertion, "c2pa.translated does not say from and to which language");
    }
  }

  /// The absolute URIs of the ingredients that an action names; nothing: it has no such field.
  [[nodiscard]] std::optional<std::vector<std::string>> ingredients_of(
      const CborItem* parameters) const {
    if (parameters == nullptr) return std::nullopt;
    std::vector<std::string> uris;
    const auto add = [&](const CborItem& item) {
      const auto uri = read_hashed_uri(item);
      uris.push_back(uri ? absolute_uri(uri->url, check_.manifest().label) : std::string());
    };
    if (const CborItem* many = parameters->find("ingredients")) {
      for (const CborItem& item : many->untagged().items) add(item);
      return uris;
    }
    if (const CborItem* one = parameters->find("ingredient")) {
      add(*one);
      return uris;
    }
    return std::nullopt;
  }

  [[nodiscard]] bool related(const Node& node, const std::string& uri,
                             std::string_view relationship) const {
    return std::any_of(node.ingredients.begin(), node.ingredients.end(), [&](const auto& each) {
      return each.url == uri && (each.relationship == relationship || each.zeroed);
    });
  }
  [[nodiscard]] bool all_related(const std::vector<std::string>& uris,
                                 std::string_view relationship) const {
    return !uris.empty() && std::all_of(uris.begin(), uris.end(), [&](const std::string& uri) {
      return related(check_.node, uri, relationship);
    });
  }
  /// For c2pa.removed: the component stood in another manifest; writers name their own, too.
  [[nodiscard]] bool was_component(const std::string& uri) const {
    const auto path = read_path(uri);
    const Node* node = path ? check_.graph.find(path->manifest) : nullptr;
    return node != nullptr && related(*node, uri, "componentOf");
  }

  void check_ingredients(const Assertion& assertion, const CborItem* parameters,
                         std::string_view name) {
    const auto uris = ingredients_of(parameters);
    if (!uris || uris->empty()) {
      mismatch(assertion, std::string(name) + " does not name its ingredient");
      return;
    }
    if (name == "c2pa.opened" && (uris->size() != 1 || !all_related(*uris, "parentOf"))) {
      mismatch(assertion, "c2pa.opened does not name the one parent");
    } else if (name == "c2pa.placed" && !all_related(*uris, "componentOf")) {
      mismatch(assertion, "c2pa.placed names what is no component");
    } else if (name == "c2pa.removed" &&
               !std::all_of(uris->begin(), uris->end(),
                            [&](const std::string& uri) { return was_component(uri); })) {
      mismatch(assertion, "c2pa.removed names what was no component");
    }
  }

  void check_redacted(const Assertion& assertion, const CborItem* parameters) {
    const std::string_view stored =
        parameters == nullptr ? std::string_view() : text_at(*parameters, "redacted");
    const std::string url = absolute_uri(stored, check_.manifest().label);
    const auto path = read_path(url);
    const Node* node = path ? check_.graph.find(path->manifest) : nullptr;
    const bool listed =
        node != nullptr && node->claim &&
        std::any_of(node->claim->assertions.begin(), node->claim->assertions.end(),
                    [&](const Reference& reference) { return reference.url == url; });
    if (!listed && !check_.graph.is_redacted(url)) {
      check_.status.fail("assertion.action.redactionMismatch", check_.url(assertion),
                         "c2pa.redacted names no assertion that there was");
    }
  }

  const AssertionCheck& check_;
  const Assertion* first_ = nullptr;
};

}  // namespace

void check_actions(const AssertionCheck& check) {
  ActionCheck(check).run();
}

SourceTypes source_types_of(const Node& node, const Limits& limits) {
  SourceTypes types;
  for (const bool created : {true, false}) {
    for (const Assertion* assertion : listed_actions(node, created)) {
      const auto item = read_cbor(*node.manifest, *assertion, limits);
      const CborItem* actions = actions_of(item);
      if (actions == nullptr) continue;
      for (const CborItem& action : actions->items) {
        const std::string_view type = text_at(action, "digitalSourceType");
        if (!type.empty()) (created ? types.created : types.gathered).emplace_back(type);
      }
    }
  }
  for (const Reference& reference : node.claim->assertions) {
    const Assertion* assertion =
        node.manifest->find(assertion_label(reference.url, node.manifest->label));
    if (assertion == nullptr) continue;
    auto& all = reference.created ? types.created : types.gathered;
    for (std::string& type : metadata_source_types(*node.manifest, *assertion, limits)) {
      all.push_back(std::move(type));
    }
    const Origin disclosed = disclosed_origin(*node.manifest, *assertion, limits);
    if (const auto term = source_type_for(disclosed)) all.emplace_back(term->term);
  }
  return types;
}

}  // namespace colophon::c2pa
