// SPDX-License-Identifier: Apache-2.0
// OpenSSL stays behind this header.
#pragma once

#include "base/source.hpp"

namespace colophon {

/// SHA-256 of the whole source, in lower-case hex.
[[nodiscard]] Result<std::string> sha256_hex(Source& source);

}  // namespace colophon
