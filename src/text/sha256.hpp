// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4) for deriving keys: this library links no OpenSSL.
#pragma once

#include "base/bytes.hpp"

#include <array>

namespace colophon::textmark {

[[nodiscard]] std::array<std::uint8_t, 32> sha256(Bytes bytes);

}  // namespace colophon::textmark
