// SPDX-License-Identifier: Apache-2.0
// What a file says of AI, all vocabularies together, in the form that `carry` writes it again.
#pragma once

#include "ops/reading.hpp"

namespace colophon {

struct Said {
  Label label;                ///< of GB 45438 as it stands; the system and prompt of IPTC
  bool has_gb45438 = false;   ///< else `label` has no producer
  bool declared = false;      ///< unsigned, outside GB 45438: IPTC, HTML, schema.org
  bool in_manifest = false;   ///< in a C2PA manifest
  bool signed_well = false;   ///< in one that is valid
  bool only_invalid = false;  ///< nowhere but in a C2PA manifest that is not valid
  std::vector<Finding> notes;
};

/// Errors: `not-found` with where "label" when it says nothing of AI, or only traces do; `conflict`
/// for labels that contradict each other, unless `force`; `malformed` when what is there cannot be
/// read.
[[nodiscard]] Result<Said> statement_of(const Reading& reading, bool force);

}  // namespace colophon
