// SPDX-License-Identifier: Apache-2.0
// A disk that fails while a file is patched.
#include <doctest/doctest.h>
#include <unistd.h>

#include <cerrno>

#include "io/io.hpp"
#include "support/support.hpp"

using namespace colophon;

namespace {

/// The call of `fdatasync` that fails, counted from 1; 0: none.
int failing_call = 0;

}  // namespace

/// In the place of the system's, in this program.
extern "C" int fdatasync(int descriptor) {
  if (failing_call > 0 && --failing_call == 0) {
    errno = EIO;
    return -1;
  }
  return fsync(descriptor);
}

TEST_CASE("a patch that does not reach the disk is taken back") {
  const testing::TemporaryFolder folder;
  const std::string path = folder.file("a");
  for (int call = 1; call <= 2; ++call) {
    CAPTURE(call);
    testing::write_file(path, as_bytes("0123456789"));
    const auto plan =
        replace_ranges(10, {{{2, 2}, to_buffer("ab"), 1}, {{10, 0}, to_buffer("tail"), 0}});
    REQUIRE(plan);
    const auto source = FileSource::open(path);
    REQUIRE(source);
    failing_call = call;
    const Status patched = patch_in_place(path, *plan, **source);
    CHECK(failing_call == 0);
    REQUIRE_FALSE(patched);
    CHECK(patched.error().code == ErrorCode::Io);
    CHECK(to_string(testing::read_file(path)) == "0123456789");
  }
}
