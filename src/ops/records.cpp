// SPDX-License-Identifier: Apache-2.0
#include "ops/records.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace colophon {
namespace {

/// Labels of more producers than this are told apart by what they say only.
constexpr std::size_t kMaxGroups = 256;

struct Field {
  std::string_view name;  ///< as in the report
  std::string Label::* text;
};
constexpr std::array<Field, 7> kFields = {{{"producer", &Label::producer},
                                           {"produce_id", &Label::produce_id},
                                           {"propagator", &Label::propagator},
                                           {"propagate_id", &Label::propagate_id},
                                           {"reserved1", &Label::reserved1},
                                           {"reserved2", &Label::reserved2},
                                           {"system", &Label::system}}};

bool is_breaking(const Evidence& evidence) {
  return std::any_of(evidence.findings.begin(), evidence.findings.end(),
                     [](const Finding& finding) { return finding.severity == Severity::Error; });
}

std::string detail_of(const Evidence& evidence, std::string_view name) {
  for (const auto& [key, value] : evidence.details) {
    if (key == name) return value;
  }
  return {};
}

/// What a statement says, without what differs from record to record.
std::string rough_key(const Evidence& evidence) {
  return fmt::format("{}/{}/{}/{}/{}", to_string(evidence.standard), to_string(evidence.layer),
                     to_string(evidence.integrity),
                     evidence.says ? to_string(evidence.says->origin) : "", is_breaking(evidence));
}
std::string fine_key(const Evidence& evidence) {
  constexpr std::size_t kMaxName = 256;
  std::string key = rough_key(evidence);
  for (const std::string& part : {evidence.says ? evidence.says->producer : std::string(),
                                  evidence.says ? evidence.says->propagator : std::string(),
                                  detail_of(evidence, "generator"), detail_of(evidence, "key")}) {
    key += fmt::format("/{}:{}", part.size(), std::string_view(part).substr(0, kMaxName));
  }
  return key;
}

/// The word before a colon that scripts look for ("charset: ..."); empty when there is none.
std::string_view word_of(const Finding& finding) {
  const std::string_view text = finding.message.en;
  const auto end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz-");
  return end != std::string_view::npos && text[end] == ':' ? text.substr(0, end)
                                                           : std::string_view();
}

/// One finding for each rule, severity and word: the first case, and how many there are.
void add_findings(std::vector<Finding>& all, std::vector<Finding> more) {
  for (Finding& finding : more) {
    const auto known = std::find_if(all.begin(), all.end(), [&](const Finding& earlier) {
      return earlier.rule == finding.rule && earlier.severity == finding.severity &&
             word_of(earlier) == word_of(finding);
    });
    if (known == all.end()) {
      all.push_back(std::move(finding));
    } else {
      known->count += finding.count;
    }
  }
}

}  // namespace

Limits stretch_limits(const Limits& limits) noexcept {
  constexpr std::uint32_t kCarriers = 32 * 1024;
  Limits raised = limits;
  raised.max_carriers = std::max(limits.max_carriers, kCarriers);
  return raised;
}

Status for_each_stretch(Source& source, const Format& format, const Limits& limits,
                        const std::function<Status(Stretch&)>& visit) {
  RecordPlace place;
  while (place.offset < source.size()) {
    const RecordPlace end = TRY(format.next_records(source, place, limits));
    Stretch stretch{place, TRY(read(source, {place.offset, end.offset - place.offset}))};
    TRY(visit(stretch));
    place = end;
  }
  return {};
}

Grouping::Grouping(const Format& format) {
  reading_.format = &format;
  reading_.grouped = true;
}

Grouping::Group& Grouping::group_of(const Evidence& evidence, bool& is_new) {
  std::string key = fine_key(evidence);
  auto found = groups_.find(key);
  if (found == groups_.end() && groups_.size() >= kMaxGroups) {
    key = rough_key(evidence);
    found = groups_.find(key);
  }
  is_new = found == groups_.end();
  return is_new ? groups_[key] : found->second;
}

void Grouping::add(Evidence evidence) {
  for (Finding& finding : evidence.findings) {
    finding.line = evidence.line;
    if (!finding.offset) finding.offset = evidence.where.offset;
  }
  bool is_new = false;
  Group& group = group_of(evidence, is_new);
  if (is_new) {
    group.statement = reading_.statements.size();
    group.varies.resize(kFields.size());
    reading_.statements.push_back({std::move(evidence), std::nullopt});
    return;
  }
  Evidence& first = reading_.statements[group.statement].evidence;
  ++first.count;
  for (std::size_t i = 0; i < kFields.size() && first.says && evidence.says; ++i) {
    if ((*first.says).*kFields[i].text != (*evidence.says).*kFields[i].text) group.varies[i] = true;
  }
  add_findings(first.findings, std::move(evidence.findings));
}

void Grouping::add(Reading stretch, const RecordPlace& first) {
  reading_.layout.records += stretch.layout.records;
  reading_.layout.incomplete = reading_.layout.incomplete || stretch.layout.incomplete;
  for (Statement& statement : stretch.statements) {
    statement.evidence.where.offset += first.offset;
    for (Finding& finding : statement.evidence.findings) {
      if (finding.offset) *finding.offset += first.offset;
    }
    add(std::move(statement.evidence));
  }
  for (Finding& finding : stretch.findings) {
    if (finding.offset) *finding.offset += first.offset;
  }
  add_findings(reading_.findings, std::move(stretch.findings));
  if (stretch.error && !reading_.error) {
    reading_.error = std::move(stretch.error);
    if (reading_.error->offset) *reading_.error->offset += first.offset;
  }
}

Reading Grouping::take() {
  for (const auto& [key, group] : groups_) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < kFields.size(); ++i) {
      if (group.varies[i]) names.push_back(kFields[i].name);
    }
    if (names.empty()) continue;
    reading_.statements[group.statement].evidence.details.emplace_back(
        "varies", fmt::format("{}", fmt::join(names, ",")));
  }
  groups_.clear();
  return std::move(reading_);
}

Reading read_in_groups(Source& source, const Format& format, const Limits& limits,
                       const TrustStore* trust) {
  Grouping grouping(format);
  const Limits raised = stretch_limits(limits);
  const Status status = for_each_stretch(source, format, limits, [&](Stretch& stretch) -> Status {
    MemorySource records(stretch.bytes);
    grouping.add(read_stretch(records, format, stretch.first, raised, trust), stretch.first);
    return {};
  });
  Reading reading = grouping.take();
  if (!status && !reading.error) reading.error = status.error();
  return reading;
}

}  // namespace colophon
