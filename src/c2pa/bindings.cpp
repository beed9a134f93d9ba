// SPDX-License-Identifier: Apache-2.0
#include "c2pa/bindings.hpp"

#include "c2pa/binding_check.hpp"
#include "c2pa/explain.hpp"

#include <algorithm>
#include <array>

namespace colophon::c2pa {
namespace {

struct Kind {
  std::string_view label;
  std::string_view word;  ///< in the status codes
  Status (*check)(const HashCheck&);
  /// The codes for ErrorCode::NotFound and ErrorCode::Usage.
  std::string_view not_found = "mismatch";
  std::string_view usage = "malformed";
};

template <unsigned version>
Status check_bmff(const HashCheck& check) {
  return check_bmff_hash(check, version);
}

constexpr std::array kKinds = {
    Kind{"c2pa.hash.data", "dataHash", check_data_hash},
    Kind{"c2pa.hash.boxes", "boxesHash", check_boxes_hash, "unknownBox"},
    Kind{"c2pa.hash.bmff", "bmffHash", check_bmff<1>},
    Kind{"c2pa.hash.bmff.v2", "bmffHash", check_bmff<2>},
    Kind{"c2pa.hash.bmff.v3", "bmffHash", check_bmff<3>},
    Kind{"c2pa.hash.collection.data", "collectionHash", check_collection_hash, "incorrectFileCount",
         "invalidURI"},
};

const Kind* find_kind(std::string_view label) noexcept {
  const auto* found = std::find_if(kKinds.begin(), kKinds.end(),
                                   [&](const Kind& kind) { return kind.label == label; });
  return found == kKinds.end() ? nullptr : found;
}

std::string failure_code(const Kind& kind, ErrorCode code) {
  const std::string prefix = "assertion." + std::string(kind.word) + ".";
  switch (code) {
    case ErrorCode::Malformed:
      return prefix + "malformed";
    case ErrorCode::Unsupported:
      return "algorithm.unsupported";
    case ErrorCode::Io:
    case ErrorCode::LimitExceeded:
      return "general.error";
    case ErrorCode::NotFound:
      return prefix + std::string(kind.not_found);
    case ErrorCode::Usage:
      return prefix + std::string(kind.usage);
    case ErrorCode::Mismatch:
    case ErrorCode::Truncated:
    case ErrorCode::Refused:
    case ErrorCode::Conflict:
      break;
  }
  return prefix + "mismatch";
}

}  // namespace

bool is_hard_binding(std::string_view label) noexcept {
  return find_kind(label) != nullptr;
}

void check_hard_binding(const Asset& asset, const Binding& binding, const Limits& limits,
                        StatusList& status) {
  const Kind* kind = find_kind(binding.label);
  const std::string url(binding.url);
  if (kind == nullptr) {
    status.fail("general.error", url, "this assertion binds no content");
    return;
  }
  if (!asset.fragments.empty() && kind->word != "bmffHash") {
    status.fail(failure_code(*kind, ErrorCode::Mismatch), url, std::string(kNotOfFragments));
    return;
  }
  StatusList found;
  const Status result = kind->check({asset, binding, limits, found});
  if (!result) {
    status.fail(failure_code(*kind, result.error().code), url, result.error().message);
    return;
  }
  status.informational.insert(status.informational.end(), found.informational.begin(),
                              found.informational.end());
  status.succeed("assertion." + std::string(kind->word) + ".match", url,
                 found.success.empty() ? std::string() : found.success.front().explanation);
}

}  // namespace colophon::c2pa
