// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "ops/plan.hpp"
#include "ops/sealing.hpp"

namespace colophon {
namespace {

using Mark = std::tuple<CarrierKind, std::string, std::uint64_t>;

/// Kind, key and content of every carrier but those in `without`, sorted.
std::vector<Mark> marks(const Reading& reading, std::span<const std::size_t> without) {
  std::vector<Mark> all;
  for (std::size_t i = 0; i < reading.layout.carriers.size(); ++i) {
    if (std::find(without.begin(), without.end(), i) != without.end()) continue;
    const Carrier& carrier = reading.layout.carriers[i];
    all.emplace_back(carrier.kind, carrier.key, reading.payload_hashes[i]);
  }
  std::sort(all.begin(), all.end());
  return all;
}

Failure mismatch(const std::string& what) {
  return fail(ErrorCode::Mismatch, "the result was read back and is not what was meant (" + what +
                                       "); nothing was changed. Please report this file");
}

/// GB 45438 knows no "edited": both are Label "1".
Origin in_gb45438(Origin origin) noexcept {
  return origin == Origin::Edited ? Origin::Generated : origin;
}

bool says(const Evidence& evidence, const Label& label) {
  if (!evidence.says || evidence.integrity == Integrity::Damaged) return false;
  const Label& found = *evidence.says;
  return found.origin == in_gb45438(label.origin) && found.producer == label.producer &&
         found.produce_id == label.produce_id && found.propagator == label.propagator &&
         found.propagate_id == label.propagate_id && found.reserved1 == label.reserved1 &&
         found.reserved2 == label.reserved2;
}

Status check_statements(const Reading& after, const LabelPlan& plan) {
  for (const std::string& standard : plan.standards) {
    std::size_t count = 0;
    for (const Statement& statement : after.statements) {
      if (to_string(statement.evidence.standard) != standard) continue;
      const Layer layer = statement.evidence.layer;
      if (layer != Layer::Implicit) continue;
      const bool meant =
          std::any_of(plan.labels.begin(), plan.labels.end(),
                      [&](const Label& label) { return says(statement.evidence, label); });
      if (standard == "gb45438" && !meant) {
        return mismatch("another label in " + statement.evidence.carrier);
      }
      const bool same_origin =
          statement.evidence.says && statement.evidence.says->origin == plan.labels.front().origin;
      if (standard == "iptc" && !same_origin) return mismatch("another IPTC term");
      ++count;
    }
    if (count == 0) return mismatch("no " + standard + " label is found");
  }
  return {};
}

}  // namespace

Status check_after(const Reading& after, const PlannedLabel& planned) {
  if (after.error) return mismatch(after.error->message);
  TRY(check_statements(after, planned.plan));
  const auto kept = marks(planned.before, planned.edited);
  const auto now = marks(after, {});
  if (!std::includes(now.begin(), now.end(), kept.begin(), kept.end())) {
    return mismatch("other metadata changed");
  }
  return {};
}

Result<Reading> read_back(Source& output, const PlannedLabel& planned, const LabelJob& job,
                          const Env& env) {
  Reading after =
      read_statements(output, planned.plan.format, job.file_name,
                      planned.plan.sidecar ? planned.plan.sidecar : job.old_sidecar, env.limits);
  TRY(check_after(after, planned));
  if (planned.seal) TRY(check_seal(output, env, after));
  return after;
}

Report report_on(Reading reading, std::uint64_t size, const LabelJob& job, const LabelPlan& plan) {
  Report report;
  report.file = job.file_name;
  report.bytes = size;
  report.format = reading.format;
  report.evidence = reading.evidence();
  report.findings = std::move(reading.findings);
  report.findings.insert(report.findings.end(), plan.notes.begin(), plan.notes.end());
  report.error = std::move(reading.error);
  report.verdict = decide(report.evidence, job.profiles, report.findings);
  say_what_was_not_read(reading, report.verdict);
  report.tiers = {"carriers", "signatures"};
  return report;
}

}  // namespace colophon
