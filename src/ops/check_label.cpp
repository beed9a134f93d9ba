// SPDX-License-Identifier: Apache-2.0
// What a profile lists about labels in metadata, signatures and watermarks, from the evidence.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "ops/check.hpp"

namespace colophon {
namespace {

constexpr std::array<std::string_view, 15> kRules = {"E-1",  "E-2", "E-3", "E-4", "E-5",
                                                     "E-6",  "E-7", "E-8", "E-9", "E-10",
                                                     "E-11", "C-1", "C-2", "C-3", "C-4"};

bool lists(const Profile& profile, std::string_view key, std::string_view item) {
  const ProfileValue* value = profile.find(key);
  return value != nullptr &&
         std::find(value->items.begin(), value->items.end(), item) != value->items.end();
}

bool asks(const Profile& profile, std::string_view key) {
  const ProfileValue* value = profile.find(key);
  return value != nullptr && value->value == "true";
}

std::vector<const Evidence*> labels_of(const Report& report, std::string_view standard) {
  std::vector<const Evidence*> found;
  for (const Evidence& evidence : report.evidence) {
    if (to_string(evidence.standard) == standard && evidence.layer == Layer::Implicit) {
      found.push_back(&evidence);
    }
  }
  return found;
}

/// The findings of a rule: about a label, or about the file.
std::vector<const Finding*> findings_of(const Report& report,
                                        const std::vector<const Evidence*>& labels,
                                        std::string_view rule) {
  std::vector<const Finding*> found;
  const auto take = [&](const std::vector<Finding>& findings) {
    for (const Finding& finding : findings) {
      if (finding.rule == rule) found.push_back(&finding);
    }
  };
  for (const Evidence* label : labels) take(label->findings);
  take(report.findings);
  return found;
}

/// The worst of them speaks. What is disputed or recommended breaks nothing, and is told.
RuleResult result_of(std::string rule, const Profile& profile,
                     const std::vector<const Finding*>& findings) {
  RuleResult result{std::move(rule), profile.name, RuleState::Pass, {}};
  const Finding* worst = nullptr;
  for (const Finding* finding : findings) {
    if (worst == nullptr || finding->severity > worst->severity) worst = finding;
  }
  if (worst == nullptr || worst->severity == Severity::Info) return result;
  result.why = worst->message;
  if (worst->severity == Severity::Error) {
    result.state = RuleState::Fail;
  } else {
    result.why = {"recommended or disputed: " + worst->message.en,
                  "建议或有争议：" + worst->message.zh};
  }
  return result;
}

void add_families(const Profile& profile, const Report& report,
                  const std::vector<const Evidence*>& labels, std::vector<RuleResult>& results) {
  for (const std::string_view rule : kRules) {
    if (!lists(profile, "implicit.rules", rule.substr(0, 1))) continue;
    results.push_back(result_of(std::string(rule), profile, findings_of(report, labels, rule)));
  }
  if (!lists(profile, "implicit.rules", "P")) return;
  std::vector<std::string> seen;
  for (const Evidence* label : labels) {
    for (const Finding& finding : label->findings) {
      const bool known = std::find(seen.begin(), seen.end(), finding.rule) != seen.end();
      if (finding.rule.starts_with("P-") && !known) seen.push_back(finding.rule);
    }
  }
  if (seen.empty()) results.push_back({"P-*", profile.name, RuleState::Pass, {}});
  for (const std::string& rule : seen) {
    results.push_back(result_of(rule, profile, findings_of(report, labels, rule)));
  }
}

RuleResult presence(const Profile& profile, std::string rule, std::size_t count,
                    std::string_view standard) {
  return {std::move(rule),
          profile.name,
          count > 0 ? RuleState::Pass : RuleState::Fail,
          {fmt::format("{} labels of {}", count, standard),
           fmt::format("{} 标识 {} 个", standard, count)}};
}

}  // namespace

std::vector<RuleResult> judge_label(const Profile& profile, const Report& report) {
  std::vector<RuleResult> results;
  for (const std::string& standard : profile.implicit_standards()) {
    const auto labels = labels_of(report, standard);
    if (standard == "gb45438") {
      results.push_back(presence(profile, "M5-1", labels.size(), standard));
      if (!labels.empty()) add_families(profile, report, labels, results);
    } else if (standard == "iptc") {
      const bool has_place = report.format != nullptr && report.format->can_write(CarrierKind::Xmp);
      if (!labels.empty() || has_place) {
        results.push_back(presence(profile, "implicit-iptc", labels.size(), standard));
      }
    } else if (report.format != nullptr && report.format->id == "html") {
      results.push_back(presence(profile, "implicit-" + standard, labels.size(), standard));
    }
  }
  return results;
}

std::vector<RuleResult> judge_layers(const Profile& profile, const Report& report) {
  std::vector<RuleResult> results;
  if (asks(profile, "signature.asked")) {
    const auto good = std::ranges::count_if(report.evidence, [](const Evidence& evidence) {
      return evidence.integrity == Integrity::Valid || evidence.integrity == Integrity::Trusted;
    });
    results.push_back(
        {"signature",
         profile.name,
         good > 0 ? RuleState::Pass : RuleState::Fail,
         {fmt::format("{} good signatures", good), fmt::format("有效签名 {} 个", good)}});
  }
  if (asks(profile, "watermark.asked")) {
    const bool found = std::ranges::any_of(report.evidence, [](const Evidence& evidence) {
      return evidence.layer == Layer::Watermark;
    });
    results.push_back({"watermark", profile.name, found ? RuleState::Pass : RuleState::Unknown,
                       found ? Text{"one was found", "已发现水印"}
                             : Text{"a watermark is seen by the detector of whoever made it only",
                                    "水印只能由其制作者的检测器识别"}});
  }
  return results;
}

}  // namespace colophon
