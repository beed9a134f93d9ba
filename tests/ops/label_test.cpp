// SPDX-License-Identifier: Apache-2.0
// Labelling over the whole table of formats: roles, refusals, idempotence.
#include "label_support.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace colophon;
using namespace colophon::testing;

namespace {

bool has_c2pa(const Format& format, Bytes bytes) {
  MemorySource source(bytes);
  const auto layout = format.inspect(source, Limits{});
  return layout &&
         std::any_of(layout->carriers.begin(), layout->carriers.end(),
                     [](const Carrier& carrier) { return carrier.kind == CarrierKind::C2paStore; });
}

template <typename Visit>
void for_each_writable(const Visit& visit) {
  for (const Specimen& specimen : testing::specimens()) {
    const Format* format = find_format(specimen.format);
    REQUIRE(format != nullptr);
    if (format->can.write.empty()) continue;
    CAPTURE(specimen.format);
    CAPTURE(specimen.what);
    visit(*format, specimen);
  }
}

}  // namespace

TEST_CASE("label, relabel and platform update in every container") {
  for_each_writable([](const Format& format, const Specimen& specimen) {
    const std::string name = name_of(specimen);
    LabelJob job = job_for();
    job.force = has_c2pa(format, specimen.bytes);
    const Outcome first = label_bytes(specimen.bytes, name, job);
    if (!first.report) {
      // A specimen may carry somebody's label, be signed, or have no place in this very document.
      const ErrorCode code = first.report.error().code;
      CHECK_MESSAGE((code == ErrorCode::Refused || code == ErrorCode::Unsupported ||
                     code == ErrorCode::Conflict),
                    first.report.error().message);
      return;
    }
    if (first.report->written->sidecar) return;
    const Label* label = gb_label(*first.report);
    REQUIRE(label != nullptr);
    CHECK(label->producer == kProducer);
    CHECK(label->propagator == kProducer);
    CHECK(label->produce_id == label->propagate_id);
    CHECK(first.report->verdict.origin == Origin::Generated);

    const Outcome again = label_bytes(first.bytes, name, job_for());
    REQUIRE_MESSAGE(again.report, (again.report ? "" : again.report.error().message));
    CHECK(again.report->written->mode == "unchanged");
    CHECK(again.bytes == first.bytes);

    LabelJob platform = job_for("");
    platform.role = Role::Platform;
    platform.wanted.propagator = kPlatform;
    platform.wanted.propagate_id = "p-1";
    platform.force = job.force;
    const Outcome update = label_bytes(first.bytes, name, platform);
    REQUIRE_MESSAGE(update.report, (update.report ? "" : update.report.error().message));
    const Label* updated = gb_label(*update.report);
    REQUIRE(updated != nullptr);
    CHECK(updated->producer == label->producer);
    CHECK(updated->produce_id == label->produce_id);
    CHECK(updated->reserved1 == label->reserved1);
    CHECK(updated->propagator == kPlatform);
    CHECK(updated->propagate_id == "p-1");

    if (job.force) return;
    const Outcome other = label_bytes(first.bytes, name, job_for("somebody-else"));
    REQUIRE_FALSE(other.report);
    CHECK(other.report.error().code == ErrorCode::Refused);
    CHECK(other.bytes.empty());
  });
}

TEST_CASE("a C2PA store is not broken without --force") {
  for_each_writable([](const Format& format, const Specimen& specimen) {
    if (!has_c2pa(format, specimen.bytes)) return;
    const Outcome outcome = label_bytes(specimen.bytes, name_of(specimen), job_for());
    REQUIRE_FALSE(outcome.report);
    // Unsupported: the specimen's label stands where it cannot be rewritten, which is told first.
    const ErrorCode code = outcome.report.error().code;
    CHECK((code == ErrorCode::Refused || code == ErrorCode::Unsupported));
    CHECK(outcome.bytes.empty());
  });
}

TEST_CASE("GB 45438 and IPTC share one packet and one write") {
  for_each_writable([](const Format& format, const Specimen& specimen) {
    if (format.can.write.front() != CarrierKind::Xmp || has_c2pa(format, specimen.bytes)) return;
    LabelJob job = job_for();
    job.standards = {"gb45438", "iptc"};
    job.wanted.system = "Example Model";
    const Outcome outcome = label_bytes(specimen.bytes, name_of(specimen), job);
    if (!outcome.report) return;
    std::size_t found = 0;
    for (const Evidence& evidence : outcome.report->evidence) {
      if (evidence.standard == StandardId::Iptc) {
        ++found;
        CHECK(evidence.says->origin == Origin::Generated);
        CHECK(evidence.says->system == "Example Model");
      }
    }
    CHECK(found == 1);
    CHECK(gb_label(*outcome.report) != nullptr);
  });
}

TEST_CASE("--force is logged only when it was needed") {
  const std::string page = "<!doctype html><html><head><title>x</title></head></html>\n";
  LabelJob job = job_for();
  job.force = true;
  const Outcome outcome = label_bytes(as_bytes(page), "x.html", job);
  REQUIRE(outcome.report);
  for (const Finding& finding : outcome.report->findings) CHECK(finding.rule != "forced");
  LabelJob other = job_for("other");
  other.force = true;
  const Outcome over = label_bytes(outcome.bytes, "x.html", other);
  REQUIRE_MESSAGE(over.report, (over.report ? "" : over.report.error().message));
  CHECK(std::any_of(over.report->findings.begin(), over.report->findings.end(),
                    [](const Finding& finding) { return finding.rule == "forced"; }));
}

TEST_CASE("a profile without GB 45438 asks for no producer") {
  const std::string page = "<!doctype html><html><head><title>x</title></head></html>\n";
  LabelJob job;
  job.wanted.origin = Origin::Generated;
  job.standards = {"html-disclosure"};
  const Outcome outcome = label_bytes(as_bytes(page), "x.html", job);
  REQUIRE_MESSAGE(outcome.report, (outcome.report ? "" : outcome.report.error().message));
  CHECK(outcome.report->verdict.origin == Origin::Generated);
  CHECK(outcome.report->verdict.basis == std::vector<std::string>{"html-disclosure"});
}

TEST_CASE("the report of a write has the HTTP field to serve the file with") {
  const std::string page = "<!doctype html><html><head><title>x</title></head></html>\n";
  LabelJob job = job_for("Maker");
  job.wanted.system = "Model";
  const Outcome done = label_bytes(as_bytes(page), "x.html", job);
  REQUIRE(done.report);
  CHECK(done.report->written->http_field ==
        "AI-Disclosure: mode=machine-generated, model=\"Model\", provider=\"Maker\"");
  job.wanted.origin = Origin::Possible;
  CHECK(label_bytes(as_bytes(page), "x.html", job).report->written->http_field.empty());
}

TEST_CASE("JSON-LD is written for a profile that asks for schema.org") {
  const std::string page = "<!doctype html><html><head><title>x</title></head></html>\n";
  LabelJob job = job_for();
  job.standards = {"gb45438", "schema-org"};
  const Outcome done = label_bytes(as_bytes(page), "x.html", job);
  REQUIRE_MESSAGE(done.report, (done.report ? "" : done.report.error().message));
  CHECK(to_string(done.bytes).find("TrainedAlgorithmicMediaDigitalSource") != std::string::npos);
  CHECK(done.report->verdict.basis == std::vector<std::string>{"gb45438", "schema-org"});
  const Outcome again = label_bytes(done.bytes, "x.html", job);
  REQUIRE_MESSAGE(again.report, (again.report ? "" : again.report.error().message));
  CHECK(again.report->written->mode == "unchanged");
}

TEST_CASE("a link to a manifest elsewhere is told as not looked at") {
  const std::string svg =
      "<svg xmlns=\"http://www.w3.org/2000/svg\"><metadata><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
      "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description "
      "rdf:about=\"\" xmlns:dcterms=\"http://purl.org/dc/terms/\" "
      "dcterms:provenance=\"https://example.org/a.c2pa\"/></rdf:RDF></x:xmpmeta></metadata></"
      "svg>\n";
  MemorySource source(as_bytes(svg));
  const Report report = verify(source, test_env(), {});
  REQUIRE(report.evidence.size() == 1);
  REQUIRE(report.evidence.front().findings.size() == 1);
  CHECK(report.evidence.front().findings.front().rule == "C2PA-remote");
}

TEST_CASE("ULIDs have 26 characters, sort by time and differ") {
  const Env env = test_env();
  const std::string a = make_ulid(env), b = make_ulid(env);
  CHECK(a.size() == 26);
  CHECK(a.substr(0, 10) == b.substr(0, 10));
  CHECK(a != b);
  CHECK(a.substr(0, 10) == "01HF7YAT00");
  Env zero = env;
  zero.random = [](std::span<std::uint8_t> bytes) { std::fill(bytes.begin(), bytes.end(), 0); };
  CHECK(make_ulid(zero) == "01HF7YAT000000000000000000");
}

TEST_CASE("a place with thousands of labels is written at once") {
  std::string text =
      "<svg xmlns='http://www.w3.org/2000/svg'><metadata><rdf:RDF "
      "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description "
      "xmlns:TC260='http://www.tc260.org.cn/ns/AIGC/1.0/'>";
  for (int i = 0; i < 3000; ++i) text += "<TC260:AIGC>{\"Label\":\"1\"}</TC260:AIGC>";
  text += "</rdf:Description></rdf:RDF></metadata></svg>";
  LabelJob job = job_for();
  job.force = true;
  const std::clock_t start = std::clock();
  (void)label_bytes(as_bytes(text), "x.svg", job);
  CHECK(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC < 1.0);
}
