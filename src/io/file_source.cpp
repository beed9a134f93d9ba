// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "io/errors.hpp"
#include "io/io.hpp"
#include "io/unnamed.hpp"

namespace colophon {
namespace {

constexpr std::uint64_t kSmallestWindow = 4 * 1024;
constexpr std::uint64_t kLargestWindow = 256 * 1024;
constexpr useconds_t kLockPause = 10'000;
constexpr int kLockTries = 1000;  // ten seconds

}  // namespace

Result<std::unique_ptr<FileSource>> FileSource::open(const std::string& path) {
  // A pipe that nobody writes must give the error below, not wait.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
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
  return std::unique_ptr<FileSource>(new FileSource(descriptor,
                                                    static_cast<std::uint64_t>(status.st_size),
                                                    identity_of(status), std::move(name)));
}

FileSource::Identity FileSource::identity_of(const struct stat& status) {
  return {status.st_dev, status.st_ino,
          status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec};
}

Result<std::unique_ptr<FileSource>> FileSource::open_for_change(const std::string& path) {
  for (int tries = 0; tries < kLockTries; ++tries) {
    auto source = TRY(open(path));
    if (flock(source->descriptor_, LOCK_EX | LOCK_NB) == 0) {
      // Whoever held it may have replaced the file meanwhile; then the lock is on the old one.
      if (source->check_unchanged(path)) return source;
    } else if (errno != EWOULDBLOCK && errno != EINTR) {
      return source;
    }
    usleep(kLockPause);
  }
  return fail(ErrorCode::Conflict, path + " is being changed by another process; try again later");
}

Status FileSource::check_unchanged(const std::string& path) const {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) return io_failure("cannot examine", path);
  if (identity_of(status) == identity_ && static_cast<std::uint64_t>(status.st_size) == size_) {
    return {};
  }
  return fail(ErrorCode::Conflict, path + " changed while it was read; nothing was written");
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

namespace {

int unnamed_file(const std::string& folder) {
  const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  std::string pattern = folder + "/colophon-XXXXXX";
  const int named = mkostemp(pattern.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(pattern.c_str());
  return named;
}

}  // namespace

Result<std::unique_ptr<UnnamedFile>> UnnamedFile::create() {
  const char* named = std::getenv("TMPDIR");
  std::string folder = named != nullptr ? named : "/tmp";
  const int file = unnamed_file(folder);
  if (file < 0) {  // `io` also where the folder is missing: that says nothing of the file in hand
    return fail(ErrorCode::Io, fmt::format("cannot create a temporary file in {}: {}", folder,
                                           std::strerror(errno)));
  }
  return std::unique_ptr<UnnamedFile>(new UnnamedFile(file, std::move(folder)));
}

UnnamedFile::~UnnamedFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status UnnamedFile::append(Bytes bytes) {
  TRY(write_all(descriptor_, bytes, "a temporary file in " + folder_));
  size_ += bytes.size();
  return {};
}

Status UnnamedFile::write_at(std::uint64_t at, Bytes bytes) {
  TRY(write_all_at(descriptor_, at, bytes, "a temporary file in " + folder_));
  size_ = std::max(size_, at + bytes.size());
  return {};
}

Result<std::unique_ptr<FileSource>> UnnamedFile::take(std::string name) {
  const int file = descriptor_;
  descriptor_ = -1;
  return FileSource::adopt(file, std::move(name));
}

Result<std::unique_ptr<FileSource>> spool(int descriptor, std::string name) {
  const auto file = TRY(UnnamedFile::create());
  std::array<std::uint8_t, 64 * 1024> block{};
  for (;;) {
    const ssize_t n = ::read(descriptor, block.data(), block.size());
    if (n < 0 && errno == EINTR) continue;
    if (n == 0) break;
    if (n < 0) return io_failure("cannot read", name);
    TRY(file->append(Bytes(block.data(), static_cast<std::size_t>(n))));
  }
  return file->take(std::move(name));
}

}  // namespace colophon
