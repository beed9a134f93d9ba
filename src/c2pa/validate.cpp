// SPDX-License-Identifier: Apache-2.0
#include "c2pa/validate.hpp"

#include <algorithm>

#include "c2pa/hard_binding.hpp"
#include "c2pa/ingredients.hpp"
#include "c2pa/tree.hpp"

namespace colophon::c2pa {
namespace {

using Entries = std::vector<StatusEntry>;

bool has(const Entries& entries, std::string_view code) {
  return std::any_of(entries.begin(), entries.end(),
                     [&](const StatusEntry& entry) { return entry.code == code; });
}

/// Every failure is one of `codes`.
bool only(const Entries& failures, std::initializer_list<std::string_view> codes) {
  return std::all_of(failures.begin(), failures.end(), [&](const StatusEntry& entry) {
    return std::find(codes.begin(), codes.end(), entry.code) != codes.end();
  });
}

bool only(const Validation& validation, std::initializer_list<std::string_view> codes) {
  return only(validation.status.failure, codes) &&
         std::all_of(validation.ingredient_deltas.begin(), validation.ingredient_deltas.end(),
                     [&](const auto& delta) { return only(delta.status.failure, codes); });
}

/// C2PA 14.3: an unknown signer leaves a manifest valid, but not trusted.
void set_state(Validation& validation) {
  const Entries& success = validation.status.success;
  const bool intact = has(success, "claimSignature.validated");
  if (intact && has(success, "claimSignature.insideValidity") &&
      only(validation, {"signingCredential.untrusted"})) {
    const bool trusted = has(success, "signingCredential.trusted") && only(validation, {});
    validation.state = trusted ? State::Trusted : State::Valid;
  } else if (intact && validation.status.failed("claimSignature.outsideValidity")) {
    validation.expired_without_time =
        !validation.time_trusted &&
        only(validation, {"signingCredential.untrusted", "claimSignature.outsideValidity"});
  }
}

void collect_source_types(Job& job, const Node& active, Validation& validation) {
  SourceTypes types = source_types_of(active, job.options.limits);
  validation.source_types = std::move(types.created);
  validation.gathered_source_types = std::move(types.gathered);
  for (const Node* node : job.done) {
    if (node == &active || !node->claim) continue;
    const SourceTypes theirs = source_types_of(*node, job.options.limits);
    if (job.trusted.contains(node)) {
      auto& trusted = validation.trusted_ingredient_source_types;
      trusted.insert(trusted.end(), theirs.created.begin(), theirs.created.end());
    }
    for (const auto* all : {&theirs.created, &theirs.gathered}) {
      validation.ingredient_source_types.insert(validation.ingredient_source_types.end(),
                                                all->begin(), all->end());
    }
  }
}

void check_active(Job& job, const Node& active, const Asset& asset, Validation& validation) {
  SignatureFacts facts = check_manifest(job, active, validation.status);
  validation.signer = std::move(facts.signer);
  validation.issuer = std::move(facts.issuer);
  validation.algorithm = std::move(facts.algorithm);
  validation.signed_at = facts.signed_at;
  validation.time_trusted = facts.time_trusted;
  if (!active.claim) return;
  validation.claim_generator = active.claim->generator;
  check_ingredients(job, active, validation.status, validation.ingredient_deltas);
  if (job.options.content) check_content(job, active, asset, validation.status);
  collect_source_types(job, active, validation);
  validation.soft_bindings = soft_bindings(active, job.options.limits);
}

}  // namespace

Validation validate(const Asset& asset, Bytes bytes, const ValidateOptions& options) {
  Validation validation;
  const auto store = Store::read(bytes, options.limits);
  if (!store || store->active() == nullptr) {
    validation.status.fail("claim.missing", "",
                           store ? "the store holds no manifest" : store.error().message);
    return validation;
  }
  validation.active_manifest = store->active()->label;
  const Graph graph(*store, options.limits);
  const Node* active = graph.find(store->active()->label);
  if (active == nullptr || active->manifest != store->active()) return validation;
  Job job{*store, graph, options, {}, {active}, {}};
  check_active(job, *active, asset, validation);
  if (!graph.broken_at().empty()) {
    validation.status.fail("assertion.ingredient.malformed", graph.broken_at(),
                           "an ingredient leads back to itself, or too far");
  }
  set_state(validation);
  validation.tree = draw_tree(job, *active, validation);
  return validation;
}

}  // namespace colophon::c2pa
