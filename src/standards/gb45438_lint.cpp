// SPDX-License-Identifier: Apache-2.0
// Annex E rule by rule (docs/gb45438.md): E-1 to E-8, E-10, E-11 and the provider codes.
// Errors are breaches of the standard's letter; warnings are what the sources dispute.
#include "standards/gb45438_lint.hpp"

#include "base/text.hpp"
#include "standards/gb45438.hpp"
#include "standards/gb45438_label.hpp"
#include "standards/provider_code.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::gb45438 {
namespace {

std::vector<std::string> split(std::string_view joined) {
  std::vector<std::string> parts;
  while (!joined.empty()) {
    const auto comma = joined.find(',');
    parts.emplace_back(joined.substr(0, comma));
    joined.remove_prefix(comma == std::string_view::npos ? joined.size() : comma + 1);
  }
  return parts;
}

/// Filled by an accident instead of an identifier (w035, w047), or never filled.
bool is_accident(std::string_view id) {
  const auto go_verb = id.find("%!");
  const bool go_error = go_verb != std::string_view::npos && id.find('(', go_verb) != id.npos;
  const bool to_string_text =
      id.ends_with(')') && id.find('(') != id.npos && id.find('=') != id.npos;
  const std::string lower = lower_ascii(id);
  return go_error || to_string_text || lower == "undefined" || lower == "null" || lower == "none" ||
         lower == "nan" || lower.find("[object ") != std::string::npos;
}

bool is_zeros(std::string_view id) noexcept {
  return id.find_first_not_of("0-") == std::string_view::npos &&
         id.find('0') != std::string_view::npos && id.size() >= 4;
}

/// One label under the rules.
class Linter {
 public:
  Linter(const Evidence& evidence, std::vector<Finding>& findings)
      : evidence_(evidence),
        label_(*evidence.says),
        damaged_(!detail(evidence, kDamage).empty()),
        keys_(split(detail(evidence, kKeys))),
        types_(split(detail(evidence, kTypes))),
        findings_(findings) {}

  void run() {
    field_name();
    form();
    if (detail(evidence_, kShape) == "other-schema") {
      return error("E-11", "the keys are of another scheme (ServiceProvider, ContentId)",
                   "使用了其他字段体系（ServiceProvider、ContentId）");
    }
    key_names();
    label_value();
    provider(Key::ContentProducer, "E-4");
    identifier(Key::ProduceId, "E-5");
    provider(Key::ContentPropagator, "E-6");
    identifier(Key::PropagateId, "E-6");
    reserved(Key::ReservedCode1);
    reserved(Key::ReservedCode2);
    first_write();
    codes();
  }

 private:
  void add(std::string_view rule, Severity severity, std::string en, std::string zh) {
    add_finding(findings_, rule, severity, std::move(en), std::move(zh));
  }
  void error(std::string_view rule, std::string en, std::string zh) {
    add(rule, Severity::Error, std::move(en), std::move(zh));
  }
  void warning(std::string_view rule, std::string en, std::string zh) {
    add(rule, Severity::Warning, std::move(en), std::move(zh));
  }

  [[nodiscard]] bool is_kind(CarrierKind kind) const {
    return detail(evidence_, kKind) == to_string(kind);
  }

  void field_name() {
    const std::string_view field = detail(evidence_, kField);
    const bool wrapped_inside = detail(evidence_, kWrapped) == "yes";
    if (field.find("AIGC") != std::string_view::npos) return;
    if (wrapped_inside && field.empty()) return;
    if (is_field_name(field) && !equals_ignore_case(field, "aiGenTag")) {
      return warning("E-1", fmt::format("the field name {} writes AIGC in another case", field),
                     fmt::format("字段名 {} 中 AIGC 的大小写不同", field));
    }
    // A document has no keyed place, so a bare label in it breaks nothing that is written down.
    const bool document = is_kind(CarrierKind::PlainText) || is_kind(CarrierKind::Sidecar);
    const bool json = detail(evidence_, kShape) == "bare";
    add("E-1", document && json && field.empty() ? Severity::Warning : Severity::Error,
        "no field name or keyword around the label contains AIGC",
        "标识所在的字段名或关键词不含 AIGC");
  }

  void form() {
    const std::string_view damage = detail(evidence_, kDamage);
    if (damage == "cut") {
      error("E-2", "the label is cut off before its end", "标识内容被截断");
    } else if (damage == "elided") {
      error("E-2", "parts of the label were left out", "标识内容有省略");
    } else if (damage == "unreadable") {
      error("E-2", "the field AIGC holds something that is not JSON", "AIGC 字段的内容不是 JSON");
    } else if (damage == "malformed") {
      error("E-2", "the label is not well-formed JSON", "标识不是合法的 JSON");
    }
    const std::string_view shape = detail(evidence_, kShape);
    const bool in_document = is_kind(CarrierKind::PlainText);
    if (shape == "string-in-string") {
      error("E-2", "the label is a string that holds JSON, not an object",
            "标识是包含 JSON 的字符串，而不是对象");
    } else if (shape == "base64") {
      error("E-2", "the label is in base64 instead of plain JSON",
            "标识使用 base64 编码，而不是明文 JSON");
    } else if (shape == "prefix") {
      add("E-2", in_document ? Severity::Info : Severity::Error,
          "the value starts with the word AIGC instead of a brace",
          "值以单词 AIGC 开头，而不是左花括号");
    }
    if (!detail(evidence_, kEntities).empty()) {
      error("E-2", "the label is escaped once more than its place needs", "标识被多转义了一层");
    }
  }

  void key_names() {
    std::array<int, 7> count{};
    for (const std::string& name : keys_) {
      const auto known = known_key(name);
      if (!known) {
        warning("E-11", fmt::format("unknown-key: {} is no key of annex E", name),
                fmt::format("{} 不是附录 E 规定的键", name));
        continue;
      }
      const std::string_view right = kKeyNames[static_cast<std::size_t>(known->key)];
      if (!known->exact) {
        error("E-11", fmt::format("the key {} should be {}", name, right),
              fmt::format("键 {} 应为 {}", name, right));
      } else if (++count[static_cast<std::size_t>(known->key)] == 2) {
        error("E-2", fmt::format("the key {} stands more than once", name),
              fmt::format("键 {} 重复出现", name));
      }
    }
  }

  [[nodiscard]] bool has(Key key) const {
    return std::any_of(keys_.begin(), keys_.end(), [&](const std::string& name) {
      const auto known = known_key(name);
      return known && known->key == key;
    });
  }

  /// False when the key is missing. A missing key of a damaged label may have been lost, so it is
  /// not held against the writer.
  bool require(Key key, std::string_view rule, Severity severity) {
    const std::string_view name = kKeyNames[static_cast<std::size_t>(key)];
    for (const std::string& type : types_) {
      if (!type.starts_with(std::string(name) + '=')) continue;
      error(rule, fmt::format("{} is not a JSON string but {}", name, type.substr(name.size() + 1)),
            fmt::format("{} 的值类型为 {}，不是 JSON 字符串", name, type.substr(name.size() + 1)));
    }
    if (has(key)) return true;
    if (!damaged_) {
      add(rule, severity,
          fmt::format("{}the key {} is missing",
                      severity == Severity::Warning ? "missing-reserved: " : "", name),
          fmt::format("缺少键 {}", name));
    }
    return false;
  }

  void label_value() {
    if (!require(Key::Label, "E-3", Severity::Error)) return;
    const std::string* odd = find_detail(evidence_, kLabelText);
    if (odd == nullptr) return;
    error("E-3", fmt::format("Label is \"{}\" instead of \"1\", \"2\" or \"3\"", *odd),
          fmt::format("Label 的值为“{}”，应为 1、2 或 3", *odd));
  }

  void charset(Key key, const std::string& value) {
    const bool reserved = key == Key::ReservedCode1 || key == Key::ReservedCode2;
    const auto foreign = foreign_character(value, reserved);
    if (!foreign) return;
    const std::string_view name = kKeyNames[static_cast<std::size_t>(key)];
    warning("E-8",
            fmt::format("charset: {} holds \"{}\", which annex E j) does not list", name, *foreign),
            fmt::format("{} 含有附录 E j) 未列出的字符“{}”", name, *foreign));
  }

  /// False when there is no value to look into.
  bool present(Key key, std::string_view rule) {
    if (!require(key, rule, Severity::Error)) return false;
    const std::string& value = value_of(label_, key);
    charset(key, value);
    if (!value.empty()) return true;
    const std::string_view name = kKeyNames[static_cast<std::size_t>(key)];
    if (rule == "E-6") {
      warning(rule, fmt::format("propagation-empty: {} is empty", name),
              fmt::format("{} 为空", name));
    } else {
      error(rule, fmt::format("{} is empty", name), fmt::format("{} 为空", name));
    }
    return false;
  }

  void provider(Key key, std::string_view rule) {
    if (!present(key, rule)) return;
    const std::string& value = value_of(label_, key);
    const bool repeated = key == Key::ContentPropagator && value == label_.producer;
    if (looks_like_code(value) || repeated) return;
    const std::string_view name = kKeyNames[static_cast<std::size_t>(key)];
    warning(rule, fmt::format("{} is a name, not a 27-character provider code: {}", name, value),
            fmt::format("{} 是名称，不是 27 位服务提供者编码：{}", name, value));
  }

  void identifier(Key key, std::string_view rule) {
    if (!present(key, rule)) return;
    const std::string& value = value_of(label_, key);
    const std::string_view name = kKeyNames[static_cast<std::size_t>(key)];
    if (is_zeros(value)) {
      error(rule, fmt::format("{} is all zeros, so it names nothing", name),
            fmt::format("{} 全为零，不能唯一标识内容", name));
    } else if (is_accident(value)) {
      error(rule, fmt::format("{} is program output by accident: {}", name, value),
            fmt::format("{} 是程序误写入的文本：{}", name, value));
    } else if (value == "\xE2\x80\xA6" || value == "..." || value.starts_with('<')) {
      warning(rule, fmt::format("{} is a placeholder: {}", name, value),
              fmt::format("{} 是占位符：{}", name, value));
    }
  }

  void reserved(Key key) {
    if (require(key, "E-7", Severity::Warning)) charset(key, value_of(label_, key));
  }

  void first_write() {
    if (label_.propagator.empty() || label_.propagate_id.empty()) return;
    if (label_.propagator == label_.producer && label_.propagate_id == label_.produce_id) return;
    add("E-10", Severity::Info,
        "the propagation elements differ from the production elements: a platform wrote them, or "
        "they are not a first write",
        "传播要素与生产要素不同：由平台写入，或并非首次写入");
  }

  void codes() {
    if (looks_like_code(label_.producer)) code(label_.producer, '2', "ContentProducer");
    if (looks_like_code(label_.propagator) && label_.propagator != label_.producer) {
      code(label_.propagator, '1', "ContentPropagator");
    }
  }

  void code(const std::string& value, char odd_role, std::string_view name) {
    for (Finding& finding : explain_code(value).findings) findings_.push_back(std::move(finding));
    if (value.size() < 23 || value[22] != odd_role) return;
    add("C-4", Severity::Info,
        fmt::format("{} holds a code whose service role is {}", name, odd_role),
        fmt::format("{} 的编码中服务角色为 {}", name, odd_role));
  }

  const Evidence& evidence_;
  const Label& label_;
  bool damaged_;
  std::vector<std::string> keys_, types_;
  std::vector<Finding>& findings_;
};

}  // namespace

const std::string* find_detail(const Evidence& evidence, std::string_view name) noexcept {
  for (const auto& [key, value] : evidence.details) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string_view detail(const Evidence& evidence, std::string_view name) noexcept {
  const std::string* value = find_detail(evidence, name);
  return value == nullptr ? std::string_view() : std::string_view(*value);
}

void add_finding(std::vector<Finding>& findings, std::string_view rule, Severity severity,
                 std::string en, std::string zh) {
  findings.push_back({std::string(rule), severity, {std::move(en), std::move(zh)}, std::nullopt});
}

std::optional<std::string> foreign_character(std::string_view text, bool quotes_allowed) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool listed = c > ' ' && c < 0x7F && c != '\\' && (c != '"' || quotes_allowed);
    if (listed) continue;
    std::size_t size = 1;  // show a whole UTF-8 character
    while (at + size < text.size() &&
           (static_cast<unsigned char>(text[at + size]) & 0xC0) == 0x80) {
      ++size;
    }
    return std::string(text.substr(at, size));
  }
  return std::nullopt;
}

std::vector<Finding> lint(const Evidence& evidence) {
  std::vector<Finding> findings;
  if (evidence.standard != StandardId::Gb45438 || !evidence.says) return findings;
  Linter(evidence, findings).run();
  lint_place(evidence, findings);
  lint_reserved(evidence, findings);
  return findings;
}

}  // namespace colophon::gb45438
