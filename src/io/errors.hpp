// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace colophon {

/// "WHAT PATH: reason" from errno.
[[nodiscard]] Failure io_failure(const char* what, const std::string& path);
[[nodiscard]] Status write_all(int descriptor, Bytes bytes, const std::string& name);
[[nodiscard]] Status write_all_at(int descriptor, std::uint64_t at, Bytes bytes,
                                  const std::string& name);

}  // namespace colophon
