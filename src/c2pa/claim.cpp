// SPDX-License-Identifier: Apache-2.0
#include "c2pa/claim.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::c2pa {
namespace {

using wire::CborItem;
using wire::CborType;

constexpr std::size_t kMaxAssertions = 4096;

std::string text_at(const CborItem& map, std::string_view key) {
  const CborItem* item = map.find(key);
  return item == nullptr ? std::string() : std::string(item->as_text());
}

/// Two readers must not see two different claims, so no key may stand twice (RFC 8949 5.6).
bool has_double_key(const CborItem& map) {
  std::vector<std::string_view> keys;
  for (std::size_t i = 0; i < map.items.size(); i += 2) keys.push_back(map.items[i].text);
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

/// `urn:c2pa:UUID[:generator[:version[_reason]]]`, or a form of earlier versions (C2PA 8.2).
bool is_manifest_label(std::string_view label) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= label.size();) {
    const std::size_t colon = std::min(label.find(':', at), label.size());
    parts.push_back(label.substr(at, colon - at));
    at = colon + 1;
  }
  const std::size_t count = parts.size();
  if (count == 4 && parts[1] == "urn") return parts[2] == "uuid" && !parts[3].empty();
  if (count < 3 || parts[0] != "urn" || parts[2].empty()) return false;
  if (parts[1] == "uuid") return count == 3;
  if (parts[1] != "c2pa" || count > 5) return false;
  const auto is_printable = [](char c) { return c > ' ' && c < 0x7F; };
  const auto is_digit_or_line = [](char c) { return (c >= '0' && c <= '9') || c == '_'; };
  return (count < 4 || (parts[3].size() <= 32 && std::ranges::all_of(parts[3], is_printable))) &&
         (count < 5 || std::ranges::all_of(parts[4], is_digit_or_line));
}

class ClaimReader {
 public:
  ClaimReader(const Manifest& manifest, const CborItem& map, Claim& claim)
      : manifest_(manifest), map_(map), claim_(claim) {}

  /// What is wrong with it; nothing when it is well formed.
  std::optional<std::string> read() {
    if (map_.type != CborType::Map || has_double_key(map_)) return "it is no map of distinct keys";
    claim_.algorithm = text_at(map_, "alg");
    claim_.soft_algorithm = text_at(map_, "alg_soft");
    const std::string signature = text_at(map_, "signature");
    if (signature.empty()) return "it names no signature";
    claim_.signature_url = absolute_uri(signature, manifest_.label);
    if (auto wrong = generator()) return wrong;
    if (auto wrong = assertions()) return wrong;
    if (const CborItem* redacted = map_.find("redacted_assertions")) {
      if (redacted->type != CborType::Array) return "redacted_assertions is no list";
      for (const CborItem& uri : redacted->items) {
        claim_.redacted.push_back(absolute_uri(uri.as_text(), manifest_.label));
      }
    }
    return std::nullopt;
  }

 private:
  void add_generator(const CborItem& info) {
    if (const CborItem* icon = info.find("icon")) {
      if (auto uri = read_hashed_uri(*icon)) claim_.icons.push_back(std::move(*uri));
    }
    const std::string name = text_at(info, "name"), version = text_at(info, "version");
    if (!claim_.generator.empty() || name.empty()) return;
    claim_.generator = version.empty() ? name : fmt::format("{} {}", name, version);
  }

  std::optional<std::string> generator() {
    claim_.generator = text_at(map_, "claim_generator");
    const CborItem* info = map_.find("claim_generator_info");
    if (claim_.version == 1) {
      // Required by the grammar, left out by early writers: tolerated, as the peer does.
      if (info == nullptr) return std::nullopt;
      if (info->type == CborType::Map) add_generator(*info);
      for (const CborItem& each : info->items) add_generator(each);
      return std::nullopt;
    }
    if (map_.find("instanceID") == nullptr) return "it has no instanceID";
    if (info == nullptr || info->type != CborType::Map || text_at(*info, "name").empty()) {
      return "it does not name its generator";
    }
    add_generator(*info);
    return std::nullopt;
  }

  std::optional<std::string> list(std::string_view key, bool created, bool required) {
    const CborItem* items = map_.find(key);
    if (items == nullptr && !required) return std::nullopt;
    if (items == nullptr || items->type != CborType::Array) {
      return fmt::format("{} is no list", key);
    }
    if (items->items.size() > kMaxAssertions) return fmt::format("{} is too long", key);
    for (const CborItem& item : items->items) {
      auto uri = read_hashed_uri(item);
      if (!uri) return fmt::format("{} holds what is no hashed URI", key);
      std::string url = absolute_uri(uri->url, manifest_.label);
      claim_.assertions.push_back({std::move(*uri), std::move(url), created});
    }
    return std::nullopt;
  }

  std::optional<std::string> assertions() {
    if (claim_.version == 1) return list("assertions", true, true);
    if (auto wrong = list("created_assertions", true, true)) return wrong;
    return list("gathered_assertions", false, false);
  }

  const Manifest& manifest_;
  const CborItem& map_;
  Claim& claim_;
};

}  // namespace

std::optional<Claim> read_claim(const Manifest& manifest, const Limits& limits,
                                StatusList& status) {
  const std::string url = absolute_uri("self#jumbf=c2pa.claim", manifest.label);
  const auto reject = [&](const char* code, std::string why) {
    status.fail(code, url, std::move(why));
    return std::nullopt;
  };
  if (!manifest.inflates) {
    return reject("manifest.compressed.invalid", "the compressed manifest cannot be inflated");
  }
  if (manifest.claims > 1) return reject("claim.multiple", "the manifest has several claims");
  const JumbfBox* content = manifest.claim == nullptr ? nullptr : manifest.claim->content("cbor");
  if (content == nullptr) return reject("claim.missing", "the manifest has no claim");
  // No hash and no signature covers these names, and another reader may go by them.
  if (!manifest.exact) {
    status.fail("claim.missing", url,
                "a box around the claim or the assertions has not the type and name it must have");
  }
  Claim claim;
  claim.bytes = manifest.content(*content);
  claim.version = manifest.claim->label == "c2pa.claim" ? 1 : 2;
  const auto item = wire::read_cbor(claim.bytes, limits);
  if (!item) return reject("claim.cbor.invalid", item.error().message);
  if (auto wrong = ClaimReader(manifest, item->untagged(), claim).read()) {
    return reject("claim.malformed", "the claim is not well formed: " + *wrong);
  }
  if (claim.version > 1 && !is_manifest_label(manifest.label)) {
    status.fail("claim.malformed", url, "the manifest's name is no urn:c2pa with a UUID");
  }
  return claim;
}

}  // namespace colophon::c2pa
