// SPDX-License-Identifier: Apache-2.0
// Signed labels in every container: what stands there verifies, and signing again changes nothing.
#include "ops/signing.hpp"

#include <doctest/doctest.h>

#include "ops/ops.hpp"
#include "support/support.hpp"

using namespace colophon;

namespace {

std::shared_ptr<LabelSigner> new_signer() {
  KeySource source;
  source.pem = *new_private_key(KeyKind::Sm2, 0, {});
  auto signer = open_signer(source);
  REQUIRE(signer);
  return std::make_shared<LabelSigner>(std::move(*signer));
}

LabelJob signed_job() {
  LabelJob job;
  job.wanted.origin = Origin::Generated;
  job.wanted.producer = "001191110102MAD55U9H0F10002";
  job.standards = {"gb45438"};
  job.signer = new_signer();
  return job;
}

std::vector<Integrity> labels_of(Bytes bytes, const std::string& name,
                                 const std::optional<ByteBuffer>& sidecar) {
  MemorySource source(bytes);
  VerifyOptions options;
  options.file_name = name;
  std::vector<Integrity> found;
  for (const Evidence& evidence : verify(source, system_env(), options, sidecar).evidence) {
    if (evidence.standard == StandardId::Gb45438) found.push_back(evidence.integrity);
  }
  return found;
}

}  // namespace

TEST_CASE("records that say the same are verified once and counted by what was found") {
  const Env env = system_env();
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "{\"a\":1}\n";
  MemorySource source(as_bytes(text));
  MemorySink sink;
  LabelJob job = signed_job();
  job.file_name = "x.jsonl";
  REQUIRE(label(source, sink, job, env));
  MemorySource labelled(sink.bytes());
  VerifyOptions options;
  options.file_name = job.file_name;
  const Report report = verify(labelled, env, options);
  REQUIRE(report.evidence.size() == 1);
  CHECK(report.evidence[0].count == 5000);
  CHECK(report.evidence[0].integrity == Integrity::Valid);
  int about_signatures = 0;
  for (const Finding& finding : report.evidence[0].findings) {
    if (finding.rule != "S-2" && finding.rule != "S-3") continue;
    ++about_signatures;
    CHECK(finding.count == 5000);
  }
  CHECK(about_signatures == 3);
}

TEST_CASE("a signed label verifies in every container, and stays when it is asked for again") {
  const Env env = system_env();
  int labelled = 0;
  for (const auto& specimen : testing::specimens()) {
    CAPTURE(specimen.format);
    CAPTURE(specimen.what);
    LabelJob job = signed_job();
    job.format = find_format(specimen.format);
    job.file_name = "x." + specimen.format;
    MemorySource source(specimen.bytes);
    MemorySink sink;
    const auto report = label(source, sink, job, env);
    if (!report) {  // other people's labels, no place
      CHECK((report.error().code == ErrorCode::Refused ||
             report.error().code == ErrorCode::Conflict ||
             report.error().code == ErrorCode::Unsupported));
      continue;
    }
    ++labelled;
    const ByteBuffer once = sink.bytes();
    job.old_sidecar = report->written->sidecar;
    const auto integrities = labels_of(once, job.file_name, job.old_sidecar);
    CHECK_FALSE(integrities.empty());
    for (const Integrity integrity : integrities) CHECK(integrity == Integrity::Valid);
    MemorySource again(once);
    MemorySink second;
    const auto repeated = label(again, second, job, env);
    REQUIRE(repeated);
    CHECK(repeated->written->sidecar == job.old_sidecar);
    CHECK(second.bytes() == once);
  }
  CHECK(labelled > 100);
}
