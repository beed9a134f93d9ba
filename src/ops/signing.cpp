// SPDX-License-Identifier: Apache-2.0
#include "ops/signing.hpp"

#include <fmt/core.h>

namespace colophon {

Result<std::string> LabelSigner::security_data(const Label& label, LabelHalf half) {
  constexpr std::size_t kMostKept = 1024;
  const bool production = half == LabelHalf::Production;
  const std::string about = fmt::format("{}\n{}\n{}\n{}", production, to_string(label.origin),
                                        production ? label.producer : label.propagator,
                                        production ? label.produce_id : label.propagate_id);
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = made_.find(about); known != made_.end()) return known->second;
  }
  std::string code = TRY(make_security_data(label, half, *signer_));
  const std::lock_guard lock(mutex_);
  if (made_.size() >= kMostKept) made_.clear();
  return made_.try_emplace(about, std::move(code)).first->second;
}

Status LabelSigner::sign(Label& label, Role role) {
  const LabelHalf half = role == Role::Producer ? LabelHalf::Production : LabelHalf::Propagation;
  if (is_signed_by(label, half, signer_->public_key())) return {};
  (role == Role::Producer ? label.reserved1 : label.reserved2) = TRY(security_data(label, half));
  return {};
}

}  // namespace colophon
