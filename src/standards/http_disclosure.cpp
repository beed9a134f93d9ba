// SPDX-License-Identifier: Apache-2.0
// The part of RFC 9651 (Structured Fields) that the AI-Disclosure field needs.
#include "standards/http_disclosure.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace colophon {
namespace {

struct Mode {
  std::string_view word;
  Origin origin;
};
// "none" is a claim that nothing backs: it never becomes NotGenerated (docs/decisions.md). The
// first mode of an origin is the one written: "ai-originated" would promise that people reviewed
// the content.
constexpr Mode kModes[] = {{"none", Origin::None},
                           {"ai-modified", Origin::Edited},
                           {"machine-generated", Origin::Generated},
                           {"ai-originated", Origin::Generated}};

struct Member {
  std::string key;
  std::string value;  ///< a string unescaped; anything else as written
  char before = ',';  ///< the separator in front of it
};

/// Members up to the first broken one. Keys keep their order; a later one wins (RFC 9651, 4.2.2).
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : text_(trim(text)) {}

  std::vector<Member> run() {
    std::vector<Member> members;
    char separator = ',';
    while (!broken_ && at_ < text_.size()) {
      Member member{lower_ascii(until(" \t=,;")), "?1", separator};
      skip_space();
      if (take('=')) member.value = value();
      skip_space();
      broken_ = broken_ || member.key.empty();
      if (!broken_) members.push_back(std::move(member));
      if (at_ == text_.size()) break;
      separator = text_[at_];
      broken_ = broken_ || (separator != ',' && separator != ';');
      ++at_;
      skip_space();
      broken_ = broken_ || at_ == text_.size();  // a separator at the end
    }
    return members;
  }
  [[nodiscard]] bool broken() const noexcept { return broken_; }

 private:
  bool take(char c) noexcept {
    const bool there = at_ < text_.size() && text_[at_] == c;
    if (there) ++at_;
    return there;
  }
  void skip_space() noexcept {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r' || text_[at_] == '\n')) {
      ++at_;
    }
  }
  std::string until(std::string_view stops) {
    const std::size_t from = at_;
    at_ = std::min(text_.find_first_of(stops, at_), text_.size());
    return std::string(text_.substr(from, at_ - from));
  }
  std::string value() {
    skip_space();
    if (!take('"')) return until(" \t,;");
    std::string out;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      out.push_back(text_[at_++]);
    }
    broken_ = !take('"');
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool broken_ = false;
};

std::optional<std::int64_t> parse_date(std::string_view text) noexcept {
  if (text.starts_with('@')) text.remove_prefix(1);
  std::int64_t seconds = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return seconds;
}

void add_finding(Evidence& evidence, std::string rule, Severity severity, Text message) {
  evidence.findings.push_back({std::move(rule), severity, std::move(message), std::nullopt});
}

void read_mode(const std::string& word, Evidence& evidence) {
  const auto* mode = std::find_if(std::begin(kModes), std::end(kModes), [&](const Mode& known) {
    return equals_ignore_case(known.word, word);
  });
  if (mode != std::end(kModes)) {
    evidence.says->origin = mode->origin;
    return;
  }
  add_finding(evidence, "D-3", Severity::Error,
              {fmt::format("\"{}\" is no mode of AI-Disclosure", word),
               fmt::format("“{}”不是 AI-Disclosure 的 mode 取值。", word)});
}

Evidence read_disclosure(std::string_view value) {
  Evidence evidence;
  evidence.says = Label{};
  FieldReader reader(value);
  std::string mode;
  bool semicolons = false;
  for (Member& member : reader.run()) {
    member.value = to_valid_utf8(member.value);
    semicolons = semicolons || member.before == ';';
    if (member.key == "mode") mode = member.value;
    if (member.key == "model") evidence.says->system = member.value;
    if (member.key == "date") evidence.says->created = parse_date(member.value);
    evidence.details.emplace_back(to_valid_utf8(member.key), member.value);
  }
  if (reader.broken()) {
    add_finding(evidence, "D-1", Severity::Error,
                {"the field breaks the syntax of RFC 9651, so receivers ignore all of it",
                 "该字段不符合 RFC 9651 语法,接收方会忽略整个字段。"});
  } else if (semicolons) {
    add_finding(evidence, "D-2", Severity::Warning,
                {"members are parted by semicolons, which makes them parameters of the first; use "
                 "commas",
                 "成员之间使用了分号,会被当作第一个成员的参数;请使用逗号。"});
  }
  if (!mode.empty()) read_mode(mode, evidence);
  return evidence;
}

bool is_printable(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + '"';
}

}  // namespace

std::optional<Evidence> read_http_field(std::string_view name, std::string_view value) {
  constexpr std::size_t kLongest = 16 << 10;  // servers refuse longer fields
  Evidence evidence;
  if (equals_ignore_case(name, "AI-Disclosure")) {
    evidence = read_disclosure(value.substr(0, kLongest));
  } else if (equals_ignore_case(name, "X-AI-Generated")) {
    const std::string word = lower_ascii(trim(value.substr(0, kLongest)));
    evidence.says = Label{};
    const bool yes = word == "true" || word == "1" || word == "yes" || word == "?1";
    if (yes) evidence.says->origin = Origin::Generated;
    evidence.details.emplace_back("value", to_valid_utf8(word));
  } else {
    return std::nullopt;
  }
  evidence.standard = StandardId::HttpDisclosure;
  evidence.carrier = fmt::format("http:{}", name);
  return evidence;
}

Result<std::string> http_disclosure(const Label& label) {
  const auto* mode = std::find_if(std::begin(kModes), std::end(kModes), [&](const Mode& known) {
    return known.origin == label.origin && known.origin != Origin::None;
  });
  if (mode == std::end(kModes)) {
    return fail(ErrorCode::Unsupported,
                fmt::format("AI-Disclosure has no mode that says \"{}\"", to_string(label.origin)),
                "http-disclosure");
  }
  std::string out = fmt::format("mode={}", mode->word);
  for (const auto& [key, text] :
       {std::pair{"model", &label.system}, std::pair{"provider", &label.producer}}) {
    if (text->empty()) continue;
    if (!is_printable(*text)) {
      return fail(ErrorCode::Usage,
                  fmt::format("the {} has characters other than printable ASCII, which a string of "
                              "an HTTP field cannot hold; give it in ASCII",
                              key),
                  "http-disclosure");
    }
    out += fmt::format(", {}={}", key, quoted(*text));
  }
  if (label.created) out += fmt::format(", date=@{}", *label.created);
  return out;
}

}  // namespace colophon
