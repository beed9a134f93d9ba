// SPDX-License-Identifier: Apache-2.0
// The report schema of docs/report.md, "colophon.report/1".
#include <nlohmann/json.hpp>

#include <algorithm>
#include <span>

#include "base/text.hpp"
#include "ops/keys.hpp"
#include "ops/mark_json.hpp"
#include "ops/ops.hpp"
#include "standards/gb45438.hpp"

namespace colophon {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxPayloadText = 1 << 20;
constexpr std::size_t kMaxCarriersShown = 16;

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json to_value(const Finding& finding, const JsonOptions& options) {
  Json json = {{"rule", finding.rule},
               {"severity", to_string(finding.severity)},
               {"message", finding.message.in(options.language)}};
  if (finding.offset) json["offset"] = *finding.offset;
  if (finding.line > 0) json["line"] = finding.line;
  if (finding.count > 1) json["count"] = finding.count;
  return json;
}

Json to_values(const std::vector<Finding>& findings, const JsonOptions& options) {
  Json json = Json::array();
  for (const Finding& finding : findings) json.push_back(to_value(finding, options));
  return json;
}

Json to_value(const Label& label, StandardId standard, const JsonOptions& options) {
  Json json = {{"origin", to_string(label.origin)}};
  const auto add = [&](const char* key, const std::string& value, bool always) {
    if (always || !value.empty()) json[key] = text_or_null(value);
  };
  const bool gb = standard == StandardId::Gb45438;
  add("producer", label.producer, gb);
  add("produce_id", label.produce_id, gb);
  add("propagator", label.propagator, gb);
  add("propagate_id", label.propagate_id, gb);
  add("reserved1", label.reserved1, gb);
  add("reserved2", label.reserved2, gb);
  add("system", label.system, gb || standard == StandardId::Iptc);
  add("system_version", label.system_version, false);
  add("prompt_writer", label.prompt_writer, false);
  if (options.show_prompts) add("prompt", label.prompt, false);
  if (label.created) json["created"] = time_text(*label.created);
  return json;
}

Json to_value(const C2paStatement& c2pa) {
  Json json = Json::object();
  if (!c2pa.state.empty()) json["state"] = c2pa.state;
  if (!c2pa.codes.empty()) json["codes"] = c2pa.codes;
  json["claim_generator"] = text_or_null(c2pa.claim_generator);
  if (!c2pa.signed_at.empty()) json["signed_at"] = c2pa.signed_at;
  json["digital_source_types"] = c2pa.digital_source_types;
  return json;
}

Json to_value(const c2pa::TreeNode& node) {
  Json json = {{"name", node.name}};
  if (!node.value.empty()) json["value"] = node.value;
  if (node.children.empty()) return json;
  Json& children = json["children"] = Json::array();
  for (const c2pa::TreeNode& child : node.children) children.push_back(to_value(child));
  return json;
}

Json to_value(const Evidence& evidence, const JsonOptions& options) {
  Json json = {{"layer", to_string(evidence.layer)},
               {"standard", to_string(evidence.standard)},
               {"carrier", evidence.carrier},
               {"offset", evidence.where.offset},
               {"length", evidence.where.size}};
  if (evidence.line > 0) json["line"] = evidence.line;
  if (evidence.count > 1) json["count"] = evidence.count;
  json["label"] = evidence.says ? to_value(*evidence.says, evidence.standard, options) : Json();
  json["integrity"] = to_string(evidence.integrity);
  if (evidence.standard == StandardId::Gb45438) json["conforming"] = conforming(evidence);
  if (evidence.log10_p < 0) json["log10_p"] = evidence.log10_p;
  if (evidence.c2pa) json["c2pa"] = to_value(*evidence.c2pa);
  if (!evidence.details.empty()) {
    Json& details = json["details"] = Json::object();
    for (const auto& [key, value] : evidence.details) details[key] = value;
  }
  if (options.show_prompts && !evidence.prompt.empty()) json["prompt"] = evidence.prompt;
  json["findings"] = to_values(evidence.findings, options);
  return json;
}

Json to_value(const Verdict& verdict, const JsonOptions& options) {
  Json notice = Json::object();
  for (const auto& [where, words] : verdict.notice) notice[where] = words;
  return {{"origin", to_string(verdict.origin)},
          {"assurance", to_string(verdict.assurance)},
          {"basis", verdict.basis},
          {"notice", notice},
          {"sentence", verdict.sentence.in(options.language)}};
}

Json to_value(const Error& error) {
  Json json = {{"code", to_string(error.code)}, {"message", error.message}};
  json["offset"] = error.offset ? Json(*error.offset) : Json();
  if (!error.where.empty()) json["where"] = error.where;
  return json;
}

Json to_value(const Written& written) {
  const std::size_t shown = std::min(written.carriers.size(), kMaxCarriersShown);
  const std::span<const std::string> carriers(written.carriers.data(), shown);
  Json json = {{"mode", written.mode},
               {"output", text_or_null(written.output)},
               {"carriers", carriers},
               {"carriers_count", written.carriers_count},
               {"bytes_put", written.bytes_put}};
  if (written.manifest_bytes > 0) json["manifest_bytes"] = written.manifest_bytes;
  if (!written.would.empty()) json["would"] = written.would;
  if (!written.sidecar_file.empty()) json["sidecar"] = written.sidecar_file;
  if (!written.store_file.empty()) json["manifest"] = written.store_file;
  if (!written.marks.empty()) {
    Json& marks = json["explicit"] = Json::array();
    for (const Mark& mark : written.marks) {
      marks.push_back(to_value(mark));
      marks.back()["new"] = written.marked;
    }
  }
  if (!written.http_field.empty()) json["http_header"] = written.http_field;
  return json;
}

Json to_value(const Provenance& provenance) {
  Json measured = Json::array();
  for (const Measured& each : provenance.measured) {
    measured.push_back({{"measure", each.name},
                        {"value", each.value},
                        {"limit", each.limit},
                        {"holds", each.holds}});
  }
  return {{"from", provenance.from},
          {"carried", provenance.carried},
          {"measured", std::move(measured)},
          {"actions", provenance.actions},
          {"forced", provenance.forced}};
}

void add_format(Json& json, const Format* format) {
  json["format"] = format != nullptr ? Json(format->id) : Json();
  json["media_type"] = format != nullptr ? Json(format->media_types.front()) : Json();
}

/// File names and metadata can hold anything; the report is always valid UTF-8.
std::string dump(const Json& json, bool pretty) {
  return json.dump(pretty ? 2 : -1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string to_json(const Report& report, const JsonOptions& options) {
  Json json = {{"schema", "colophon.report/1"}, {"file", report.file}, {"bytes", report.bytes}};
  add_format(json, report.format);
  json["verdict"] = to_value(report.verdict, options);
  Json evidence = Json::array();
  for (const Evidence& piece : report.evidence) evidence.push_back(to_value(piece, options));
  json["evidence"] = std::move(evidence);
  json["findings"] = to_values(report.findings, options);
  if (report.written) json["written"] = to_value(*report.written);
  if (report.provenance) json["provenance"] = to_value(*report.provenance);
  if (report.error) json["error"] = to_value(*report.error);
  json["tiers"] = report.tiers;
  json["milliseconds"] = report.milliseconds;
  return dump(json, options.pretty);
}

std::string to_json(const Inspection& inspection, const JsonOptions& options) {
  Json json = {
      {"schema", "colophon.inspection/1"}, {"file", inspection.file}, {"bytes", inspection.bytes}};
  add_format(json, inspection.format);
  Json carriers = Json::array();
  for (const CarrierView& view : inspection.carriers) {
    Json item = {{"kind", to_string(view.carrier.kind)},  {"carrier", view.carrier.path},
                 {"key", text_or_null(view.carrier.key)}, {"offset", view.carrier.whole.offset},
                 {"length", view.carrier.whole.size},     {"payload_bytes", view.payload.size()}};
    const std::string_view text = as_text(view.payload);
    if (text.size() <= kMaxPayloadText && is_utf8(text)) {
      item["text"] = text;
    } else if (text.size() <= kMaxPayloadText) {
      item["base64"] = base64_encode(view.payload);
    }
    if (view.error) item["error"] = to_value(*view.error);
    carriers.push_back(std::move(item));
  }
  json["carriers"] = std::move(carriers);
  json["oddities"] = to_values(inspection.oddities, options);
  if (!inspection.trees.empty()) {
    Json& trees = json["manifests"] = Json::array();
    for (const c2pa::TreeNode& tree : inspection.trees) trees.push_back(to_value(tree));
  }
  if (inspection.error) json["error"] = to_value(*inspection.error);
  return dump(json, options.pretty);
}

}  // namespace colophon
