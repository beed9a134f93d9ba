// SPDX-License-Identifier: Apache-2.0
// The judge is a pure function, so its behaviour is this table.
#include "judge/judge.hpp"

#include <doctest/doctest.h>

using namespace colophon;

namespace {

Evidence label(Origin origin, Integrity integrity = Integrity::Unsigned,
               StandardId standard = StandardId::Gb45438) {
  Evidence evidence;
  evidence.layer = standard == StandardId::C2pa ? Layer::Signature : Layer::Implicit;
  evidence.standard = standard;
  evidence.carrier = "test";
  evidence.integrity = integrity;
  evidence.says = Label{};
  evidence.says->origin = origin;
  return evidence;
}
Evidence c2pa(Origin origin, Integrity integrity) {
  return label(origin, integrity, StandardId::C2pa);
}
Evidence passed_on(Evidence evidence) {
  evidence.details.emplace_back("vouched", "no");
  return evidence;
}
Evidence trace() {
  Evidence evidence = label(Origin::Suspected, Integrity::Unsigned, StandardId::Generator);
  evidence.layer = Layer::Trace;
  return evidence;
}
Evidence visible(Origin origin) {
  Evidence evidence = label(origin, Integrity::Unsigned, StandardId::VisibleLabel);
  evidence.layer = Layer::Explicit;
  return evidence;
}
Evidence watermark(Origin origin, Integrity integrity = Integrity::Unsigned) {
  Evidence evidence = label(origin, integrity, StandardId::TextWatermark);
  evidence.layer = Layer::Watermark;
  return evidence;
}

struct Row {
  const char* what;
  std::vector<Evidence> evidence;
  Origin origin;
  Assurance assurance;
  int code;
};

Verdict judged(const std::vector<Evidence>& evidence, std::vector<Finding> findings = {}) {
  static const std::vector<Profile> profiles = {*builtin_profile("cn"), *builtin_profile("eu")};
  return decide(evidence, profiles, findings);
}

}  // namespace

TEST_CASE("which evidence decides") {
  const Row rows[] = {
      {"nothing", {}, Origin::None, Assurance::None, 1},
      {"a declared label", {label(Origin::Generated)}, Origin::Generated, Assurance::Declared, 0},
      {"possible", {label(Origin::Possible)}, Origin::Possible, Assurance::Declared, 0},
      {"a trace", {trace()}, Origin::Suspected, Assurance::Detected, 0},
      {"a watermark", {watermark(Origin::Generated)}, Origin::Generated, Assurance::Detected, 0},
      {"a watermark is never more than detected",
       {watermark(Origin::Generated, Integrity::Trusted)},
       Origin::Generated,
       Assurance::Detected,
       0},
      {"a watermark does not raise a label",
       {label(Origin::Possible), watermark(Origin::Generated, Integrity::Valid)},
       Origin::Possible,
       Assurance::Declared,
       0},
      {"a statement of capture does not hide a watermark, and is no conflict",
       {watermark(Origin::Generated), c2pa(Origin::NotGenerated, Integrity::Trusted)},
       Origin::Generated,
       Assurance::Detected,
       0},
      {"a visible label", {visible(Origin::Generated)}, Origin::Generated, Assurance::Detected, 0},
      {"a visible label beats a trace",
       {trace(), visible(Origin::Edited)},
       Origin::Edited,
       Assurance::Detected,
       0},
      {"a watermark beats a visible label",
       {visible(Origin::Edited), watermark(Origin::Generated)},
       Origin::Generated,
       Assurance::Detected,
       0},
      {"a declared label beats a visible one, without conflict",
       {visible(Origin::Generated), label(Origin::Possible)},
       Origin::Possible,
       Assurance::Declared,
       0},
      {"a statement of capture does not hide a visible label, and is no conflict",
       {visible(Origin::Generated), c2pa(Origin::NotGenerated, Integrity::Trusted)},
       Origin::Generated,
       Assurance::Detected,
       0},
      {"a visible label does not mend a broken one",
       {visible(Origin::Generated), label(Origin::Generated, Integrity::Invalid)},
       Origin::Generated,
       Assurance::Damaged,
       4},
      {"label beats trace",
       {trace(), label(Origin::Generated)},
       Origin::Generated,
       Assurance::Declared,
       0},
      {"valid beats declared",
       {label(Origin::Possible), c2pa(Origin::Generated, Integrity::Valid)},
       Origin::Generated,
       Assurance::Valid,
       0},
      {"trusted beats valid",
       {c2pa(Origin::Generated, Integrity::Valid), c2pa(Origin::Edited, Integrity::Trusted)},
       Origin::Edited,
       Assurance::Trusted,
       0},
      {"what a trusted signer only passes on is valid",
       {passed_on(c2pa(Origin::Generated, Integrity::Trusted))},
       Origin::Generated,
       Assurance::Valid,
       0},
      {"what an unknown signer passes on is valid",
       {passed_on(c2pa(Origin::Generated, Integrity::Valid))},
       Origin::Generated,
       Assurance::Valid,
       0},
      {"generated against edited is no conflict",
       {label(Origin::Generated), label(Origin::Edited, Integrity::Unsigned, StandardId::Iptc)},
       Origin::Generated,
       Assurance::Declared,
       0},
      {"capture against a label is a conflict and keeps the notice",
       {c2pa(Origin::NotGenerated, Integrity::Trusted), label(Origin::Generated)},
       Origin::Generated,
       Assurance::Conflict,
       4},
      {"capture does not hide a trace",
       {label(Origin::NotGenerated), trace()},
       Origin::Suspected,
       Assurance::Detected,
       0},
      {"a statement of capture alone",
       {c2pa(Origin::NotGenerated, Integrity::Valid)},
       Origin::NotGenerated,
       Assurance::Valid,
       1},
      {"an unreadable label",
       {label(Origin::Suspected, Integrity::Damaged)},
       Origin::Suspected,
       Assurance::Damaged,
       4},
      {"an unreadable label beside a whole one",
       {label(Origin::Suspected, Integrity::Damaged), label(Origin::Generated)},
       Origin::Generated,
       Assurance::Declared,
       4},
      {"a signed label of an unknown key",
       {label(Origin::Generated, Integrity::Valid)},
       Origin::Generated,
       Assurance::Valid,
       0},
      {"a signed label of a pinned key",
       {label(Origin::Possible, Integrity::Trusted)},
       Origin::Possible,
       Assurance::Trusted,
       0},
      {"a label whose signature fails says what it says",
       {label(Origin::Generated, Integrity::Invalid)},
       Origin::Generated,
       Assurance::Damaged,
       4},
      {"a label whose security data nobody understands",
       {label(Origin::Generated, Integrity::Unrecognised)},
       Origin::Generated,
       Assurance::Declared,
       0},
      {"a failed signature does not lower the notice",
       {c2pa(Origin::Generated, Integrity::Invalid)},
       Origin::Generated,
       Assurance::Damaged,
       4},
      {"an expired signature ranks as a declared label",
       {c2pa(Origin::Generated, Integrity::Expired)},
       Origin::Generated,
       Assurance::Declared,
       0},
      {"an unchecked signature ranks as a declared label",
       {c2pa(Origin::Generated, Integrity::Unchecked)},
       Origin::Generated,
       Assurance::Declared,
       0},
      {"a store without a statement counts as no label",
       {c2pa(Origin::None, Integrity::Unchecked)},
       Origin::None,
       Assurance::None,
       1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Verdict verdict = judged(row.evidence);
    CHECK(to_string(verdict.origin) == to_string(row.origin));
    CHECK(to_string(verdict.assurance) == to_string(row.assurance));
    CHECK(exit_code(verdict, row.evidence) == row.code);
    CHECK_FALSE(verdict.sentence.en.empty());
    CHECK_FALSE(verdict.sentence.zh.empty());
    CHECK(verdict.sentence.en.find("human-made") == std::string::npos);
    CHECK(verdict.sentence.en.find("authentic") == std::string::npos);
  }
}

TEST_CASE("what a text says of itself is told as that") {
  const Verdict alone = judged({trace(), visible(Origin::Generated)});
  CHECK(alone.basis == std::vector<std::string>{"visible-label", "generator"});
  CHECK(alone.sentence.en.starts_with("The content says of itself (visible-label, generator): "));
  CHECK(alone.sentence.en.find("nothing here proves it") != std::string::npos);
  CHECK(alone.sentence.zh.starts_with("内容自称"));
  const Verdict marked = judged({visible(Origin::Generated), watermark(Origin::Generated)});
  CHECK(marked.sentence.en.starts_with("A watermark of a configured key shows"));
  CHECK(marked.sentence.zh.starts_with("检出已配置密钥的水印"));
  CHECK_FALSE(alone.notice.empty());
}

TEST_CASE("two different labels of one standard are a conflict") {
  const std::vector<Evidence> two = {label(Origin::Generated), label(Origin::Generated)};
  const Verdict verdict = judged(two, {{"E-9", Severity::Error, {"conflict", ""}, {}}});
  CHECK(verdict.assurance == Assurance::Conflict);
  CHECK(verdict.origin == Origin::Generated);
}

TEST_CASE("notices come from the profiles") {
  const Verdict generated = judged({label(Origin::Generated)});
  CHECK(generated.notice ==
        std::vector<std::pair<std::string, std::string>>{{"cn", "属于"}, {"eu", "AI GENERATED"}});
  const Verdict possible = judged({label(Origin::Possible)});
  CHECK(possible.notice == std::vector<std::pair<std::string, std::string>>{{"cn", "可能为"}});
  CHECK(judged({}).notice.empty());
}

TEST_CASE("every built-in profile is well formed and each value has a basis and a source") {
  for (const std::string_view name : profile_names()) {
    CAPTURE(name);
    const auto profile = builtin_profile(name);
    REQUIRE_MESSAGE(profile, (profile ? "" : profile.error().message));
    CHECK(profile->name == name);
    CHECK_FALSE(profile->title.zh.empty());
    CHECK_FALSE(profile->implicit_standards().empty());
    CHECK_FALSE(profile->notice(Origin::Generated).empty());
  }
  CHECK(builtin_profile("xx").error().code == ErrorCode::NotFound);
  CHECK(parse_profile("name = [", "x").error().code == ErrorCode::Malformed);
  CHECK(parse_profile("name = \xC3\xA9\n", "x").error().code == ErrorCode::Malformed);
  CHECK_FALSE(parse_profile("name='x'\n[a]\nb = {value = 1}", "x"));
}
