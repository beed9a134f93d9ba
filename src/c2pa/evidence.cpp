// SPDX-License-Identifier: Apache-2.0
// From a validation to the report's words.
#include <fmt/core.h>

#include <algorithm>
#include <ctime>

#include "base/text.hpp"
#include "c2pa/explain.hpp"
#include "c2pa/validate.hpp"
#include "standards/digital_source_type.hpp"

namespace colophon::c2pa {
namespace {

constexpr std::size_t kMaxFindings = 12;

std::string time_text(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm utc{};
  gmtime_r(&time, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

/// Every code once, in order: successes, information, failures; then the failures of ingredients.
std::vector<std::string> codes_of(const Validation& validation) {
  std::vector<std::string> codes;
  const auto add = [&](const std::vector<StatusEntry>& entries) {
    for (const StatusEntry& entry : entries) {
      if (std::find(codes.begin(), codes.end(), entry.code) == codes.end()) {
        codes.push_back(entry.code);
      }
    }
  };
  add(validation.status.success);
  add(validation.status.informational);
  add(validation.status.failure);
  for (const auto& delta : validation.ingredient_deltas) add(delta.status.failure);
  return codes;
}

Origin strongest(const std::vector<std::string>& types) {
  Origin origin = Origin::None;
  for (const std::string& type : types) {
    if (const auto term = source_type(type)) origin = std::max(origin, term->origin);
  }
  return origin;
}

void add_failures(const Validation& validation, Evidence& evidence) {
  const bool told =
      std::any_of(evidence.findings.begin(), evidence.findings.end(),
                  [](const Finding& finding) { return finding.rule == "C2PA-malformed"; });
  if (told) return;
  std::vector<std::string> seen;
  const auto add = [&](const StatusEntry& entry, bool ingredient) {
    const bool known = std::find(seen.begin(), seen.end(), entry.code) != seen.end();
    if (known || seen.size() >= kMaxFindings) return;
    seen.push_back(entry.code);
    Finding finding{entry.code, Severity::Error, explain(entry, ingredient), std::nullopt};
    if (entry.code == "signingCredential.untrusted") finding.severity = Severity::Info;
    if (validation.expired_without_time) finding.severity = Severity::Warning;
    evidence.findings.push_back(std::move(finding));
  };
  for (const StatusEntry& entry : validation.status.failure) add(entry, false);
  for (const auto& delta : validation.ingredient_deltas) {
    for (const StatusEntry& entry : delta.status.failure) add(entry, true);
  }
}

/// The signer says so, or a trusted signer of an ingredient; or the signature only covers that
/// somebody did.
void tell_who_vouches(const Validation& validation, Evidence& evidence) {
  const Origin origin = evidence.says ? evidence.says->origin : Origin::None;
  if (origin == Origin::None || strongest(validation.source_types) >= origin) return;
  const bool inherited =
      std::any_of(evidence.details.begin(), evidence.details.end(),
                  [](const auto& detail) { return detail.first == "stated_by"; });
  const bool gathered = !inherited && strongest(validation.gathered_source_types) >= origin;
  if (inherited ? strongest(validation.trusted_ingredient_source_types) >= origin : !gathered) {
    return;
  }
  evidence.details.emplace_back("vouched", "no");
  if (!gathered) return;
  evidence.details.emplace_back("stated_by", "gathered");
  evidence.findings.push_back(
      {"C2PA-gathered",
       Severity::Info,
       {"the signer passes this statement on and does not vouch for it (gathered assertions)",
        "该声明由签名者转载，签名者并不为其担保（gathered assertions）"},
       std::nullopt});
}

void tell_soft_bindings(const Validation& validation, Evidence& evidence) {
  for (const SoftBinding& binding : validation.soft_bindings) {
    const std::string name = to_valid_utf8(binding.algorithm.substr(0, 80));
    if (!name.empty()) evidence.details.emplace_back("soft_binding", name);
    if (binding.listed && binding.well_formed) continue;
    Finding finding{"C2PA-soft-binding", Severity::Info, {}, std::nullopt};
    if (!binding.well_formed) {
      finding.message = {"a soft binding is not well formed, so others may not find it",
                         "软绑定断言的格式不正确，其他工具可能无法识别"};
    } else {
      finding.message = {
          fmt::format("the soft binding's algorithm \"{}\" is not in C2PA's list", name),
          fmt::format("软绑定算法“{}”不在 C2PA 的算法列表中", name)};
    }
    evidence.findings.push_back(std::move(finding));
  }
}

void set_integrity(const Validation& validation, Evidence& evidence) {
  switch (validation.state) {
    case State::Trusted:
      evidence.integrity = Integrity::Trusted;
      evidence.trust = Trust::Anchored;
      evidence.c2pa->state = "Trusted";
      break;
    case State::Valid:
      evidence.integrity = Integrity::Valid;
      evidence.trust = Trust::Unknown;
      evidence.c2pa->state = "Valid";
      break;
    case State::Invalid:
      evidence.integrity =
          validation.expired_without_time ? Integrity::Expired : Integrity::Invalid;
      evidence.c2pa->state = "Invalid";
      break;
  }
  if (validation.expired_without_time) {
    evidence.time = TimeState::Expired;
  } else if (validation.signed_at) {
    evidence.time = validation.time_trusted ? TimeState::Trusted : TimeState::Claimed;
  }
}

}  // namespace

void add_validation(Evidence& evidence, const Validation& validation) {
  std::erase_if(evidence.findings,
                [](const Finding& finding) { return finding.rule == "C2PA-unchecked"; });
  if (!evidence.c2pa) evidence.c2pa = C2paStatement{};
  set_integrity(validation, evidence);
  evidence.c2pa->codes = codes_of(validation);
  if (!validation.claim_generator.empty()) {
    evidence.c2pa->claim_generator = validation.claim_generator;
  }
  if (validation.signed_at) evidence.c2pa->signed_at = time_text(*validation.signed_at);
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) evidence.details.emplace_back(name, value);
  };
  add("manifest", validation.active_manifest);
  add("signer", validation.signer);
  add("issuer", validation.issuer);
  add("algorithm", validation.algorithm);
  add_failures(validation, evidence);
  tell_who_vouches(validation, evidence);
  tell_soft_bindings(validation, evidence);
}

}  // namespace colophon::c2pa
