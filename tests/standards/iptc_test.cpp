// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/core.h>

#include "standards/details.hpp"
#include "standards/digital_source_type.hpp"
#include "standards/standards.hpp"
#include "standards/xmp.hpp"
#include "support/support.hpp"

using namespace colophon;

namespace {

constexpr std::string_view kExt = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
constexpr std::string_view kTrained =
    "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

std::string with(std::string_view properties, std::string_view uri = kExt) {
  return fmt::format(
      "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description "
      "xmlns:e='{}'>{}</rdf:Description></rdf:RDF>",
      uri, properties);
}

std::vector<Evidence> read(std::string_view packet) {
  Carrier carrier;
  carrier.kind = CarrierKind::Xmp;
  carrier.path = "png:iTXt[XML:com.adobe.xmp]";
  carrier.whole = {8, packet.size()};
  return kIptc.read(carrier, as_bytes(packet), Limits{});
}

Evidence only(std::string_view packet) {
  const auto all = read(packet);
  REQUIRE(all.size() == 1);
  return all[0];
}

std::string rules(const Evidence& evidence) {
  std::string out;
  for (const Finding& finding : kIptc.lint(evidence)) {
    CHECK_FALSE(finding.message.zh.empty());
    out += finding.rule + " ";
  }
  return out;
}

Evidence typed(std::string_view value) {
  return only(with(fmt::format("<e:DigitalSourceType>{}</e:DigitalSourceType>", value)));
}

std::string written(const Label& label, std::string_view old = {}) {
  const auto out = kIptc.write(label, CarrierKind::Xmp, as_bytes(old));
  REQUIRE_MESSAGE(out, (out ? "" : out.error().message));
  return to_string(*out);
}

}  // namespace

TEST_CASE("a digital source type is known by its URI, term and schema.org name") {
  using enum TermForm;
  const auto form = [](std::string_view text) { return source_type(text).value().form; };
  CHECK(form(kTrained) == Exact);
  CHECK(form(fmt::format(" {}\n", kTrained)) == Exact);
  CHECK(form("https://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia") == Https);
  CHECK(form("trainedAlgorithmicMedia") == Bare);
  CHECK(form("https://schema.org/TrainedAlgorithmicMediaDigitalSource") == SchemaOrg);
  CHECK(form("TrainedAlgorithmicMediaDigitalSource") == SchemaOrg);
  CHECK(form("TrainedAlgorithmicMedia") == Misspelt);
  CHECK(form("trainedAlgorithmicMedia/") == Misspelt);
  CHECK(form("http://c2pa.org/digitalsourcetype/trainedAlgorithmicData") == Exact);
  CHECK(form("http://c2pa.org/digitalsourcetype/trainedAlgorithmicMedia") == Misspelt);
  const auto misspelt = source_type(
      "http://cv.iptc.org/newscodes/digitalsourcetype/compositedWithTrainedAlgorithmicMedia");
  CHECK(misspelt.value().term == "compositeWithTrainedAlgorithmicMedia");
  CHECK(misspelt.value().form == Misspelt);
  CHECK(
      source_type("https://schema.org/MultiFrameComputationalCaptureDigitalSource").value().term ==
      "computationalCapture");
  for (const std::string_view unknown :
       {"", "AI", "http://cv.iptc.org/newscodes/digitalsourcetype/", "https://schema.org/",
        "generated"}) {
    CHECK_FALSE(source_type(unknown));
  }
}

TEST_CASE("every term reads back from its own URI") {
  for (const SourceType& type : source_types()) {
    CAPTURE(type.term);
    const auto found = source_type(type.uri());
    REQUIRE(found);
    CHECK(found->term == type.term);
    CHECK(found->form == TermForm::Exact);
    if (!type.schema_org.empty()) CHECK(source_type(type.schema_org).value().term == type.term);
  }
  CHECK(source_type_for(Origin::Generated).value().uri() == kTrained);
  CHECK(source_type_for(Origin::Edited).value().term == "compositeWithTrainedAlgorithmicMedia");
  for (const Origin origin :
       {Origin::None, Origin::NotGenerated, Origin::Suspected, Origin::Possible}) {
    CHECK_FALSE(source_type_for(origin));
  }
}

TEST_CASE("IPTC source types become origins and findings") {
  CHECK(typed(kTrained).says->origin == Origin::Generated);
  CHECK(rules(typed(kTrained)).empty());
  CHECK(typed("compositeSynthetic").says->origin == Origin::Edited);
  CHECK(rules(typed("compositeSynthetic")) == "I-1 ");
  CHECK(typed("virtualRecording").says->origin == Origin::None);
  CHECK(typed("algorithmicMedia").says->origin == Origin::None);
  CHECK(typed("digitalCapture").says->origin == Origin::NotGenerated);
  const Evidence retired = typed("http://cv.iptc.org/newscodes/digitalsourcetype/minorHumanEdits");
  CHECK(retired.says->origin == Origin::NotGenerated);
  CHECK(rules(retired) == "I-3 ");
  CHECK(rules(typed("compositedWithTrainedAlgorithmicMedia")) == "I-4 ");
  const Evidence unknown = typed("madeByRobots");
  CHECK(unknown.says->origin == Origin::None);
  CHECK(rules(unknown) == "I-2 ");
}

TEST_CASE("IPTC evidence tells where it stands and what it found") {
  const Evidence evidence = only(
      with(fmt::format("<e:DigitalSourceType>{}</e:DigitalSourceType><e:AISystemUsed>Model</"
                       "e:AISystemUsed><e:AISystemVersionUsed>7</e:AISystemVersionUsed>"
                       "<e:AIPromptInformation><rdf:Alt><rdf:li>a cat</rdf:li></rdf:Alt>"
                       "</e:AIPromptInformation><e:AIPromptWriterName>W</e:AIPromptWriterName>",
                       kTrained)));
  CHECK(evidence.standard == StandardId::Iptc);
  CHECK(evidence.carrier == "png:iTXt[XML:com.adobe.xmp]");
  CHECK(evidence.where.offset == 8);
  CHECK(detail_of(evidence, "term") == "trainedAlgorithmicMedia");
  CHECK(evidence.says->system == "Model");
  CHECK(evidence.says->system_version == "7");
  CHECK(evidence.says->prompt_writer == "W");
  CHECK(evidence.prompt == "a cat");
  CHECK(evidence.says->prompt.empty());
}

TEST_CASE("no IPTC evidence without an IPTC property") {
  CHECK(read("").empty());
  CHECK(read("<a>").empty());
  CHECK(read(with("<e:Event>x</e:Event>")).empty());
  CHECK(read(with("<e:DigitalSourceType> </e:DigitalSourceType>")).empty());
  CHECK(read(with("<e:DigitalSourceType>custom</e:DigitalSourceType>", "urn:other")).empty());
  Carrier comment;
  comment.kind = CarrierKind::TextChunk;
  CHECK(kIptc.read(comment, as_bytes(with("<e:AISystemUsed>x</e:AISystemUsed>")), {}).empty());
}

TEST_CASE("an AI property alone says that AI is possible") {
  const Evidence evidence = only(with("<e:AISystemUsed>Model</e:AISystemUsed>"));
  CHECK(evidence.says->origin == Origin::Possible);
  CHECK(rules(evidence) == "I-6 ");
}

TEST_CASE("the AI statement wins among several source types, and a foreign namespace is told") {
  const Evidence two = only(with(
      fmt::format("<e:DigitalSourceType>digitalCapture</e:DigitalSourceType><e:DigitalSourceType>{}"
                  "</e:DigitalSourceType>",
                  kTrained)));
  CHECK(two.says->origin == Origin::Generated);
  CHECK(rules(two) == "I-5 ");
  const Evidence foreign =
      only(with(fmt::format("<e:digitalsourcetype>{}</e:digitalsourcetype>", kTrained), "urn:x"));
  CHECK(foreign.says->origin == Origin::Generated);
  CHECK(rules(foreign) == "I-7 ");
}

TEST_CASE("IPTC writes the exact URI and what it was given") {
  Label label;
  label.origin = Origin::Generated;
  label.system = "Model";
  label.system_version = "7";
  const std::string out = written(label);
  CHECK(out.find(fmt::format("<Iptc4xmpExt:DigitalSourceType>{}</", kTrained)) != out.npos);
  CHECK(out.find("AIPrompt") == out.npos);
  const Evidence back = only(out);
  CHECK(back.says->system == "Model");
  CHECK(back.says->system_version == "7");
  CHECK(rules(back).empty());
  CHECK(written(label, out) == out);
}

TEST_CASE("IPTC writing keeps a term that says the same, and corrects its spelling") {
  Label edited;
  edited.origin = Origin::Edited;
  const auto term = [&](std::string_view old) {
    return std::string(detail_of(
        only(written(edited,
                     with(fmt::format("<e:DigitalSourceType>{}</e:DigitalSourceType>", old)))),
        "value"));
  };
  const std::string base = "http://cv.iptc.org/newscodes/digitalsourcetype/";
  CHECK((term("compositeSynthetic")) == base + "compositeSynthetic");
  CHECK((term("compositedWithTrainedAlgorithmicMedia")) ==
        base + "compositeWithTrainedAlgorithmicMedia");
  CHECK((term(kTrained)) == base + "compositeWithTrainedAlgorithmicMedia");
}

TEST_CASE("IPTC refuses what no term says") {
  for (const Origin origin :
       {Origin::None, Origin::NotGenerated, Origin::Suspected, Origin::Possible}) {
    Label label;
    label.origin = origin;
    const auto out = kIptc.write(label, CarrierKind::Xmp, {});
    REQUIRE_FALSE(out);
    CHECK(out.error().code == ErrorCode::Unsupported);
  }
  Label label;
  label.origin = Origin::Generated;
  CHECK(kIptc.write(label, CarrierKind::TextChunk, {}).error().code == ErrorCode::Unsupported);
}

TEST_CASE("real files with an IPTC source type") {
  if (testing::samples_folder().empty()) {
    MESSAGE("skipped: no samples");
    return;
  }
  const Format* png = find_format("png");
  REQUIRE(png != nullptr);
  for (const std::string name : {"ref_image.png", "mj-1.png"}) {
    const ByteBuffer file = testing::read_file(testing::samples_folder() + "/files/iptc/" + name);
    const Evidence evidence = only(testing::payload_of(*png, file, CarrierKind::Xmp));
    CHECK(evidence.says->origin == Origin::Generated);
    CHECK(rules(evidence).empty());
  }
}
