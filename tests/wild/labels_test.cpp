// SPDX-License-Identifier: Apache-2.0
// Labels that stand in public files (labels/ under COLOPHON_SAMPLES) against the index's own
// judgement. Nothing of them is kept in this project.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <sstream>

#include "standards/gb45438.hpp"
#include "standards/provider_code.hpp"
#include "support/support.hpp"
#include "wire/yaml_front_matter.hpp"

using namespace colophon;

namespace {

struct Row {
  std::string file, container, conforming;
  std::string text;
};

std::vector<Row> rows() {
  const std::string folder = testing::samples_folder();
  if (folder.empty()) return {};
  std::vector<Row> rows;
  std::istringstream index(to_string(Bytes(testing::read_file(folder + "/labels/index.tsv"))));
  std::string line;
  while (std::getline(index, line)) {
    std::vector<std::string> fields;
    std::istringstream columns(line);
    for (std::string field; std::getline(columns, field, '\t');) fields.push_back(field);
    if (fields.size() < 4 || fields[0] == "file") continue;
    const ByteBuffer bytes = testing::read_file(folder + "/labels/" + fields[0]);
    if (!bytes.empty()) {
      rows.push_back({fields[0], fields[2], fields[3], to_string(Bytes(bytes))});
    }
  }
  return rows;
}

bool has(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

/// The carrier that the label was taken out of, as far as the index tells. A JSON file holds the
/// value of an XMP property, not the packet.
Carrier carrier_of(const Row& row) {
  constexpr std::pair<std::string_view, CarrierKind> kKinds[] = {
      {"front matter", CarrierKind::FrontMatter},
      {"XMP", CarrierKind::Xmp},
      {"SVG", CarrierKind::Xmp},
      {"UserComment", CarrierKind::ExifComment},
      {"0x9286", CarrierKind::ExifComment},
      {"ImageDescription", CarrierKind::ExifText},
      {"tEXt", CarrierKind::TextChunk},
      {"APP9", CarrierKind::AppSegment},
      {"metadata value", CarrierKind::Tag},
      {"MP4 AIGC", CarrierKind::AigcKey},
      {"udta", CarrierKind::AigcKey},
      {"MP3", CarrierKind::AigcKey},
      {"custom.xml", CarrierKind::AigcKey},
  };
  Carrier carrier;
  carrier.path = "wild:" + row.file;
  carrier.kind = CarrierKind::PlainText;
  for (const auto& [word, kind] : kKinds) {
    if (!has(row.container, word)) continue;
    carrier.kind = kind;
    if (kind == CarrierKind::Xmp && row.file.ends_with(".json")) {
      carrier.kind = CarrierKind::AigcKey;
    }
    break;
  }
  return carrier;
}

std::string payload_of(const Row& row, CarrierKind kind) {
  if (kind != CarrierKind::FrontMatter) return row.text;
  const auto blocks = wire::find_front_matter(row.text, 1);
  REQUIRE_FALSE(blocks.empty());
  return row.text.substr(blocks[0].content.offset, blocks[0].content.size);
}

std::string verdict_of(const std::vector<Evidence>& evidence) {
  if (evidence.empty()) return "none";
  switch (conformity(evidence.front())) {
    case Conformity::Conforming:
      return "yes";
    case Conformity::Breaking:
      return "no";
    case Conformity::Damaged:
      return "damaged";
  }
  return "";
}

/// The index's words: "yes ...", "no ...", "truncated", "partial", "disputed".
bool agrees(const std::string& index, const std::string& ours) {
  if (index.starts_with("yes") || index.starts_with("disputed")) return ours == "yes";
  if (index.starts_with("no")) return ours != "yes";
  return ours == "damaged";
}

std::vector<Evidence> through_formats(Bytes bytes, const std::string& name) {
  MemorySource source(bytes);
  const Format* format = detect(source, name);
  if (format == nullptr) return {};
  const auto layout = format->inspect(source, Limits{});
  REQUIRE(layout);
  std::vector<Evidence> found;
  for (const Carrier& carrier : layout->carriers) {
    const auto payload = format->extract(source, carrier, Limits{});
    if (!payload) continue;
    for (Evidence& evidence : kGb45438.read(carrier, *payload, Limits{})) {
      found.push_back(std::move(evidence));
    }
  }
  return found;
}

}  // namespace

TEST_CASE("wild labels are judged as their index judges them") {
  const auto all = rows();
  if (all.empty()) {
    MESSAGE("skipped: no samples");
    return;
  }
  std::size_t agreed = 0;
  for (const Row& row : all) {
    const Carrier carrier = carrier_of(row);
    const std::string payload = payload_of(row, carrier.kind);
    const auto evidence = kGb45438.read(carrier, as_bytes(payload), Limits{});
    const std::string ours = verdict_of(evidence);
    const bool agree = agrees(row.conforming, ours);
    agreed += agree ? 1 : 0;
    CHECK_MESSAGE(agree, row.file, ": index ", row.conforming, ", ours ", ours);
    if (!has(row.file, "w083")) CHECK_MESSAGE(evidence.size() == 1, row.file);
    for (const Evidence& label : evidence) {
      REQUIRE(label.says);
      CHECK(label.says->origin != Origin::None);
    }
  }
  fmt::print("wild labels: {} of {} as the index says\n", agreed, all.size());
}

TEST_CASE("self-invented fields are no label") {
  for (const Row& row : rows()) {
    if (!has(row.file, "w083")) continue;
    for (const CarrierKind kind :
         {CarrierKind::PlainText, CarrierKind::Tag, CarrierKind::AigcKey}) {
      Carrier carrier;
      carrier.kind = kind;
      CHECK(kGb45438.read(carrier, as_bytes(row.text), Limits{}).empty());
    }
  }
}

TEST_CASE("every credit code in a wild label that has the full form passes its check") {
  for (const Row& row : rows()) {
    const Carrier carrier = carrier_of(row);
    const std::string payload = payload_of(row, carrier.kind);
    for (const Evidence& label : kGb45438.read(carrier, as_bytes(payload), Limits{})) {
      for (const std::string& code : {label.says->producer, label.says->propagator}) {
        if (looks_like_code(code) && code.starts_with("0011")) {
          CHECK_MESSAGE(is_uscc(std::string_view(code).substr(4, 18)), row.file, " ", code);
        }
      }
    }
  }
}

TEST_CASE("wild labels are found through the formats of their own files") {
  for (const Row& row : rows()) {
    const auto evidence = through_formats(as_bytes(row.text), row.file);
    const bool self_contained = row.file.ends_with(".md") && find_format("markdown") != nullptr;
    if (self_contained) CHECK_MESSAGE(!evidence.empty(), row.file);
    if (self_contained && !evidence.empty()) {
      CHECK_MESSAGE(agrees(row.conforming, verdict_of(evidence)), row.file);
    }
  }
}

TEST_CASE("real pictures carry one label, and a platform's update keeps the producer's bytes") {
  for (const std::string name :
       {"doubao_black_1x1_1.png", "doubao_gray_1x1_1.png", "jimeng_cap_C.png"}) {
    const ByteBuffer bytes = testing::read_file(testing::samples_folder() + "/files/tc260/" + name);
    if (bytes.empty()) continue;
    CAPTURE(name);
    const auto found = through_formats(bytes, name);
    REQUIRE(found.size() == 1);
    CHECK(conforming(found[0]));
    CHECK(lint_file(found).empty());
    Label wanted = *found[0].says;
    wanted.propagator = "Q";
    wanted.propagate_id = "9";
    const std::string old = testing::payload_of(*find_format("png"), bytes, CarrierKind::Xmp);
    const auto written = kGb45438.write(wanted, CarrierKind::Xmp, as_bytes(old));
    REQUIRE(written);
    const std::string out = to_string(Bytes(*written));
    const auto half = old.find("&quot;ContentPropagator");
    CHECK(out.substr(0, half) == old.substr(0, half));
    CHECK(out.ends_with(old.substr(old.find("&quot;ReservedCode2"))));
  }
}

TEST_CASE("two blocks in one document are a conflict") {
  const std::string name = "excerpt-doubled-block-yaml.md";
  const ByteBuffer bytes =
      testing::read_file(testing::samples_folder() + "/files/text-tc260/" + name);
  if (bytes.empty() || find_format("markdown") == nullptr) return;
  const auto found = through_formats(bytes, name);
  REQUIRE(found.size() == 2);
  const auto findings = lint_file(found);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].message.en.starts_with("conflict"));
}
