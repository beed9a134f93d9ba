// SPDX-License-Identifier: Apache-2.0
// The command as it is ended from outside, and two of it at once.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support/interrupt.hpp"
#include "support/support.hpp"

using namespace colophon;
using colophon::testing::TemporaryFolder;

namespace {

const std::string kCommand = std::getenv("COLOPHON_COMMAND");

std::string label_command(const std::string& file, const std::string& id) {
  return kCommand + " label " + file + " -q --in-place --producer x --produce-id " + id;
}

void become_command(const std::string& file) {
  execl(kCommand.c_str(), kCommand.c_str(), "label", file.c_str(), "-q", "--in-place", "--producer",
        "x", "--jobs", "1", static_cast<char*>(nullptr));
}

/// The first specimen of a format, which has no label.
ByteBuffer plain(const std::string& format) {
  for (const auto& specimen : testing::specimens()) {
    if (specimen.format == format) return specimen.bytes;
  }
  return {};
}

auto entries(const std::string& folder) {
  return std::distance(std::filesystem::directory_iterator(folder), {});
}

}  // namespace

TEST_CASE("SIGTERM, SIGHUP and SIGINT leave no temporary file at any moment") {
  for (const int signal : {SIGTERM, SIGHUP, SIGINT}) {
    for (unsigned n = 0;; ++n) {
      CAPTURE(signal);
      CAPTURE(n);
      const TemporaryFolder folder;
      const std::string path = folder.file("x.png");
      testing::write_file(path, plain("png"));
      const auto stopped = testing::interrupt_at(n, signal, [&] { become_command(path); });
      if (!stopped.possible) {
        MESSAGE("skipped: processes cannot be traced here");
        return;
      }
      CHECK(entries(folder.path()) == 1);
      CHECK(testing::run(kCommand + " verify -q " + path).code <= 1);
      if (!stopped.reached) break;
      CHECK(WIFSIGNALED(stopped.status));
      CHECK(WTERMSIG(stopped.status) == signal);
    }
  }
}

TEST_CASE("a copy of a large file that is ended half way leaves nothing") {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.png");
  ByteBuffer bytes = plain("png");
  testing::write_file(path, bytes);
  // A sparse tail behind the picture's end: one GiB to copy.
  std::filesystem::resize_file(path, 1ULL << 30);
  for (const char* signal : {"TERM", "KILL"}) {
    const auto ran = testing::run("timeout -s " + std::string(signal) + " 0.05 " +
                                  label_command(path, "1") + " 2>&1");
    CHECK_MESSAGE(entries(folder.path()) == 1, ran.output);
  }
}

TEST_CASE("two commands on one file work one after the other") {
  for (const char* format : {"png", "wav", "mp4"}) {
    for (int round = 0; round < 4; ++round) {
      CAPTURE(format);
      const TemporaryFolder folder;
      const std::string path = folder.file(std::string("x.") + format);
      testing::write_file(path, plain(format));
      const auto ran =
          testing::run("(" + label_command(path, "one") + " 2>/dev/null; echo one $?) & (" +
                       label_command(path, "two") + " 2>/dev/null; echo two $?) & wait");
      const bool one = ran.output.find("one 0") != std::string::npos;
      const bool two = ran.output.find("two 0") != std::string::npos;
      CHECK_MESSAGE(one != two, ran.output);
      const auto seen = testing::run(kCommand + " verify --json " + path);
      CHECK(seen.output.find(std::string("\"produce_id\":\"") + (one ? "one" : "two")) !=
            std::string::npos);
      CHECK(entries(folder.path()) == 1);
    }
  }
}

TEST_CASE("a log that cannot be written stops nothing") {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.png"), lines = folder.file("x.jsonl");
  testing::write_file(path, plain("png"));
  testing::write_file(lines, as_bytes("{\"text\":\"x\"}\nno record\n{\"text\":\"y\"}\n"));
  for (const char* log : {" 2>/dev/full", " 2>&-"}) {
    CAPTURE(log);
    const auto verified = testing::run(kCommand + " verify --jobs 1 " + path + "0 " + path + log);
    CHECK(verified.code == 3);
    CHECK(verified.output.find("No label") != std::string::npos);
    const auto scanned = testing::run(kCommand + " scan " + lines + log);
    CHECK(scanned.code == 3);
    CHECK(std::ranges::count(scanned.output, '\n') == 3);
  }
  // A closed stream's number goes to the next file that is opened: here to the results.
  const std::string out = folder.file("out");
  CHECK(testing::run(kCommand + " scan " + lines + " --out-dir " + out + " 2>&-").code == 3);
  const auto results = testing::run("cat " + out + "/part-*.jsonl").output;
  CHECK(results.find("colophon:") == std::string::npos);
  CHECK(std::ranges::count(results, '\n') == 3);
}
