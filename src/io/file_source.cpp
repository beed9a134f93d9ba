// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "io/errors.hpp"
#include "io/io.hpp"

namespace colophon {
namespace {

constexpr std::uint64_t kSmallestWindow = 4 * 1024;
constexpr std::uint64_t kLargestWindow = 256 * 1024;

}  // namespace

Result<std::unique_ptr<FileSource>> FileSource::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return io_failure("cannot open", path);
  return adopt(descriptor, path);
}

Result<std::unique_ptr<FileSource>> FileSource::adopt(int descriptor, std::string name) {
  struct stat status{};
  if (fstat(descriptor, &status) != 0) {
    Failure failure = io_failure("cannot examine", name);
    ::close(descriptor);
    return failure;
  }
  if (!S_ISREG(status.st_mode)) {
    ::close(descriptor);
    return fail(ErrorCode::Io, S_ISDIR(status.st_mode)
                                   ? name + " is a folder; give -r to go into folders"
                                   : name + " is not a regular file; pipe it in and give -");
  }
  return std::unique_ptr<FileSource>(
      new FileSource(descriptor, static_cast<std::uint64_t>(status.st_size), std::move(name)));
}

FileSource::~FileSource() {
  ::close(descriptor_);
}

Status FileSource::fill(Range range) {
  // Reading on from the window's end is a scan: read ahead more each time. A jump starts small.
  const bool onward = range.offset >= held_.offset && range.offset <= held_.end();
  if (held_.size > 0) {
    next_window_ = onward ? std::min(next_window_ * 2, kLargestWindow) : kSmallestWindow;
  }
  const std::uint64_t wanted = std::min(std::max(range.size, next_window_), size_ - range.offset);
  if (wanted > capacity_) {
    window_ = std::make_unique_for_overwrite<std::uint8_t[]>(wanted);
    capacity_ = wanted;
  }
  held_ = {};
  for (std::uint64_t got = 0; got < wanted;) {
    const ssize_t n = pread(descriptor_, window_.get() + got, wanted - got,
                            static_cast<off_t>(range.offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_failure("cannot read", name_);
    if (n == 0) return fail(ErrorCode::Io, name_ + " became shorter while it was read");
    got += static_cast<std::uint64_t>(n);
  }
  held_ = {range.offset, wanted};
  return {};
}

Result<Bytes> FileSource::view(Range range) {
  if (range.offset > size_ || size_ - range.offset < range.size) return truncated(range, size_);
  if (range.size == 0) return Bytes{};
  if (range.offset < held_.offset || range.end() > held_.end()) TRY(fill(range));
  return Bytes(window_.get() + (range.offset - held_.offset), range.size);
}

Result<std::unique_ptr<FileSource>> spool(int descriptor, std::string name) {
  const char* folder = std::getenv("TMPDIR");
  std::string pattern = std::string(folder != nullptr ? folder : "/tmp") + "/colophon-XXXXXX";
  const int file = mkostemp(pattern.data(), O_CLOEXEC);
  if (file < 0) return io_failure("cannot create a temporary file", pattern);
  ::unlink(pattern.c_str());
  std::array<std::uint8_t, 64 * 1024> block{};
  for (;;) {
    const ssize_t n = ::read(descriptor, block.data(), block.size());
    if (n < 0 && errno == EINTR) continue;
    if (n == 0) break;
    const Status written =
        n < 0 ? Status(io_failure("cannot read", name))
              : write_all(file, Bytes(block.data(), static_cast<std::size_t>(n)), name);
    if (!written) {
      ::close(file);
      return Failure(written.error());
    }
  }
  return FileSource::adopt(file, std::move(name));
}

}  // namespace colophon
