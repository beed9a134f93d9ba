// SPDX-License-Identifier: Apache-2.0
#include "standards/provider_code.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace colophon {
namespace {

constexpr std::size_t kCodeSize = 27;
constexpr std::size_t kShortSize = 22;  // without the extension; met once, not confirmed
constexpr std::size_t kUsccSize = 18;
constexpr std::size_t kMeantAsCode = 20;  // two digits and a credit code; shorter is a name
constexpr std::string_view kUsccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

bool is_code_character(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// Digits are 0 to 9, letters 10 to 35, as GB 11714 counts.
int organisation_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : -1;
}

Finding finding(std::string_view rule, Severity severity, std::string en, std::string zh) {
  return {std::string(rule), severity, {std::move(en), std::move(zh)}, std::nullopt};
}

void check_form(CodeReport& report) {
  const std::string& code = report.code;
  if (!std::all_of(code.begin(), code.end(), is_code_character)) {
    report.findings.push_back(finding(
        "C-1", Severity::Error,
        fmt::format("the code {} holds something other than digits and capital letters", code),
        fmt::format("编码 {} 含有数字和大写字母以外的字符", code)));
  }
  if (code.size() == kShortSize) {
    report.findings.push_back(finding(
        "C-1", Severity::Warning,
        fmt::format("short-form: the code {} has 22 characters, its extension is missing", code),
        fmt::format("编码 {} 只有 22 位，缺少扩展部分", code)));
  } else if (code.size() != kCodeSize) {
    report.findings.push_back(
        finding("C-1", Severity::Error,
                fmt::format("the code {} has {} characters instead of 27", code, code.size()),
                fmt::format("编码 {} 有 {} 位，应为 27 位", code, code.size())));
  }
}

/// The leading `00` was left out: what follows is `11` and a good credit code.
bool lacks_format(std::string_view code) noexcept {
  return code.starts_with("11") && is_uscc(code.substr(2, kUsccSize));
}

void add_field(CodeReport& report, std::string_view name, std::size_t position, std::size_t length,
               Text meaning, bool ok = true) {
  report.fields.push_back(
      {name, position, report.code.substr(position - 1, length), std::move(meaning), ok});
}

void explain_prefix(CodeReport& report) {
  const std::string& code = report.code;
  add_field(report, "format", 1, 2, {"code format", "编码格式"}, code.starts_with("00"));
  const bool organisation = code[2] == '1';
  add_field(report, "subject", 3, 1,
            organisation ? Text{"organisation", "组织机构"} : Text{"unknown subject", "未知主体"},
            organisation);
  const bool by_uscc = organisation && code[3] == '1';
  add_field(report, "binding", 4, 1,
            by_uscc ? Text{"unified social credit code", "统一社会信用代码"}
                    : Text{"unknown binding", "未知绑定方式"},
            by_uscc);
  if (!code.starts_with("00")) {
    report.findings.push_back(finding("C-2", Severity::Error,
                                      fmt::format("the code {} does not start with 00", code),
                                      fmt::format("编码 {} 未以 00 开头", code)));
  } else if (!by_uscc) {
    report.findings.push_back(finding(
        "C-2", Severity::Warning,
        fmt::format("unknown-subject: the digits {} are not those of an organisation with a "
                    "unified social credit code (11)",
                    code.substr(2, 2)),
        fmt::format("主体类型与绑定方式 {} 不是“组织机构＋统一社会信用代码”（11）",
                    code.substr(2, 2))));
  }
}

void explain_uscc(CodeReport& report) {
  const std::string uscc = report.code.substr(4, kUsccSize);
  const bool good = is_uscc(uscc);
  add_field(report, "uscc", 5, kUsccSize,
            good ? Text{"unified social credit code, check character right",
                        "统一社会信用代码，校验码正确"}
                 : Text{"unified social credit code, check character wrong",
                        "统一社会信用代码，校验码错误"},
            good);
  report.seen_with = seen_with(uscc);
  if (!good) {
    report.findings.push_back(
        finding("C-3", Severity::Error,
                fmt::format("the credit code {} fails its check character (GB 32100)", uscc),
                fmt::format("统一社会信用代码 {} 校验码错误（GB 32100）", uscc)));
  } else if (!is_organisation_code(std::string_view(uscc).substr(8, 9))) {
    report.findings.push_back(
        finding("C-3", Severity::Info,
                fmt::format("the organisation code inside {} fails its own check (GB 11714)", uscc),
                fmt::format("{} 中的组织机构代码未通过 GB 11714 校验", uscc)));
  }
}

void explain_person(CodeReport& report) {
  const bool identity = is_identity_number(std::string_view(report.code).substr(4, kUsccSize));
  add_field(report, "subject-code", 5, kUsccSize,
            identity
                ? Text{"identity card number, check character right", "居民身份证号码，校验码正确"}
                : Text{"code of an unknown subject", "未知主体的代码"});
}

void explain_extension(CodeReport& report) {
  const char role = report.code[22];
  const bool known = role >= '0' && role <= '2';
  Text meaning{"unknown service role", "未知服务角色"};
  if (role == '0') meaning = {"extension not used", "未使用扩展"};
  if (role == '1') meaning = {"generation service", "生成服务"};
  if (role == '2') meaning = {"propagation service", "传播服务"};
  add_field(report, "role", 23, 1, std::move(meaning), known);
  add_field(
      report, "extension", 24, 4,
      {"the provider's own number of a model or application", "服务提供者自定的模型或应用编号"});
  if (!known) {
    report.findings.push_back(
        finding("C-4", Severity::Warning,
                fmt::format("the service role {} (position 23) is not 0, 1 or 2", role),
                fmt::format("第 23 位服务角色 {} 不是 0、1 或 2", role)));
  }
}

}  // namespace

bool CodeReport::ok() const noexcept {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& finding) { return finding.severity == Severity::Error; });
}

bool looks_like_code(std::string_view text) noexcept {
  if (lacks_format(text)) return true;
  return text.size() >= kMeantAsCode && text.starts_with("00") &&
         std::all_of(text.begin(), text.begin() + kMeantAsCode, is_code_character);
}

CodeReport explain_code(std::string_view code) {
  CodeReport report{std::string(code), {}, {}, {}};
  check_form(report);
  if (lacks_format(code)) {
    report.findings.push_back(finding("C-2", Severity::Error,
                                      fmt::format("the code {} lacks the leading 00", code),
                                      fmt::format("编码 {} 缺少开头的 00", code)));
    report.seen_with = seen_with(code.substr(2, kUsccSize));
    return report;
  }
  if (code.size() < kShortSize) return report;
  explain_prefix(report);
  if (code[2] == '1' && code[3] == '1') {
    explain_uscc(report);
  } else {
    explain_person(report);
  }
  if (code.size() >= kCodeSize) explain_extension(report);
  return report;
}

Result<std::string> make_code(std::string_view uscc, CodeRole role, std::string_view extension) {
  if (uscc.size() == kUsccSize && !is_uscc(uscc)) {
    const auto check = uscc_check(uscc.substr(0, kUsccSize - 1));
    return fail(ErrorCode::Usage,
                check ? fmt::format("{} fails its check character: {} was expected at the end",
                                    uscc, *check)
                      : fmt::format("{} holds a character that no credit code has", uscc),
                "code");
  }
  if (!is_uscc(uscc)) {
    return fail(ErrorCode::Usage, "a unified social credit code has 18 characters", "code");
  }
  if (extension.empty()) extension = "0000";
  if (extension.size() != 4 ||
      !std::all_of(extension.begin(), extension.end(), is_code_character)) {
    return fail(ErrorCode::Usage, "an extension has four digits or capital letters", "code");
  }
  if (role == CodeRole::Unused && extension != "0000") {
    return fail(ErrorCode::Usage, "an extension needs a role: generation or propagation", "code");
  }
  return fmt::format("0011{}{}{}", uscc, static_cast<char>(role), extension);
}

std::optional<char> uscc_check(std::string_view leading) noexcept {
  constexpr std::array<unsigned, 17> kWeights = {1,  3,  9,  27, 19, 26, 16, 17, 20,
                                                 29, 25, 13, 8,  24, 10, 30, 28};
  if (leading.size() != kWeights.size()) return {};
  unsigned sum = 0;
  for (std::size_t i = 0; i < leading.size(); ++i) {
    const auto value = kUsccAlphabet.find(leading[i]);
    if (value == std::string_view::npos) return {};
    sum += static_cast<unsigned>(value) * kWeights[i];
  }
  return kUsccAlphabet[(31 - sum % 31) % 31];
}

bool is_uscc(std::string_view text) noexcept {
  return text.size() == kUsccSize && uscc_check(text.substr(0, kUsccSize - 1)) == text.back();
}

bool is_organisation_code(std::string_view text) noexcept {
  constexpr std::array<int, 8> kWeights = {3, 7, 9, 10, 5, 8, 4, 2};
  if (text.size() != kWeights.size() + 1) return false;
  int sum = 0;
  for (std::size_t i = 0; i < kWeights.size(); ++i) {
    const int value = organisation_value(text[i]);
    if (value < 0) return false;
    sum += value * kWeights[i];
  }
  constexpr std::string_view kChecks = "0X987654321";  // 11 - (sum mod 11), with 10 = X, 11 = 0
  return kChecks[static_cast<std::size_t>(sum % 11)] == text.back();
}

bool is_identity_number(std::string_view text) noexcept {
  constexpr std::array<int, 17> kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  if (text.size() != kWeights.size() + 1) return false;
  int sum = 0;
  for (std::size_t i = 0; i < kWeights.size(); ++i) {
    if (!is_digit(text[i])) return false;
    sum += (text[i] - '0') * kWeights[i];
  }
  return std::string_view("10X98765432")[static_cast<std::size_t>(sum % 11)] == text.back();
}

}  // namespace colophon
