// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
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
    } else if (const auto* range = std::get_if<Range>(&piece)) {
      at += range->size;
    } else {
      at += std::get<Hole>(piece).size;
    }
  }
  return phases;
}

}  // namespace

Status patch_in_place(const std::string& path, const Splice& splice, std::uint64_t expected_size) {
  const Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (file.value < 0) return io_failure("cannot open for writing", path);
  struct stat status{};
  if (fstat(file.value, &status) != 0) return io_failure("cannot examine", path);
  if (static_cast<std::uint64_t>(status.st_size) != expected_size ||
      !splice.fits_in_place(expected_size)) {
    return fail(ErrorCode::Conflict, path + " changed while it was read; nothing was written");
  }
  for (const auto& [phase, puts] : puts_by_phase(splice)) {
    for (const auto& [at, put] : puts) {
      const Status written = write_all_at(file.value, at, put->bytes, path);
      if (written) continue;
      // A full disk while appending: cut the file back, so that nothing of the attempt stays.
      if (phase == 0 && at >= expected_size) {
        (void)!ftruncate(file.value, static_cast<off_t>(expected_size));
      }
      return written;
    }
    if (fdatasync(file.value) != 0) return io_failure("cannot write", path);
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
