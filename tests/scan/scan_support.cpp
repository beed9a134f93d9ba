// SPDX-License-Identifier: Apache-2.0
#include "scan_support.hpp"

#include <fmt/format.h>

namespace colophon::testing {

std::string tar_member(const std::string& name, const std::string& body, char type) {
  std::string head(512, '\0');
  const auto put = [&](std::size_t at, const std::string& text) {
    head.replace(at, text.size(), text);
  };
  put(0, name.substr(0, 99));
  put(100, "0000644");
  put(124, fmt::format("{:011o}", body.size()));
  put(148, "        ");
  head[156] = type;
  put(257, "ustar");
  put(263, "00");
  unsigned sum = 0;
  for (const char c : head) sum += static_cast<unsigned char>(c);
  put(148, fmt::format("{:06o}", sum) + '\0' + ' ');
  return head + body + std::string((512 - body.size() % 512) % 512, '\0');
}

}  // namespace colophon::testing
