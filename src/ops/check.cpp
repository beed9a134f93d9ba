// SPDX-License-Identifier: Apache-2.0
#include "ops/check.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "io/io.hpp"
#include "ops/mark_json.hpp"
#include "ops/seen.hpp"

namespace colophon {
namespace {

Result<std::unique_ptr<FileSource>> open_again(const std::string& path) {
  return FileSource::open(path);
}

/// What is known of the explicit labels of a file that was read already.
MarkFacts facts_of(Source& source, const Format& format, MarkMedium medium, const Env& env) {
  MarkFacts facts;
  facts.medium = medium;
  MarkSearch search = look_for_marks(source, format, env);
  facts.marks = std::move(search.marks);
  if (!search.notes.empty()) {
    facts.blind = search.notes.front().message.en;
  } else if (search.looked.empty()) {
    facts.blind = std::string(format.name) + ": this version does not look into it";
  }
  return facts;
}

}  // namespace

bool CheckReport::ok() const noexcept {
  return !report.error && std::ranges::none_of(rules, [](const RuleResult& result) {
    return result.state == RuleState::Fail;
  });
}

Result<CheckReport> check_file(const std::string& path, const Env& env, VerifyOptions options) {
  CheckReport check;
  // The marks are looked for once, below.
  options.full = false;
  check.report = verify_file(path, env, options);
  if (check.report.error || check.report.format == nullptr) return check;
  const Format& format = *check.report.format;
  const auto medium = medium_of(format);
  MarkFacts facts;
  if (medium) {
    const auto source = TRY(open_again(path));
    facts = facts_of(*source, format, *medium, env);
  }
  for (const Profile& profile : options.profiles) {
    for (RuleResult& result : judge_label(profile, check.report)) {
      check.rules.push_back(std::move(result));
    }
    if (medium) {
      for (RuleResult& result : TRY(judge_marks(profile, check.report.verdict.origin, facts))) {
        check.rules.push_back(std::move(result));
      }
    }
    for (RuleResult& result : judge_layers(profile, check.report)) {
      check.rules.push_back(std::move(result));
    }
  }
  check.marks = std::move(facts.marks);
  return check;
}

std::string to_json(const CheckReport& check, const JsonOptions& options) {
  using Json = nlohmann::ordered_json;
  const Report& report = check.report;
  Json json = {{"schema", "colophon.check/1"}, {"file", report.file}, {"bytes", report.bytes}};
  json["format"] = report.format != nullptr ? Json(report.format->id) : Json();
  json["ok"] = check.ok();
  Json& rules = json["rules"] = Json::array();
  for (const RuleResult& result : check.rules) {
    rules.push_back({{"rule", result.rule},
                     {"profile", result.profile},
                     {"state", to_string(result.state)},
                     {"message", result.why.in(options.language)}});
  }
  Json& marks = json["explicit"] = Json::array();
  for (const Mark& mark : check.marks) {
    marks.push_back(to_value(mark));
    marks.back()["score"] = mark.score;
  }
  json["verdict"] = {{"origin", to_string(report.verdict.origin)},
                     {"assurance", to_string(report.verdict.assurance)}};
  if (report.error) {
    json["error"] = {{"code", to_string(report.error->code)}, {"message", report.error->message}};
  }
  return json.dump(options.pretty ? 2 : -1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace colophon
