// SPDX-License-Identifier: Apache-2.0
#include "c2pa/build.hpp"
#include "c2pa/graph.hpp"
#include "c2pa/uri.hpp"

namespace colophon::c2pa {

std::optional<std::string> parent_of(Bytes store, const Limits& limits) {
  const auto read = Store::read(store, limits);
  const Manifest* active = read ? read->active() : nullptr;
  if (active == nullptr) return std::nullopt;
  for (const Assertion& assertion : active->assertions) {
    if (!is_ingredient(assertion.base)) continue;
    const auto item = read_cbor(*active, assertion, limits);
    const wire::CborItem* relation = item ? item->find("relationship") : nullptr;
    if (relation == nullptr || relation->as_text() != "parentOf") continue;
    const wire::CborItem* manifest = item->find("activeManifest");
    const wire::CborItem* url = manifest != nullptr ? manifest->find("url") : nullptr;
    if (url == nullptr) return std::string();
    const auto path = read_path(absolute_uri(url->as_text(), active->label));
    return path ? path->manifest : std::string();
  }
  return std::nullopt;
}

}  // namespace colophon::c2pa
