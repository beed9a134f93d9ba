// SPDX-License-Identifier: Apache-2.0
// A file tests/support/specimens_NAME.cpp registers small valid files of its containers with
//   static const bool registered = register_specimens(make);
#pragma once

#include "support/support.hpp"

namespace colophon::testing {

using SpecimenMaker = std::vector<Specimen> (*)();
inline std::vector<SpecimenMaker>& specimen_makers() {
  static std::vector<SpecimenMaker> makers;
  return makers;
}
inline bool register_specimens(SpecimenMaker maker) {
  specimen_makers().push_back(maker);
  return true;
}

}  // namespace colophon::testing
