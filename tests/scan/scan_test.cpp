// SPDX-License-Identifier: Apache-2.0
// Corpora in every packing: what each document says, in order, and again after a kill.
#include "scan/scan.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <random>

#include "io/io.hpp"
#include "io/packing.hpp"
#include "scan/reader.hpp"
#include "scan_support.hpp"
#include "support/support.hpp"

using namespace colophon;
using colophon::testing::tar_member;
using colophon::testing::TemporaryFolder;

namespace {

const std::string kLabel =
    R"("AIGC":{"Label":"1","ContentProducer":"001191110102MAD55U9H0F10002","ProduceID":"1",)"
    R"("ReservedCode1":"","ContentPropagator":"","PropagateID":"","ReservedCode2":""})";
const std::string kLabelled = R"({"id":"ai","text":"x",)" + kLabel + "}";
const std::string kPage =
    "<!doctype html><html><head><meta name=\"ai-disclosure\" content=\"ai-generated\"></head>"
    "<body><p>Text</p></body></html>";

void write(const std::string& path, const std::string& text, Packing packing = Packing::None) {
  MemorySink sink;
  auto packer = open_packer(packing, sink);
  REQUIRE((*packer)->write(as_bytes(text)));
  REQUIRE((*packer)->finish());
  testing::write_file(path, sink.bytes());
}
std::string text_of(const std::string& path) {
  const auto bytes = read_small_file(path, 1 << 30);
  return bytes ? to_string(*bytes) : "(no file)";
}

struct Outcome {
  std::string lines;
  std::vector<std::string> complaints;
  scan::ScanReport report;
  std::optional<Error> error;
};
Outcome run(scan::ScanJob job) {
  Outcome outcome;
  job.print = [&](std::string_view lines) -> Status {
    outcome.lines += lines;
    return {};
  };
  job.complain = [&](const std::string&, const scan::Document*, const Error& error) {
    outcome.complaints.push_back(error.message);
  };
  auto report = scan::scan(job, system_env());
  if (report) outcome.report = *std::move(report);
  if (!report) outcome.error = report.error();
  return outcome;
}
Outcome run(const std::vector<std::string>& inputs) {
  scan::ScanJob job;
  job.inputs = inputs;
  return run(job);
}
std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1))
    ++found;
  return found;
}
std::uint64_t of(const Outcome& outcome, const char* origin) {
  const auto& origins = outcome.report.counts.origins;
  const auto found = origins.find(origin);
  return found == origins.end() ? 0 : found->second;
}

std::string warc_record(const std::string& type, const std::string& id, const std::string& media,
                        const std::string& body) {
  return fmt::format(
      "WARC/1.0\r\nWARC-Type: {}\r\nWARC-Record-ID: <urn:uuid:{}>\r\n"
      "WARC-Target-URI: https://example.org/{}\r\nContent-Type: {}\r\n"
      "Content-Length: {}\r\n\r\n{}\r\n\r\n",
      type, id, id, media, body.size(), body);
}

}  // namespace

TEST_CASE("records of JSON lines: ids, numbers, labels, errors, in order") {
  const TemporaryFolder folder;
  const std::string text = "{\"id\":\"a\",\"text\":\"plain\"}\n\n{\"text\":\"no id\"}\r\n" +
                           kLabelled + "\nbroken\n{\"id\":7,\"other\":1}\n[1]\n{\"id\":\"cut";
  for (const Packing packing : {Packing::None, Packing::Gzip, Packing::Zstandard}) {
    CAPTURE(to_string(packing));
    const std::string path = folder.file("x.jsonl");
    write(path, text, packing);
    const Outcome outcome = run({path});
    CHECK(outcome.report.counts.documents == 7);
    CHECK(of(outcome, "generated") == 1);
    CHECK(of(outcome, "none") == 6);
    CHECK(outcome.report.counts.errors == 3);
    CHECK(count(outcome.lines, "\n") == 7);
    CHECK(
        outcome.lines.starts_with(R"({"id":"a","origin":"none","assurance":"none","evidence":[])"));
    CHECK(count(outcome.lines, "{\"id\":\"" + path + "#2\",\"origin\":\"none\"") == 1);
    CHECK(count(outcome.lines, R"({"id":"ai","origin":"generated","assurance":"declared")") == 1);
    CHECK(count(outcome.lines, R"({"id":"7",)") == 1);
    CHECK(count(outcome.lines, R"("line":8)") == 1);
  }
}

TEST_CASE("a stream that ends early is told, and what came before it counts") {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.jsonl.gz");
  std::string text;
  std::mt19937 random(1);
  for (int i = 0; i < 5000; ++i)
    text += fmt::format("{{\"id\":\"{}\",\"text\":\"{}\"}}\n", i, random());
  write(path, text, Packing::Gzip);
  ByteBuffer bytes = *read_small_file(path, 1 << 24);
  bytes.resize(bytes.size() / 2);
  testing::write_file(path, bytes);
  write(folder.file("y.jsonl"), kLabelled + "\n");
  const Outcome outcome = run({path, folder.file("y.jsonl"), folder.file("missing.jsonl")});
  CHECK(outcome.report.counts.documents > 1000);
  CHECK(outcome.report.counts.errors == 2);
  CHECK(of(outcome, "generated") == 1);
}

TEST_CASE("WARC and WET: pages, texts, fields of HTTP, and nothing else") {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.warc.gz");
  const std::string http = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
  const std::string chunked = http + "Transfer-Encoding: chunked\r\n\r\n" +
                              fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", kPage.size(), kPage);
  write(path,
        warc_record("warcinfo", "i", "application/warc-fields", "software: x") +
            warc_record("request", "q", "application/http; msgtype=request",
                        "GET / HTTP/1.1\r\n\r\n") +
            warc_record("response", "page", "application/http; msgtype=response",
                        http + "\r\n" + kPage) +
            warc_record("response", "chunked", "application/http; msgtype=response", chunked) +
            warc_record("response", "field", "application/http; msgtype=response",
                        http + "AI-Disclosure: mode=ai-originated\r\n\r\n<p>x</p>") +
            warc_record("response", "clean", "application/http; msgtype=response",
                        http + "\r\n<p>x</p>") +
            warc_record("conversion", "wet", "text/plain", "Only text.\n"),
        Packing::Gzip);
  const Outcome outcome = run({path});
  CHECK(outcome.complaints.empty());
  CHECK(outcome.report.counts.documents == 5);
  CHECK(count(outcome.lines, R"({"id":"urn:uuid:page","origin":"generated")") == 1);
  CHECK(count(outcome.lines, R"({"id":"urn:uuid:chunked","origin":"generated")") == 1);
  CHECK(count(outcome.lines, R"({"id":"urn:uuid:field","origin":"generated")") == 1);
  CHECK(count(outcome.lines, R"({"id":"urn:uuid:clean","origin":"none")") == 1);
  CHECK(count(outcome.lines, R"({"id":"urn:uuid:wet","origin":"none")") == 1);
  CHECK(count(outcome.lines, R"("address":"https://example.org/page")") == 1);
}

TEST_CASE("tar: members by their content, long names, folders skipped") {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.tar.zst");
  std::string png;
  for (const testing::Specimen& specimen : testing::specimens()) {
    if (specimen.format == "png" && png.empty()) png = to_string(specimen.bytes);
  }
  REQUIRE(!png.empty());
  const std::string name = std::string(150, 'n') + ".html";
  write(path,
        tar_member("d/", "", '5') + tar_member("a.png", png) +
            tar_member("././@LongLink", name + '\0', 'L') + tar_member("cut", kPage) +
            tar_member("b.txt", "nothing") + std::string(1024, '\0'),
        Packing::Zstandard);
  const Outcome outcome = run({path});
  CHECK(outcome.complaints.empty());
  CHECK(outcome.report.counts.documents == 3);
  CHECK(count(outcome.lines, "{\"id\":\"" + name + "\",\"origin\":\"generated\"") == 1);
  CHECK(count(outcome.lines, R"({"id":"b.txt","origin":"none")") == 1);
  std::string broken =
      tar_member("a.txt", "one") + std::string(512, 'x') + tar_member("b.txt", "two");
  write(folder.file("y.tar"), broken);
  const Outcome damaged = run({folder.file("y.tar")});
  CHECK(damaged.report.counts.documents == 1);
  CHECK(damaged.report.counts.errors == 1);
}

TEST_CASE("random damage to archives gives answers, and the run goes on") {
  const TemporaryFolder folder;
  std::mt19937 random(5);
  const std::string warc =
      warc_record("conversion", "a", "text/plain", "Text.") +
      warc_record("response", "b", "application/http", "HTTP/1.1 200 OK\r\n\r\n" + kPage);
  const std::string tar =
      tar_member("a.html", kPage) + tar_member("b.txt", "x") + std::string(1024, '\0');
  for (int round = 0; round < 400; ++round) {
    std::string bytes = round % 2 == 0 ? warc : tar;
    for (int edits = 1 + static_cast<int>(random() % 4); edits > 0; --edits) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    if (round % 5 == 0) bytes.resize(random() % bytes.size());
    const auto reader =
        scan::make_reader(memory_stream(as_bytes(bytes), 1 + random() % 700),
                          round % 2 == 0 ? scan::InputKind::Warc : scan::InputKind::Tar, {}, {});
    REQUIRE(reader);
    for (int batches = 0; batches < 100; ++batches) {
      scan::Batch batch;
      (*reader)->next(batch);
      for (const scan::Document& document : batch.documents) {
        CHECK(document.bytes.end() <= batch.data.size());
        (void)scan::judge(document, batch.data, "x", {}, system_env());
      }
      if (batch.file_ends) break;
    }
  }
}

TEST_CASE("shards of one job cover all inputs once") {
  const TemporaryFolder folder;
  for (int i = 0; i < 7; ++i)
    write(folder.file(fmt::format("{}.jsonl", i)), fmt::format("{{\"id\":\"d{}\"}}\n", i));
  std::string all;
  for (std::uint64_t i = 0; i < 3; ++i) {
    scan::ScanJob job;
    job.inputs = {folder.path()};
    job.shard = {i, 3};
    job.part_folder = folder.file("out-elsewhere");
    const Outcome outcome = run(job);
    CHECK(outcome.report.part.ends_with(fmt::format("part-{:05}-of-00003.jsonl", i)));
    all += text_of(outcome.report.part);
  }
  for (int i = 0; i < 7; ++i) CHECK(count(all, fmt::format("{{\"id\":\"d{}\"", i)) == 1);
  CHECK(scan::parse_shard("2/3")->index == 2);
  for (const char* bad : {"3/3", "1", "a/b", "-1/2", ""}) CHECK(!scan::parse_shard(bad));
}

TEST_CASE("array jobs are recognised by their environment") {
  setenv("SLURM_ARRAY_TASK_ID", "5", 1);
  CHECK(!scan::shard_from_environment());
  setenv("SLURM_ARRAY_TASK_COUNT", "4", 1);
  setenv("SLURM_ARRAY_TASK_MIN", "2", 1);
  CHECK(**scan::shard_from_environment() == scan::ShardOf{3, 4});
  setenv("SLURM_ARRAY_TASK_ID", "abc", 1);
  CHECK_FALSE(scan::shard_from_environment());
  for (const char* name : {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN"})
    unsetenv(name);
  setenv("JOB_COMPLETION_INDEX", "1", 1);
  setenv("JOB_COMPLETION_COUNT", "2", 1);
  CHECK(**scan::shard_from_environment() == scan::ShardOf{1, 2});
  unsetenv("JOB_COMPLETION_INDEX");
  unsetenv("JOB_COMPLETION_COUNT");
  CHECK(!*scan::shard_from_environment());
}

TEST_CASE("copies: what is kept and dropped, and a cap on the share of labelled records") {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 300; ++i)
    text += i % 3 == 0 ? kLabelled + "\n" : fmt::format("{{\"id\":\"{}\"}}\n", i);
  const std::string path = folder.file("x.jsonl.zst"), copy = folder.file("copy/x.jsonl.zst");
  write(path, text, Packing::Zstandard);
  scan::ScanJob job;
  job.inputs = {path};
  job.copies_folder = folder.file("copy");
  job.filter.drop = {Origin::Generated};
  CHECK(run(job).report.counts.kept == 200);
  job.filter.drop.clear();
  job.filter.cap_share = 0.1;
  const scan::Counts counts = run(job).report.counts;
  CHECK(counts.kept_labelled * 10 <= counts.kept);
  CHECK(counts.kept_labelled == 22);
  CHECK(counts.kept + counts.dropped == 300);
  CHECK(of(run({copy}), "generated") == 22);
  job.copies_folder.clear();
  CHECK(run(job).error->code == ErrorCode::Usage);
}

TEST_CASE("attribute files stand beside shards, a line for each record") {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.jsonl.gz");
  write(path, "{\"id\":\"a\",\"text\":\"plain\"}\n" + kLabelled + "\n", Packing::Gzip);
  scan::ScanJob job;
  job.inputs = {path};
  job.attributes_folder = folder.file("attributes");
  CHECK(run(job).report.counts.documents == 2);
  const auto stream = open_stream(folder.file("attributes/x.jsonl.gz"));
  REQUIRE(stream);
  CHECK((*stream)->packing() == Packing::Gzip);
  const std::string lines = to_string(*(*stream)->next());
  CHECK(
      lines.starts_with("{\"id\":\"a\",\"attributes\":{}}\n{\"id\":\"ai\",\"attributes\":{"
                        "\"colophon__document__generated\":[["));
}

TEST_CASE("a finished part is not done again; other options or inputs are") {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.jsonl");
  write(path, kLabelled + "\n");
  scan::ScanJob job;
  job.inputs = {path};
  job.part_folder = folder.file("out");
  CHECK(!run(job).report.done_before);
  const Outcome again = run(job);
  CHECK(again.report.done_before);
  CHECK(again.report.counts.documents == 1);
  write(path, kLabelled + "\n" + kLabelled + "\n");
  CHECK(run(job).report.counts.documents == 2);
  job.only_labelled = true;
  CHECK(!run(job).report.done_before);
  job.fresh = true;
  CHECK(!run(job).report.done_before);
}
