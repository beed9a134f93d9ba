// SPDX-License-Identifier: Apache-2.0
#include "c2pa/assertions.hpp"

#include <algorithm>

#include "c2pa/bindings.hpp"
#include "wire/json_scan.hpp"

namespace colophon::c2pa {
namespace {

using wire::CborItem;
using wire::CborType;

constexpr std::string_view kMultiAsset = "c2pa.hash.multi-asset";

bool is_allowed_update(std::string_view action) {
  return action == "c2pa.edited.metadata" || action == "c2pa.opened" ||
         action == "c2pa.published" || action == "c2pa.redacted";
}

std::size_t parents(const Node& node) {
  return static_cast<std::size_t>(
      std::count_if(node.ingredients.begin(), node.ingredients.end(),
                    [](const Ingredient& each) { return each.relationship == "parentOf"; }));
}

void check_update(const AssertionCheck& check) {
  const std::string url = absolute_uri("self#jumbf=c2pa.claim", check.manifest().label);
  const auto reject = [&](std::string why) {
    check.status.fail("manifest.update.invalid", url, std::move(why));
  };
  if (check.node.ingredients.size() != 1 || parents(check.node) != 1) {
    check.status.fail("manifest.update.wrongParents", url,
                      "an update manifest has exactly one ingredient, its parent");
  }
  for (const Assertion& assertion : check.manifest().assertions) {
    // A picture of the parent, as c2pa-rs adds it, says nothing of a change.
    if (is_hard_binding(assertion.base) || assertion.base == kMultiAsset ||
        assertion.base.starts_with("c2pa.thumbnail.claim")) {
      reject("an update manifest may not hold " + assertion.label);
    }
    if (!is_actions(assertion.base)) continue;
    const auto item = read_cbor(check.manifest(), assertion, check.limits);
    const CborItem* actions = item ? item->find("actions") : nullptr;
    if (actions == nullptr) continue;
    for (const CborItem& action : actions->untagged().items) {
      const CborItem* name = action.find("action");
      const std::string text(name == nullptr ? std::string_view() : name->as_text());
      if (!is_allowed_update(text)) reject("an update manifest may not say " + text);
    }
  }
}

void check_kind(const AssertionCheck& check) {
  if (check.manifest().update) {
    check_update(check);
    return;
  }
  const std::string url = absolute_uri("self#jumbf=c2pa.claim", check.manifest().label);
  const std::size_t bindings = hard_bindings(check.node).size();
  if (bindings == 0) {
    check.status.fail("claim.hardBindings.missing", url, "nothing binds the claim to the content");
  } else if (bindings > 1) {
    check.status.fail("assertion.multipleHardBindings", url,
                      "the claim has more than one hard binding");
  }
  if (parents(check.node) > 1) {
    check.status.fail("manifest.multipleParents", url, "the manifest has more than one parent");
  }
}

/// What no claim may redact (C2PA 15.10.3.1).
void check_redactions(const AssertionCheck& check) {
  for (const std::string& url : check.claim().redacted) {
    const auto path = read_path(url);
    if (!path) continue;
    if (path->manifest == check.manifest().label) {
      check.status.fail("assertion.selfRedacted", url, "a claim may not redact its own assertions");
    }
    if (path->labels.empty()) continue;
    const std::string_view base = without_instance(path->labels.back());
    if (is_actions(base)) {
      check.status.fail("assertion.action.redacted", url, "actions may not be redacted");
    } else if (is_hard_binding(base)) {
      check.status.fail("assertion.dataHash.redacted", url, "hard bindings may not be redacted");
    }
  }
}

/// The content of an assertion of the standard must at least be well formed.
void check_grammar(const AssertionCheck& check, const Assertion& assertion) {
  if (!assertion.base.starts_with("c2pa.")) return;
  if (const JumbfBox* content = assertion.box->content("cbor")) {
    const auto item = wire::read_cbor(check.manifest().content(*content), check.limits);
    if (!item) {
      check.status.fail("assertion.cbor.invalid", check.url(assertion), item.error().message);
    } else if (check.claim().version > 1 && !is_hard_binding(assertion.base)) {
      check_references(check, *item);
    }
  } else if (const JumbfBox* json = assertion.box->content("json")) {
    if (!wire::is_json(as_text(check.manifest().content(*json)))) {
      check.status.fail("assertion.json.invalid", check.url(assertion), "it is no JSON");
    }
  }
}

void check_hash(const AssertionCheck& check, const Reference& reference,
                const Assertion& assertion) {
  const std::string& name =
      reference.uri.algorithm.empty() ? check.claim().algorithm : reference.uri.algorithm;
  const auto algorithm = hash_algorithm(name);
  if (!algorithm) {
    check.status.fail("algorithm.unsupported", reference.url,
                      "no hash algorithm that is allowed: \"" + name + "\"");
    return;
  }
  const Target target{&check.manifest(), assertion.box, check.manifest().bytes};
  if (check.hashes.of(target, *algorithm) == reference.uri.hash) {
    check.status.succeed("assertion.hashedURI.match", reference.url);
  } else {
    check.status.fail("assertion.hashedURI.mismatch", reference.url,
                      "the assertion is not what was signed");
  }
}

void check_listed(const AssertionCheck& check, const Reference& reference) {
  const auto path = read_path(reference.url);
  if (!path || path->manifest != check.manifest().label) {
    check.status.fail("assertion.outsideManifest", reference.url,
                      "the claim lists an assertion that is not in its manifest");
    return;
  }
  const std::string label = assertion_label(reference.url, check.manifest().label);
  const Assertion* assertion = check.manifest().find(label);
  if (check.graph.is_redacted(reference.url)) {
    if (assertion != nullptr && !is_zeroed(check.manifest(), *assertion)) {
      check.status.fail("assertion.notRedacted", reference.url,
                        "the assertion is called redacted and is still there");
    }
    return;
  }
  if (assertion == nullptr) {
    check.status.fail("assertion.missing", reference.url, "the assertion is not there");
    return;
  }
  check_hash(check, reference, *assertion);
  check_grammar(check, *assertion);
}

void check_undeclared(const AssertionCheck& check) {
  std::set<std::string_view> listed;
  for (const Reference& reference : check.claim().assertions) listed.insert(reference.url);
  for (const Assertion& assertion : check.manifest().assertions) {
    const std::string url = check.url(assertion);
    if (!listed.contains(url)) {
      check.status.fail("assertion.undeclared", url, "the claim does not list this assertion");
    }
  }
}

void check_cloud_data(const AssertionCheck& check, const Assertion& assertion) {
  const auto item = read_cbor(check.manifest(), assertion, check.limits);
  const auto has = [&](std::string_view key) { return item && item->find(key) != nullptr; };
  const CborItem* size = item ? item->find("size") : nullptr;
  const bool sized = size != nullptr && size->type == CborType::Unsigned && size->number > 0;
  if (!has("label") || !has("location") || !has("content_type") || !sized) {
    check.status.fail("assertion.cloud-data.malformed", check.url(assertion),
                      "label, size, location or content_type is missing");
    return;
  }
  const std::string_view label = without_instance(item->find("label")->as_text());
  if (is_hard_binding(label)) {
    check.status.fail("assertion.cloud-data.hardBinding", check.url(assertion),
                      "a hard binding may not stand elsewhere");
  } else if (check.manifest().update && is_actions(label)) {
    check.status.fail("assertion.cloud-data.actions", check.url(assertion),
                      "the actions of an update manifest may not stand elsewhere");
  }
}

void check_own_rules(const AssertionCheck& check) {
  for (const Assertion& assertion : check.manifest().assertions) {
    if (assertion.base == "c2pa.cloud-data") {
      check_cloud_data(check, assertion);
    } else if (assertion.base == "c2pa.time-stamp") {
      const auto item = read_cbor(check.manifest(), assertion, check.limits);
      if (!item || item->type != CborType::Map || item->items.empty()) {
        check.status.fail("assertion.timestamp.malformed", check.url(assertion),
                          "it holds no time-stamp");
      }
    }
  }
}

}  // namespace

bool is_actions(std::string_view base) noexcept {
  return base == "c2pa.actions" || base == "c2pa.actions.v2";
}

std::vector<const Assertion*> hard_bindings(const Node& node) {
  std::vector<const Assertion*> found;
  for (const Reference& reference : node.claim->assertions) {
    if (!reference.created) continue;
    const std::string label = assertion_label(reference.url, node.manifest->label);
    const Assertion* assertion = node.manifest->find(label);
    if (assertion != nullptr && is_hard_binding(assertion->base)) found.push_back(assertion);
  }
  return found;
}

void check_assertions(const AssertionCheck& check) {
  check_redactions(check);
  check_kind(check);
  for (const Reference& reference : check.claim().assertions) check_listed(check, reference);
  check_undeclared(check);
  check_actions(check);
  if (check.claim().version > 1) {
    check_metadata(check);
    for (const HashedUri& icon : check.claim().icons) check_reference(check, icon);
  }
  check_own_rules(check);
}

}  // namespace colophon::c2pa
