// SPDX-License-Identifier: Apache-2.0
// The reserved codes by TC260-PG-202511A (docs/gb45438.md): their form only. Whether a signature
// holds is told elsewhere; a code of unknown meaning is unrecognised, never invalid.
#include "standards/gb45438_lint.hpp"
#include "wire/json_text.hpp"

#include <fmt/core.h>

namespace colophon::gb45438 {
namespace {

constexpr std::string_view kType = "TC260PG";

bool is_text(const wire::JsonValue* value, std::string_view text) noexcept {
  return value != nullptr && value->type == wire::JsonType::String && value->text == text;
}

void lint_security_data(const wire::JsonValue& data, std::string_view key,
                        std::vector<Finding>& findings) {
  if (!is_text(data.find("Type"), kType)) {
    add_finding(findings, "S-1", Severity::Warning,
                fmt::format("{}: the security data's Type is not {}", key, kType),
                fmt::format("{}：安全数据的 Type 不是 {}", key, kType));
  }
  if (data.find("Version") == nullptr) {
    add_finding(findings, "S-1", Severity::Warning,
                fmt::format("{}: the security data has no Version", key),
                fmt::format("{}：安全数据缺少 Version", key));
  }
}

void lint_code(const std::string& code, std::string_view key, bool damaged,
               std::vector<Finding>& findings) {
  if (code.empty()) return;
  if (!code.starts_with('{') || code == "{}") {
    add_finding(findings, "S-4", Severity::Info,
                fmt::format("unrecognised: {} holds a code of unknown meaning", key),
                fmt::format("{} 的内容含义未知", key));
    return;
  }
  const auto parsed = wire::parse_json(code, Limits{});
  if (!parsed) {
    if (damaged) return;  // cut with the label around it
    add_finding(findings, "S-1", Severity::Warning,
                fmt::format("{} starts like JSON but does not parse", key),
                fmt::format("{} 形似 JSON 但无法解析", key));
    return;
  }
  const wire::JsonValue* data = parsed->find("SecurityData");
  if (data == nullptr) {
    add_finding(findings, "S-1", Severity::Warning,
                fmt::format("{} holds JSON without SecurityData", key),
                fmt::format("{} 的 JSON 中没有 SecurityData", key));
  } else {
    lint_security_data(*data, key, findings);
  }
}

}  // namespace

void lint_reserved(const Evidence& evidence, std::vector<Finding>& findings) {
  const bool damaged = !detail(evidence, kDamage).empty();
  lint_code(evidence.says->reserved1, "ReservedCode1", damaged, findings);
  lint_code(evidence.says->reserved2, "ReservedCode2", damaged, findings);
}

}  // namespace colophon::gb45438
