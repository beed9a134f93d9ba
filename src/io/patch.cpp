// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "io/errors.hpp"
#include "io/io.hpp"

namespace colophon {
namespace {

/// Closes on every way out.
struct Descriptor {
  int value;
  explicit Descriptor(int opened) noexcept : value(opened) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

using PutsByPhase = std::map<std::uint8_t, std::vector<std::pair<std::uint64_t, const Put*>>>;

PutsByPhase puts_by_phase(const Splice& splice) {
  PutsByPhase phases;
  std::uint64_t at = 0;
  for (const Piece& piece : splice.pieces) {
    if (const auto* put = std::get_if<Put>(&piece)) {
      phases[put->phase].emplace_back(at, put);
      at += put->bytes.size();
    } else {
      at += std::get<Range>(piece).size;
    }
  }
  return phases;
}

/// Writes into an open file and can take it back, as long as the process lives.
class Patch {
 public:
  Patch(int descriptor, const std::string& path, std::uint64_t size)
      : descriptor_(descriptor), path_(path), size_(size) {}

  Status put(std::uint64_t at, Bytes bytes) {
    old_.emplace_back(at, TRY(old_bytes(at, bytes.size())));
    return write_all_at(descriptor_, at, bytes, path_);
  }
  /// For a full disk: the old bytes have their blocks, so writing them again needs no room.
  void undo() {
    while (!old_.empty()) {
      const auto& [at, bytes] = old_.back();
      (void)write_all_at(descriptor_, at, bytes, path_);
      old_.pop_back();
    }
    (void)!ftruncate(descriptor_, static_cast<off_t>(size_));
    fdatasync(descriptor_);
  }

 private:
  Result<ByteBuffer> old_bytes(std::uint64_t at, std::uint64_t size) const {
    if (at >= size_) return ByteBuffer{};
    ByteBuffer bytes(std::min(size, size_ - at));
    for (std::size_t got = 0; got < bytes.size();) {
      const ssize_t n =
          pread(descriptor_, bytes.data() + got, bytes.size() - got, static_cast<off_t>(at + got));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return io_failure("cannot read", path_);
      got += static_cast<std::size_t>(n);
    }
    return bytes;
  }

  int descriptor_;
  const std::string& path_;
  std::uint64_t size_;
  std::vector<std::pair<std::uint64_t, ByteBuffer>> old_;
};

}  // namespace

Status patch_in_place(const std::string& path, const Splice& splice, const FileSource& source) {
  const Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (file.value < 0) return io_failure("cannot open for writing", path);
  TRY(source.check_unchanged(path));
  const std::uint64_t expected_size = source.size();
  if (!splice.fits_in_place(expected_size)) {
    return fail(ErrorCode::Unsupported, "the plan moves bytes of " + path);
  }
  Patch patch(file.value, path, expected_size);
  for (const auto& [phase, puts] : puts_by_phase(splice)) {
    for (const auto& [at, put] : puts) {
      if (const Status written = patch.put(at, put->bytes); !written) {
        patch.undo();
        return written;
      }
    }
    if (fdatasync(file.value) != 0) {
      const Failure failed = io_failure("cannot write", path);
      patch.undo();
      return failed;
    }
  }
  return {};
}

Status StreamSink::write(Bytes bytes) {
  return write_all(descriptor_, bytes, "standard output");
}

Status StreamSink::patch(std::uint64_t, Bytes) {
  return fail(ErrorCode::Unsupported, "a stream cannot be patched; write to a file");
}

}  // namespace colophon
