// SPDX-License-Identifier: Apache-2.0
#include "io/attributes.hpp"

#include <sys/xattr.h>

#include <array>
#include <string_view>

namespace colophon {
namespace {

constexpr const char* kAccess = "system.posix_acl_access";
constexpr std::size_t kMaxList = 65536;   // XATTR_LIST_MAX of Linux
constexpr std::size_t kMaxValue = 65536;  // XATTR_SIZE_MAX

bool is_kept(std::string_view name) noexcept {
  return name.starts_with("user.") || name == kAccess || name == "security.selinux" ||
         name == "security.SMACK64";
}

/// Whether its loss concerns whoever owns the file: the system puts its own labels on new files.
bool is_missed(std::string_view name) noexcept {
  return !name.starts_with("security.");
}

std::string names_of(const std::string& path) {
  std::string names(1024, '\0');
  ssize_t size = listxattr(path.c_str(), names.data(), names.size());
  if (size < 0 && errno == ERANGE) {
    names.resize(kMaxList);
    size = listxattr(path.c_str(), names.data(), names.size());
  }
  names.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return names;
}

}  // namespace

std::vector<FileAttribute> read_attributes(const std::string& path) {
  std::vector<FileAttribute> all;
  const std::string names = names_of(path);
  for (std::size_t at = 0; at < names.size();) {
    const std::string name = names.c_str() + at;
    at += name.size() + 1;
    if (!is_kept(name)) continue;
    ByteBuffer value(kMaxValue);
    const ssize_t size = getxattr(path.c_str(), name.c_str(), value.data(), value.size());
    if (size < 0) continue;
    value.resize(static_cast<std::size_t>(size));
    all.push_back({name, std::move(value)});
  }
  return all;
}

std::vector<std::string> write_attributes(int descriptor,
                                          const std::vector<FileAttribute>& attributes) {
  std::vector<std::string> lost;
  bool has_list = false;
  for (const FileAttribute& attribute : attributes) {
    has_list = has_list || attribute.name == kAccess;
    const bool set = fsetxattr(descriptor, attribute.name.c_str(), attribute.value.data(),
                               attribute.value.size(), 0) == 0;
    if (!set && is_missed(attribute.name)) lost.push_back(attribute.name);
  }
  if (!has_list && fgetxattr(descriptor, kAccess, nullptr, 0) > 0) {
    fremovexattr(descriptor, kAccess);
  }
  return lost;
}

}  // namespace colophon
