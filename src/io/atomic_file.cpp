// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "io/attributes.hpp"
#include "io/errors.hpp"
#include "io/io.hpp"

namespace colophon {
namespace {

constexpr std::size_t kGather = 64 * 1024;
constexpr std::uint64_t kBlock = 1 << 20;  // measured: a third cheaper than copy_file_range on ext4
constexpr std::uint64_t kPage = 4096;

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

timespec to_timespec(std::int64_t nanoseconds) {
  return {static_cast<time_t>(nanoseconds / 1'000'000'000),
          static_cast<long>(nanoseconds % 1'000'000'000)};
}

std::array<timespec, 2> times_of(const FileTraits& traits) {
  return {to_timespec(traits.accessed_ns), to_timespec(traits.modified_ns)};
}

/// Naming a file that has none needs a way to it.
bool can_link_unnamed() {
  static const bool has_proc = access("/proc/self/fd", X_OK) == 0;
  return has_proc;
}

bool link_unnamed(int descriptor, const std::string& name) {
  // By descriptor needs a capability on older kernels; by /proc needs none.
  if (linkat(descriptor, "", AT_FDCWD, name.c_str(), AT_EMPTY_PATH) == 0) return true;
  if (errno == EEXIST) return false;
  const std::string way = "/proc/self/fd/" + std::to_string(descriptor);
  return linkat(AT_FDCWD, way.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

}  // namespace

Result<FileTraits> traits_of(const std::string& path) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) return io_failure("cannot examine", path);
  const auto ns = [](const timespec& t) { return t.tv_sec * 1'000'000'000LL + t.tv_nsec; };
  return FileTraits{status.st_mode & 07777U, status.st_uid,      status.st_gid,
                    ns(status.st_atim),      ns(status.st_mtim), status.st_nlink,
                    read_attributes(path)};
}

Status set_times(const std::string& path, const FileTraits& traits) {
  const auto times = times_of(traits);
  if (utimensat(AT_FDCWD, path.c_str(), times.data(), 0) != 0) {
    return io_failure("cannot set the times of", path);
  }
  return {};
}

Failure backup_exists(const std::string& backup) {
  return fail(ErrorCode::Refused,
              backup +
                  " exists already and is kept, whatever --force says: it may be the only copy "
                  "of the original. Name another suffix, or move it away");
}

void drop_backup(const std::string& backup) noexcept {
  ::unlink(backup.c_str());
}

Status keep_backup(const std::string& path, const std::string& backup) {
  if (::link(path.c_str(), backup.c_str()) == 0) return {};
  if (errno == EEXIST) return backup_exists(backup);
  return io_failure("cannot keep a backup as", backup);
}

Result<std::unique_ptr<AtomicFile>> AtomicFile::create(const std::string& path,
                                                       const FileTraits* like, Naming naming) {
  std::unique_ptr<AtomicFile> file(new AtomicFile(path));
  // Without a model the system decides about permissions, by umask or the folder's default.
  TRY(file->open(like != nullptr ? 0600 : 0666, naming));
  if (like != nullptr) file->like_ = *like;
  return file;
}

Status AtomicFile::open(mode_t mode, Naming naming) {
  if (naming == Naming::AtLast && can_link_unnamed()) {
    descriptor_ = ::open(folder_of(path_).c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
    if (descriptor_ >= 0) return {};
    const bool unknown = errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL;
    if (!unknown) return io_failure("cannot create a file beside", path_);
  }
  temporary_ = temporary_name(path_);
  held_.emplace(temporary_);
  descriptor_ = ::open(temporary_.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, mode);
  if (descriptor_ >= 0) return {};
  Failure failure = io_failure("cannot create a file beside", path_);
  temporary_.clear();
  held_.reset();
  return failure;
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Status AtomicFile::flush() {
  TRY(write_all(descriptor_, pending_, path_));
  written_ += pending_.size();
  pending_.clear();
  return {};
}

Status AtomicFile::write(Bytes bytes) {
  if (pending_.size() + bytes.size() > kGather) TRY(flush());
  if (bytes.size() <= kGather) {
    append(pending_, bytes);
    return {};
  }
  TRY(write_all(descriptor_, bytes, path_));
  written_ += bytes.size();
  return {};
}

Status AtomicFile::patch(std::uint64_t at, Bytes bytes) {
  TRY(flush());
  return write_all_at(descriptor_, at, bytes, path_);
}

Status AtomicFile::copy_blocks(int from, Range range) {
  if (!block_) block_ = std::make_unique_for_overwrite<std::uint8_t[]>(kBlock);
  while (range.size > 0) {
    // Whole blocks at whole blocks of the output: the page cache then works in its largest units.
    const std::uint64_t wanted = std::min(range.size, kBlock - written_ % kBlock);
    const ssize_t n = pread(from, block_.get(), wanted, static_cast<off_t>(range.offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_failure("cannot read for", path_);
    if (n == 0) return fail(ErrorCode::Io, "the file became shorter while it was copied");
    const auto got = static_cast<std::uint64_t>(n);
    TRY(write_all(descriptor_, Bytes(block_.get(), got), path_));
    written_ += got;
    range = {range.offset + got, range.size - got};
  }
  return {};
}

/// Shares the blocks of `range` with the source, where the file system can (Btrfs, XFS): no byte is
/// copied. The output stands at the same place within a page as the source.
bool AtomicFile::share_blocks(int from, Range range) {
  file_clone_range clone{};
  clone.src_fd = from;
  clone.src_offset = range.offset;
  clone.src_length = range.size;
  clone.dest_offset = written_;
  if (ioctl(descriptor_, FICLONERANGE, &clone) != 0) return false;
  written_ += range.size;
  return lseek(descriptor_, static_cast<off_t>(written_), SEEK_SET) >= 0;
}

Result<bool> AtomicFile::copy(Source& source, Range range) {
  // For little ranges the ordinary way through the source's window costs less.
  if (source.descriptor() < 0 || range.size < kBlock) return false;
  TRY(flush());
  const int from = source.descriptor();
  if ((range.offset - written_) % kPage == 0) {
    const std::uint64_t head = (kPage - range.offset % kPage) % kPage;
    const std::uint64_t body = (range.size - head) / kPage * kPage;
    TRY(copy_blocks(from, {range.offset, head}));
    range = {range.offset + head, range.size - head};
    if (share_blocks(from, {range.offset, body})) {
      range = {range.offset + body, range.size - body};
    }
  }
  TRY(copy_blocks(from, range));
  return true;
}

Result<std::unique_ptr<FileSource>> AtomicFile::reopen() {
  TRY(flush());
  const int second = fcntl(descriptor_, F_DUPFD_CLOEXEC, 0);
  if (second < 0) return io_failure("cannot read back", path_);
  return FileSource::adopt(second, path_);
}

Status AtomicFile::give_traits(bool keep_times) {
  if (like_->owner != geteuid() || like_->group != getegid()) {
    // Only root may give a file away; for everybody else the file is already their own.
    if (fchown(descriptor_, like_->owner, like_->group) != 0) errno = 0;
  }
  if (fchmod(descriptor_, like_->mode) != 0) {
    return io_failure("cannot set the permissions of", path_);
  }
  // After the mode, whose group bits are the mask of an access control list.
  lost_ = write_attributes(descriptor_, like_->attributes);
  const auto times = times_of(*like_);
  if (keep_times && futimens(descriptor_, times.data()) != 0) {
    return io_failure("cannot set the times of", path_);
  }
  return {};
}

Status AtomicFile::take_name() {
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; ++i) {
    std::string name = temporary_name(path_);
    held_.emplace(name);
    if (link_unnamed(descriptor_, name)) {
      temporary_ = std::move(name);
      return {};
    }
    if (errno != EEXIST) break;
  }
  return io_failure("cannot create a file beside", path_);
}

Status AtomicFile::commit(bool keep_times) {
  TRY(flush());
  if (like_) TRY(give_traits(keep_times));
  if (fsync(descriptor_) != 0) return io_failure("cannot write", path_);
  // A link cannot replace a file, a rename can; so the file has a temporary name for a moment.
  if (temporary_.empty()) TRY(take_name());
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    return io_failure("cannot put the result in place of", path_);
  }
  // The folder is not synced: after a crash the name shows the old file or the new one, whole.
  temporary_.clear();
  held_.reset();
  return {};
}

}  // namespace colophon
