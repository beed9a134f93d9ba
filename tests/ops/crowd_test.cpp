// SPDX-License-Identifier: Apache-2.0
// Small files with thousands of labels or of broken structures: what is kept of them is bounded,
// and nothing that decides the verdict is lost.
#include <doctest/doctest.h>

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

#include "io/io.hpp"
#include "ops/ops.hpp"
#include "support/support.hpp"
#include "wire/inflate.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr std::size_t kLabels = 3000;

void add_chunk(ByteBuffer& png, std::string_view type, std::string_view data) {
  append_be(png, data.size(), 4);
  const std::size_t start = png.size();
  append(png, type);
  append(png, data);
  append_be(png, wire::crc32(slice(png, start)), 4);
}

std::string label_text(int origin) {
  return fmt::format(
      R"({{"Label":"{}","ContentProducer":"001191110102MAD55U9H0F10002","ProduceID":"a",)"
      R"("ReservedCode1":"","ContentPropagator":"","PropagateID":"","ReservedCode2":""}})",
      origin);
}

/// A picture with so many labels; one of them, `odd_one`, says something else.
ByteBuffer crowded_png(std::size_t odd_one) {
  ByteBuffer png = to_buffer(std::string_view("\x89PNG\r\n\x1a\n", 8));
  add_chunk(png, "IHDR", std::string_view("\0\0\0\1\0\0\0\1\x08\2\0\0\0", 13));
  for (std::size_t i = 0; i < kLabels; ++i) {
    add_chunk(png, "tEXt", std::string("AIGC") + '\0' + label_text(i == odd_one ? 3 : 1));
  }
  add_chunk(png, "IEND", "");
  return png;
}

Report verify_bytes(Bytes bytes) {
  MemorySource source(bytes);
  return verify(source, system_env(), {}, {});
}

std::uint64_t cases_of(const std::vector<Finding>& findings, std::string_view rule,
                       Severity severity) {
  std::uint64_t count = 0;
  for (const Finding& finding : findings) {
    if (finding.rule == rule && finding.severity == severity) count += finding.count;
  }
  return count;
}

}  // namespace

TEST_CASE("thousands of labels in one file are reported in groups that add up") {
  const Report report = verify_bytes(crowded_png(kLabels));
  CHECK(report.evidence.size() < 1000);
  const auto places =
      std::accumulate(report.evidence.begin(), report.evidence.end(), std::uint64_t{0},
                      [](std::uint64_t sum, const Evidence& e) { return sum + e.count; });
  CHECK(places == kLabels);
  CHECK(cases_of(report.findings, "many-statements", Severity::Warning) == 1);
  CHECK(cases_of(report.findings, "E-9", Severity::Warning) == kLabels - 1);
  CHECK(report.verdict.assurance == Assurance::Declared);
}

TEST_CASE("a label that disagrees is seen behind any number of others") {
  for (const std::size_t odd_one : {std::size_t{1}, std::size_t{2500}, kLabels - 1}) {
    CAPTURE(odd_one);
    const Report report = verify_bytes(crowded_png(odd_one));
    CHECK(report.verdict.assurance == Assurance::Conflict);
    CHECK(cases_of(report.findings, "E-9", Severity::Error) == 1);
    CHECK(std::count_if(report.evidence.begin(), report.evidence.end(), [](const Evidence& e) {
            return e.says && e.says->origin == Origin::Suspected;
          }) == 1);
  }
}

TEST_CASE("a finding stands for the many broken frames of a tag") {
  constexpr std::size_t kFrames = 20'000;
  ByteBuffer frames;
  for (std::size_t i = 0; i < kFrames; ++i)
    append(frames, std::string_view("TXXX\0\0\0\1\0\0\x09", 11));
  ByteBuffer mp3 = to_buffer(std::string_view("ID3\x03\0\0", 6));
  for (int shift = 21; shift >= 0; shift -= 7) {
    mp3.push_back(static_cast<std::uint8_t>((frames.size() >> shift) & 0x7F));
  }
  append(mp3, frames);
  const Report report = verify_bytes(mp3);
  CHECK(report.findings.size() < 300);
  CHECK(cases_of(report.findings, "id3-frame", Severity::Warning) == kFrames);
}

TEST_CASE("past the cap every rule of an oddity still has its finding") {
  Layout layout;
  for (int i = 0; i < 1000; ++i) add_oddity(layout, {"a", Severity::Info, {"a", ""}, 0});
  add_oddity(layout, {"b", Severity::Warning, {"b", ""}, 0});
  add_oddity(layout, {"b", Severity::Warning, {"b", ""}, 1});
  CHECK(layout.oddities.size() == 257);
  CHECK(cases_of(layout.oddities, "a", Severity::Info) == 1000);
  CHECK(cases_of(layout.oddities, "b", Severity::Warning) == 2);
}
