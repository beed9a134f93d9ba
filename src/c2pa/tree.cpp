// SPDX-License-Identifier: Apache-2.0
#include "c2pa/tree.hpp"

#include <fmt/core.h>

namespace colophon::c2pa {
namespace {

using wire::CborItem;

constexpr std::size_t kMaxLines = 2000;

std::string_view text_at(const CborItem& map, std::string_view key) {
  const CborItem* item = map.find(key);
  return item == nullptr ? std::string_view() : item->as_text();
}

class Painter {
 public:
  explicit Painter(const Job& job) : job_(job) {}

  TreeNode manifest(const Node& node) {
    TreeNode tree;
    tree.name = node.manifest->label;
    tree.value = node.manifest->update ? "update manifest" : "manifest";
    ++lines_;
    if (!node.claim) {
      tree.value += ", no readable claim";
      return tree;
    }
    tree.children.push_back({"claim generator", node.claim->generator, {}});
    for (const Reference& reference : node.claim->assertions) {
      if (++lines_ > kMaxLines) break;
      const std::string label = assertion_label(reference.url, node.manifest->label);
      const Assertion* found = node.manifest->find(label);
      if (found == nullptr || is_ingredient(found->base)) continue;
      tree.children.push_back(assertion(node, *found, reference.created));
    }
    for (const Ingredient& each : node.ingredients) {
      if (++lines_ > kMaxLines) break;
      tree.children.push_back(ingredient(each));
    }
    return tree;
  }

 private:
  TreeNode assertion(const Node& node, const Assertion& assertion, bool created) {
    TreeNode tree{assertion.label, created ? "" : "gathered", {}};
    if (!is_actions(assertion.base)) return tree;
    const auto item = read_cbor(*node.manifest, assertion, job_.options.limits);
    const CborItem* actions = item ? item->find("actions") : nullptr;
    if (actions == nullptr) return tree;
    for (const CborItem& action : actions->untagged().items) {
      if (++lines_ > kMaxLines) break;
      std::string_view type = text_at(action, "digitalSourceType");
      tree.children.push_back({std::string(text_at(action, "action")), std::string(type), {}});
    }
    return tree;
  }

  TreeNode ingredient(const Ingredient& ingredient) {
    TreeNode tree{ingredient.label,
                  fmt::format("{}{}{}", ingredient.relationship,
                              ingredient.title.empty() ? "" : ": ", ingredient.title),
                  {}};
    const auto path = ingredient.manifest ? read_path(ingredient.manifest->url) : std::nullopt;
    const Node* node = path ? job_.graph.find(path->manifest) : nullptr;
    if (node == nullptr) return tree;
    if (shown_.insert(node).second) {
      tree.children.push_back(manifest(*node));
    } else {
      tree.children.push_back({node->manifest->label, "see above", {}});
    }
    return tree;
  }

  const Job& job_;
  std::set<const Node*> shown_;
  std::size_t lines_ = 0;
};

}  // namespace

TreeNode draw_tree(const Job& job, const Node& active, const Validation& validation) {
  constexpr std::string_view kStates[] = {"Invalid", "Valid", "Trusted"};
  TreeNode tree = Painter(job).manifest(active);
  const std::string_view state = kStates[static_cast<std::size_t>(validation.state)];
  tree.value += fmt::format(", {}", validation.expired_without_time ? "intact, expired" : state);
  if (!validation.signer.empty()) {
    tree.children.insert(tree.children.begin(),
                         {"signed by",
                          fmt::format("{} ({}; issued by {})", validation.signer,
                                      validation.algorithm, validation.issuer),
                          {}});
  }
  return tree;
}

}  // namespace colophon::c2pa
