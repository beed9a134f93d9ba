// SPDX-License-Identifier: Apache-2.0
#include "c2pa/uri.hpp"

#include <fmt/core.h>

namespace colophon::c2pa {
namespace {

constexpr std::string_view kScheme = "self#jumbf=";
constexpr std::string_view kAssertions = "c2pa.assertions";

/// The one superbox of that label; null when there is none or more than one.
const JumbfBox* only_child(const JumbfBox& box, std::string_view label) {
  const JumbfBox* found = nullptr;
  for (const JumbfBox& child : box.children) {
    if (child.type != "jumb" || child.label != label) continue;
    if (found != nullptr) return nullptr;
    found = &child;
  }
  return found;
}

std::string text_of(const wire::CborItem* item) {
  return item == nullptr ? std::string() : std::string(item->as_text());
}

}  // namespace

std::optional<HashedUri> read_hashed_uri(const wire::CborItem& item) {
  const wire::CborItem* url = item.find("url");
  if (url == nullptr || url->untagged().type != wire::CborType::Text) return std::nullopt;
  HashedUri uri{std::string(url->as_text()), text_of(item.find("alg")), {}};
  const wire::CborItem* hash = item.find("hash");
  if (hash != nullptr && hash->untagged().type == wire::CborType::Bytes) {
    uri.hash = hash->untagged().text;
  }
  return uri;
}

std::string absolute_uri(std::string_view url, std::string_view manifest) {
  if (!url.starts_with(kScheme)) return std::string(url);
  std::string_view path = url.substr(kScheme.size());
  if (path.starts_with('/')) path.remove_prefix(1);
  // Writers of 1.0 left the first slash out, so the name of the store tells, not the slash.
  if (path == "c2pa" || path.starts_with("c2pa/")) return fmt::format("{}/{}", kScheme, path);
  // Others begin with their own manifest's name, which only the store could hold.
  const bool own = path.starts_with(manifest) && path.substr(manifest.size()).starts_with('/');
  if (own && !manifest.empty()) return fmt::format("{}/c2pa/{}", kScheme, path);
  return fmt::format("{}/c2pa/{}/{}", kScheme, manifest, path);
}

std::string assertion_uri(std::string_view manifest, std::string_view label) {
  return fmt::format("{}/c2pa/{}/{}/{}", kScheme, manifest, kAssertions, label);
}

std::string signature_uri(std::string_view manifest) {
  return fmt::format("{}/c2pa/{}/c2pa.signature", kScheme, manifest);
}

std::optional<Path> read_path(std::string_view absolute) {
  if (!absolute.starts_with(kScheme)) return std::nullopt;
  std::string_view rest = absolute.substr(kScheme.size());
  if (!rest.starts_with("/c2pa/")) return std::nullopt;
  rest.remove_prefix(6);
  Path path;
  for (bool first = true, last = false; !last; first = false) {
    const std::size_t slash = rest.find('/');
    last = slash == std::string_view::npos;
    const std::string_view label = rest.substr(0, slash);
    if (label.empty() || label == "..") return std::nullopt;
    if (first) {
      path.manifest = label;
    } else {
      path.labels.emplace_back(label);
    }
    rest.remove_prefix(last ? rest.size() : slash + 1);
  }
  return path;
}

std::string assertion_label(std::string_view absolute, std::string_view manifest) {
  const auto path = read_path(absolute);
  if (!path || path->manifest != manifest || path->labels.size() != 2) return {};
  return path->labels[0] == kAssertions ? path->labels[1] : std::string();
}

Target resolve(const Store& store, std::string_view absolute) {
  const auto path = read_path(absolute);
  if (!path) return {};
  Target target;
  target.manifest = store.find(path->manifest);
  if (target.manifest == nullptr) return target;
  if (path->labels.empty()) {
    target.box = target.manifest->stored;
    target.bytes = target.manifest->stored_bytes;
    return target;
  }
  if (!target.manifest->inflates) return target;
  target.bytes = target.manifest->bytes;
  // Assertion stores may be large: those have an index.
  if (path->labels.size() == 2 && path->labels[0] == kAssertions) {
    const Assertion* assertion = target.manifest->find(path->labels[1]);
    target.box = assertion != nullptr ? assertion->box : nullptr;
    return target;
  }
  target.box = target.manifest->box;
  for (const std::string& label : path->labels) {
    if (target.box != nullptr) target.box = only_child(*target.box, label);
  }
  return target;
}

std::optional<DigestAlgorithm> hash_algorithm(std::string_view name) noexcept {
  if (name == "sha256") return DigestAlgorithm::Sha256;
  if (name == "sha384") return DigestAlgorithm::Sha384;
  if (name == "sha512") return DigestAlgorithm::Sha512;
  return std::nullopt;
}

const std::string& BoxHashes::of(const Target& target, DigestAlgorithm algorithm) {
  const Bytes bytes = slice(target.bytes, target.box->payload.offset, target.box->payload.size);
  std::string& hash = known_[{bytes.data(), algorithm}];
  if (hash.empty()) hash = to_string(digest_of(algorithm, bytes));
  return hash;
}

}  // namespace colophon::c2pa
