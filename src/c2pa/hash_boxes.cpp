// SPDX-License-Identifier: Apache-2.0
// Bindings that are named here and not read: they are no match.
#include "c2pa/binding_check.hpp"

namespace colophon::c2pa {
namespace {

Failure unread() {
  return fail(ErrorCode::LimitExceeded, "this kind of binding is not read");
}

}  // namespace

Status check_boxes_hash(const HashCheck&) {
  return unread();
}
Status check_collection_hash(const HashCheck&) {
  return unread();
}

void check_multi_asset(const Asset&, const Binding& binding, PartLookup, void*, const Limits&,
                       StatusList& status) {
  status.fail("general.error", std::string(binding.url), "this kind of binding is not read");
}

}  // namespace colophon::c2pa
