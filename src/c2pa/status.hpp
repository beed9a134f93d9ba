// SPDX-License-Identifier: Apache-2.0
// Status codes of C2PA 15.2.2, collected in the three groups in which they are reported and stored.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace colophon::c2pa {

struct StatusEntry {
  std::string code;         ///< "assertion.dataHash.mismatch"
  std::string url;          ///< the JUMBF URI it speaks of; may be empty
  std::string explanation;  ///< a sentence for a person
};

struct StatusList {
  std::vector<StatusEntry> success, informational, failure;

  void succeed(std::string code, std::string url = {}, std::string explanation = {}) {
    success.push_back({std::move(code), std::move(url), std::move(explanation)});
  }
  void inform(std::string code, std::string url = {}, std::string explanation = {}) {
    informational.push_back({std::move(code), std::move(url), std::move(explanation)});
  }
  void fail(std::string code, std::string url = {}, std::string explanation = {}) {
    failure.push_back({std::move(code), std::move(url), std::move(explanation)});
  }
  [[nodiscard]] bool failed(std::string_view code) const noexcept {
    for (const StatusEntry& entry : failure) {
      if (entry.code == code) return true;
    }
    return false;
  }
};

}  // namespace colophon::c2pa
