// SPDX-License-Identifier: Apache-2.0
// The one list of vocabularies. To add one: write its module, declare its row in standards.hpp,
// list it here.
#include "standards/standards.hpp"

namespace colophon {
namespace {

// Strongest first.
constexpr const Standard* kStandards[] = {
    &kGb45438, &kIptc, &kHtmlDisclosure, &kGenerators, &kSchemaOrg,
};

}  // namespace

std::span<const Standard* const> standards() noexcept {
  return kStandards;
}

const Standard* find_standard(StandardId id) noexcept {
  for (const Standard* standard : standards()) {
    if (standard->id == id) return standard;
  }
  return nullptr;
}

}  // namespace colophon
