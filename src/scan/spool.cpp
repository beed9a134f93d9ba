// SPDX-License-Identifier: Apache-2.0
#include "scan/spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <vector>

#include "io/errors.hpp"
#include "io/io.hpp"

namespace colophon::scan {
namespace {

constexpr std::size_t kInMemory = 256 << 10;
constexpr const char* kName = "lines that wait for their turn";

}  // namespace

Spool::~Spool() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status Spool::open(const std::string& folder) {
  const char* const temporary = std::getenv("TMPDIR");
  const std::string where = !folder.empty()                                ? folder
                            : temporary != nullptr && temporary[0] != '\0' ? temporary
                                                                           : "/tmp";
  descriptor_ = ::open(where.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor_ >= 0) return {};
  std::string name = where + "/.colophon-scan-XXXXXX";  // not every file system knows O_TMPFILE
  descriptor_ = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor_ < 0) return io_failure("cannot write", where);
  ::unlink(name.c_str());
  return {};
}

Status Spool::write(std::string_view text, const std::string& folder) {
  memory_ += text;
  if (memory_.size() < kInMemory) return {};
  if (descriptor_ < 0) TRY(open(folder));
  TRY(write_all(descriptor_, as_bytes(memory_), kName));
  memory_.clear();
  return {};
}

Status Spool::drain(const std::function<Status(std::string_view)>& take) {
  if (descriptor_ >= 0) {
    if (::lseek(descriptor_, 0, SEEK_SET) != 0) return io_failure("cannot read", kName);
    std::vector<char> block(1 << 20);
    while (true) {
      const ssize_t n = ::read(descriptor_, block.data(), block.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return io_failure("cannot read", kName);
      if (n == 0) break;
      TRY(take({block.data(), static_cast<std::size_t>(n)}));
    }
    ::close(descriptor_);
    descriptor_ = -1;
  }
  TRY(take(memory_));
  memory_ = {};
  return {};
}

}  // namespace colophon::scan
