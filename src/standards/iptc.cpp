// SPDX-License-Identifier: Apache-2.0
// IPTC Photo Metadata 2025.1 (Extension 1.9): DigitalSourceType and the four AI properties, XMP
// only. Rules I-1 .. I-7 are listed in docs/iptc.md.
#include "base/text.hpp"
#include "standards/details.hpp"
#include "standards/digital_source_type.hpp"
#include "standards/standards.hpp"
#include "standards/xmp.hpp"

#include <fmt/core.h>

namespace colophon {
namespace {

constexpr std::string_view kUri = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
constexpr std::string_view kPrefix = "Iptc4xmpExt";
constexpr std::string_view kSourceType = "DigitalSourceType";

bool is_ours(const XmpValue& value) noexcept {
  return value.uri == kUri;
}

/// Is it a digital source type? Another namespace counts only when the value is a known term.
bool is_source_type(const XmpValue& value) noexcept {
  if (value.nested || trim(value.value).empty()) return false;
  if (is_ours(value)) return value.name == kSourceType;
  return equals_ignore_case(value.name, kSourceType) && source_type(value.value).has_value();
}

/// An AI statement outranks every other, so that a second value cannot take a notice away.
bool outranks(const XmpValue& a, const XmpValue& b) noexcept {
  const auto origin = [](const XmpValue& value) {
    const auto type = source_type(value.value);
    return type ? type->origin : Origin::None;
  };
  return origin(a) > origin(b);
}

void read_source_type(const std::vector<XmpValue>& found, Evidence& evidence) {
  const XmpValue* chosen = nullptr;
  const XmpValue* other = nullptr;
  for (const XmpValue& value : found) {
    if (!is_source_type(value)) continue;
    if (chosen == nullptr) {
      chosen = &value;
    } else if (value.value != chosen->value) {
      const bool better = outranks(value, *chosen);
      other = better ? chosen : &value;
      if (better) chosen = &value;
    }
  }
  if (chosen == nullptr) return;
  const auto type = source_type(chosen->value);
  evidence.says->origin = type ? type->origin : Origin::None;
  evidence.details.emplace_back("term", type ? std::string(type->term) : chosen->value);
  evidence.details.emplace_back("value", chosen->value);
  if (!is_ours(*chosen)) evidence.details.emplace_back("namespace", chosen->uri);
  if (other != nullptr) evidence.details.emplace_back("other", other->value);
}

void read_ai_properties(const std::vector<XmpValue>& found, Evidence& evidence) {
  const std::pair<std::string_view, std::string*> places[] = {
      {"AISystemUsed", &evidence.says->system},
      {"AISystemVersionUsed", &evidence.says->system_version},
      {"AIPromptInformation", &evidence.prompt},
      {"AIPromptWriterName", &evidence.says->prompt_writer}};
  for (const XmpValue& value : found) {
    if (value.nested || !is_ours(value) || trim(value.value).empty()) continue;
    for (const auto& [name, place] : places) {
      if (value.name == name && place->empty()) *place = std::string(trim(value.value));
    }
  }
}

std::vector<Evidence> read(const Carrier& carrier, Bytes payload, const Limits& limits) {
  if (carrier.kind != CarrierKind::Xmp) return {};
  const std::vector<XmpValue> found = xmp_properties(payload, limits);
  Evidence evidence;
  evidence.standard = StandardId::Iptc;
  evidence.carrier = carrier.path;
  evidence.where = carrier.whole;
  evidence.says = Label{};
  read_source_type(found, evidence);
  read_ai_properties(found, evidence);
  const bool names_ai = evidence.says != Label{} || !evidence.prompt.empty();
  if (detail_of(evidence, "value").empty()) {
    if (!names_ai) return {};
    // "The AI system used" without a source type: somebody declares AI, but not how much.
    evidence.says->origin = Origin::Possible;
  }
  return {std::move(evidence)};
}

/// The term that stands already, when it says the same and is written as it should be.
std::string wanted_term(const SourceType& wanted, Bytes old_payload) {
  for (const XmpValue& value : find_xmp(old_payload, kUri, kSourceType)) {
    const auto type = source_type(value.value);
    if (type && type->origin == wanted.origin && type->retired.empty()) return type->uri();
  }
  return wanted.uri();
}

Result<ByteBuffer> write(const Label& label, CarrierKind kind, Bytes old_payload) {
  if (kind != CarrierKind::Xmp) {
    return fail(ErrorCode::Unsupported, "IPTC properties stand in XMP only", "iptc");
  }
  const auto wanted = source_type_for(label.origin);
  if (!wanted) {
    return fail(ErrorCode::Unsupported,
                fmt::format("IPTC has no digital source type that says \"{}\" and that a program "
                            "may assert; write it with another standard",
                            to_string(label.origin)),
                "iptc");
  }
  std::vector<XmpProperty> properties;
  const auto add = [&](std::string_view name, std::string value) {
    if (value.empty()) return;
    properties.push_back(
        {std::string(kUri), std::string(kPrefix), std::string(name), std::move(value)});
  };
  add(kSourceType, wanted_term(*wanted, old_payload));
  add("AISystemUsed", label.system);
  add("AISystemVersionUsed", label.system_version);
  add("AIPromptInformation", label.prompt);
  add("AIPromptWriterName", label.prompt_writer);
  return set_properties(old_payload, properties);
}

void lint_form(const SourceType& type, std::string_view value, std::vector<Finding>& findings) {
  if (type.form == TermForm::Misspelt) {
    findings.push_back({"I-4",
                        Severity::Warning,
                        {fmt::format("\"{}\" is a misspelling of {}", value, type.uri()),
                         fmt::format("“{}”拼写有误,应为 {}。", value, type.uri())},
                        std::nullopt});
  } else if (type.form != TermForm::Exact) {
    findings.push_back(
        {"I-1",
         Severity::Warning,
         {fmt::format("the digital source type is written \"{}\"; its identifier is {} (http)",
                      value, type.uri()),
          fmt::format("数字来源类型写作“{}”,其标识符应为 {}(http)。", value, type.uri())},
         std::nullopt});
  }
  if (!type.retired.empty()) {
    findings.push_back({"I-3",
                        Severity::Info,
                        {fmt::format("IPTC retired the term {} on {}", type.term, type.retired),
                         fmt::format("IPTC 已于 {} 停用术语 {}。", type.retired, type.term)},
                        std::nullopt});
  }
}

std::vector<Finding> lint(const Evidence& evidence) {
  std::vector<Finding> findings;
  const std::string_view value = detail_of(evidence, "value");
  const auto type = source_type(value);
  if (value.empty()) {
    findings.push_back({"I-6",
                        Severity::Warning,
                        {"an AI property is set, but no DigitalSourceType says what AI did",
                         "设置了 AI 属性,但没有 DigitalSourceType 说明 AI 的作用。"},
                        std::nullopt});
  } else if (!type) {
    findings.push_back({"I-2",
                        Severity::Error,
                        {fmt::format("\"{}\" is no IPTC digital source type", value),
                         fmt::format("“{}”不是 IPTC 数字来源类型。", value)},
                        std::nullopt});
  } else {
    lint_form(*type, value, findings);
  }
  if (const std::string_view other = detail_of(evidence, "other"); !other.empty()) {
    findings.push_back({"I-5",
                        Severity::Warning,
                        {fmt::format("the packet has another digital source type, \"{}\"", other),
                         fmt::format("数据包中另有一个数字来源类型“{}”。", other)},
                        std::nullopt});
  }
  if (const auto* detail = find_detail(evidence, "namespace")) {
    findings.push_back(
        {"I-7",
         Severity::Warning,
         {fmt::format("DigitalSourceType stands in the namespace \"{}\" instead of {}", *detail,
                      kUri),
          fmt::format("DigitalSourceType 位于命名空间“{}”,应为 {}。", *detail, kUri)},
         std::nullopt});
  }
  return findings;
}

}  // namespace

constinit const Standard kIptc{
    .name = "iptc", .id = StandardId::Iptc, .read = read, .write = write, .lint = lint};

}  // namespace colophon
