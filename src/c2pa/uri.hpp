// SPDX-License-Identifier: Apache-2.0
// JUMBF URIs and hashed URIs (C2PA 8.3, 8.4): what in the store does a reference mean, and is it
// still what it was?
#pragma once

#include "c2pa/store.hpp"
#include "crypto/digest.hpp"
#include "wire/cbor.hpp"

#include <map>
#include <optional>

namespace colophon::c2pa {

struct HashedUri {
  std::string url;
  std::string algorithm;  ///< empty: that of the enclosing structure
  std::string hash;       ///< bytes; empty: none
};
/// A map with a text `url`; nothing for anything else.
[[nodiscard]] std::optional<HashedUri> read_hashed_uri(const wire::CborItem& item);

/// "self#jumbf=/c2pa/MANIFEST/..." for a reference as it stands in `manifest`, so that two
/// references to one box are equal; what is no JUMBF URI comes back as it is.
[[nodiscard]] std::string absolute_uri(std::string_view url, std::string_view manifest);
[[nodiscard]] std::string assertion_uri(std::string_view manifest, std::string_view label);
[[nodiscard]] std::string signature_uri(std::string_view manifest);

/// Where an absolute URI leads.
struct Path {
  std::string manifest;
  std::vector<std::string> labels;  ///< below the manifest; empty: the manifest itself
};
/// Nothing for what is no JUMBF URI, and for one that holds ".." or an empty label.
[[nodiscard]] std::optional<Path> read_path(std::string_view absolute);
/// The label of the assertion that an absolute URI names in `manifest`; empty: none.
[[nodiscard]] std::string assertion_label(std::string_view absolute, std::string_view manifest);

struct Target {
  const Manifest* manifest = nullptr;
  const JumbfBox* box = nullptr;  ///< null: not resolved, or ambiguous
  Bytes bytes;                    ///< that the ranges of `box` point into
};
[[nodiscard]] Target resolve(const Store& store, std::string_view absolute);

/// sha256, sha384, sha512 (C2PA 13.1).
[[nodiscard]] std::optional<DigestAlgorithm> hash_algorithm(std::string_view name) noexcept;

/// Hashes of boxes (C2PA 8.4.2.3: the superbox without its own head), each computed once.
class BoxHashes {
 public:
  [[nodiscard]] const std::string& of(const Target& target, DigestAlgorithm algorithm);

 private:
  std::map<std::pair<const std::uint8_t*, DigestAlgorithm>, std::string> known_;
};

}  // namespace colophon::c2pa
