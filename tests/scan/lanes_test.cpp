// SPDX-License-Identifier: Apache-2.0
// Many files at once, and runs that are killed: the results are what one thread would have written
// in one go.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <random>

#include "io/io.hpp"
#include "io/packing.hpp"
#include "scan/scan.hpp"
#include "scan/spool.hpp"
#include "support/support.hpp"

using namespace colophon;
using colophon::testing::TemporaryFolder;

namespace {

const std::string kLabelled =
    R"({"id":"ai","text":"x","AIGC":{"Label":"1","ContentProducer":"001191110102MAD55U9H0F10002",)"
    R"("ProduceID":"1","ReservedCode1":"","ContentPropagator":"","PropagateID":"",)"
    R"("ReservedCode2":""}})"
    "\n";

void write(const std::string& path, const std::string& text, Packing packing) {
  REQUIRE(make_folders_for(path));
  MemorySink sink;
  auto packer = open_packer(packing, sink);
  REQUIRE((*packer)->write(as_bytes(text)));
  REQUIRE((*packer)->finish());
  testing::write_file(path, sink.bytes());
}
std::string text_of(const std::string& path) {
  const auto bytes = read_small_file(path, 1 << 30);
  return bytes ? to_string(*bytes) : "(no file)";
}

/// A folder of files of very different sizes.
void make_corpus(const TemporaryFolder& folder, std::size_t largest) {
  std::mt19937 random(9);
  for (int i = 0; i < 12; ++i) {
    std::string text;
    const std::size_t size = i % 5 == 0 ? largest : random() % 5000;
    while (text.size() < size) {
      text += random() % 40 == 0 ? kLabelled
                                 : fmt::format("{{\"id\":\"{}-{}\",\"text\":\"{}\"}}\n", i,
                                               text.size(), std::string(random() % 700, 'x'));
    }
    constexpr Packing kPackings[] = {Packing::Zstandard, Packing::None, Packing::Gzip};
    write(folder.file(fmt::format("in/{:02}.jsonl", i)), text, kPackings[i % 3]);
  }
  write(folder.file("in/page.html"),
        "<!doctype html><html><head><meta name=\"ai-disclosure\" content=\"ai-generated\">"
        "</head><body><p>Text</p></body></html>",
        Packing::None);
}

std::string lines_with(const std::string& inputs, std::size_t jobs) {
  scan::ScanJob job;
  job.inputs = {inputs};
  job.jobs = jobs;
  std::string lines;
  job.print = [&](std::string_view more) -> Status {
    lines += more;
    return {};
  };
  const auto report = scan::scan(job, system_env());
  REQUIRE(report);
  CHECK(report->counts.files == 13);
  return lines;
}

/// Runs the job in a process of its own and kills it after some time; false: it was done before.
bool killed_after(const scan::ScanJob& job, unsigned microseconds) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto report = scan::scan(job, system_env());
    ::_exit(report ? 0 : 1);
  }
  ::usleep(microseconds);
  ::kill(child, SIGKILL);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
  return WIFSIGNALED(status);
}

}  // namespace

TEST_CASE("any number of threads gives the same lines in the order of the files") {
  const TemporaryFolder folder;
  make_corpus(folder, 6'000'000);
  const std::string alone = lines_with(folder.file("in"), 1);
  CHECK(alone.find("\"origin\":\"generated\"") != std::string::npos);
  for (const std::size_t jobs : {2UL, 3UL, 8UL})
    CHECK(lines_with(folder.file("in"), jobs) == alone);
  std::size_t before = 0;
  for (int i = 0; i < 12; ++i) {
    const std::size_t at = alone.find(fmt::format("/{:02}.jsonl", i));
    REQUIRE(at != std::string::npos);
    CHECK(at >= before);
    before = at;
  }
}

TEST_CASE("killed at random times and run again, all outputs are what they would have been") {
  const TemporaryFolder folder;
  make_corpus(folder, 3'000'000);
  const auto job_into = [&](const std::string& name) {
    scan::ScanJob job;
    job.inputs = {folder.file("in")};
    job.jobs = 2;
    job.part_folder = folder.file(name);
    job.save_every = std::chrono::milliseconds(0);
    return job;
  };
  for (const bool sides : {false, true}) {
    CAPTURE(sides);
    const auto with_sides = [&](const std::string& name) {
      scan::ScanJob job = job_into(name);
      if (!sides) return job;
      job.attributes_folder = folder.file("attributes-of-" + name.substr(0, 1));
      job.copies_folder = folder.file("copies-of-" + name.substr(0, 1));
      job.filter.cap_share = 0.01;
      return job;
    };
    const std::string run = sides ? "sides" : "lines";
    const auto start = std::chrono::steady_clock::now();
    REQUIRE(scan::scan(with_sides("whole-" + run), system_env()));
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - start);
    // The first kills come early; later runs have less to do and more time.
    std::mt19937 random(sides ? 41 : 42);
    const scan::ScanJob killed = with_sides("killed-" + run);
    int kills = 0;
    for (unsigned tenths = 1; kills < 25; ++tenths) {
      const auto longest = static_cast<unsigned>(took.count()) / 10 * tenths + 2'000;
      if (!killed_after(killed, static_cast<unsigned>(random() % longest))) break;
      ++kills;
    }
    CHECK(kills >= 2);
    const auto report = scan::scan(killed, system_env());
    REQUIRE(report);
    CHECK(report->counts.files == 13);
    const std::string part = "/part-00000-of-00001.jsonl",
                      counts = "/part-00000-of-00001.counts.json";
    const std::string whole = text_of(folder.file("whole-" + run) + part);
    CHECK(whole.size() > 100'000);
    CHECK(text_of(folder.file("killed-" + run) + part) == whole);
    CHECK_FALSE(exists(folder.file("killed-" + run) + part + ".partial"));
    if (!sides) continue;
    for (const char* const kind : {"attributes", "copies"}) {
      const auto files = files_below(folder.file(std::string(kind) + "-of-w"));
      REQUIRE(files);
      CHECK(files->size() == 12);
      for (const std::string& file : *files) {
        const std::string name = file.substr(file.rfind('/'));
        CHECK(text_of(folder.file(std::string(kind) + "-of-k") + name) == text_of(file));
      }
    }
  }
}

TEST_CASE("lines that wait keep their order, in memory and in a file") {
  const TemporaryFolder folder;
  for (const std::size_t count : {1UL, 100UL, 40'000UL}) {
    scan::Spool spool;
    std::string wanted, seen;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string line = fmt::format("line {}\n", i);
      wanted += line;
      REQUIRE(spool.write(line, folder.path()));
    }
    const auto take = [&](std::string_view text) -> Status {
      seen += text;
      return {};
    };
    REQUIRE(spool.drain(take));
    CHECK(seen == wanted);
    REQUIRE(spool.drain(take));
    CHECK(seen == wanted);
  }
  CHECK(files_below(folder.path())->empty());
}

TEST_CASE("what stands beside a file is read with it, and no document of its own") {
  const TemporaryFolder folder;
  write(folder.file("in/n.bin"), std::string("\0\1\2", 3), Packing::None);
  write(folder.file("in/n.bin.aigc.json"), kLabelled.substr(0, kLabelled.size() - 1),
        Packing::None);
  write(folder.file("in/lost.aigc.json"), kLabelled.substr(0, kLabelled.size() - 1), Packing::None);
  scan::ScanJob job;
  job.inputs = {folder.file("in")};
  job.print = [](std::string_view) { return Status(); };
  const auto report = scan::scan(job, system_env());
  REQUIRE(report);
  CHECK(report->counts.documents == 2);
}

TEST_CASE("two inputs of one name do not write one file") {
  const TemporaryFolder folder;
  write(folder.file("a/x.jsonl"), kLabelled, Packing::None);
  write(folder.file("b/x.jsonl"), kLabelled, Packing::None);
  scan::ScanJob job;
  job.inputs = {folder.file("a/x.jsonl"), folder.file("b/x.jsonl")};
  job.attributes_folder = folder.file("out");
  job.print = [](std::string_view) { return Status(); };
  const auto refused = scan::scan(job, system_env());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::Usage);
  CHECK_FALSE(exists(folder.file("out")));
}
