// SPDX-License-Identifier: Apache-2.0
#include "io/io.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "support/support.hpp"

using namespace colophon;
using colophon::testing::TemporaryFolder;

namespace {

ByteBuffer pattern(std::size_t size) {
  ByteBuffer bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 + i / 251);
  return bytes;
}

std::size_t entries(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

}  // namespace

TEST_CASE("views of a file equal views of memory, near and far") {
  const TemporaryFolder folder;
  const ByteBuffer bytes = pattern(1 << 20);
  testing::write_file(folder.file("a"), bytes);
  auto source = FileSource::open(folder.file("a"));
  REQUIRE(source);
  testing::Random random(7);
  for (int i = 0; i < 2000; ++i) {
    const Range range{random.below(bytes.size()), random.below(70'000)};
    const auto view = (*source)->view(range);
    CHECK(view.has_value() == (range.end() <= bytes.size()));
    if (view) CHECK(to_buffer(*view) == to_buffer(slice(bytes, range.offset, range.size)));
  }
  CHECK((*source)->view({UINT64_MAX - 4, 8}).error().code == ErrorCode::Truncated);
}

TEST_CASE("a missing file and a folder give clear errors") {
  CHECK(FileSource::open("/nonexistent/x").error().code == ErrorCode::NotFound);
  CHECK(FileSource::open("/").error().code == ErrorCode::Io);
}

TEST_CASE("an atomic file appears whole with the old file's permissions and times") {
  const TemporaryFolder folder;
  const std::string path = folder.file("a");
  testing::write_file(path, as_bytes("old"));
  chmod(path.c_str(), 0640);
  const auto before = traits_of(path);
  REQUIRE(before);
  auto source = FileSource::open(path);
  REQUIRE(source);
  auto file = AtomicFile::create(path, &*before);
  REQUIRE(file);
  auto plan = replace_ranges(3, {{{3, 0}, to_buffer("er")}});
  REQUIRE(execute(**source, *plan, **file));
  CHECK(to_string(testing::read_file(path)) == "old");
  REQUIRE((*file)->commit(true));
  CHECK(to_string(testing::read_file(path)) == "older");
  const auto after = traits_of(path);
  CHECK(after->mode == 0640);
  CHECK(after->modified_ns == before->modified_ns);
}

TEST_CASE("an atomic file that is dropped leaves no trace") {
  const TemporaryFolder folder;
  testing::write_file(folder.file("a"), as_bytes("old"));
  {
    auto file = AtomicFile::create(folder.file("a"), nullptr);
    REQUIRE(file);
    REQUIRE((*file)->write(as_bytes("new")));
  }
  CHECK(to_string(testing::read_file(folder.file("a"))) == "old");
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("a full disk leaves the original whole") {
  // A file size limit stands in for the full disk: the write fails half way with an error code.
  const TemporaryFolder folder;
  const ByteBuffer bytes = pattern(300'000);
  testing::write_file(folder.file("a"), bytes);
  struct rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit small{200'000, old.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  auto source = FileSource::open(folder.file("a"));
  auto file = AtomicFile::create(folder.file("a"), nullptr);
  REQUIRE(source);
  REQUIRE(file);
  Status status = execute(**source, identity(bytes.size()), **file);
  if (status) status = (*file)->commit(false);
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, old_handler);
  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::Io);
  file->reset();
  CHECK(testing::read_file(folder.file("a")) == bytes);
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("a patch in place writes its puts and nothing else, and refuses a changed file") {
  const TemporaryFolder folder;
  const std::string path = folder.file("a");
  testing::write_file(path, as_bytes("0123456789"));
  auto plan = replace_ranges(10, {{{2, 2}, to_buffer("ab"), 1}, {{10, 0}, to_buffer("tail"), 0}});
  REQUIRE(plan);
  REQUIRE(plan->fits_in_place(10));
  CHECK(patch_in_place(path, *plan, 11).error().code == ErrorCode::Conflict);
  REQUIRE(patch_in_place(path, *plan, 10));
  CHECK(to_string(testing::read_file(path)) == "01ab456789tail");
}

TEST_CASE("a large kept range is copied exactly") {
  const TemporaryFolder folder;
  const ByteBuffer bytes = pattern(3'000'000);
  testing::write_file(folder.file("a"), bytes);
  auto source = FileSource::open(folder.file("a"));
  auto file = AtomicFile::create(folder.file("b"), nullptr);
  REQUIRE(source);
  REQUIRE(file);
  auto plan = replace_ranges(bytes.size(), {{{1000, 0}, to_buffer("inserted")}});
  REQUIRE(execute(**source, *plan, **file));
  REQUIRE((*file)->commit(false));
  CHECK(testing::read_file(folder.file("b")) == testing::apply(bytes, *plan));
}

TEST_CASE("standard input is spooled") {
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  REQUIRE(write(ends[1], "hello", 5) == 5);
  close(ends[1]);
  auto source = spool(ends[0], "-");
  close(ends[0]);
  REQUIRE(source);
  CHECK((*source)->size() == 5);
  CHECK(to_string(*(*source)->view({0, 5})) == "hello");
}
