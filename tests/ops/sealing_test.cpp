// SPDX-License-Identifier: Apache-2.0
// label --c2pa: what is signed, what is refused, what stays as it is.
#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.hpp"
#include "io/io.hpp"
#include "ops/manifest_job.hpp"
#include "support/support.hpp"

using namespace colophon;
using colophon::testing::manifest_job;
using colophon::testing::new_manifest_job;
using colophon::testing::Specimen;
using colophon::testing::TemporaryFolder;

namespace {

constexpr const char* kProducer = "001191110102MAD55U9H0F10002";

LabelJob job_for(Origin origin = Origin::Generated) {
  LabelJob job;
  job.wanted.origin = origin;
  job.wanted.producer = kProducer;
  job.standards = {"gb45438"};
  job.manifest = manifest_job();
  return job;
}

struct Outcome {
  Result<Report> report;
  ByteBuffer bytes;
};

Outcome label_bytes(Bytes bytes, LabelJob job, const std::string& name = "x.png") {
  job.file_name = name;
  MemorySource source(bytes);
  MemorySink sink;
  auto report = label(source, sink, job, system_env());
  return {std::move(report), sink.take()};
}

Outcome must_label(Bytes bytes, const LabelJob& job, const std::string& name = "x.png") {
  Outcome outcome = label_bytes(bytes, job, name);
  REQUIRE_MESSAGE(outcome.report, (outcome.report ? "" : outcome.report.error().message));
  return outcome;
}

ByteBuffer picture() {
  for (const Specimen& each : testing::specimens()) {
    if (each.format == "png") return each.bytes;
  }
  return {};
}

const Evidence* c2pa_of(const Report& report) {
  for (const Evidence& evidence : report.evidence) {
    if (evidence.c2pa) return &evidence;
  }
  return nullptr;
}

Report verified(Bytes bytes, const std::string& name = "x.png") {
  MemorySource source(bytes);
  VerifyOptions options;
  options.file_name = name;
  return verify(source, system_env(), options);
}

std::string types_of(const Report& report) {
  std::string all;
  for (const std::string& type : c2pa_of(report)->c2pa->digital_source_types) {
    all += type.substr(type.rfind('/') + 1) + " ";
  }
  return all;
}

}  // namespace

TEST_CASE("a label and a manifest are written in one go, in every row that holds both") {
  for (const Specimen& specimen : testing::specimens()) {
    const Format* format = find_format(specimen.format);
    if (!format->can_write(CarrierKind::C2paStore) ||
        format->can.write.front() == CarrierKind::C2paStore) {
      continue;
    }
    CAPTURE(specimen.format);
    CAPTURE(specimen.what);
    LabelJob job = job_for();
    job.force = true;  // some specimens carry others' labels, or stores of letters
    const std::string name = "x." + std::string(format->extensions.front());
    const Outcome outcome = label_bytes(specimen.bytes, job, name);
    if (!outcome.report && (outcome.report.error().code == ErrorCode::Unsupported ||
                            outcome.report.error().code == ErrorCode::Conflict ||
                            outcome.report.error().code == ErrorCode::Refused)) {
      continue;  // another kind of value, or bytes that no signature would cover
    }
    REQUIRE_MESSAGE(outcome.report, (outcome.report ? "" : outcome.report.error().message));
    const Report report = verified(outcome.bytes, name);
    REQUIRE((c2pa_of(report) != nullptr));
    CHECK(c2pa_of(report)->c2pa->state == "Valid");
    CHECK(c2pa_of(report)->says->origin == Origin::Generated);
    CHECK(report.verdict.assurance == Assurance::Valid);
    CHECK(outcome.report->written->manifest_bytes > 0);
    const Outcome again = must_label(outcome.bytes, job_for(), name);
    CHECK(again.report->written->mode == "unchanged");
    CHECK(again.bytes == outcome.bytes);
  }
}

TEST_CASE("the manifest says what the label says, and no more") {
  CHECK(types_of(*must_label(picture(), job_for()).report) == "trainedAlgorithmicMedia ");
  CHECK(types_of(*must_label(picture(), job_for(Origin::Edited)).report) ==
        "compositeWithTrainedAlgorithmicMedia ");
  for (const Origin origin : {Origin::Possible, Origin::Suspected}) {
    const Outcome outcome = label_bytes(picture(), job_for(origin));
    REQUIRE_FALSE(outcome.report);
    CHECK(outcome.report.error().code == ErrorCode::Refused);
    CHECK(outcome.bytes.empty());
  }
  LabelJob platform = job_for();
  platform.role = Role::Platform;
  platform.wanted.propagator = kProducer;
  const ByteBuffer labelled = [] {
    LabelJob job = job_for();
    job.manifest = nullptr;
    return must_label(picture(), job).bytes;
  }();
  const Outcome outcome = label_bytes(labelled, platform);
  REQUIRE_FALSE(outcome.report);
  CHECK(outcome.report.error().code == ErrorCode::Refused);
}

TEST_CASE("signing again with the same certificate and label changes nothing") {
  const Outcome first = must_label(picture(), job_for());
  const Outcome second = must_label(first.bytes, job_for());
  CHECK(second.bytes == first.bytes);
  CHECK(second.report->written->mode == "unchanged");
  CHECK(second.report->written->manifest_bytes == 0);
  LabelJob forced = job_for();
  forced.force = true;
  CHECK(must_label(first.bytes, forced).bytes != first.bytes);
}

TEST_CASE("a file with a manifest is labelled when it is signed again, and keeps the manifest") {
  const Outcome first = must_label(picture(), job_for());
  LabelJob other = job_for();
  other.manifest = new_manifest_job();
  const Outcome second = must_label(first.bytes, other);
  CHECK(second.bytes != first.bytes);
  CHECK(types_of(*second.report) == "trainedAlgorithmicMedia ");
  CHECK(c2pa_of(verified(second.bytes))->c2pa->state == "Valid");
  CHECK(second.bytes.size() > first.bytes.size() + 1000);
  LabelJob unsigned_job = job_for();
  unsigned_job.manifest = nullptr;
  unsigned_job.wanted.produce_id = "another";
  unsigned_job.force = false;
  CHECK_FALSE(label_bytes(first.bytes, unsigned_job).report);
}

TEST_CASE("a signature does not say more than the manifest before it") {
  const Outcome edited = must_label(picture(), job_for(Origin::Edited));
  LabelJob more = job_for(Origin::Generated);
  more.manifest = new_manifest_job();
  const Outcome refused = label_bytes(edited.bytes, more);
  REQUIRE_FALSE(refused.report);
  CHECK(refused.report.error().code == ErrorCode::Refused);
  more.force = true;
  const Outcome forced = must_label(edited.bytes, more);
  CHECK(std::any_of(forced.report->findings.begin(), forced.report->findings.end(),
                    [](const Finding& finding) { return finding.rule == "forced"; }));
}

TEST_CASE("a store beside the file: written with --sidecar, found by verify, not overwritten") {
  const TemporaryFolder folder;
  const std::string file = folder.file("x.bmp");
  for (const Specimen& each : testing::specimens()) {
    if (each.format == "bmp") testing::write_file(file, each.bytes);
  }
  const auto label_it = [&](const LabelJob& job) {
    Destination destination;
    destination.kind = Destination::Kind::InPlace;
    return label_file(file, destination, job, system_env());
  };
  CHECK_FALSE(label_it(job_for()));
  LabelJob job = job_for();
  job.sidecar = true;
  const auto report = label_it(job);
  REQUIRE_MESSAGE(report, (report ? "" : report.error().message));
  CHECK(report->written->store_file == file + ".c2pa");
  const Report found = verify_file(file, system_env(), {});
  REQUIRE((c2pa_of(found) != nullptr));
  CHECK(c2pa_of(found)->c2pa->state == "Valid");
  const ByteBuffer store = testing::read_file(file + ".c2pa");
  REQUIRE(label_it(job));
  CHECK(testing::read_file(file + ".c2pa") == store);
  job.manifest = new_manifest_job();
  CHECK_FALSE(label_it(job));
  CHECK(testing::read_file(file + ".c2pa") == store);
}

TEST_CASE("a font is signed inside, and its label beside it names what came out") {
  const TemporaryFolder folder;
  const std::string file = folder.file("x.ttf"), copy = folder.file("y.ttf");
  for (const Specimen& each : testing::specimens()) {
    if (each.format == "font" && each.what == "TrueType") testing::write_file(file, each.bytes);
  }
  Destination destination;
  destination.path = copy;
  for (const std::string& name : {copy, file}) {
    CAPTURE(name);
    const auto report = label_file(file, destination, job_for(), system_env());
    REQUIRE_MESSAGE(report, (report ? "" : report.error().message));
    CHECK(report->written->mode == "rewritten");
    CHECK(report->written->sidecar_file == name + ".aigc.json");
    CHECK(report->written->store_file.empty());
    const Report found = verify_file(name, system_env(), {});
    REQUIRE((c2pa_of(found) != nullptr));
    CHECK(c2pa_of(found)->carrier == "font:C2PA");
    CHECK(c2pa_of(found)->c2pa->state == "Valid");
    CHECK(found.evidence.size() == 2);
    for (const Evidence& evidence : found.evidence) {
      for (const Finding& finding : evidence.findings) CHECK(finding.rule != "sidecar-stale");
    }
    destination.kind = Destination::Kind::InPlace;
  }
  const ByteBuffer once = testing::read_file(file);
  const auto again = label_file(file, destination, job_for(), system_env());
  REQUIRE(again);
  CHECK(again->written->mode == "unchanged");
  CHECK(testing::read_file(file) == once);
  LabelJob unsigned_job = job_for();
  unsigned_job.manifest = nullptr;
  CHECK_FALSE(label_file(copy, destination, unsigned_job, system_env()));
}

TEST_CASE("a text is signed beside, and inside only where a manifest stands already") {
  const ByteBuffer text = to_buffer("A text.\n");
  const Outcome beside = must_label(text, job_for(), "x.txt");
  CHECK(beside.bytes == text);
  CHECK(beside.report->written->store.has_value());
  const auto inside = [](Bytes store, const std::string& line) {
    return to_buffer(line + "-----BEGIN C2PA MANIFEST----- data:application/c2pa;base64," +
                     base64_encode(store) + " -----END C2PA MANIFEST-----\n");
  };
  const ByteBuffer held = inside(*beside.report->written->store, "A text.\n");
  const Outcome outcome = must_label(held, job_for(), "x.txt");
  CHECK_FALSE(outcome.report->written->store.has_value());
  const Report found = verified(outcome.bytes, "x.txt");
  REQUIRE((c2pa_of(found) != nullptr));
  CHECK(c2pa_of(found)->c2pa->state == "Valid");
}

TEST_CASE("a text that is in no normalization form is hashed as a validator hashes it") {
  const ByteBuffer text = to_buffer("# Cafe\xCC\x81\n\nfin\xCC\x83\n");
  const Outcome outcome = must_label(text, job_for(), "x.md");
  CHECK(c2pa_of(verified(outcome.bytes, "x.md"))->c2pa->state == "Valid");
  CHECK(as_text(outcome.bytes).find("fin\xCC\x83") != std::string_view::npos);
}

TEST_CASE("files are signed while they are written, in place too, and a dry run writes nothing") {
  const TemporaryFolder folder;
  const std::string file = folder.file("x.png"), out = folder.file("y.png");
  testing::write_file(file, picture());
  Destination destination;
  destination.path = out;
  destination.dry_run = true;
  REQUIRE(label_file(file, destination, job_for(), system_env()));
  CHECK(testing::read_file(out).empty());
  destination.dry_run = false;
  REQUIRE(label_file(file, destination, job_for(), system_env()));
  CHECK(c2pa_of(verified(testing::read_file(out)))->c2pa->state == "Valid");
  destination.kind = Destination::Kind::InPlace;
  REQUIRE(label_file(file, destination, job_for(), system_env()));
  CHECK(c2pa_of(verified(testing::read_file(file)))->c2pa->state == "Valid");
}
