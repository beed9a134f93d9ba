// SPDX-License-Identifier: Apache-2.0
// schema.org (release 30.0): the property digitalSourceType, whose values mirror the IPTC terms, in
// JSON-LD and microdata; the proposed aiDisclosure is read as a detail. Rules S-1 .. S-4 are listed
// in docs/schema-org.md. schema_org_write.cpp writes.
#include "standards/schema_org.hpp"

#include "base/text.hpp"
#include "standards/details.hpp"
#include "standards/digital_source_type.hpp"
#include "standards/standards.hpp"

#include <fmt/core.h>

namespace colophon {
namespace schema_org {

bool is_property(std::string_view key, std::string_view name) noexcept {
  for (const std::string_view base : {"https://schema.org/", "http://schema.org/", "schema:"}) {
    if (key.starts_with(base)) return key.substr(base.size()) == name;
  }
  return key == name;
}

std::string_view text_of(const wire::JsonValue& value) noexcept {
  if (value.type == wire::JsonType::String) return value.text;
  for (const std::string_view key : {"@id", "@value"}) {
    const wire::JsonValue* inner = value.find(key);
    if (inner != nullptr && inner->type == wire::JsonType::String) return inner->text;
  }
  return {};
}

}  // namespace schema_org

namespace {

using schema_org::is_property;
using schema_org::kSourceType;
using wire::JsonType;
using wire::JsonValue;

constexpr std::string_view kDisclosure = "aiDisclosure";
constexpr std::size_t kMostStatements = 64;

Evidence evidence_at(const Carrier& carrier) {
  Evidence evidence;
  evidence.standard = StandardId::SchemaOrg;
  evidence.carrier = carrier.path;
  evidence.where = carrier.whole;
  return evidence;
}

/// An AI statement outranks every other. "Captured" is believed only when signed or in IPTC
/// metadata (docs/decisions.md), so here it says nothing.
void add_term(std::string_view value, Evidence& evidence) {
  if (trim(value).empty()) return;
  const auto type = source_type(value);
  const Origin stated = type ? type->origin : Origin::None;
  const Origin origin = stated == Origin::NotGenerated ? Origin::None : stated;
  if (evidence.says && evidence.says->origin >= origin) return;
  std::erase_if(evidence.details, [](const auto& detail) {
    return detail.first == "term" || detail.first == "value";
  });
  evidence.says = Label{};
  evidence.says->origin = origin;
  evidence.details.emplace_back("term", type ? std::string(type->term) : std::string(value));
  evidence.details.emplace_back("value", std::string(value));
}

class Reader {
 public:
  explicit Reader(const Carrier& carrier) : carrier_(carrier) {}

  /// Depth is capped by the JSON parser.
  void walk(const JsonValue& value) {
    for (const JsonValue& item : value.items) walk(item);
    if (value.type == JsonType::Object) object(value);
    for (const auto& member : value.members) walk(member.value);
  }
  std::vector<Evidence> take() { return std::move(found_); }

 private:
  void object(const JsonValue& value) {
    Evidence evidence = evidence_at(carrier_);
    for (const auto& [key, inside] : value.members) {
      if (is_property(key, kSourceType)) {
        if (inside.type != JsonType::Array) add_term(schema_org::text_of(inside), evidence);
        for (const JsonValue& item : inside.items) add_term(schema_org::text_of(item), evidence);
      } else if (is_property(key, kDisclosure)) {
        evidence.details.emplace_back(kDisclosure, std::string(schema_org::text_of(inside)));
      }
    }
    const bool tells = evidence.says || !evidence.details.empty();
    if (!tells || found_.size() >= kMostStatements) return;
    const JsonValue* type = value.find("@type");
    if (type != nullptr && type->type == JsonType::String) {
      evidence.details.emplace_back("type", type->text);
    }
    found_.push_back(std::move(evidence));
  }

  const Carrier& carrier_;
  std::vector<Evidence> found_;
};

/// What can be saved of text that no JSON reader accepts.
std::vector<Evidence> read_damaged(const Carrier& carrier, std::string_view text,
                                   const Error& error) {
  Evidence evidence = evidence_at(carrier);
  const std::size_t begin = text.find('{');
  if (begin == std::string_view::npos) return {};
  for (const wire::SavedPair& pair : wire::salvage_json(text, begin).pairs) {
    if (is_property(pair.key, kSourceType)) add_term(pair.text, evidence);
  }
  if (!evidence.says) return {};
  evidence.integrity = Integrity::Damaged;
  evidence.findings.push_back(
      {"S-1",
       Severity::Error,
       {fmt::format("the JSON-LD is broken, so no other reader will see its label: {}",
                    error.message),
        "JSON-LD 已损坏,其他程序无法读取其中的标识。"},
       std::nullopt});
  return {std::move(evidence)};
}

std::vector<Evidence> read(const Carrier& carrier, Bytes payload, const Limits& limits) {
  const std::string_view text = as_text(payload);
  if (carrier.kind == CarrierKind::Microdata) {
    Evidence evidence = evidence_at(carrier);
    if (is_property(carrier.key, kSourceType)) add_term(to_valid_utf8(text), evidence);
    return evidence.says ? std::vector{std::move(evidence)} : std::vector<Evidence>{};
  }
  if (carrier.kind != CarrierKind::JsonLd) return {};
  if (text.find(kSourceType) == text.npos && text.find(kDisclosure) == text.npos) return {};
  const auto document = wire::parse_json(trim(text), limits);
  if (!document) return read_damaged(carrier, text, document.error());
  Reader reader(carrier);
  reader.walk(*document);
  return reader.take();
}

std::vector<Finding> lint(const Evidence& evidence) {
  std::vector<Finding> findings;
  const std::string* value = find_detail(evidence, "value");
  if (value == nullptr) return findings;
  const auto add = [&](std::string rule, Severity severity, Text message) {
    findings.push_back({std::move(rule), severity, std::move(message), std::nullopt});
  };
  const auto type = source_type(*value);
  if (!type) {
    add("S-2", Severity::Error,
        {fmt::format("\"{}\" is no digital source type", *value),
         fmt::format("“{}”不是数字来源类型。", *value)});
    return findings;
  }
  const bool is_uri = type->form == TermForm::Exact ||
                      (type->form == TermForm::SchemaOrg && value->find(':') != value->npos);
  if (!is_uri) {
    const std::string wanted = schema_org::uri_of(*type);
    add("S-3", Severity::Warning,
        {fmt::format("\"{}\" should be written {}", *value, wanted),
         fmt::format("“{}”应写作 {}。", *value, wanted)});
  }
  if (!type->retired.empty()) {
    add("S-4", Severity::Info,
        {fmt::format("IPTC retired the term {} on {}", type->term, type->retired),
         fmt::format("IPTC 已于 {} 停用术语 {}。", type->retired, type->term)});
  }
  return findings;
}

}  // namespace

constinit const Standard kSchemaOrg{.name = "schema-org",
                                    .id = StandardId::SchemaOrg,
                                    .read = read,
                                    .write = schema_org::write,
                                    .lint = lint};

}  // namespace colophon
