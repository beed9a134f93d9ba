// SPDX-License-Identifier: Apache-2.0
// Extended attributes that a rewritten file takes over: those of users (user.*), the access control
// list, the labels of SELinux and Smack. Not taken over: what speaks of the old bytes
// (security.ima, security.evm, security.capability) or of a file system's own affairs (trusted.*).
#pragma once

#include "io/io.hpp"

namespace colophon {

[[nodiscard]] std::vector<FileAttribute> read_attributes(const std::string& path);
/// Gives `attributes` to the open file; a list that the folder's default gave it goes when the old
/// file had none. Returns the names of users' and access attributes that could not be kept.
[[nodiscard]] std::vector<std::string> write_attributes(
    int descriptor, const std::vector<FileAttribute>& attributes);

}  // namespace colophon
