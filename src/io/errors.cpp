// SPDX-License-Identifier: Apache-2.0
#include "io/errors.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace colophon {

Failure io_failure(const char* what, const std::string& path) {
  const int code = errno;
  return fail(code == ENOENT ? ErrorCode::NotFound : ErrorCode::Io,
              fmt::format("{} {}: {}", what, path, std::strerror(code)));
}

Status write_all(int descriptor, Bytes bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(descriptor, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_failure("cannot write", name);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

Status write_all_at(int descriptor, std::uint64_t at, Bytes bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t n = pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_failure("cannot write", name);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    at += static_cast<std::uint64_t>(n);
  }
  return {};
}

}  // namespace colophon
