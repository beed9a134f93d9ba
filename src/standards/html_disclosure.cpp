// SPDX-License-Identifier: Apache-2.0
// "AI Content Disclosure for HTML", report of the W3C Community Group (final report dated 9 October
// 2026; read here in its candidate of 21 September 2026), with the values of its earlier drafts.
// Rules H-1 .. H-5 are listed in docs/html-disclosure.md.
#include "standards/html_disclosure.hpp"

#include "base/text.hpp"
#include "standards/details.hpp"
#include "standards/standards.hpp"

#include <fmt/core.h>

namespace colophon {
namespace {

constexpr std::string_view kName = "ai-disclosure";

struct Value {
  std::string_view word;
  Origin origin;
  /// The drafts that had it; the report has it no more.
  bool retired = false;
  bool meta_only = false;
};
// "No AI" is a claim that nothing backs: it never becomes NotGenerated (docs/decisions.md).
constexpr Value kValues[] = {
    {"human-only", Origin::None},
    {"ai-assisted", Origin::Edited},
    {"ai-autonomous", Origin::Generated},
    {"none", Origin::None, true},
    {"ai-generated", Origin::Generated, true},
    {"autonomous", Origin::Generated, true},
    {"mixed", Origin::Edited, true, true},
};

/// Clause 3.2: compared whole and ignoring ASCII case. We forgive white space around it.
const Value* find_value(std::string_view text) noexcept {
  const auto* found = std::find_if(std::begin(kValues), std::end(kValues), [&](const Value& value) {
    return equals_ignore_case(value.word, trim(text));
  });
  return found == std::end(kValues) ? nullptr : found;
}

enum class Part { None, Disclosure, Model, Provider };

/// Old pages write `aidisclosure`, some `data-ai-disclosure`.
Part part_of(std::string_view key) {
  std::string name = lower_ascii(trim(key));
  if (name.starts_with("data-")) name.erase(0, 5);
  std::erase(name, '-');
  if (name == "aidisclosure") return Part::Disclosure;
  if (name == "aimodel") return Part::Model;
  return name == "aiprovider" ? Part::Provider : Part::None;
}

std::vector<Evidence> read(const Carrier& carrier, Bytes payload, const Limits&) {
  const bool is_meta = carrier.kind == CarrierKind::HtmlMeta;
  if (!is_meta && carrier.kind != CarrierKind::HtmlAttribute) return {};
  const Part part = part_of(carrier.key);
  if (part == Part::None) return {};
  constexpr std::size_t kLongest = 256;  // a value or a model's name; anything longer is neither
  const std::string text = to_valid_utf8(as_text(slice(payload, 0, kLongest)));
  Evidence evidence;
  evidence.standard = StandardId::HtmlDisclosure;
  evidence.carrier = carrier.path;
  evidence.where = carrier.whole;
  evidence.details.emplace_back("scope", is_meta ? "page" : "element");
  if (!equals_ignore_case(carrier.key, kName)) evidence.details.emplace_back("key", carrier.key);
  if (part != Part::Disclosure) {
    evidence.details.emplace_back(part == Part::Model ? "model" : "provider", text);
    return {std::move(evidence)};
  }
  evidence.details.emplace_back("value", text);
  const Value* value = find_value(text);
  if (value != nullptr && (is_meta || !value->meta_only)) {
    evidence.says = Label{};
    evidence.says->origin = value->origin;
  }
  return {std::move(evidence)};
}

/// `ai-assisted` asserts that a person reviewed the text, `ai-autonomous` that nobody did; a label
/// "edited" comes from somebody who worked on the text, a label "generated" promises no review.
Result<ByteBuffer> write(const Label& label, CarrierKind kind, Bytes old_payload) {
  if (kind != CarrierKind::HtmlMeta) {
    return fail(ErrorCode::Unsupported,
                "the disclosure is written as <meta name=\"ai-disclosure\">", "html-disclosure");
  }
  if (label.origin != Origin::Generated && label.origin != Origin::Edited) {
    return fail(
        ErrorCode::Unsupported,
        fmt::format("HTML disclosure has no value that says \"{}\"", to_string(label.origin)),
        "html-disclosure");
  }
  const Value* old = find_value(as_text(old_payload));
  if (old != nullptr && old->origin == label.origin) return to_buffer(old_payload);
  return to_buffer(label.origin == Origin::Edited ? "ai-assisted" : "ai-autonomous");
}

void lint_value(std::string_view text, bool is_page, std::vector<Finding>& findings) {
  const Value* value = find_value(text);
  if (value == nullptr) {
    findings.push_back(
        {"H-1",
         Severity::Error,
         {fmt::format("\"{}\" is no value of ai-disclosure, so it counts as absent", text),
          fmt::format("“{}”不是 ai-disclosure 的取值,视为未声明。", text)},
         std::nullopt});
    return;
  }
  if (value->retired) {
    findings.push_back(
        {"H-2",
         Severity::Warning,
         {fmt::format(
              "\"{}\" stood in drafts of 2026 only; the report knows human-only, ai-assisted "
              "and ai-autonomous",
              value->word),
          fmt::format("“{}”只见于 2026 年的草案,正式报告的取值为 human-only、ai-assisted 和 "
                      "ai-autonomous。",
                      value->word)},
         std::nullopt});
  }
  if (value->meta_only && !is_page) {
    findings.push_back({"H-3",
                        Severity::Error,
                        {"\"mixed\" was allowed for the whole page only",
                         "“mixed”只能用于整个页面,不能用于单个元素。"},
                        std::nullopt});
  }
  if (text != trim(text)) {
    findings.push_back({"H-1",
                        Severity::Error,
                        {"white space around the value makes it invalid; remove it",
                         "取值前后的空白会使其无效,请删除。"},
                        std::nullopt});
  }
}

std::vector<Finding> lint(const Evidence& evidence) {
  std::vector<Finding> findings;
  if (const std::string* value = find_detail(evidence, "value")) {
    lint_value(*value, detail_of(evidence, "scope") == "page", findings);
  }
  if (const std::string* key = find_detail(evidence, "key")) {
    const Part part = part_of(*key);
    if (!lower_ascii(*key).starts_with("ai-") && part != Part::None) {
      findings.push_back(
          {"H-5",
           Severity::Info,
           {fmt::format("\"{}\" is an old or private spelling of the attribute", *key),
            fmt::format("“{}”是该属性的旧写法或私有写法。", *key)},
           std::nullopt});
    }
  }
  return findings;
}

}  // namespace

void keep_first_meta(std::vector<Evidence>& evidence) {
  bool seen = false;
  for (Evidence& piece : evidence) {
    const bool is_meta = piece.standard == StandardId::HtmlDisclosure &&
                         detail_of(piece, "scope") == "page" &&
                         find_detail(piece, "value") != nullptr;
    if (!is_meta) continue;
    if (seen) {
      piece.says.reset();
      piece.findings.push_back({"H-4",
                                Severity::Warning,
                                {"only the first <meta name=\"ai-disclosure\"> of a page counts",
                                 "每个页面只有第一个 <meta name=\"ai-disclosure\"> 有效。"},
                                std::nullopt});
    }
    seen = true;
  }
}

constinit const Standard kHtmlDisclosure{.name = "html-disclosure",
                                         .id = StandardId::HtmlDisclosure,
                                         .read = read,
                                         .write = write,
                                         .lint = lint};

}  // namespace colophon
