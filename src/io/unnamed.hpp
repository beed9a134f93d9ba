// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "io/io.hpp"

namespace colophon {

/// A file without a name in the folder for temporary files, which goes when it is closed.
class UnnamedFile {
 public:
  [[nodiscard]] static Result<std::unique_ptr<UnnamedFile>> create();
  ~UnnamedFile();
  UnnamedFile(const UnnamedFile&) = delete;
  UnnamedFile& operator=(const UnnamedFile&) = delete;
  [[nodiscard]] Status append(Bytes bytes);
  /// Somewhere in the file or behind it.
  [[nodiscard]] Status write_at(std::uint64_t at, Bytes bytes);
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  /// What was written, for reading, with a name for messages. Nothing can be written after it.
  [[nodiscard]] Result<std::unique_ptr<FileSource>> take(std::string name);

 private:
  UnnamedFile(int descriptor, std::string folder)
      : descriptor_(descriptor), folder_(std::move(folder)) {}
  int descriptor_;
  std::string folder_;  // for messages
  std::uint64_t size_ = 0;
};

}  // namespace colophon
