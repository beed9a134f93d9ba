// SPDX-License-Identifier: Apache-2.0
// The names of temporary files that exist at this moment, where a signal handler can read them.
#pragma once

#include <string>

namespace colophon {

/// ".NAME.colophon-XXXXXX" beside `path`, with random characters: whoever finds one knows whose it
/// was.
[[nodiscard]] std::string temporary_name(const std::string& path);

/// Holds a name in the table while it lives. A name that does not fit is not held: then only a
/// signal in this very moment leaves the file behind.
class HeldName {
 public:
  explicit HeldName(const std::string& path) noexcept;
  ~HeldName();
  HeldName(const HeldName&) = delete;
  HeldName& operator=(const HeldName&) = delete;

 private:
  int slot_ = -1;
};

}  // namespace colophon
