// SPDX-License-Identifier: Apache-2.0
// Labelling and verifying over the whole table of formats: roles, refusals, idempotence, sidecars.
#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>

#include "io/io.hpp"
#include "ops/ops.hpp"
#include "ops/reading.hpp"
#include "support/support.hpp"

using namespace colophon;
using colophon::testing::Specimen;

namespace {

constexpr const char* kProducer = "001191110102MAD55U9H0F10002";
constexpr const char* kPlatform = "00119144030008867405X220001";

Env test_env() {
  Env env = system_env();
  env.now = [] { return 1'700'000'000; };
  return env;
}

LabelJob job_for(std::string producer = kProducer) {
  LabelJob job;
  job.wanted.origin = Origin::Generated;
  job.wanted.producer = std::move(producer);
  job.standards = {"gb45438"};
  return job;
}

std::string name_of(const Specimen& specimen) {
  const Format* format = find_format(specimen.format);
  return "x." + std::string(format->extensions.empty() ? "bin" : format->extensions.front());
}

struct Outcome {
  Result<Report> report;
  ByteBuffer bytes;
};

Outcome label_bytes(Bytes bytes, const std::string& name, LabelJob job) {
  job.file_name = name;
  MemorySource source(bytes);
  MemorySink sink;
  auto report = label(source, sink, job, test_env());
  return {std::move(report), sink.take()};
}

const Label* gb_label(const Report& report) {
  for (const Evidence& evidence : report.evidence) {
    if (evidence.standard == StandardId::Gb45438) return &*evidence.says;
  }
  return nullptr;
}

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

TEST_CASE("records keep their own production halves") {
  const auto record = [](const std::string& producer, const std::string& propagator) {
    return R"({"a":1,"AIGC":{"Label":"1","ContentProducer":")" + producer +
           R"(","ProduceID":"1","ReservedCode1":"r","ContentPropagator":")" + propagator +
           R"(","PropagateID":"1","ReservedCode2":""}})" + "\n";
  };
  const std::string mixed = record("one", "one") + "{\"a\":2}\n" + record("two", "two");
  LabelJob platform = job_for("");
  platform.role = Role::Platform;
  platform.wanted.propagator = "site";
  platform.wanted.propagate_id = "1";
  const Outcome update = label_bytes(as_bytes(mixed), "x.jsonl", platform);
  REQUIRE_MESSAGE(update.report, (update.report ? "" : update.report.error().message));
  CHECK(to_string(update.bytes) == record("one", "site") + "{\"a\":2}\n" + record("two", "site"));

  // A producer's own run labels what is new and leaves what is labelled; others' labels stop it.
  const std::string own = record(kProducer, kProducer) + "{\"a\":2}\n";
  const Outcome more = label_bytes(as_bytes(own), "x.jsonl", job_for());
  REQUIRE_MESSAGE(more.report, (more.report ? "" : more.report.error().message));
  CHECK(to_string(more.bytes).starts_with(record(kProducer, kProducer)));
  CHECK(more.report->evidence.size() == 2);
  const Outcome others = label_bytes(as_bytes(mixed), "x.jsonl", job_for());
  REQUIRE_FALSE(others.report);
  CHECK(others.report.error().code == ErrorCode::Refused);
}

TEST_CASE("a file of more records than are kept is labelled, updated and judged whole") {
  constexpr std::size_t kRecords = 5000;
  std::string lines;
  for (std::size_t i = 0; i < kRecords; ++i) lines += "{\"a\":" + std::to_string(i) + "}\n";
  const Outcome first = label_bytes(as_bytes(lines), "x.jsonl", job_for());
  REQUIRE_MESSAGE(first.report, (first.report ? "" : first.report.error().message));
  CHECK(first.report->written->carriers_count == kRecords);
  CHECK(first.report->written->carriers.size() == 16);
  REQUIRE(first.report->evidence.size() == 1);
  CHECK(first.report->evidence[0].count == kRecords);
  CHECK(first.report->evidence[0].line == 1);
  CHECK(first.report->evidence[0].carrier == "jsonl:$[0].AIGC");

  LabelJob platform = job_for("");
  platform.role = Role::Platform;
  platform.wanted.propagator = "site";
  const Outcome update = label_bytes(first.bytes, "x.jsonl", platform);
  REQUIRE_MESSAGE(update.report, (update.report ? "" : update.report.error().message));
  REQUIRE(update.report->evidence.size() == 1);
  CHECK(update.report->evidence[0].says->producer == kProducer);
  CHECK(update.report->evidence[0].says->propagator == "site");
  CHECK(update.report->evidence[0].count == kRecords);
  const Outcome again = label_bytes(update.bytes, "x.jsonl", platform);
  REQUIRE(again.report);
  CHECK(again.report->written->mode == "unchanged");
  CHECK(to_string(again.bytes) == to_string(update.bytes));
}

TEST_CASE("many records are judged in groups, and each record for itself") {
  const auto record = [](const std::string& producer, const std::string& id) {
    return R"({"AIGC":{"Label":"1","ContentProducer":")" + producer + R"(","ProduceID":")" + id +
           R"(","ReservedCode1":"","ContentPropagator":"p","PropagateID":"1","ReservedCode2":""}})";
  };
  std::string lines;
  for (int i = 0; i < 6000; ++i) {
    lines += record(i % 3 == 0 ? "three" : "other", std::to_string(i)) + "\n";
  }
  const auto judged = [&] {
    MemorySource source(as_bytes(lines));
    VerifyOptions options;
    options.file_name = "x.jsonl";
    return verify(source, test_env(), options);
  };
  const Report report = judged();
  REQUIRE(report.evidence.size() == 2);
  CHECK(report.evidence[0].count == 2000);
  CHECK(report.evidence[1].count == 4000);
  CHECK(report.evidence[1].line == 2);
  CHECK(std::any_of(report.evidence[1].details.begin(), report.evidence[1].details.end(),
                    [](const auto& detail) {
                      return detail == std::pair<std::string, std::string>("varies", "produce_id");
                    }));
  // Records are documents of their own: different labels in different records are no conflict.
  CHECK(report.verdict.assurance == Assurance::Declared);
  CHECK(report.findings.empty());

  // Two labels that disagree within one record are, wherever it stands, and count once a rule.
  const std::string twice = R"({"a":)" + record("x", "1") + R"(,"b":)" + record("y", "2") + "}\n";
  lines += twice + twice;
  const Report conflict = judged();
  CHECK(conflict.verdict.assurance == Assurance::Conflict);
  REQUIRE(conflict.findings.size() == 1);
  CHECK(conflict.findings[0].rule == "E-9");
  CHECK(conflict.findings[0].count == 2);
  CHECK(conflict.findings[0].line == 6001);
  const Outcome refused = label_bytes(as_bytes(lines), "x.jsonl", job_for());
  REQUIRE_FALSE(refused.report);
  CHECK(refused.report.error().code == ErrorCode::Conflict);

  lines += "{broken\n" + record("z", "1") + "\n";
  const Report broken = judged();
  REQUIRE(broken.error);
  CHECK(broken.error->offset > lines.size() - 200);
  CHECK(broken.evidence.size() == 5);
}

TEST_CASE("plain text above the limit gets its sidecar, and what was not read is told") {
  Env env = test_env();
  env.limits.max_text = 4096;
  const std::string text(10'000, 'x');
  MemorySource source(as_bytes(text));
  MemorySink sink;
  LabelJob job = job_for();
  job.file_name = "x.txt";
  const auto report = label(source, sink, job, env);
  REQUIRE_MESSAGE(report, (report ? "" : report.error().message));
  CHECK(report->written->mode == "sidecar");
  VerifyOptions options;
  options.file_name = "x.txt";
  const Report verified = verify(source, env, options);
  CHECK_FALSE(verified.error);
  CHECK(verified.verdict.sentence.en.find("only the first 4096 bytes") != std::string::npos);
  CHECK(verified.findings.at(0).severity == Severity::Warning);
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

TEST_CASE("a file of a sidecar kind gets a sidecar, and a stale one is told") {
  const testing::TemporaryFolder folder;
  const std::string path = folder.file("note.txt");
  testing::write_file(path, as_bytes("A note.\n"));
  LabelJob job = job_for();
  const Destination in_place{Destination::Kind::InPlace, "", "", false};
  const auto report = label_file(path, in_place, job, test_env());
  REQUIRE_MESSAGE(report, (report ? "" : report.error().message));
  CHECK(report->written->mode == "sidecar");
  CHECK(to_string(testing::read_file(path)) == "A note.\n");
  REQUIRE(exists(path + ".aigc.json"));

  const Report verified = verify_file(path, test_env(), {});
  CHECK(verified.verdict.origin == Origin::Generated);
  CHECK(gb_label(verified)->producer == kProducer);

  const auto again = label_file(path, in_place, job, test_env());
  REQUIRE(again);
  CHECK(again->written->mode == "unchanged");

  testing::write_file(path, as_bytes("Another note.\n"));
  const Report stale = verify_file(path, test_env(), {});
  REQUIRE(stale.evidence.size() == 1);
  const auto& findings = stale.evidence.front().findings;
  CHECK(std::any_of(findings.begin(), findings.end(),
                    [](const Finding& finding) { return finding.rule == "sidecar-stale"; }));
}

TEST_CASE("a hash that cannot be computed is not called a stale one") {
  /// A file that cannot be read any more.
  class Unreadable final : public Source {
   public:
    [[nodiscard]] std::uint64_t size() const noexcept override { return 8; }
    [[nodiscard]] Result<Bytes> view(Range) override { return fail(ErrorCode::Io, "gone"); }
  } source;
  const auto found = read_sidecar(
      source, as_bytes(R"({"AIGC":{"Label":"1","ContentProducer":"x"},"sha256":"00"})"), {});
  REQUIRE(found.size() == 1);
  const auto said = [&](std::string_view rule) {
    const auto& findings = found.front().findings;
    return std::any_of(findings.begin(), findings.end(),
                       [&](const Finding& finding) { return finding.rule == rule; });
  };
  CHECK(said("sidecar-hash"));
  CHECK_FALSE(said("sidecar-stale"));
}

TEST_CASE("a container without a place is refused unless a sidecar is asked for") {
  if (find_format("bmp") == nullptr) return;
  for (const Specimen& specimen : testing::specimens()) {
    if (specimen.format != "bmp") continue;
    const Outcome refused = label_bytes(specimen.bytes, "x.bmp", job_for());
    REQUIRE_FALSE(refused.report);
    CHECK(refused.report.error().code == ErrorCode::Refused);
    LabelJob job = job_for();
    job.sidecar = true;
    const Outcome accepted = label_bytes(specimen.bytes, "x.bmp", job);
    REQUIRE(accepted.report);
    CHECK(accepted.report->written->sidecar.has_value());
    CHECK(accepted.bytes == specimen.bytes);
  }
}

TEST_CASE("files: in place, backup, times, dry run, atomic failure") {
  ByteBuffer png;
  for (const Specimen& specimen : testing::specimens()) {
    if (specimen.format == "png") {
      png = specimen.bytes;
      break;
    }
  }
  const testing::TemporaryFolder folder;
  const std::string path = folder.file("a.png");
  testing::write_file(path, png);
  const auto traits = traits_of(path);

  const auto planned =
      label_file(path, {Destination::Kind::Nowhere, "", "", false}, job_for(), test_env());
  REQUIRE(planned);
  CHECK(planned->written->mode == "planned");
  CHECK(testing::read_file(path) == png);

  const auto labelled =
      label_file(path, {Destination::Kind::InPlace, "", ".orig", true}, job_for(), test_env());
  REQUIRE_MESSAGE(labelled, (labelled ? "" : labelled.error().message));
  CHECK(testing::read_file(path + ".orig") == png);
  CHECK(testing::read_file(path) != png);
  CHECK(traits_of(path)->modified_ns == traits->modified_ns);

  // The backup's name is taken: nothing may change.
  const ByteBuffer before = testing::read_file(path);
  LabelJob platform = job_for("");
  platform.role = Role::Platform;
  platform.wanted.propagator = kPlatform;
  const auto refused =
      label_file(path, {Destination::Kind::InPlace, "", ".orig", false}, platform, test_env());
  REQUIRE_FALSE(refused);
  CHECK(testing::read_file(path) == before);

  const auto missing = label_file(path, {Destination::Kind::File, "/nonexistent/x.png", "", false},
                                  job_for(), test_env());
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::NotFound);
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
