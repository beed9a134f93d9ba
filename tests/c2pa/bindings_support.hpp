// SPDX-License-Identifier: Apache-2.0
// One hard binding checked against bytes in memory.
#pragma once

#include "c2pa/bindings.hpp"
#include "crypto/digest.hpp"
#include "support/support.hpp"

#include <algorithm>

#include "cbor.hpp"

namespace colophon::testing {

/// The failure codes found, joined; else the informational and success codes.
inline std::string codes(const c2pa::StatusList& status) {
  std::string all;
  const auto add = [&](const std::vector<c2pa::StatusEntry>& entries) {
    for (const c2pa::StatusEntry& entry : entries) all += (all.empty() ? "" : " ") + entry.code;
  };
  if (status.failure.empty()) {
    add(status.informational);
    add(status.success);
  } else {
    add(status.failure);
  }
  return all;
}

inline ByteBuffer sha256(const ByteBuffer& bytes) {
  return digest_of(DigestAlgorithm::Sha256, bytes);
}

/// `content` as the assertion `label` of the file `bytes`.
inline std::string check(const char* label, Bytes bytes, const wire::CborItem& content,
                         const std::vector<Bytes>& fragments = {}) {
  MemorySource source(bytes);
  const Format* format = detect(source, "");
  Result<Layout> layout = Layout{};
  if (format != nullptr) layout = format->inspect(source, Limits{});
  if (!layout) return "unreadable";
  const auto store = std::ranges::find(layout->carriers, CarrierKind::C2paStore, &Carrier::kind);
  std::vector<std::unique_ptr<MemorySource>> segments;
  std::vector<Source*> pointers;
  for (const Bytes each : fragments) {
    segments.push_back(std::make_unique<MemorySource>(each));
    pointers.push_back(segments.back().get());
  }
  const c2pa::Asset asset{source, format, &*layout,
                          store == layout->carriers.end() ? nullptr : &*store, pointers};
  c2pa::StatusList status;
  c2pa::check_hard_binding(asset, {label, "self#jumbf=x", content, "sha256"}, Limits{}, status);
  return codes(status);
}

}  // namespace colophon::testing
