// SPDX-License-Identifier: Apache-2.0
// Files of records, each with its own label.
#include "label_support.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "ops/reading.hpp"

using namespace colophon;
using namespace colophon::testing;

TEST_CASE("records keep their own production halves") {
  const auto record = [](const std::string& producer, const std::string& propagator) {
    return R"({"a":1,"AIGC":{"Label":"1","ContentProducer":")" + producer +
           R"(","ProduceID":"1","ReservedCode1":"r","ContentPropagator":")" + propagator +
           R"(","PropagateID":"1","ReservedCode2":""}})" + "\n";
  };
  const std::string mixed = record("one", "one") + "{\"a\":2}\n" + record("two", "two");
  LabelJob platform = job_for("");
  platform.role = Role::Platform;
  platform.wanted.propagator = "site";
  platform.wanted.propagate_id = "1";
  const Outcome update = label_bytes(as_bytes(mixed), "x.jsonl", platform);
  REQUIRE_MESSAGE(update.report, (update.report ? "" : update.report.error().message));
  CHECK(to_string(update.bytes) == record("one", "site") + "{\"a\":2}\n" + record("two", "site"));

  // A producer's own run labels what is new and leaves what is labelled; others' labels stop it.
  const std::string own = record(kProducer, kProducer) + "{\"a\":2}\n";
  const Outcome more = label_bytes(as_bytes(own), "x.jsonl", job_for());
  REQUIRE_MESSAGE(more.report, (more.report ? "" : more.report.error().message));
  CHECK(to_string(more.bytes).starts_with(record(kProducer, kProducer)));
  CHECK(more.report->evidence.size() == 2);
  const Outcome others = label_bytes(as_bytes(mixed), "x.jsonl", job_for());
  REQUIRE_FALSE(others.report);
  CHECK(others.report.error().code == ErrorCode::Refused);
}

TEST_CASE("a file of more records than are kept is labelled, updated and judged whole") {
  constexpr std::size_t kRecords = 5000;
  std::string lines;
  for (std::size_t i = 0; i < kRecords; ++i) lines += "{\"a\":" + std::to_string(i) + "}\n";
  const Outcome first = label_bytes(as_bytes(lines), "x.jsonl", job_for());
  REQUIRE_MESSAGE(first.report, (first.report ? "" : first.report.error().message));
  CHECK(first.report->written->carriers_count == kRecords);
  CHECK(first.report->written->carriers.size() == 16);
  REQUIRE(first.report->evidence.size() == 1);
  CHECK(first.report->evidence[0].count == kRecords);
  CHECK(first.report->evidence[0].line == 1);
  CHECK(first.report->evidence[0].carrier == "jsonl:$[0].AIGC");

  LabelJob platform = job_for("");
  platform.role = Role::Platform;
  platform.wanted.propagator = "site";
  const Outcome update = label_bytes(first.bytes, "x.jsonl", platform);
  REQUIRE_MESSAGE(update.report, (update.report ? "" : update.report.error().message));
  REQUIRE(update.report->evidence.size() == 1);
  CHECK(update.report->evidence[0].says->producer == kProducer);
  CHECK(update.report->evidence[0].says->propagator == "site");
  CHECK(update.report->evidence[0].count == kRecords);
  const Outcome again = label_bytes(update.bytes, "x.jsonl", platform);
  REQUIRE(again.report);
  CHECK(again.report->written->mode == "unchanged");
  CHECK(to_string(again.bytes) == to_string(update.bytes));
}

TEST_CASE("many records are judged in groups, and each record for itself") {
  const auto record = [](const std::string& producer, const std::string& id) {
    return R"({"AIGC":{"Label":"1","ContentProducer":")" + producer + R"(","ProduceID":")" + id +
           R"(","ReservedCode1":"","ContentPropagator":"p","PropagateID":"1","ReservedCode2":""}})";
  };
  std::string lines;
  for (int i = 0; i < 6000; ++i) {
    lines += record(i % 3 == 0 ? "three" : "other", std::to_string(i)) + "\n";
  }
  const auto judged = [&] {
    MemorySource source(as_bytes(lines));
    VerifyOptions options;
    options.file_name = "x.jsonl";
    return verify(source, test_env(), options);
  };
  const Report report = judged();
  REQUIRE(report.evidence.size() == 2);
  CHECK(report.evidence[0].count == 2000);
  CHECK(report.evidence[1].count == 4000);
  CHECK(report.evidence[1].line == 2);
  CHECK(std::any_of(report.evidence[1].details.begin(), report.evidence[1].details.end(),
                    [](const auto& detail) {
                      return detail == std::pair<std::string, std::string>("varies", "produce_id");
                    }));
  // Records are documents of their own: different labels in different records are no conflict.
  CHECK(report.verdict.assurance == Assurance::Declared);
  CHECK(report.findings.empty());

  // Two labels that disagree within one record are, wherever it stands, and count once a rule.
  const std::string twice = R"({"a":)" + record("x", "1") + R"(,"b":)" + record("y", "2") + "}\n";
  lines += twice + twice;
  const Report conflict = judged();
  CHECK(conflict.verdict.assurance == Assurance::Conflict);
  REQUIRE(conflict.findings.size() == 1);
  CHECK(conflict.findings[0].rule == "E-9");
  CHECK(conflict.findings[0].count == 2);
  CHECK(conflict.findings[0].line == 6001);
  const Outcome refused = label_bytes(as_bytes(lines), "x.jsonl", job_for());
  REQUIRE_FALSE(refused.report);
  CHECK(refused.report.error().code == ErrorCode::Conflict);

  lines += "{broken\n" + record("z", "1") + "\n";
  const Report broken = judged();
  REQUIRE(broken.error);
  CHECK(broken.error->offset > lines.size() - 200);
  CHECK(broken.evidence.size() == 5);
}
