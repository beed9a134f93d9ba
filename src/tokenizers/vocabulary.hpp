// SPDX-License-Identifier: Apache-2.0
// The tokens of a model: what each stands for, and which bytes are which token.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace colophon::tokenizers {

inline constexpr std::uint32_t kMaxTokens = 1U << 21;
inline constexpr std::uint32_t kNoToken = UINT32_MAX;

class Vocabulary {
 public:
  /// `bytes` are what the token stands for. `matches`: the model may make it out of these bytes.
  Status add(std::string_view bytes, std::uint32_t id, bool matches);
  [[nodiscard]] std::uint32_t find(std::string_view bytes) const noexcept;
  /// Empty for an id that nothing was added for.
  [[nodiscard]] std::string_view bytes(std::uint32_t id) const noexcept;
  [[nodiscard]] bool has(std::uint32_t id) const noexcept {
    return id < places_.size() && places_[id].known;
  }
  /// One more than the highest id.
  [[nodiscard]] std::uint32_t size() const noexcept {
    return static_cast<std::uint32_t>(places_.size());
  }
  /// The token "<0x0A>" of that byte, or kNoToken.
  [[nodiscard]] std::uint32_t byte_token(std::uint8_t byte) const noexcept;

 private:
  struct Place {
    std::uint64_t at = 0;
    std::uint32_t size = 0;
    bool known = false;
  };
  void grow();

  std::string arena_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> slots_;  // ids by hash, open addressing
  std::size_t matching_ = 0;
};

}  // namespace colophon::tokenizers
