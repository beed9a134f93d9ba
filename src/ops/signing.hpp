// SPDX-License-Identifier: Apache-2.0
// Signing labels, for all files of a run.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "standards/gb45438_security.hpp"
#include "standards/merge.hpp"

namespace colophon {

/// Safe to use from several threads at once.
class LabelSigner {
 public:
  explicit LabelSigner(std::unique_ptr<Signer> signer) noexcept : signer_(std::move(signer)) {}

  /// Puts security data into the reserved code of the role's half. A good signature by the same key
  /// that stands there stays: most algorithms never sign twice alike, and a file that says what is
  /// wanted is not to change.
  [[nodiscard]] Status sign(Label& label, Role role);

 private:
  [[nodiscard]] Result<std::string> security_data(const Label& label, LabelHalf half);

  std::unique_ptr<Signer> signer_;
  std::mutex mutex_;
  /// One plan asks for the same label several times.
  std::map<std::string, std::string> made_;
};

}  // namespace colophon
