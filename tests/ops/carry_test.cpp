// SPDX-License-Identifier: Apache-2.0
// carry: what is brought, what is refused, and that nothing becomes more than it was.
#include <doctest/doctest.h>

#include <algorithm>

#include "crypto/issue.hpp"
#include "ops/compare.hpp"
#include "ops/keys.hpp"
#include "ops/sealing.hpp"
#include "support/pictures.hpp"
#include "support/support.hpp"

using namespace colophon;

namespace {

constexpr const char* kProducer = "001191110102MAD55U9H0F10002";
constexpr const char* kPlatform = "00119144030008867405X220001";

std::shared_ptr<const ManifestJob> new_signatory() {
  const auto key = new_private_key(KeyKind::P256, 0, "");
  REQUIRE(key);
  const auto chain = issue_test_chain(*key, "", "test", system_env().now());
  REQUIRE(chain);
  KeySource source;
  source.pem = *key;
  auto signer = open_signer(source);
  REQUIRE(signer);
  ManifestJob job;
  job.signatory.signer = *std::move(signer);
  job.signatory.chain = *read_certificates_pem(chain->leaf);
  return std::make_shared<const ManifestJob>(std::move(job));
}
const std::shared_ptr<const ManifestJob>& signatory() {
  static const auto job = new_signatory();
  return job;
}

ByteBuffer original() {
  static const ByteBuffer file = testing::png_picture(240, 160, testing::scene(1, 240, 160));
  return file;
}
ByteBuffer smaller() {
  static const ByteBuffer file = testing::png_picture(120, 80, testing::scene(1, 120, 80));
  return file;
}
ByteBuffer stranger() {
  return testing::png_picture(120, 80, testing::scene(99, 120, 80));
}

LabelJob label_as(Origin origin, std::vector<std::string> standards) {
  LabelJob job;
  job.wanted.origin = origin;
  job.wanted.producer = kProducer;
  job.wanted.produce_id = "id-1";
  job.wanted.system = "Model";
  job.standards = std::move(standards);
  job.file_name = "from.png";
  return job;
}

ByteBuffer labelled(Bytes file, const LabelJob& job) {
  MemorySource source(file);
  MemorySink sink;
  const auto report = label(source, sink, job, system_env());
  REQUIRE_MESSAGE(report, (report ? "" : report.error().message));
  return sink.take();
}
ByteBuffer usual() {
  return labelled(original(), label_as(Origin::Edited, {"gb45438", "iptc"}));
}

struct Outcome {
  Result<Report> report;
  ByteBuffer bytes;
};
Outcome carried(Bytes from, Bytes to, LabelJob job = {}) {
  if (job.file_name.empty()) job.file_name = "to.png";
  if (job.from.file_name.empty()) job.from.file_name = "from.png";
  MemorySource origin(from), source(to);
  MemorySink sink;
  auto report = carry(origin, source, sink, job, system_env());
  return {std::move(report), sink.take()};
}
Outcome must_carry(Bytes from, Bytes to, const LabelJob& job = {}) {
  Outcome outcome = carried(from, to, job);
  REQUIRE_MESSAGE(outcome.report, (outcome.report ? "" : outcome.report.error().message));
  return outcome;
}
Error refusal(Bytes from, Bytes to, const LabelJob& job = {}) {
  const Outcome outcome = carried(from, to, job);
  REQUIRE_FALSE(outcome.report);
  CHECK(outcome.bytes.empty());
  return outcome.report.error();
}

Report verified(Bytes bytes) {
  MemorySource source(bytes);
  VerifyOptions options;
  options.file_name = "to.png";
  return verify(source, system_env(), options);
}
const Evidence* evidence_of(const Report& report, StandardId id) {
  for (const Evidence& evidence : report.evidence) {
    if (evidence.standard == id) return &evidence;
  }
  return nullptr;
}
bool has_finding(const Report& report, std::string_view rule) {
  return std::any_of(report.findings.begin(), report.findings.end(),
                     [&](const Finding& finding) { return finding.rule == rule; });
}
LabelJob signing() {
  LabelJob job;
  job.manifest = signatory();
  return job;
}

}  // namespace

TEST_CASE("the GB 45438 field and the IPTC statement arrive as they were") {
  LabelJob platform = label_as(Origin::Edited, {"gb45438"});
  platform.role = Role::Platform;
  platform.wanted.producer.clear();
  platform.wanted.propagator = kPlatform;
  platform.wanted.propagate_id = "p-7";
  const ByteBuffer from = labelled(usual(), platform);
  const Outcome outcome = must_carry(from, smaller());
  const Report before = verified(from), after = verified(outcome.bytes);
  const Label& was = *evidence_of(before, StandardId::Gb45438)->says;
  const Label& is = *evidence_of(after, StandardId::Gb45438)->says;
  CHECK(is == was);
  CHECK(is.propagator == kPlatform);
  CHECK(is.propagate_id == "p-7");
  CHECK(evidence_of(after, StandardId::Iptc)->says->origin == Origin::Edited);
  CHECK(evidence_of(after, StandardId::Iptc)->says->system == "Model");
  CHECK(after.verdict.assurance == Assurance::Declared);
  const Provenance& provenance = *outcome.report->provenance;
  CHECK(provenance.carried == std::vector<std::string>{"gb45438", "iptc"});
  CHECK(provenance.actions == std::vector<std::string>{"c2pa.resized"});
  REQUIRE(provenance.measured.size() == 1);
  CHECK(provenance.measured.front().value > 0.8);
  CHECK_FALSE(provenance.forced);
  // Again: nothing to do.
  CHECK(must_carry(from, outcome.bytes).report->written->mode == "unchanged");
}

TEST_CASE("only what the file says is carried, and nothing is added") {
  const ByteBuffer gb = labelled(original(), label_as(Origin::Generated, {"gb45438"}));
  CHECK(evidence_of(verified(must_carry(gb, smaller()).bytes), StandardId::Iptc) == nullptr);
  const ByteBuffer iptc = labelled(original(), label_as(Origin::Generated, {"iptc"}));
  const Report after = verified(must_carry(iptc, smaller()).bytes);
  CHECK(evidence_of(after, StandardId::Gb45438) == nullptr);
  CHECK(evidence_of(after, StandardId::Iptc)->says->origin == Origin::Generated);
  for (const Origin origin : {Origin::Possible, Origin::Suspected}) {
    const ByteBuffer weak = labelled(original(), label_as(origin, {"gb45438"}));
    CHECK(verified(must_carry(weak, smaller()).bytes).verdict.origin == origin);
    CHECK(refusal(weak, smaller(), signing()).code == ErrorCode::Refused);
  }
}

TEST_CASE("without a label there is nothing to carry") {
  const Error none = refusal(original(), smaller());
  CHECK(is_nothing_to_carry(none));
  LabelJob force;
  force.force = true;
  CHECK(is_nothing_to_carry(refusal(original(), smaller(), force)));
  // A trace is no statement: a program's name in a text chunk.
  ByteBuffer traced = original();
  const std::string text = "parameters";
  ByteBuffer chunk = to_buffer("tEXtparameters");
  chunk.push_back(0);
  append(chunk, std::string_view("a cat\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: "
                                 "512x512, Model: sd"));
  ByteBuffer whole;
  append_be(whole, chunk.size() - 4, 4);
  append(whole, chunk);
  append_be(whole, 0, 4);
  traced.insert(traced.begin() + 33, whole.begin(), whole.end());
  REQUIRE(verified(traced).verdict.origin == Origin::Suspected);
  const Error trace = refusal(traced, smaller(), signing());
  CHECK(is_nothing_to_carry(trace));
  CHECK(trace.message.find("traces") != std::string::npos);
}

TEST_CASE("a file that is plainly another one is refused, with the number and the limit") {
  const Error error = refusal(usual(), stranger());
  CHECK(error.code == ErrorCode::Refused);
  CHECK(error.message.find("0.60 is the limit") != std::string::npos);
  LabelJob force;
  force.force = true;
  const Outcome outcome = must_carry(usual(), stranger(), force);
  CHECK(outcome.report->provenance->forced);
  CHECK(has_finding(*outcome.report, "forced"));
  CHECK(outcome.report->provenance->actions == std::vector<std::string>{"c2pa.unknown"});
}

TEST_CASE("a label that stands already is dealt with as label does") {
  const ByteBuffer other = [] {
    LabelJob job = label_as(Origin::Generated, {"gb45438"});
    job.wanted.producer = kPlatform;
    return labelled(smaller(), job);
  }();
  CHECK(refusal(usual(), other).code == ErrorCode::Refused);
  LabelJob force;
  force.force = true;
  const Outcome outcome = must_carry(usual(), other, force);
  CHECK(evidence_of(verified(outcome.bytes), StandardId::Gb45438)->says->producer == kProducer);
  CHECK(has_finding(*outcome.report, "forced"));
  LabelJob other_id = label_as(Origin::Generated, {"gb45438"});
  other_id.wanted.produce_id = "id-2";
  CHECK(refusal(usual(), labelled(smaller(), other_id)).code == ErrorCode::Refused);
}

TEST_CASE("with a key the file it came from is the parent, and its actions are what was measured") {
  LabelJob sign = label_as(Origin::Generated, {"gb45438"});
  sign.manifest = signatory();
  const ByteBuffer from = labelled(original(), sign);
  const ByteBuffer part =
      testing::png_picture(144, 96, testing::scene(1, 144, 96, {0.2, 0.2, 0.6, 0.6}));
  const Outcome outcome = must_carry(from, part, signing());
  CHECK(outcome.report->provenance->actions == std::vector<std::string>{"c2pa.cropped"});
  const Report after = verified(outcome.bytes);
  const Evidence* manifest = evidence_of(after, StandardId::C2pa);
  REQUIRE(manifest != nullptr);
  CHECK(manifest->c2pa->state == "Valid");
  CHECK(manifest->says->origin == Origin::Generated);
  CHECK(after.verdict.assurance == Assurance::Valid);
  CHECK(as_text(outcome.bytes).find("c2pa.cropped") != std::string_view::npos);
  CHECK(as_text(outcome.bytes).find("parentOf") != std::string_view::npos);
  CHECK(must_carry(from, outcome.bytes, signing()).report->written->mode == "unchanged");
  // Another file is no parent of this one.
  const ByteBuffer second = labelled(original(), sign);
  CHECK(refusal(second, outcome.bytes, signing()).code == ErrorCode::Refused);
  // Without a key the statement is worth a declaration.
  const Outcome bare = must_carry(from, part);
  CHECK(has_finding(*bare.report, "carry-unsigned"));
  CHECK(verified(bare.bytes).verdict.assurance == Assurance::Declared);
}

TEST_CASE("the size that is told is that of the new manifest, inside the file and beside it") {
  LabelJob first = label_as(Origin::Generated, {"gb45438"});
  first.manifest = signatory();
  const ByteBuffer from = labelled(original(), first);
  LabelJob job;
  job.manifest = signatory();
  const Outcome inside = must_carry(from, smaller(), job);
  job.sidecar = true;
  const Outcome beside = must_carry(from, smaller(), job);
  REQUIRE(beside.report->written->store);
  const std::uint64_t size = beside.report->written->manifest_bytes;
  CHECK(size < beside.report->written->store->size() - 1000);
  CHECK(size + 200 > inside.report->written->manifest_bytes);
}

TEST_CASE("an action that is named stands in the manifest; one that begins a history does not") {
  LabelJob job = signing();
  job.action = "c2pa.watermarked";
  const Outcome outcome = must_carry(usual(), smaller(), job);
  CHECK(as_text(outcome.bytes).find("c2pa.watermarked") != std::string_view::npos);
  CHECK(has_finding(*outcome.report, "carry-declared"));
  for (const char* wrong : {"c2pa.created", "c2pa.opened", "c2pa.placed", "eaten"}) {
    job.action = wrong;
    CHECK(refusal(usual(), smaller(), job).code == ErrorCode::Usage);
  }
}

TEST_CASE("what only a broken manifest says is not signed again") {
  LabelJob sign = label_as(Origin::Generated, {});
  sign.manifest = signatory();
  ByteBuffer from = labelled(original(), sign);
  from[from.size() - 2000] ^= 1;  // a pixel; its check sum is read by nobody here
  REQUIRE(evidence_of(verified(from), StandardId::C2pa)->c2pa->state == "Invalid");
  LabelJob job = signing();
  job.force = false;
  const Error error = refusal(from, smaller(), job);
  CHECK(error.code == ErrorCode::Refused);
}

TEST_CASE("labels that contradict each other are not carried") {
  ByteBuffer from = usual();
  const std::string_view text = as_text(from);
  const auto at = text.find("id-1");
  REQUIRE(at != std::string_view::npos);
  // A second label in a text chunk, with another id.
  ByteBuffer chunk = to_buffer("tEXtAIGC");
  chunk.push_back(0);
  append(chunk, std::string_view(R"({"Label":"1","ContentProducer":"someone","ProduceID":"other",)"
                                 R"("ReservedCode1":"","ContentPropagator":"someone",)"
                                 R"("PropagateID":"other","ReservedCode2":""})"));
  ByteBuffer whole;
  append_be(whole, chunk.size() - 4, 4);
  append(whole, chunk);
  append_be(whole, 0, 4);
  from.insert(from.begin() + 33, whole.begin(), whole.end());
  CHECK(refusal(from, smaller()).code == ErrorCode::Conflict);
}

TEST_CASE("texts are compared by runs of words") {
  const std::string story =
      "The lighthouse keeper counted the ships each evening and wrote their names into a book that "
      "nobody had asked for, until one night a ship came that had no name at all.";
  const std::string other =
      "Boil the water with a little salt, add the rice, and let it stand under a lid for twenty "
      "minutes before you stir it with a fork and serve it with the lentils from yesterday.";
  CHECK(*shared_text(story, "<p>" + story + "</p>") == doctest::Approx(1));
  CHECK(*shared_text(story, story.substr(0, 90)) > 0.9);
  CHECK(*shared_text(story, other) < 0.1);
  CHECK_FALSE(shared_text(story, "a few words").has_value());
  const std::string chinese =
      "灯塔看守人每晚数着来往的船只，把它们的名字写进一本无人要求的册子里。";
  CHECK(*shared_text(chinese, "# 标题\n\n" + chinese) == doctest::Approx(1));
  CHECK(*shared_text(chinese,
                     "水烧开后加少许盐，放入大米，盖上锅盖焖二十分钟，再用叉子拌匀上桌。") < 0.1);
  CHECK_FALSE(shared_text("", "").has_value());
  CHECK_FALSE(shared_text("\xF0\xE3\xC2", "<<<<<<").has_value());
}

TEST_CASE("kinds that cannot be compared say so") {
  const auto specimens = testing::specimens();
  const auto pdf = std::find_if(specimens.begin(), specimens.end(),
                                [](const auto& each) { return each.format == "pdf"; });
  MemorySource from(pdf->bytes), to(pdf->bytes);
  const Format& format = *find_format("pdf");
  const Comparison comparison = compare_files(from, format, to, format, Limits{});
  CHECK_FALSE(comparison.derived);
  CHECK(comparison.measured.empty());
  CHECK(comparison.why_not.find("cannot be compared") != std::string::npos);
}
