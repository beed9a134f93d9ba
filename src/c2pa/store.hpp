// SPDX-License-Identifier: Apache-2.0
// A manifest store as manifests, claims and assertions (C2PA 11.1), with nothing verified.
#pragma once

#include "base/limits.hpp"
#include "c2pa/jumbf.hpp"

#include <memory>
#include <unordered_map>

namespace colophon::c2pa {

/// A superbox of an assertion store or a data box store.
struct Assertion {
  std::string label;              ///< as stored: "c2pa.ingredient.v3__2"
  std::string base;               ///< without the instance: "c2pa.ingredient.v3"
  const JumbfBox* box = nullptr;  ///< in Manifest::bytes
};
/// A label without its instance "__N" (C2PA 6.4).
[[nodiscard]] std::string_view without_instance(std::string_view label) noexcept;

/// What a manifest's boxes hold. The ranges of `box` point into `bytes`; those of `stored` into
/// `stored_bytes`, which differ for a compressed manifest.
struct Manifest {
  std::string label;
  bool update = false;
  bool inflates = true;  ///< false: compressed, and not to be had (`manifest.compressed.invalid`)
  const JumbfBox* box = nullptr;
  Bytes bytes;
  const JumbfBox* stored = nullptr;
  Bytes stored_bytes;
  const JumbfBox* claim = nullptr;
  unsigned claims = 0;  ///< how many claim boxes
  bool exact = false;   ///< the boxes around what is signed have the types and names they must have
  std::vector<Assertion> assertions;

  /// By label as stored; null when there is none, or more than one (C2PA 8.4.1: unresolved).
  [[nodiscard]] const Assertion* find(std::string_view assertion_label) const noexcept;
  [[nodiscard]] Bytes content(const JumbfBox& inner) const noexcept {
    return slice(bytes, inner.payload.offset, inner.payload.size);
  }

  std::unordered_map<std::string_view, std::size_t> by_label;  ///< made by Store; npos: ambiguous
};

/// The store of a film and the one that an update put behind the media, as one store: the manifests
/// of `newer` last. `newer` alone where one of them cannot be read.
[[nodiscard]] ByteBuffer joined(Bytes older, Bytes newer, const Limits& limits);

class Store {
 public:
  /// `bytes` must outlive the store. Errors: those of `read_jumbf`, and `malformed` when it is no
  /// C2PA store.
  [[nodiscard]] static Result<Store> read(Bytes bytes, const Limits& limits);

  [[nodiscard]] const std::vector<Manifest>& manifests() const noexcept { return manifests_; }
  /// The last one (C2PA 15.5.1); null when there is none.
  [[nodiscard]] const Manifest* active() const noexcept {
    return manifests_.empty() ? nullptr : &manifests_.back();
  }
  /// Null when there is none, or more than one.
  [[nodiscard]] const Manifest* find(std::string_view label) const noexcept;

 private:
  struct Inflated {
    ByteBuffer bytes;
    JumbfBox box;
  };
  void inflate(Manifest& manifest, std::uint64_t& budget, const Limits& limits);

  std::unique_ptr<JumbfBox> root_;
  std::vector<std::unique_ptr<Inflated>> inflated_;
  std::vector<Manifest> manifests_;
};

}  // namespace colophon::c2pa
