// SPDX-License-Identifier: Apache-2.0
// What `label --c2pa` makes of files that somebody signed before, and of files that are not whole.
#include <doctest/doctest.h>

#include <algorithm>

#include "c2pa/sealed.hpp"
#include "c2pa/validated.hpp"
#include "formats/mp4.hpp"
#include "ops/manifest_job.hpp"
#include "wire/bmff.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

ByteBuffer specimen(std::string_view format, std::string_view what) {
  for (const Specimen& each : specimens()) {
    if (each.format == format && each.what == what) return each.bytes;
  }
  return {};
}

Result<Report> signed_again(Bytes bytes, const std::string& name, Origin origin, bool force = false,
                            ByteBuffer* out = nullptr) {
  LabelJob job;
  job.wanted.origin = origin;
  job.wanted.producer = "001191110102MAD55U9H0F10002";
  job.standards = {"gb45438"};
  job.manifest = manifest_job();
  job.file_name = name;
  job.force = force;
  MemorySource source(bytes);
  MemorySink sink;
  auto report = label(source, sink, job, system_env());
  if (out != nullptr) *out = sink.take();
  return report;
}

bool notes(const Report& report, std::string_view words) {
  return std::ranges::any_of(report.findings, [&](const Finding& finding) {
    return finding.message.en.find(words) != std::string::npos;
  });
}

/// A film's beginning: `ftyp` and a `moov` that announces fragments.
ByteBuffer initialisation() {
  ByteBuffer film = specimen("mp4", "fragments");
  const std::size_t moof = as_text(film).find("moof");
  REQUIRE(moof != std::string_view::npos);
  film.resize(moof - 4);
  return film;
}

}  // namespace

TEST_CASE("what a camera captured can be signed as edited with AI, not as made by it") {
  const TestSignatory* by = signatory();
  if (by == nullptr) return;
  c2pa::Draft draft = usual_draft();
  draft.source_type = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture";
  const ByteBuffer captured =
      sealed(*find_format("png"), specimen("png", "plain"), by->signatory, draft);
  const auto refused = signed_again(captured, "x.png", Origin::Generated);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::Refused);
  CHECK(refused.error().message.find("--origin edited") != std::string::npos);
  ByteBuffer edited;
  const auto report = signed_again(captured, "x.png", Origin::Edited, false, &edited);
  REQUIRE_MESSAGE(report, (report ? "" : report.error().message));
  CHECK(report->verdict.origin == Origin::Edited);
  MemorySource source(edited);
  VerifyOptions options;
  options.file_name = "x.png";
  CHECK(verify(source, system_env(), options).verdict.origin == Origin::Edited);
}

TEST_CASE("a film's beginning alone is signed with force only") {
  const ByteBuffer init = initialisation();
  const auto refused = signed_again(init, "x.mp4", Origin::Generated);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::Refused);
  CHECK(refused.error().message.find("initialisation segment") != std::string::npos);
  const auto forced = signed_again(init, "x.mp4", Origin::Generated, true);
  REQUIRE_MESSAGE(forced, (forced ? "" : forced.error().message));
  CHECK(notes(*forced, "nothing of the film"));
  // With its fragments behind it the file is a film.
  const auto whole = signed_again(specimen("mp4", "fragments"), "x.mp4", Origin::Generated);
  REQUIRE_MESSAGE(whole, (whole ? "" : whole.error().message));
  CHECK_FALSE(notes(*whole, "nothing of the film"));
}

TEST_CASE("a parent whose certificate ran out is recorded by both names of that") {
  if (Signing::get() == nullptr) return;
  c2pa::Validation validation;
  validation.status.fail("claimSignature.outsideValidity", "self#jumbf=/c2pa/x/c2pa.signature");
  const auto parent =
      c2pa::make_parent(make_store({make_manifest(usual())}), validation, "image/png", Limits{});
  REQUIRE(parent);
  const std::string_view said = as_text(parent->ingredient);
  CHECK(said.find("claimSignature.outsideValidity") != std::string_view::npos);
  CHECK(said.find("signingCredential.expired") != std::string_view::npos);
}

TEST_CASE("signing again and again ends with a reason") {
  ByteBuffer file = specimen("png", "plain");
  for (int i = 0; i < 140; ++i) {
    ByteBuffer next;
    const auto report = signed_again(file, "x.png", Origin::Generated, true, &next);
    if (report) {
      file = std::move(next);
      continue;
    }
    CHECK(i == 128);
    CHECK(report.error().message.find("untrusted") == std::string::npos);
    CHECK(report.error().message.find("or too far") != std::string::npos);
    return;
  }
  FAIL("more manifests in a row than validation follows");
}

TEST_CASE("of very many stores in one file none counts, and few are looked at whole") {
  if (Signing::get() == nullptr) return;
  const ByteBuffer film = specimen("mp4", "fast start");
  ByteBuffer body = to_buffer(Bytes(mp4::kC2paUuid));
  append_be(body, 0, 4);
  append(body, std::string_view("manifest\0", 9));
  append_be(body, 0, 8);
  append(body, Bytes(make_store({make_manifest(usual_manifest(film))})));
  ByteBuffer many = film;
  for (int i = 0; i < 40; ++i) wire::append_box(many, wire::fourcc("uuid"), body);
  MemorySource source(many);
  const Report report = verify(source, system_env(), {});
  REQUIRE(report.evidence.size() == 40);
  std::size_t validated = 0;
  for (const Evidence& evidence : report.evidence) {
    REQUIRE(evidence.c2pa);
    CHECK(evidence.c2pa->state == "Invalid");
    CHECK(evidence.integrity == Integrity::Invalid);
    const auto& codes = evidence.c2pa->codes;
    CHECK(std::ranges::find(codes, "general.error") != codes.end());
    if (std::ranges::find(codes, "claimSignature.validated") != codes.end()) ++validated;
  }
  CHECK(validated == 4);
  CHECK(report.verdict.origin == Origin::Generated);  // a notice does not go away
}
