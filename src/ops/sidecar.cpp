// SPDX-License-Identifier: Apache-2.0
// NAME.EXT.aigc.json: the label of a file that has no place for one (docs/decisions.md, "plain
// text").
// {"AIGC":{...}, "file":"NAME.EXT", "bytes":N, "sha256":"..."}
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "ops/reading.hpp"
#include "standards/gb45438_security.hpp"
#include "standards/standards.hpp"

namespace colophon {
namespace {

using Json = nlohmann::ordered_json;

std::string base_name(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

Json parse_object(Bytes document) {
  Json json = Json::parse(document.begin(), document.end(), nullptr, false);
  return json.is_object() ? json : Json::object();
}

std::string text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<Finding> check_hash(Source& source, const Json& document) {
  const auto stated = document.find("sha256");
  if (stated == document.end() || !stated->is_string()) {
    return Finding{"sidecar-hash",
                   Severity::Warning,
                   {"the sidecar holds no SHA-256, so nothing ties it to this file",
                    "附属文件没有 SHA-256，无法确认它属于该文件"},
                   std::nullopt};
  }
  const auto actual = digest_of(DigestAlgorithm::Sha256, source);
  if (!actual) {
    return Finding{"sidecar-hash",
                   Severity::Warning,
                   {"the file's SHA-256 could not be computed: " + actual.error().message,
                    "无法计算文件的 SHA-256，未能确认附属文件属于该文件"},
                   std::nullopt};
  }
  if (hex_encode(*actual) == stated->get<std::string>()) return std::nullopt;
  return Finding{"sidecar-stale",
                 Severity::Warning,
                 {"the sidecar's SHA-256 is not that of the file: the file changed after it was "
                  "labelled, or the sidecar belongs to another one",
                  "附属文件的 SHA-256 与文件不符：文件在标识后被修改，或附属文件属于其他文件"},
                 std::nullopt};
}

}  // namespace

Result<ByteBuffer> make_sidecar(Source& source, const std::string& file_name, const Label& label,
                                Bytes old) {
  Json document = parse_object(old);
  const std::string old_label = document.contains("AIGC") ? text(document["AIGC"]) : "";
  const ByteBuffer written = TRY(
      find_standard(StandardId::Gb45438)->write(label, CarrierKind::AigcKey, as_bytes(old_label)));
  document["AIGC"] = Json::parse(written.begin(), written.end(), nullptr, false);
  document["file"] = base_name(file_name);
  document["bytes"] = source.size();
  document["sha256"] = hex_encode(TRY(digest_of(DigestAlgorithm::Sha256, source)));
  return to_buffer(document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::vector<Evidence> read_sidecar(Source& source, Bytes document, const Limits& limits,
                                   const TrustStore* trust) {
  const Json json = parse_object(document);
  const auto value = json.find("AIGC");
  if (value == json.end()) return {};
  Carrier carrier;
  carrier.kind = CarrierKind::AigcKey;
  carrier.path = "sidecar:AIGC";
  const Standard& standard = *find_standard(StandardId::Gb45438);
  const std::string payload = text(*value);
  std::vector<Evidence> found = standard.read(carrier, as_bytes(payload), limits);
  const std::optional<Finding> stale = found.empty() ? std::nullopt : check_hash(source, json);
  for (Evidence& evidence : found) {
    evidence.findings = standard.lint(evidence);
    check_security(evidence, trust);
    if (stale) evidence.findings.push_back(*stale);
  }
  return found;
}

}  // namespace colophon
