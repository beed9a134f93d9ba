// SPDX-License-Identifier: Apache-2.0
#include "io/io.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "io/unnamed.hpp"
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
  auto source = FileSource::open(path);
  REQUIRE(source);
  REQUIRE(patch_in_place(path, *plan, **source));
  CHECK(to_string(testing::read_file(path)) == "01ab456789tail");
  // Now the file is no longer the one that the plan was made for.
  CHECK(patch_in_place(path, *plan, **source).error().code == ErrorCode::Conflict);
  testing::write_file(folder.file("b"), as_bytes("0123456789"));
  auto other = FileSource::open(path);
  rename(folder.file("b").c_str(), path.c_str());
  CHECK(patch_in_place(path, *plan, **other).error().code == ErrorCode::Conflict);
  CHECK(to_string(testing::read_file(path)) == "0123456789");
}

TEST_CASE("extended attributes and the access list go with the content") {
  const TemporaryFolder folder;
  const std::string path = folder.file("a");
  testing::write_file(path, as_bytes("old"));
  const std::string long_value(3000, 'v');
  if (setxattr(path.c_str(), "user.note", "kept", 4, 0) != 0) {
    MESSAGE("skipped: no extended attributes here");
    return;
  }
  setxattr(path.c_str(), "user.long", long_value.data(), long_value.size(), 0);
  setxattr(path.c_str(), "user.empty", "", 0, 0);
  // acl(5) as the kernel stores it: user 12345 may read, the group may not.
  const auto entry = [](std::uint16_t tag, std::uint16_t may, std::uint32_t id) {
    std::array<char, 8> bytes{};
    std::memcpy(bytes.data(), &tag, 2);
    std::memcpy(bytes.data() + 2, &may, 2);
    std::memcpy(bytes.data() + 4, &id, 4);
    return std::string(bytes.data(), bytes.size());
  };
  const std::string list = std::string("\2\0\0\0", 4) + entry(1, 6, ~0U) + entry(2, 4, 12345) +
                           entry(4, 0, ~0U) + entry(16, 4, ~0U) + entry(32, 0, ~0U);
  const char* access = "system.posix_acl_access";
  const bool has_lists = setxattr(path.c_str(), access, list.data(), list.size(), 0) == 0;
  // What the folder gives to new files must not come on top.
  if (has_lists) {
    setxattr(folder.path().c_str(), "system.posix_acl_default", list.data(), list.size(), 0);
  }
  const auto replace = [&](const std::string& target) {
    const auto traits = traits_of(target);
    auto file = AtomicFile::create(target, &*traits);
    REQUIRE(file);
    REQUIRE((*file)->write(as_bytes("new")));
    REQUIRE((*file)->commit(false));
    CHECK((*file)->lost_attributes().empty());
    CHECK(traits_of(target)->mode == traits->mode);
  };
  replace(path);
  std::string value(4000, 0);
  CHECK(getxattr(path.c_str(), "user.note", value.data(), value.size()) == 4);
  CHECK(getxattr(path.c_str(), "user.long", value.data(), value.size()) == 3000);
  CHECK(getxattr(path.c_str(), "user.empty", value.data(), value.size()) == 0);
  if (!has_lists) return;
  const auto size = getxattr(path.c_str(), access, value.data(), value.size());
  CHECK(value.substr(0, static_cast<std::size_t>(std::max<ssize_t>(size, 0))) == list);
  const std::string plain = folder.file("b");
  testing::write_file(plain, as_bytes("old"));
  removexattr(plain.c_str(), access);
  chmod(plain.c_str(), 0640);
  replace(plain);
  CHECK(getxattr(plain.c_str(), access, value.data(), value.size()) < 0);
}

TEST_CASE("without unnamed files a signal handler takes the temporary one away") {
  const TemporaryFolder folder;
  testing::write_file(folder.file("a"), as_bytes("old"));
  auto file = AtomicFile::create(folder.file("a"), nullptr, AtomicFile::Naming::AtOnce);
  REQUIRE(file);
  REQUIRE((*file)->write(as_bytes("new")));
  CHECK(entries(folder.path()) == 2);
  remove_temporaries();
  CHECK(entries(folder.path()) == 1);
  file->reset();
  // And the ordinary ends of such a file.
  auto second = AtomicFile::create(folder.file("a"), nullptr, AtomicFile::Naming::AtOnce);
  REQUIRE((*second)->write(as_bytes("new")));
  REQUIRE((*second)->commit(false));
  remove_temporaries();
  CHECK(to_string(testing::read_file(folder.file("a"))) == "new");
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("a pipe, a folder and a device are no targets") {
  const TemporaryFolder folder;
  REQUIRE(mkfifo(folder.file("pipe").c_str(), 0600) == 0);
  CHECK(FileSource::open(folder.file("pipe")).error().code == ErrorCode::Io);
  CHECK(check_target(folder.file("pipe")).error().code == ErrorCode::Usage);
  CHECK(check_target(folder.path()).error().code == ErrorCode::Usage);
  CHECK(check_target("/dev/null").error().code == ErrorCode::Usage);
  CHECK(check_target(folder.file("new")));
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

TEST_CASE(
    "a missing folder for temporary files is a fault of the machine, not of the file in hand") {
  const char* named = std::getenv("TMPDIR");
  const std::string before = named != nullptr ? named : "";
  setenv("TMPDIR", "/nonexistent", 1);
  const auto file = UnnamedFile::create();
  if (named != nullptr) {
    setenv("TMPDIR", before.c_str(), 1);
  } else {
    unsetenv("TMPDIR");
  }
  REQUIRE_FALSE(file);
  CHECK(file.error().code == ErrorCode::Io);
}
