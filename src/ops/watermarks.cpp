// SPDX-License-Identifier: Apache-2.0
#include "ops/watermarks.hpp"

#include <fmt/core.h>

#include "formats/running_text.hpp"

namespace colophon {
namespace {

Finding not_looked_for(std::string_view rule, Severity severity, Text message) {
  return {std::string(rule), severity, std::move(message), std::nullopt};
}

}  // namespace

bool read_watermarks(Source& source, const Limits& limits, const VerifyOptions& options,
                     Reading& reading) {
  if (reading.format == nullptr || !is_running_text(*reading.format)) return false;
  if (!options.watermarks) {
    reading.findings.push_back(not_looked_for(
        "watermark-keys", Severity::Info,
        {"no text watermark was looked for: no keys are configured (--watermark-keys)",
         "未检查文本水印：未配置密钥（--watermark-keys）"}));
    return false;
  }
  const auto running = RunningText::read(source, *reading.format, limits);
  if (!running) return false;  // what is wrong with it is told by those who read it before
  auto found = options.watermarks->look(running->text());
  if (!found) {
    const std::string& why = found.error().message;
    reading.findings.push_back(
        not_looked_for("watermark-unread", Severity::Warning,
                       {fmt::format("text watermarks could not be looked for: {}", why),
                        fmt::format("无法检查文本水印：{}", why)}));
    return false;
  }
  for (Evidence& evidence : found->evidence) {
    evidence.carrier = fmt::format("{}:{}", reading.format->id, evidence.carrier);
    evidence.where = running->in_file(evidence.where);
    reading.statements.push_back({std::move(evidence), std::nullopt});
  }
  for (Finding& finding : found->findings) reading.findings.push_back(std::move(finding));
  return true;
}

}  // namespace colophon
