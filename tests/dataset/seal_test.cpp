// SPDX-License-Identifier: Apache-2.0
// Sealing and checking whole sets. Whatever is done to a sealed set is found, and named.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "dataset/dataset.hpp"
#include "io/io.hpp"
#include "io/packing.hpp"
#include "support/support.hpp"

using namespace colophon;
using colophon::testing::TemporaryFolder;

namespace {

using Lines = std::vector<std::string>;

std::string join(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}
void write(const std::string& path, const Lines& lines, Packing packing = Packing::None) {
  MemorySink sink;
  auto packer = open_packer(packing, sink);
  REQUIRE((*packer)->write(as_bytes(join(lines))));
  REQUIRE((*packer)->finish());
  testing::write_file(path, sink.bytes());
}
std::string text_of(const std::string& path) {
  return to_string(*read_small_file(path, 1 << 30));
}

Lines records(std::size_t count, const std::string& prefix = "r", bool ids = true) {
  Lines lines;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string id = ids ? fmt::format("\"id\":\"{}{}\",", prefix, i) : "";
    lines.push_back(fmt::format("{{{}\"text\":\"{} {}\"}}", id, prefix, i));
  }
  return lines;
}

SealReport seal(const std::vector<std::string>& inputs, SealJob job = {}) {
  job.inputs = inputs;
  auto report = seal_dataset(job, system_env());
  if (!report) FAIL(report.error().message);
  return *std::move(report);
}
CheckReport check(const std::vector<std::string>& inputs) {
  CheckJob job;
  job.inputs = inputs;
  job.most_named = 100'000;
  auto report = check_dataset(job, system_env());
  if (!report) FAIL(report.error().message);
  return *std::move(report);
}
std::uint64_t counted(const CheckReport& report, const char* kind) {
  const auto found = report.counts.find(kind);
  return found == report.counts.end() ? 0 : found->second;
}

}  // namespace

TEST_CASE("a sealed set is intact, also when it is packed otherwise since") {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.jsonl");
  write(path, records(1000));
  const SealReport sealed = seal({path});
  CHECK(sealed.file == path + ".seal.json");
  CHECK(sealed.manifest.tally.all.records == 1000);
  CHECK(check({path}).intact());
  CHECK(check({path}).same == 1000);
  for (const Packing packing : {Packing::Gzip, Packing::Zstandard}) {
    const std::string packed = path + (packing == Packing::Gzip ? ".gz" : ".zst");
    write(packed, records(1000), packing);
    CHECK(check({packed}).intact());
  }
}

TEST_CASE("line endings and blank lines are not part of records") {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.jsonl");
  testing::write_file(path, as_bytes("{\"a\":1}\r\n\n{\"a\":2}\n  \n"));
  CHECK(seal({path}).manifest.tally.all == Amount{2, 14});
  testing::write_file(path, as_bytes("{\"a\":1}\n{\"a\":2}"));
  CHECK(check({path}).intact());
}

TEST_CASE("what was done to a record is named") {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.jsonl");
  const Lines lines = records(100);
  write(path, lines);
  seal({path});
  using Kind = Difference::Kind;
  struct Case {
    const char* what;
    Lines now;
    Kind kind;
    std::uint64_t record, sealed;
    std::string id;
  };
  std::vector<Case> cases;
  const auto with = [&](auto change) {
    Lines now = lines;
    change(now);
    return now;
  };
  cases.push_back({"changed", with([](Lines& n) { n[41] = R"({"id":"r41","text":"other"})"; }),
                   Kind::Changed, 42, 42, "r41"});
  cases.push_back(
      {"removed", with([](Lines& n) { n.erase(n.begin() + 41); }), Kind::Removed, 0, 42, "r41"});
  cases.push_back(
      {"first removed", with([](Lines& n) { n.erase(n.begin()); }), Kind::Removed, 0, 1, "r0"});
  cases.push_back(
      {"last removed", with([](Lines& n) { n.pop_back(); }), Kind::Removed, 0, 100, "r99"});
  cases.push_back({"added", with([](Lines& n) { n.insert(n.begin() + 10, R"({"id":"new"})"); }),
                   Kind::Added, 11, 0, "new"});
  cases.push_back(
      {"moved", with([](Lines& n) { std::rotate(n.begin() + 5, n.begin() + 80, n.begin() + 81); }),
       Kind::Moved, 6, 81, "r80"});
  cases.push_back({"doubled", with([](Lines& n) { n.insert(n.begin() + 50, n[50]); }), Kind::Added,
                   0, 0, "r50"});
  for (const Case& one : cases) {
    CAPTURE(one.what);
    write(path, one.now);
    const CheckReport report = check({path});
    CHECK(!report.intact());
    REQUIRE(report.differences.size() == 1);
    const Difference& difference = report.differences.front();
    CHECK(difference.kind == one.kind);
    CHECK(difference.id == one.id);
    if (one.record + one.sealed > 0) {
      CHECK(difference.record == one.record);
      CHECK(difference.sealed_record == one.sealed);
    }
  }
}

TEST_CASE("every tampering is found, whatever it is") {
  const TemporaryFolder folder;
  std::mt19937 random(11);
  for (int round = 0; round < 120; ++round) {
    const bool ids = round % 2 == 0;
    const Lines lines = records(1 + random() % 400, "x", ids);
    const std::string path = folder.file(fmt::format("{}.jsonl", round));
    write(path, lines);
    seal({path});
    Lines now = lines;
    std::uint64_t touched = 0;
    for (std::size_t edits = 1 + random() % 5; edits > 0; --edits, ++touched) {
      const std::size_t at = now.empty() ? 0 : random() % now.size();
      switch (now.empty() ? 1 : random() % 5) {
        case 0:
          now.erase(now.begin() + static_cast<std::ptrdiff_t>(at));
          break;
        case 1:
          now.insert(now.begin() + static_cast<std::ptrdiff_t>(at),
                     fmt::format("{{\"n\":{}}}", random()));
          break;
        case 2:
          now[at].insert(now[at].size() - 1, " ");
          break;
        case 3:
          std::swap(now[at], now[random() % now.size()]);
          break;
        default:
          std::shuffle(now.begin(), now.end(), random);
      }
    }
    write(path, now);
    CAPTURE(round);
    const CheckReport report = check({path});
    CHECK(report.intact() == (now == lines));
    if (now == lines) continue;
    // Nothing is lost in the account: what is there and what was there add up.
    const std::uint64_t changed = counted(report, "changed"), moved = counted(report, "moved");
    CHECK(report.same + changed + moved + counted(report, "removed") == lines.size());
    CHECK(report.same + changed + moved + counted(report, "added") == now.size());
    CHECK(!report.differences.empty());
  }
}

TEST_CASE("shards may be missing, added, renamed, and records may move between them") {
  const TemporaryFolder folder;
  const auto file = [&](const char* name) { return folder.file(name); };
  write(file("a.jsonl"), records(50, "a"));
  write(file("b.jsonl"), records(50, "b"));
  const SealReport sealed = seal({folder.path()});
  CHECK(sealed.file == file("dataset.seal.json"));
  CHECK(sealed.manifest.shards.size() == 2);
  CHECK(check({folder.path()}).intact());
  write(file("c.jsonl"), records(5, "c"));
  CHECK(check({folder.path()}).added == Lines{"c.jsonl"});
  CHECK(counted(check({folder.path()}), "added") == 5);
  std::rename(file("b.jsonl").c_str(), file("c.jsonl").c_str());
  CheckReport renamed = check({folder.path()});
  CHECK(renamed.renamed.size() == 1);
  CHECK(renamed.missing.empty());
  CHECK(renamed.same == 100);
  CHECK(!renamed.intact());
  std::remove(file("c.jsonl").c_str());
  CHECK(check({folder.path()}).missing == Lines{"b.jsonl"});
  CHECK(counted(check({folder.path()}), "removed") == 50);
  Lines a = records(50, "a"), b = records(50, "b");
  b.push_back(a.back());
  a.pop_back();
  write(file("a.jsonl"), a);
  write(file("b.jsonl"), b);
  const CheckReport moved = check({folder.path()});
  REQUIRE(moved.differences.size() == 1);
  CHECK(moved.differences[0].sealed_shard == "a.jsonl");
  CHECK(moved.differences[0].shard == "b.jsonl");
}

TEST_CASE("a shard is appended without the others, which need not be there") {
  const TemporaryFolder folder;
  const std::string a = folder.file("a.jsonl"), b = folder.file("b.jsonl");
  const std::string manifest = folder.file("m.json");
  write(a, records(20, "a"));
  write(b, records(30, "b"));
  SealJob job;
  job.manifest = manifest;
  seal({a}, job);
  std::rename(a.c_str(), folder.file("away").c_str());
  job.append = true;
  const SealReport appended = seal({b}, job);
  CHECK(appended.manifest.tally.all.records == 50);
  job.inputs = {b};
  CHECK(seal_dataset(job, system_env()).error().code == ErrorCode::Refused);
  std::rename(folder.file("away").c_str(), a.c_str());
  CheckJob all;
  all.manifest = manifest;
  CHECK(check_dataset(all, system_env())->intact());
  // The same as sealing both at once.
  SealJob both;
  both.manifest = folder.file("n.json");
  CHECK(seal({a, b}, both).manifest.root == appended.manifest.root);
}

TEST_CASE("statements are written where there are none, and nowhere else") {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.jsonl");
  const std::string human = R"({"id":"h","provenance":{"origin":"human"}})";
  const std::string text = "{\"id\":\"x\"}\r\n\n" + human + "\nno json\n{\"id\":\"y\"}";
  testing::write_file(path, as_bytes(text));
  SealJob job;
  job.statement = Statement{Maker::Machine, "m", "", "", "", ""};
  job.out_dir = folder.file("out");
  const SealReport report = seal({path}, job);
  CHECK(text_of(path) == text);
  const std::string says = R"("provenance":{"origin":"machine","source_model":"m"}})";
  CHECK(text_of(folder.file("out/a.jsonl")) ==
        "{\"id\":\"x\"," + says + "\r\n\n" + human + "\nno json\n{\"id\":\"y\"," + says);
  CHECK(report.stated == 2);
  CHECK(report.troubles_count == 1);
  CHECK(report.troubles.at(0).line == 4);
  CHECK(report.manifest.tally.machine.records == 2);
  CHECK(report.manifest.tally.human.records == 1);
  CHECK(report.manifest.tally.models.at("m").records == 2);
  CHECK(check({folder.file("out/a.jsonl")}).intact());
}

TEST_CASE("in place: all shards change, or none does") {
  const TemporaryFolder folder;
  const std::string good = folder.file("a.jsonl"), bad = folder.file("b.jsonl.zst");
  write(good, records(10));
  write(bad, records(1000), Packing::Zstandard);
  ByteBuffer cut = *read_small_file(bad, 1 << 20);
  cut.resize(cut.size() / 2);
  testing::write_file(bad, cut);
  const std::string before = text_of(good);
  SealJob job;
  job.inputs = {folder.path()};
  job.statement = Statement{Maker::Machine, "m", "", "", "", ""};
  job.in_place = true;
  const auto failed = seal_dataset(job, system_env());
  REQUIRE(!failed);
  CHECK(failed.error().code == ErrorCode::Truncated);
  CHECK(failed.error().where == bad);
  CHECK(text_of(good) == before);
  CHECK(!exists(folder.file("dataset.seal.json")));
  write(bad, records(1000), Packing::Zstandard);
  CHECK(seal({folder.path()}, job).manifest.tally.machine.records == 1010);
  CHECK(check({folder.path()}).intact());
}

TEST_CASE("a manifest that was changed contradicts itself or its signature") {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.jsonl"), manifest = path + ".seal.json";
  write(path, records(10));
  REQUIRE(make_key({"es256", folder.file("k.pem")}, system_env()));
  SigningKey key;
  key.key = folder.file("k.pem");
  SealJob job;
  job.signer = *open_key(key);
  seal({path}, job);
  CHECK(check({path}).signature == Integrity::Valid);
  CheckJob trusting;
  trusting.inputs = {path};
  auto trust = std::make_shared<TrustStore>();
  trust->pins.push_back({"the makers", job.signer->public_key(), ""});
  trusting.trust = trust;
  CHECK(check_dataset(trusting, system_env())->signature == Integrity::Trusted);
  CHECK(check_dataset(trusting, system_env())->signer == "the makers");
  const std::string text = text_of(manifest);
  std::string other = text;
  const auto at = other.find("\"created\": \"2") + 13;
  other[at] = '1' + (other[at] == '1');
  testing::write_file(manifest, as_bytes(other));
  CHECK(check({path}).signature == Integrity::Invalid);
  CHECK(!check({path}).intact());
  // White space is not signed.
  testing::write_file(manifest, as_bytes(text + "\n\n"));
  CHECK(check({path}).intact());
  for (const char* junk : {"", "{}", "[]", "{\"schema\":\"colophon.dataset/1\"}", "\xFF"}) {
    testing::write_file(manifest, as_bytes(junk));
    CheckJob again;
    again.inputs = {path};
    CHECK(check_dataset(again, system_env()).error().code == ErrorCode::Malformed);
  }
  // A signed manifest is not replaced by an unsigned one unasked.
  testing::write_file(manifest, as_bytes(text));
  write(folder.file("b.jsonl"), records(3));
  SealJob more;
  more.manifest = manifest;
  more.append = true;
  more.inputs = {folder.file("b.jsonl")};
  CHECK(seal_dataset(more, system_env()).error().code == ErrorCode::Refused);
}

TEST_CASE("a share or a source type that the counts do not give is a change of the manifest") {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.jsonl"), manifest = path + ".seal.json";
  write(path, {R"({"provenance":{"origin":"machine"}})"});
  seal({path});
  REQUIRE(check({path}).manifest_intact);
  const std::string text = text_of(manifest);
  const std::pair<const char*, const char*> changes[] = {{"1.000000", "0.000001"},
                                                         {"trainedAlgorithmicData", "empty"},
                                                         {"\"digitalSourceType\"", "\"x\""},
                                                         {"\"machine_made\"", "\"y\""}};
  for (const auto& [then, now] : changes) {
    CAPTURE(now);
    for (auto at = text.find(then); at != std::string::npos; at = text.find(then, at + 1)) {
      std::string other = text;
      testing::write_file(manifest, as_bytes(other.replace(at, std::strlen(then), now)));
      CHECK(!check({path}).manifest_intact);
      CHECK(!check({path}).intact());
    }
  }
}

TEST_CASE("without the list of hashes the root still judges") {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.jsonl"), list = path + ".seal.hashes";
  write(path, records(100));
  seal({path});
  ByteBuffer bytes = *read_small_file(list, 1 << 20);
  bytes[bytes.size() / 2] ^= 1;
  testing::write_file(list, bytes);
  CHECK(check({path}).intact());
  CHECK(!check({path}).hashes_intact);
  std::remove(list.c_str());
  CheckReport without = check({path});
  CHECK(without.manifest_intact);
  CHECK(without.changed_shards.empty());
  CHECK(!without.hashes_intact);
  write(path, records(99));
  CHECK(check({path}).changed_shards == Lines{"a.jsonl"});
  CHECK(!check({path}).intact());
}

TEST_CASE("two long insertions and a total shuffle stay cheap") {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.jsonl");
  const Lines lines = records(60'000);
  write(path, lines);
  seal({path});
  Lines now = lines;
  const Lines more = records(20'000, "new");
  now.insert(now.begin() + 30'000, more.begin(), more.end());
  write(path, now);
  CHECK(counted(check({path}), "added") == 20'000);
  CHECK(check({path}).same == 60'000);
  now = lines;
  std::mt19937 random(3);
  std::shuffle(now.begin(), now.end(), random);
  write(path, now);
  const CheckReport shuffled = check({path});
  CHECK(shuffled.same + counted(shuffled, "moved") == 60'000);
}
