// SPDX-License-Identifier: Apache-2.0
// The rules about labels, signatures and watermarks: evidence in, results out.
#include <doctest/doctest.h>

#include "ops/check.hpp"

using namespace colophon;

namespace {

Evidence label_with(std::vector<Finding> findings = {}) {
  Evidence evidence;
  evidence.layer = Layer::Implicit;
  evidence.standard = StandardId::Gb45438;
  evidence.says = Label{};
  evidence.findings = std::move(findings);
  return evidence;
}

Report report_of(std::vector<Evidence> evidence, std::string_view format = "png") {
  Report report;
  report.format = find_format(format);
  report.evidence = std::move(evidence);
  return report;
}

const RuleResult* find(const std::vector<RuleResult>& results, std::string_view rule) {
  for (const RuleResult& result : results) {
    if (result.rule == rule) return &result;
  }
  return nullptr;
}

RuleState state_of(const std::vector<RuleResult>& results, std::string_view rule) {
  const RuleResult* result = find(results, rule);
  REQUIRE(result != nullptr);
  return result->state;
}

Finding finding(std::string rule, Severity severity) {
  return {std::move(rule), severity, {"why", "原因"}, std::nullopt};
}

}  // namespace

TEST_CASE("without a label nothing is said of its rules") {
  const auto results = judge_label(*builtin_profile("cn"), report_of({}));
  CHECK(state_of(results, "M5-1") == RuleState::Fail);
  CHECK(find(results, "E-3") == nullptr);
}

TEST_CASE("errors break a rule, warnings are told, other rules hold") {
  const auto results = judge_label(
      *builtin_profile("cn"),
      report_of({label_with({finding("E-3", Severity::Error), finding("E-6", Severity::Warning),
                             finding("P-IMG", Severity::Error)})}));
  CHECK(state_of(results, "M5-1") == RuleState::Pass);
  CHECK(state_of(results, "E-3") == RuleState::Fail);
  CHECK(find(results, "E-3")->why.en == "why");
  CHECK(state_of(results, "E-6") == RuleState::Pass);
  CHECK(find(results, "E-6")->why.en == "recommended or disputed: why");
  CHECK(state_of(results, "E-4") == RuleState::Pass);
  CHECK(state_of(results, "C-3") == RuleState::Pass);
  CHECK(state_of(results, "P-IMG") == RuleState::Fail);
}

TEST_CASE("labels that contradict each other are a finding of the file") {
  Report report = report_of({label_with(), label_with()});
  report.findings.push_back(finding("E-9", Severity::Error));
  CHECK(state_of(judge_label(*builtin_profile("cn"), report), "E-9") == RuleState::Fail);
}

TEST_CASE("vocabularies count where the container has a place for them") {
  CHECK(state_of(judge_label(*builtin_profile("eu"), report_of({})), "implicit-iptc") ==
        RuleState::Fail);
  CHECK(find(judge_label(*builtin_profile("eu"), report_of({}, "wav")), "implicit-iptc") ==
        nullptr);
  CHECK(find(judge_label(*builtin_profile("cn"), report_of({})), "implicit-html-disclosure") ==
        nullptr);
  CHECK(state_of(judge_label(*builtin_profile("cn"), report_of({}, "html")),
                 "implicit-html-disclosure") == RuleState::Fail);
}

TEST_CASE("signature and watermark, where the profile asks") {
  CHECK(judge_layers(*builtin_profile("cn"), report_of({})).empty());
  const auto without = judge_layers(*builtin_profile("eu"), report_of({label_with()}));
  CHECK(state_of(without, "signature") == RuleState::Fail);
  CHECK(state_of(without, "watermark") == RuleState::Unknown);
  Evidence good = label_with();
  good.integrity = Integrity::Valid;
  Evidence mark = label_with();
  mark.layer = Layer::Watermark;
  const auto with = judge_layers(*builtin_profile("eu"), report_of({good, mark}));
  CHECK(state_of(with, "signature") == RuleState::Pass);
  CHECK(state_of(with, "watermark") == RuleState::Pass);
}
