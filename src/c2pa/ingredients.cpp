// SPDX-License-Identifier: Apache-2.0
#include "c2pa/ingredients.hpp"

#include <algorithm>

namespace colophon::c2pa {
namespace {

class IngredientCheck {
 public:
  IngredientCheck(Job& job, const Node& user, const Ingredient& ingredient)
      : job_(job), user_(user), ingredient_(ingredient), uri_(*ingredient.manifest) {}

  /// The entries about the use of the manifest, then about the manifest itself.
  StatusList run() {
    StatusList use = check_use();
    drop_recorded(use, [&](const StatusEntry& entry) {
      return Graph::is_recorded(user_, ingredient_, entry);
    });
    if (node_ == nullptr || !job_.done.insert(node_).second) return use;
    StatusList own;
    const SignatureFacts facts = check_manifest(job_, *node_, own);
    if (own.failure.empty()) job_.trusted.insert(node_);
    fresh_ = true;
    drop_recorded(own, [&](const StatusEntry& entry) {
      return Graph::is_recorded(*node_, entry) || ran_out_since(entry, facts);
    });
    append(use.success, own.success);
    append(use.informational, own.informational);
    append(use.failure, own.failure);
    return use;
  }

  /// The manifest, when it was looked into now for the first time.
  [[nodiscard]] const Node* fresh() const { return fresh_ ? node_ : nullptr; }

 private:
  using Entries = std::vector<StatusEntry>;
  static void append(Entries& to, Entries& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  }
  template <typename Known>
  static void drop_recorded(StatusList& status, const Known& known) {
    for (Entries* entries : {&status.success, &status.informational, &status.failure}) {
      std::erase_if(*entries, known);
    }
  }

  /// The certificate was in force when the ingredient was used, as its user recorded (15.11.3.3.2).
  [[nodiscard]] bool ran_out_since(const StatusEntry& entry, const SignatureFacts& facts) const {
    return entry.code == "claimSignature.outsideValidity" && facts.judged_now &&
           Graph::is_recorded(*node_, {"claimSignature.insideValidity", entry.url, {}});
  }

  StatusList check_use() {
    StatusList status;
    const auto path = read_path(uri_.url);
    node_ = path ? job_.graph.find(path->manifest) : nullptr;
    const Target target =
        path ? resolve(job_.store, "self#jumbf=/c2pa/" + path->manifest) : Target{};
    if (node_ == nullptr || target.box == nullptr) {
      status.fail("ingredient.manifest.missing", uri_.url, "the ingredient's manifest is missing");
      return status;
    }
    if (job_.graph.has_redactions(path->manifest)) {
      check_signature_hash(status);
    } else {
      check_manifest_hash(target, status);
    }
    return status;
  }

  /// Own, else of the claim that holds the reference, else of the one that it leads to.
  [[nodiscard]] std::optional<DigestAlgorithm> algorithm(const HashedUri& uri) const {
    for (const std::string* name :
         {&uri.algorithm, &user_.claim->algorithm,
          node_->claim ? &node_->claim->algorithm : &user_.claim->algorithm}) {
      if (!name->empty()) return hash_algorithm(*name);
    }
    return std::nullopt;
  }

  void check_manifest_hash(const Target& target, StatusList& status) {
    const auto hash = algorithm(uri_);
    if (!hash) {
      status.fail("algorithm.unsupported", uri_.url, "no hash algorithm that is allowed");
    } else if (job_.hashes.of(target, *hash) == uri_.hash) {
      status.succeed("ingredient.manifest.validated", uri_.url);
    } else if (!is_early_hash(*hash)) {
      status.fail("ingredient.manifest.mismatch", uri_.url,
                  "the ingredient's manifest is not what was signed");
    }
  }

  /// C2PA 1.0 hashed the claim alone. The rest of the manifest is covered by that claim.
  [[nodiscard]] bool is_early_hash(DigestAlgorithm hash) const {
    return node_->claim && node_->claim->version == 1 &&
           to_string(digest_of(hash, node_->claim->bytes)) == uri_.hash;
  }

  void check_signature_hash(StatusList& status) {
    if (!node_->claim || node_->claim->version == 1) return;  // it knew no such field
    const auto& uri = ingredient_.signature;
    const Target target = uri ? resolve(job_.store, uri->url) : Target{};
    const auto hash = uri ? algorithm(*uri) : std::nullopt;
    if (target.box == nullptr || target.manifest != node_->manifest) {
      status.fail("ingredient.claimSignature.missing", uri_.url,
                  "the redacted ingredient cannot be told by its signature");
    } else if (hash && job_.hashes.of(target, *hash) == uri->hash) {
      status.succeed("ingredient.claimSignature.validated", uri->url);
    } else {
      status.fail("ingredient.claimSignature.mismatch", uri->url,
                  "the redacted ingredient has another signature");
    }
  }

  Job& job_;
  const Node& user_;
  const Ingredient& ingredient_;
  const HashedUri& uri_;
  const Node* node_ = nullptr;
  bool fresh_ = false;
};

}  // namespace

SignatureFacts check_manifest(Job& job, const Node& node, StatusList& status) {
  status = node.claim_status;
  if (!node.claim) return {};
  SignatureFacts facts = check_signature(job.store, job.graph, node, job.options, status);
  check_assertions({job.store, job.graph, node, job.hashes, job.options.limits, status});
  return facts;
}

void check_ingredients(Job& job, const Node& node, StatusList& status,
                       std::vector<Validation::Delta>& deltas) {
  for (const Ingredient& ingredient : node.ingredients) {
    if (ingredient.zeroed || job.graph.is_redacted(ingredient.url)) continue;
    if (!ingredient.readable ||
        (ingredient.version >= 3 && ingredient.manifest && !ingredient.has_report)) {
      status.fail("assertion.ingredient.malformed", ingredient.url,
                  ingredient.readable ? "it records no validation of its manifest"
                                      : "it does not say how it is related");
    }
    if (!ingredient.manifest) {
      if (ingredient.relationship == "inputTo") continue;
      status.inform("ingredient.unknownProvenance", ingredient.url,
                    "the ingredient came without a manifest");
      continue;
    }
    IngredientCheck check(job, node, ingredient);
    Validation::Delta delta{ingredient.url, check.run()};
    if (const Node* next = check.fresh()) {
      check_ingredients(job, *next, delta.status, deltas);
    }
    const StatusList& all = delta.status;
    if (all.success.empty() && all.informational.empty() && all.failure.empty()) continue;
    deltas.push_back(std::move(delta));
  }
}

}  // namespace colophon::c2pa
