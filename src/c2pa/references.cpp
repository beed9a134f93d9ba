// SPDX-License-Identifier: Apache-2.0
// hashed_uri fields of standard assertions and of claim generators (C2PA 15.10.3.3).
#include "c2pa/assertions.hpp"

namespace colophon::c2pa {
namespace {

using wire::CborItem;
using wire::CborType;

/// Fields of ingredients that have rules of their own (15.11.3), and reports of others.
bool is_special(std::string_view key) {
  return key == "activeManifest" || key == "c2pa_manifest" || key == "claimSignature" ||
         key == "validationResults" || key == "validationStatus";
}

}  // namespace

void check_reference(const AssertionCheck& check, const HashedUri& uri) {
  const std::string url = absolute_uri(uri.url, check.manifest().label);
  if (!read_path(url) || check.graph.is_redacted(url)) return;  // elsewhere: never fetched
  const Target target = resolve(check.store, url);
  if (target.box == nullptr) {
    check.status.fail("hashedURI.missing", url, "what an assertion refers to is not there");
    return;
  }
  const std::string& name = uri.algorithm.empty() ? check.claim().algorithm : uri.algorithm;
  const auto algorithm = hash_algorithm(name);
  if (!algorithm) {
    check.status.fail("algorithm.unsupported", url, "no hash algorithm that is allowed");
  } else if (uri.hash.empty() || check.hashes.of(target, *algorithm) != uri.hash) {
    check.status.fail("hashedURI.mismatch", url, "what an assertion refers to has changed");
  }
}

void check_references(const AssertionCheck& check, const CborItem& item) {
  if (item.type == CborType::Map && item.find("hash") != nullptr) {
    if (const auto uri = read_hashed_uri(item)) {
      check_reference(check, *uri);
      return;
    }
  }
  const std::size_t step = item.type == CborType::Map ? 2 : 1;
  for (std::size_t i = step - 1; i < item.items.size(); i += step) {
    if (step == 2 && is_special(item.items[i - 1].text)) continue;
    check_references(check, item.items[i]);
  }
}

}  // namespace colophon::c2pa
