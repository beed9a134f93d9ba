// SPDX-License-Identifier: Apache-2.0
// Fragmented film whose segments lie in files of their own, as `verify --fragments` reads it.
#include <doctest/doctest.h>

#include <filesystem>

#include "bmff_support.hpp"
#include "c2pa/sealed.hpp"
#include "c2pa/validated.hpp"
#include "ops/ops.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

ByteBuffer segment(std::uint8_t location) {
  ByteBuffer body = to_buffer(Bytes(mp4::kC2paUuid));
  append_be(body, 0, 4);
  append(body, std::string_view("merkle\0", 7));
  append(body, "\xA3\x68uniqueId\x01\x67localId\x01\x68location");
  body.push_back(location);
  ByteBuffer out;
  wire::append_box(out, wire::fourcc("styp"), as_bytes(std::string_view("msdh\0\0\0\0", 8)));
  wire::append_box(out, wire::fourcc("uuid"), body);
  ByteBuffer header;
  wire::append_full_box(header, wire::fourcc("mfhd"), 0, 0, ByteBuffer(4));
  wire::append_box(out, wire::fourcc("moof"), header);
  wire::append_box(out, wire::fourcc("mdat"), ByteBuffer(100, location));
  return out;
}

Json exclusions() {
  const ByteBuffer uuid = to_buffer(Bytes(mp4::kC2paUuid));
  Json all = Json::array();
  all.push_back(
      {{"xpath", "/uuid"}, {"data", Json::array({{{"offset", 8}, {"value", binary(uuid)}}})}});
  for (const char* path : {"/ftyp", "/mfra"}) all.push_back({{"xpath", path}});
  return all;
}

/// An initialisation segment with a manifest behind it, and segments in the folder "s".
struct Stream {
  TemporaryFolder folder;
  std::string init = folder.file("init.mp4");
  std::vector<std::string> segments;

  explicit Stream(std::uint8_t count) {
    std::filesystem::create_directory(folder.file("s"));
    Json hashes = Json::array();
    for (std::uint8_t i = 0; i < count; ++i) {
      segments.push_back(folder.file("s/part-" + std::to_string(i) + ".m4s"));
      const ByteBuffer bytes = segment(i);
      write_file(segments.back(), bytes);
      hashes.push_back(binary(bmff::flat(bytes, {0, bytes.size()})));
    }
    ByteBuffer file;
    wire::append_box(file, wire::fourcc("ftyp"), as_bytes(std::string_view("iso6\0\0\0\0", 8)));
    wire::append_box(file, wire::fourcc("moov"), ByteBuffer{0, 0, 0, 8, 'u', 'd', 't', 'a'});
    MadeManifest manifest = usual();
    manifest.assertions[0] = {
        "c2pa.hash.bmff.v3",
        {{"exclusions", exclusions()},
         {"alg", "sha256"},
         {"merkle", Json::array({{{"uniqueId", 1},
                                  {"localId", 1},
                                  {"count", count},
                                  {"alg", "sha256"},
                                  {"initHash", binary(bmff::flat(file, {0, file.size()}))},
                                  {"hashes", hashes}}})}}};
    ByteBuffer body = to_buffer(Bytes(mp4::kC2paUuid));
    append_be(body, 0, 4);
    append(body, std::string_view("manifest\0", 9));
    append_be(body, 0, 8);
    append(body, Bytes(make_store({make_manifest(manifest)})));
    wire::append_box(file, wire::fourcc("uuid"), body);
    write_file(init, file);
  }

  [[nodiscard]] Report verify(std::vector<std::string> fragments) const {
    auto trust = std::make_shared<TrustStore>();
    trust->anchors = {Signing::get()->root()};
    VerifyOptions options;
    options.trust = trust;
    options.fragments = std::move(fragments);
    return verify_file(init, system_env(), options);
  }
};

/// State, then the message about the content if it failed.
std::string said(const Report& report) {
  for (const Evidence& evidence : report.evidence) {
    if (!evidence.c2pa) continue;
    std::string text = evidence.c2pa->state;
    for (const Finding& finding : evidence.findings) {
      if (finding.rule == "assertion.bmffHash.mismatch") text += ": " + finding.message.en;
    }
    return text;
  }
  return report.error ? report.error->message : "none";
}

}  // namespace

TEST_CASE("verify --fragments: files, or the folder they lie in; those that fail are named") {
  if (Signing::get() == nullptr) return;
  const Stream stream(5);
  CHECK(said(stream.verify(stream.segments)) == "Trusted");
  CHECK(said(stream.verify({stream.folder.file("s")})) == "Trusted");
  CHECK(said(stream.verify({stream.segments[3]})) == "Trusted");
  CHECK(said(stream.verify({})) ==
        "Invalid: the film lies in fragments of their own, and none of them was given "
        "(--fragments)");
  ByteBuffer bytes = segment(3);
  bytes.back() ^= 1;
  write_file(stream.segments[3], bytes);
  const std::string text = said(stream.verify({stream.folder.file("s")}));
  CHECK(text.starts_with("Invalid: 1 of 5 fragments fail: "));
  CHECK(text.find("part-3.m4s") != std::string::npos);
  CHECK(text.find("part-2.m4s") == std::string::npos);
  CHECK(said(stream.verify({stream.segments[0], stream.segments[0]})).starts_with("Invalid"));
}

TEST_CASE("verify --fragments: how many of the film's fragments were there is told") {
  if (Signing::get() == nullptr) return;
  const Stream stream(5);
  const auto missing = [](const Report& report) {
    for (const Evidence& evidence : report.evidence) {
      for (const Finding& finding : evidence.findings) {
        if (finding.rule == "C2PA-fragments") return finding.message.en;
      }
    }
    return std::string();
  };
  CHECK(missing(stream.verify(stream.segments)).empty());
  const Report some = stream.verify({stream.segments[0], stream.segments[3]});
  CHECK(said(some) == "Trusted");
  CHECK(missing(some).starts_with("2 / 5 fragments"));
}

TEST_CASE("verify --fragments: a manifest that binds something else says nothing of fragments") {
  const TestSignatory* by = signatory();
  if (by == nullptr) return;
  const TemporaryFolder folder;
  const std::string path = folder.file("x.png");
  for (const Specimen& each : specimens()) {
    if (each.format != "png" || each.what != "plain") continue;
    write_file(path, sealed(*find_format("png"), each.bytes, by->signatory, usual_draft()));
  }
  write_file(folder.file("a.m4s"), segment(0));
  auto trust = std::make_shared<TrustStore>();
  trust->anchors = by->root;
  VerifyOptions options;
  options.trust = trust;
  CHECK(said(verify_file(path, system_env(), options)) == "Trusted");
  options.fragments = {folder.file("a.m4s")};
  const Report report = verify_file(path, system_env(), options);
  CHECK(said(report) == "Invalid");
  bool told = false;
  for (const Finding& finding : report.evidence.front().findings) {
    told = told || finding.message.en.ends_with("does not cover any");
  }
  CHECK(told);
}

TEST_CASE("verify --fragments: what cannot be opened is an error, not a verdict") {
  if (Signing::get() == nullptr) return;
  const Stream stream(2);
  for (const std::string& wrong : {stream.folder.file("none.m4s"), stream.folder.path() + "/x"}) {
    const Report report = stream.verify({wrong});
    REQUIRE(report.error);
    CHECK(report.error->code == ErrorCode::NotFound);
  }
  std::filesystem::create_directory(stream.folder.file("empty"));
  CHECK(stream.verify({stream.folder.file("empty")}).error->code == ErrorCode::Usage);
  // The initialisation segment in the folder is no fragment of itself.
  std::filesystem::copy(stream.segments[0], stream.folder.file("a.m4s"));
  std::filesystem::copy(stream.segments[1], stream.folder.file("b.m4s"));
  CHECK(said(stream.verify({stream.folder.path()})) == "Trusted");
}

TEST_CASE("a film with an update box: the manifests of both stores are one") {
  if (Signing::get() == nullptr) return;
  const auto store_box = [](std::string_view purpose, const ByteBuffer& manifest) {
    ByteBuffer body = to_buffer(Bytes(mp4::kC2paUuid));
    append_be(body, 0, 4);
    append(body, purpose);
    body.resize(body.size() + 1 + 8);
    append(body, Bytes(make_store({manifest})));
    return body;
  };
  ByteBuffer file;
  wire::append_box(file, wire::fourcc("ftyp"), as_bytes(std::string_view("isom\0\0\0\0", 8)));
  wire::append_box(file, wire::fourcc("moov"), ByteBuffer{0, 0, 0, 8, 'u', 'd', 't', 'a'});
  wire::append_box(file, wire::fourcc("mdat"), ByteBuffer(100, 7));
  MadeManifest parent = usual();
  parent.assertions[0] = {"c2pa.hash.bmff.v3",
                          {{"exclusions", exclusions()},
                           {"alg", "sha256"},
                           {"hash", binary(bmff::flat(file, {0, file.size()}))}}};
  const ByteBuffer box = make_manifest(parent);
  MadeManifest update;
  update.label = testing::label(6);
  update.update = true;
  update.assertions = {ingredient(parent, box)};
  const ByteBuffer newer = make_manifest(update);
  const auto said_of = [&](bool with_original, bool changed) {
    ByteBuffer film = file;
    if (changed) film.back() ^= 1;
    if (with_original) {
      wire::append_box(film, wire::fourcc("uuid"), store_box("original", box));
    }
    wire::append_box(film, wire::fourcc("uuid"), store_box("update", newer));
    MemorySource source(film);
    auto trust = std::make_shared<TrustStore>();
    trust->anchors = {Signing::get()->root()};
    VerifyOptions options;
    options.trust = trust;
    const Report report = verify(source, system_env(), options);
    CHECK(report.evidence.size() == 1);
    const bool generated = report.verdict.origin == Origin::Generated;
    return said(report).substr(0, 7) + (generated ? " generated" : "");
  };
  CHECK(said_of(true, false) == "Trusted generated");
  CHECK(said_of(true, true) == "Invalid generated");
  CHECK(said_of(false, false) == "Invalid");
}
