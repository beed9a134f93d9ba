// SPDX-License-Identifier: Apache-2.0
// The manifests that a store's active manifest descends from, and what is known about all of them
// before any one is judged (C2PA 15.10.2, 15.11.3.3).
#pragma once

#include "c2pa/claim.hpp"

#include <set>

namespace colophon::c2pa {

/// A status entry that the maker of an ingredient assertion recorded; `url` is absolute.
struct Recorded {
  std::string code, url;
  friend auto operator<=>(const Recorded&, const Recorded&) = default;
};

struct Ingredient {
  std::string label;  ///< of its assertion, as stored
  std::string url;    ///< of its assertion, absolute
  int version = 1;
  std::string title, relationship;
  std::optional<HashedUri> manifest, signature;  ///< `url` absolute
  bool readable = true;     ///< false: no CBOR map, or a relationship that does not exist
  bool zeroed = false;      ///< redacted by zeros
  bool has_report = false;  ///< it has a field validationResults
  std::set<Recorded> recorded;
};

/// A manifest that the active one leads to.
struct Node {
  const Manifest* manifest = nullptr;
  std::optional<Claim> claim;
  StatusList claim_status;  ///< why there is no claim
  std::vector<Ingredient> ingredients;
  struct Use {
    const Node* by;
    std::size_t ingredient;
  };
  std::vector<Use> uses;  ///< by whom, as which of their ingredients; without circles
};

class Graph {
 public:
  /// Walks from the active manifest, each manifest once.
  Graph(const Store& store, const Limits& limits);

  [[nodiscard]] const Node* find(std::string_view manifest) const;
  /// The place of the ingredient that closes a circle or lies too deep; empty: none does.
  [[nodiscard]] const std::string& broken_at() const noexcept { return broken_at_; }
  [[nodiscard]] bool is_redacted(const std::string& url) const { return redacted_.contains(url); }
  [[nodiscard]] bool has_redactions(std::string_view manifest) const;
  /// True when somebody who used the manifest, or used it through others, has recorded `entry`.
  /// What a manifest says of itself and its users does not count: it could hide what was done to
  /// it.
  [[nodiscard]] static bool is_recorded(const Node& node, const StatusEntry& entry);
  /// The same for an entry about the use itself.
  [[nodiscard]] static bool is_recorded(const Node& user, const Ingredient& ingredient,
                                        const StatusEntry& entry);
  /// Time-stamp tokens and OCSP answers that later manifests hold for earlier ones.
  [[nodiscard]] std::vector<ByteBuffer> stamps_for(const std::string& manifest) const;
  [[nodiscard]] const std::vector<ByteBuffer>& certificate_statuses() const { return ocsp_; }

 private:
  Node& walk(const Store& store, const Manifest& manifest, std::vector<const Node*>& way);
  void descend(const Store& store, Node& node, std::vector<const Node*>& way);
  void read_extras(const Manifest& manifest);

  const Limits& limits_;
  std::map<std::string, Node, std::less<>> nodes_;
  std::set<std::string> redacted_, redacted_manifests_;
  std::multimap<std::string, ByteBuffer> stamps_;
  std::vector<ByteBuffer> ocsp_;
  std::string broken_at_;
};

/// The content of an assertion as CBOR; nothing when it has none, or one that is not well formed.
[[nodiscard]] std::optional<wire::CborItem> read_cbor(const Manifest& manifest,
                                                      const Assertion& assertion,
                                                      const Limits& limits);
/// True when the content boxes hold nothing but zeros (C2PA 6.8).
[[nodiscard]] bool is_zeroed(const Manifest& manifest, const Assertion& assertion);
/// True for c2pa.ingredient, .v2 and .v3.
[[nodiscard]] bool is_ingredient(std::string_view base) noexcept;

}  // namespace colophon::c2pa
