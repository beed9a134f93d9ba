// SPDX-License-Identifier: Apache-2.0
// Labels on disk and beside files.
#include "label_support.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>

#include "io/io.hpp"
#include "ops/reading.hpp"

using namespace colophon;
using namespace colophon::testing;

TEST_CASE("plain text above the limit gets its sidecar, and what was not read is told") {
  Env env = test_env();
  env.limits.max_text = 4096;
  const std::string text(10'000, 'x');
  MemorySource source(as_bytes(text));
  MemorySink sink;
  LabelJob job = job_for();
  job.file_name = "x.txt";
  const auto report = label(source, sink, job, env);
  REQUIRE_MESSAGE(report, (report ? "" : report.error().message));
  CHECK(report->written->mode == "sidecar");
  VerifyOptions options;
  options.file_name = "x.txt";
  const Report verified = verify(source, env, options);
  CHECK_FALSE(verified.error);
  CHECK(verified.verdict.sentence.en.find("only the first 4096 bytes") != std::string::npos);
  CHECK(verified.findings.at(0).severity == Severity::Warning);
}

TEST_CASE("a file of a sidecar kind gets a sidecar, and a stale one is told") {
  const testing::TemporaryFolder folder;
  const std::string path = folder.file("note.txt");
  testing::write_file(path, as_bytes("A note.\n"));
  LabelJob job = job_for();
  const Destination in_place{Destination::Kind::InPlace, "", "", false};
  const auto report = label_file(path, in_place, job, test_env());
  REQUIRE_MESSAGE(report, (report ? "" : report.error().message));
  CHECK(report->written->mode == "sidecar");
  CHECK(to_string(testing::read_file(path)) == "A note.\n");
  REQUIRE(exists(path + ".aigc.json"));

  const Report verified = verify_file(path, test_env(), {});
  CHECK(verified.verdict.origin == Origin::Generated);
  CHECK(gb_label(verified)->producer == kProducer);

  const auto again = label_file(path, in_place, job, test_env());
  REQUIRE(again);
  CHECK(again->written->mode == "unchanged");

  testing::write_file(path, as_bytes("Another note.\n"));
  const Report stale = verify_file(path, test_env(), {});
  REQUIRE(stale.evidence.size() == 1);
  const auto& findings = stale.evidence.front().findings;
  CHECK(std::any_of(findings.begin(), findings.end(),
                    [](const Finding& finding) { return finding.rule == "sidecar-stale"; }));
}

TEST_CASE("a hash that cannot be computed is not called a stale one") {
  /// A file that cannot be read any more.
  class Unreadable final : public Source {
   public:
    [[nodiscard]] std::uint64_t size() const noexcept override { return 8; }
    [[nodiscard]] Result<Bytes> view(Range) override { return fail(ErrorCode::Io, "gone"); }
  } source;
  const auto found = read_sidecar(
      source, as_bytes(R"({"AIGC":{"Label":"1","ContentProducer":"x"},"sha256":"00"})"), {});
  REQUIRE(found.size() == 1);
  const auto said = [&](std::string_view rule) {
    const auto& findings = found.front().findings;
    return std::any_of(findings.begin(), findings.end(),
                       [&](const Finding& finding) { return finding.rule == rule; });
  };
  CHECK(said("sidecar-hash"));
  CHECK_FALSE(said("sidecar-stale"));
}

TEST_CASE("a container without a place is refused unless a sidecar is asked for") {
  if (find_format("bmp") == nullptr) return;
  for (const Specimen& specimen : testing::specimens()) {
    if (specimen.format != "bmp") continue;
    const Outcome refused = label_bytes(specimen.bytes, "x.bmp", job_for());
    REQUIRE_FALSE(refused.report);
    CHECK(refused.report.error().code == ErrorCode::Refused);
    LabelJob job = job_for();
    job.sidecar = true;
    const Outcome accepted = label_bytes(specimen.bytes, "x.bmp", job);
    REQUIRE(accepted.report);
    CHECK(accepted.report->written->sidecar.has_value());
    CHECK(accepted.bytes == specimen.bytes);
  }
}

TEST_CASE("files: in place, backup, times, dry run, atomic failure") {
  ByteBuffer png;
  for (const Specimen& specimen : testing::specimens()) {
    if (specimen.format == "png") {
      png = specimen.bytes;
      break;
    }
  }
  const testing::TemporaryFolder folder;
  const std::string path = folder.file("a.png");
  testing::write_file(path, png);
  const auto traits = traits_of(path);

  const auto planned =
      label_file(path, {Destination::Kind::Nowhere, "", "", false}, job_for(), test_env());
  REQUIRE(planned);
  CHECK(planned->written->mode == "planned");
  CHECK(testing::read_file(path) == png);

  const auto labelled =
      label_file(path, {Destination::Kind::InPlace, "", ".orig", true}, job_for(), test_env());
  REQUIRE_MESSAGE(labelled, (labelled ? "" : labelled.error().message));
  CHECK(testing::read_file(path + ".orig") == png);
  CHECK(testing::read_file(path) != png);
  CHECK(traits_of(path)->modified_ns == traits->modified_ns);

  // The backup's name is taken: nothing may change.
  const ByteBuffer before = testing::read_file(path);
  LabelJob platform = job_for("");
  platform.role = Role::Platform;
  platform.wanted.propagator = kPlatform;
  const auto refused =
      label_file(path, {Destination::Kind::InPlace, "", ".orig", false}, platform, test_env());
  REQUIRE_FALSE(refused);
  CHECK(testing::read_file(path) == before);

  const auto missing = label_file(path, {Destination::Kind::File, "/nonexistent/x.png", "", false},
                                  job_for(), test_env());
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::NotFound);
}
