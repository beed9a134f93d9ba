// SPDX-License-Identifier: Apache-2.0
// What a manifest's assertions say about AI, wherever the standard has a place for it.
#pragma once

#include "c2pa/store.hpp"
#include "wire/cbor.hpp"

#include <colophon/types.hpp>

namespace colophon::c2pa {

/// An ingredient that came without a manifest may say itself what it is (2.4).
struct StatedIngredient {
  std::string type;   ///< digital source type
  bool part = false;  ///< no parent, but a component or an input
};

struct Said {
  std::vector<std::string> types;    ///< digital source types, in order
  std::vector<std::string> parents;  ///< labels of manifests this content was made from
  std::vector<std::string> parts;    ///< labels of manifests that are part of it
  std::vector<StatedIngredient> ingredients;
  bool described_as_ai = false;     ///< in words only (Bing's files carry no type)
  Origin disclosed = Origin::None;  ///< by c2pa.ai-disclosure
  std::vector<std::string> models;  ///< names there
};
[[nodiscard]] Said said_by(const Manifest& manifest, const Limits& limits);

/// Digital source types of one JSON assertion of metadata: IPTC's property in `c2pa.metadata`,
/// `stds.iptc` and others of the kind, schema.org's in `stds.schema-org.*`.
[[nodiscard]] std::vector<std::string> metadata_source_types(const Manifest& manifest,
                                                             const Assertion& assertion,
                                                             const Limits& limits);
/// What `c2pa.ai-disclosure` says: an AI system worked without a person, or had a part in it. None:
/// the assertion is another one, or names no type of model.
[[nodiscard]] Origin disclosed_origin(const Manifest& manifest, const Assertion& assertion,
                                      const Limits& limits);

}  // namespace colophon::c2pa
