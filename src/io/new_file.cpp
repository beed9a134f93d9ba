// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "io/errors.hpp"
#include "io/io.hpp"

namespace colophon {

Status write_new_file(const std::string& path, Bytes bytes, std::uint32_t mode) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor < 0 && errno == EEXIST) {
    return fail(ErrorCode::Refused, path + " exists already and is kept; name another file");
  }
  if (descriptor < 0) return io_failure("cannot create", path);
  Status done = write_all(descriptor, bytes, path);
  if (done && fsync(descriptor) != 0) done = io_failure("cannot write", path);
  if (::close(descriptor) != 0 && done) done = io_failure("cannot write", path);
  if (!done) ::unlink(path.c_str());
  return done;
}

}  // namespace colophon
