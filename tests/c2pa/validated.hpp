// SPDX-License-Identifier: Apache-2.0
// Validation of stores made in tests, over one short content.
#pragma once

#include "c2pa/maker.hpp"
#include "c2pa/validate.hpp"

namespace colophon::testing {

inline const std::string kContent = "the content that is signed";

/// A good manifest over the content.
[[nodiscard]] MadeManifest usual();
[[nodiscard]] c2pa::Validation validated(Bytes store, bool trusting = true,
                                         std::string_view content = kContent);
[[nodiscard]] c2pa::Validation validated(const MadeManifest& manifest);
/// State and failures, those of ingredients in brackets: "Invalid claim.missing (claim.missing)".
[[nodiscard]] std::string state(const c2pa::Validation& validation);
/// An empty validationResults.
[[nodiscard]] Json report();
/// An ingredient assertion over a manifest box.
[[nodiscard]] MadeAssertion ingredient(const MadeManifest& of, Bytes box, Json results = report(),
                                       const char* relationship = "parentOf");
/// Manifest labels by number.
[[nodiscard]] std::string label(int number);
/// The action c2pa.opened, of the ingredient above.
[[nodiscard]] Json opened();
/// A manifest that was made from `parent`.
[[nodiscard]] MadeManifest child_of(const MadeManifest& parent, Bytes box, Json results = report());

}  // namespace colophon::testing
