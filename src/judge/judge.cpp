// SPDX-License-Identifier: Apache-2.0
#include "judge/judge.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "judge/sentence.hpp"

namespace colophon {
namespace {

/// How much a piece of evidence weighs; docs/decisions.md, strongest first. An invalid or expired
/// signature ranks as a declared label, a label that cannot be read whole just above detection.
enum class Rank : std::uint8_t {
  None,
  Trace,
  Visible,
  Watermark,
  Damaged,
  Declared,
  Valid,
  Trusted
};

/// A signature covers the statement, but nobody who is trusted vouches for it: C2PA's gathered
/// assertions. It is then worth no more than a good signature by somebody unknown.
bool is_passed_on(const Evidence& evidence) noexcept {
  return std::any_of(evidence.details.begin(), evidence.details.end(), [](const auto& detail) {
    return detail.first == "vouched" && detail.second == "no";
  });
}

Rank rank_of(const Evidence& evidence) noexcept {
  if (!evidence.says || evidence.says->origin == Origin::None) return Rank::None;
  switch (evidence.layer) {
    case Layer::Trace:
      return Rank::Trace;
    case Layer::Explicit:
      return Rank::Visible;
    case Layer::Watermark:
    case Layer::Registry:
      return Rank::Watermark;
    case Layer::Implicit:
    case Layer::Signature:
      break;
  }
  switch (evidence.integrity) {
    case Integrity::Trusted:
      return is_passed_on(evidence) ? Rank::Valid : Rank::Trusted;
    case Integrity::Valid:
      return Rank::Valid;
    case Integrity::Damaged:
      return Rank::Damaged;
    case Integrity::Unsigned:
    case Integrity::Invalid:
    case Integrity::Expired:
    case Integrity::Unrecognised:
    case Integrity::Unchecked:
      break;
  }
  return Rank::Declared;
}

Assurance assurance_of(const Evidence& evidence) noexcept {
  switch (rank_of(evidence)) {
    case Rank::None:
      return Assurance::None;
    case Rank::Trace:
    case Rank::Visible:
    case Rank::Watermark:
      return Assurance::Detected;
    case Rank::Damaged:
      return Assurance::Damaged;
    case Rank::Valid:
      return Assurance::Valid;
    case Rank::Trusted:
      return Assurance::Trusted;
    case Rank::Declared:
      break;
  }
  return evidence.integrity == Integrity::Invalid ? Assurance::Damaged : Assurance::Declared;
}

bool says_ai(const Evidence& evidence) noexcept {
  return evidence.says && evidence.says->origin >= Origin::Suspected;
}
bool says_not_generated(const Evidence& evidence) noexcept {
  return evidence.says && evidence.says->origin == Origin::NotGenerated;
}

/// Stronger evidence first; among equals an intact label, then the stronger statement, then the
/// earlier place in the list both stand in.
bool stronger(const Evidence* a, const Evidence* b) noexcept {
  const auto key = [](const Evidence* e) {
    return std::tuple(rank_of(*e), e->integrity != Integrity::Invalid, e->says->origin);
  };
  return key(a) != key(b) ? key(a) > key(b) : a < b;
}

std::vector<const Evidence*> sorted(std::span<const Evidence> evidence,
                                    bool (*wanted)(const Evidence&) noexcept) {
  std::vector<const Evidence*> found;
  for (const Evidence& piece : evidence) {
    if (wanted(piece)) found.push_back(&piece);
  }
  std::sort(found.begin(), found.end(), stronger);
  return found;
}

void add_basis(Verdict& verdict, const Evidence& evidence) {
  const std::string name(to_string(evidence.standard));
  if (std::find(verdict.basis.begin(), verdict.basis.end(), name) == verdict.basis.end()) {
    verdict.basis.push_back(name);
  }
}

bool has_conflict_finding(std::span<const Finding> findings) noexcept {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.rule == "E-9" && finding.severity == Severity::Error;
  });
}

Finding contradiction(const Evidence& ai, const Evidence& other, bool conflict) {
  return {"J-1",
          conflict ? Severity::Error : Severity::Warning,
          {fmt::format("{} says that AI made or changed this, {} says that it was not generated; "
                       "the AI statement stays in force",
                       ai.carrier, other.carrier),
           fmt::format("{} 表示由 AI 生成或修改，{} 表示并非生成；以 AI 声明为准", ai.carrier,
                       other.carrier)},
          ai.where.offset};
}

void add_notices(Verdict& verdict, std::span<const Profile> profiles) {
  for (const Profile& profile : profiles) {
    const std::string words = profile.notice(verdict.origin);
    if (!words.empty()) verdict.notice.emplace_back(profile.name, words);
  }
}

}  // namespace

Verdict decide(std::span<const Evidence> evidence, std::span<const Profile> profiles,
               std::vector<Finding>& findings) {
  Verdict verdict;
  const auto ai = sorted(evidence, says_ai);
  const auto not_generated = sorted(evidence, says_not_generated);
  if (!ai.empty()) {
    verdict.origin = ai.front()->says->origin;
    verdict.assurance = assurance_of(*ai.front());
    for (const Evidence* piece : ai) add_basis(verdict, *piece);
  } else if (!not_generated.empty()) {
    verdict.origin = Origin::NotGenerated;
    verdict.assurance = assurance_of(*not_generated.front());
    for (const Evidence* piece : not_generated) add_basis(verdict, *piece);
  }
  // Adding a statement of capture must not make a notice go away, so AI statements of any rank
  // set the origin; only labels and signatures that disagree are called a conflict.
  if (!ai.empty() && !not_generated.empty()) {
    const bool conflict =
        rank_of(*ai.front()) >= Rank::Declared && rank_of(*not_generated.front()) >= Rank::Declared;
    findings.push_back(contradiction(*ai.front(), *not_generated.front(), conflict));
    if (conflict) verdict.assurance = Assurance::Conflict;
  }
  if (has_conflict_finding(findings)) verdict.assurance = Assurance::Conflict;
  add_notices(verdict, profiles);
  verdict.sentence = sentence(verdict);
  return verdict;
}

int exit_code(const Verdict& verdict, std::span<const Evidence> evidence) noexcept {
  if (verdict.assurance == Assurance::Conflict || verdict.assurance == Assurance::Damaged) return 4;
  const bool broken = std::any_of(evidence.begin(), evidence.end(), [](const Evidence& piece) {
    return piece.integrity == Integrity::Invalid || piece.integrity == Integrity::Damaged;
  });
  if (broken) return 4;
  return verdict.origin == Origin::None || verdict.origin == Origin::NotGenerated ? 1 : 0;
}

}  // namespace colophon
