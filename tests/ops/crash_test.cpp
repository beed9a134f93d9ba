// SPDX-License-Identifier: Apache-2.0
// Processes that are killed at every system call of a write, disks that fill up: what stands on the
// disk afterwards is the old file or the new one, and can be read.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "io/io.hpp"
#include "ops/manifest_job.hpp"
#include "ops/ops.hpp"
#include "support/interrupt.hpp"
#include "support/support.hpp"

using namespace colophon;
using colophon::testing::Specimen;

namespace {

constexpr const char* kProducer = "001191110102MAD55U9H0F10002";
const Destination kInPlace{Destination::Kind::InPlace, "", "", false};

LabelJob job(bool signs = false) {
  LabelJob job;
  if (signs) job.manifest = testing::manifest_job();
  job.wanted.origin = Origin::Generated;
  job.wanted.producer = kProducer;
  job.wanted.produce_id = "id-1";
  job.standards = {"gb45438"};
  return job;
}

std::string name_of(const Specimen& specimen) {
  return "x." + std::string(find_format(specimen.format)->extensions.front());
}

/// Labels a copy; the way it was done, empty when it was refused.
std::string way_of(const Specimen& specimen, const std::string& path, bool signs = false) {
  testing::write_file(path, specimen.bytes);
  const auto report = label_file(path, kInPlace, job(signs), system_env());
  return report ? report->written->mode : "";
}

/// The file can be read to its end, and a label in it is whole.
void check_readable(const std::string& path) {
  const Report report = verify_file(path, system_env(), {});
  CHECK_MESSAGE(!report.error, (report.error ? report.error->message : ""));
  for (const Evidence& evidence : report.evidence) {
    CHECK(evidence.integrity != Integrity::Damaged);
    if (evidence.standard == StandardId::Gb45438 && evidence.says) {
      CHECK(evidence.says->producer == kProducer);
    }
  }
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

bool says_nothing(const Specimen& specimen) {
  MemorySource source(specimen.bytes);
  return verify(source, system_env(), {}).evidence.empty();
}

/// Writes fail from `size` on, as on a full disk, while it lives.
class FullDisk {
 public:
  explicit FullDisk(rlim_t size) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &old_);
    const struct rlimit small{size, old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  struct rlimit old_{};
  void (*handler_)(int);
};

}  // namespace

TEST_CASE("killed at any write in place, a file stays readable") {
  const testing::TemporaryFolder folder;
  std::vector<std::string> tried;
  for (const Specimen& specimen : testing::specimens()) {
    if (!find_format(specimen.format)->can.in_place || !says_nothing(specimen)) continue;
    const std::string path = folder.file(name_of(specimen));
    if (way_of(specimen, path) != "in-place") continue;
    CAPTURE(specimen.format);
    CAPTURE(specimen.what);
    for (unsigned n = 0;; ++n) {
      CAPTURE(n);
      testing::write_file(path, specimen.bytes);
      const auto stopped = testing::interrupt_at(
          n, SIGKILL, [&] { (void)label_file(path, kInPlace, job(), system_env()); });
      if (!stopped.possible) {
        MESSAGE("skipped: processes cannot be traced here");
        return;
      }
      check_readable(path);
      if (!stopped.reached) break;
    }
    tried.push_back(specimen.format);
  }
  for (const char* format : {"mp4", "mkv", "wav", "pdf"}) {
    CHECK_MESSAGE(std::find(tried.begin(), tried.end(), format) != tried.end(), format);
  }
}

TEST_CASE("killed at any moment of a rewrite, the old file or the new one stands there") {
  for (const Specimen& specimen : testing::specimens()) {
    if (specimen.format != "png" || specimen.what != "plain") continue;
    for (unsigned n = 0;; ++n) {
      CAPTURE(n);
      const testing::TemporaryFolder folder;
      const std::string path = folder.file("x.png");
      testing::write_file(path, specimen.bytes);
      const auto stopped = testing::interrupt_at(
          n, SIGKILL, [&] { (void)label_file(path, kInPlace, job(), system_env()); });
      if (!stopped.possible) return;
      check_readable(path);
      const auto names = names_in(folder.path());
      CHECK(names.size() <= 2);
      for (const std::string& name : names) {
        CHECK((name == "x.png" || name.starts_with(".x.png.colophon-")));
      }
      if (stopped.reached) continue;
      CHECK(n >= 4);  // write, sync, link, rename
      CHECK(names.size() == 1);
      break;
    }
  }
}

namespace {

void label_on_full_disk(const Specimen& specimen, bool signs) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.file(name_of(specimen));
  const std::string way = way_of(specimen, path, signs);
  const bool grows = testing::read_file(path).size() > specimen.bytes.size();
  if (way.empty() || way == "sidecar" || !grows) return;
  CAPTURE(specimen.format);
  CAPTURE(specimen.what);
  CAPTURE(signs);
  std::filesystem::remove(path + ".aigc.json");
  testing::write_file(path, specimen.bytes);
  {
    const FullDisk full(specimen.bytes.size() + 10);
    const auto report = label_file(path, kInPlace, job(signs), system_env());
    CHECK_FALSE(report);
    if (!report) CHECK(report.error().code == ErrorCode::Io);
  }
  CHECK(testing::read_file(path) == specimen.bytes);
  CHECK(names_in(folder.path()).size() == 1);
}

}  // namespace

TEST_CASE("a full disk leaves every original whole, and nothing beside it") {
  for (const Specimen& specimen : testing::specimens()) {
    if (!says_nothing(specimen) || specimen.bytes.size() < 40) continue;
    if (find_format(specimen.format)->can.write.empty()) continue;
    for (const bool signs : {false, true}) label_on_full_disk(specimen, signs);
  }
}
