// SPDX-License-Identifier: Apache-2.0
// Oniguruma's Ruby syntax to PCRE2's. What differs: \s (PCRE2 adds U+180E), \w, \b and \h, anchors
// (^ and $ work at every line in Ruby), x{n,m}+ (not possessive in Ruby), (?m), and set operations
// in classes.
#include "tokenizers/pattern.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::tokenizers {
namespace {

// The six Latin-1 numbers are Oniguruma's own addition.
constexpr std::string_view kWord =
    R"(\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\x{b2}\x{b3}\x{b9}\x{bc}-\x{be})";

class Rewriter {
 public:
  explicit Rewriter(std::string_view in) : in_(in) {}

  Result<std::string> run() {
    while (at_ < in_.size()) TRY(step());
    return std::move(out_);
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < in_.size() ? in_[at_ + ahead] : '\0';
  }
  [[nodiscard]] Failure unsupported(std::string_view what) const {
    return fail(
        ErrorCode::Unsupported,
        fmt::format("the regular expression \"{}\" uses {}, which is not carried over", in_, what),
        "tokenizer", at_);
  }

  Status step() {
    const char c = peek();
    if (c == '\\') return escape();
    if (c == '[') return set();
    if (c == '(' && peek(1) == '?') return group();
    ++at_;
    if (c == '^' || c == '$') {
      out_ += fmt::format("(?m:{})", c);
    } else {
      out_ += c;
    }
    if (c == '}' && peek() == '+') return unsupported("an interval with +");
    return {};
  }

  // (?: (?= (?! (?> (?<= (?<! (?<name> (?i) (?i: (?-i: (?x stand in both alike.
  Status group() {
    out_ += "(?";
    at_ += 2;
    for (std::size_t i = at_; i < in_.size(); ++i) {
      const char c = in_[i];
      if (c == 'm') return unsupported("(?m)");
      if (c == '~') return unsupported("an absence group");
      if (!((c >= 'a' && c <= 'z') || c == '-')) break;
    }
    return {};
  }

  Status escape() {
    const char c = peek(1);
    at_ += 2;
    switch (c) {
      case 's':
        out_ += R"(\p{White_Space})";
        return {};
      case 'S':
        out_ += R"(\P{White_Space})";
        return {};
      case 'w':
        out_ += fmt::format("[{}]", kWord);
        return {};
      case 'W':
        out_ += fmt::format("[^{}]", kWord);
        return {};
      case 'b':
        out_ += fmt::format("(?:(?<=[{0}])(?![{0}])|(?<![{0}])(?=[{0}]))", kWord);
        return {};
      case 'B':
        out_ += fmt::format("(?:(?<=[{0}])(?=[{0}])|(?<![{0}])(?![{0}]))", kWord);
        return {};
      case 'h':
        out_ += "[0-9A-Fa-f]";
        return {};
      case 'H':
        out_ += "[^0-9A-Fa-f]";
        return {};
      default:
        return plain_escape(c);
    }
  }

  // What means the same in and outside of classes.
  Status plain_escape(char c) {
    if (c == '\0') return unsupported("a backslash at its end");
    constexpr std::string_view kSame = "dDpPrntfvaexAzZ0123456789";
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (c == 'u') {  // \uHHHH
      if (at_ + 4 > in_.size()) return unsupported("\\u");
      out_ += fmt::format("\\x{{{}}}", in_.substr(at_, 4));
      at_ += 4;
      return {};
    }
    if (c == 'v') {  // one character in Ruby, a class in PCRE2
      out_ += "\\x0b";
      return {};
    }
    if (letter && kSame.find(c) == std::string_view::npos) {
      return unsupported(fmt::format("\\{}", c));
    }
    out_ += '\\';
    out_ += c;
    if ((c == 'p' || c == 'P') && peek() == '{') return property();
    return {};
  }

  Status property() {
    const std::size_t end = in_.find('}', at_);
    if (end == std::string_view::npos) return unsupported("\\p without its end");
    const std::string_view name = in_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    const bool negative = name.starts_with('^');
    const std::string_view bare = negative ? name.substr(1) : name;
    // Oniguruma's names of POSIX classes, as Unicode properties.
    struct Alias {
      std::string_view from, to;
    };
    constexpr Alias kAliases[] = {{"Alpha", "Alphabetic"}, {"Space", "White_Space"},
                                  {"Upper", "Uppercase"},  {"Lower", "Lowercase"},
                                  {"Digit", "Nd"},         {"Punct", "P"}};
    constexpr std::string_view kProperties[] = {"Any",       "Alphabetic", "White_Space",
                                                "Uppercase", "Lowercase",  "Join_Control"};
    std::string to(bare);
    for (const Alias& alias : kAliases) {
      if (bare == alias.from) to = alias.to;
    }
    const bool known = to.size() <= 2 || std::find(std::begin(kProperties), std::end(kProperties),
                                                   to) != std::end(kProperties);
    if (!known) to.insert(0, "sc:");  // PCRE2 would take the script's extensions, too
    out_ += fmt::format("{{{}{}}}", negative ? "^" : "", to);
    return {};
  }

  Status set() {
    const std::size_t begin = out_.size();
    out_ += '[';
    ++at_;
    if (peek() == '^') {
      out_ += '^';
      ++at_;
    }
    if (peek() == ']') {  // a first ] is a letter in both
      out_ += "\\]";
      ++at_;
    }
    while (true) {
      const char c = peek();
      if (at_ >= in_.size()) return unsupported("a class without its end");
      if (c == ']') break;
      if (c == '&' && peek(1) == '&') return without(begin);
      if (c == '[') return unsupported("a class inside a class");
      if (c == '\\') {
        TRY(escape_in_set());
        continue;
      }
      out_ += c;
      ++at_;
    }
    out_ += ']';
    ++at_;
    return {};
  }

  Status escape_in_set() {
    const char c = peek(1);
    at_ += 2;
    switch (c) {
      case 's':
        out_ += R"(\p{White_Space})";
        return {};
      case 'S':
        out_ += R"(\P{White_Space})";
        return {};
      case 'w':
        out_ += kWord;
        return {};
      case 'h':
        out_ += "0-9A-Fa-f";
        return {};
      case 'W':
      case 'H':
        return unsupported("a negated set inside a class");
      case 'b':
        out_ += "\\x08";
        return {};
      default:
        return plain_escape(c);
    }
  }

  // [A&&[^B]] is (?:(?![B])[A]); [A&&[B]] is (?:(?=[B])[A]).
  Status without(std::size_t begin) {
    std::string first = out_.substr(begin) + "]";
    if (first.starts_with("[^")) return unsupported("&& in a negated class");
    out_.resize(begin);
    at_ += 2;
    if (peek() != '[') return unsupported("&& without a class behind it");
    const bool negative = peek(1) == '^';
    const std::size_t second_at = out_.size();
    TRY(set());
    std::string second = out_.substr(second_at);
    if (negative) second.erase(1, 1);
    out_.resize(begin);
    if (peek() != ']') return unsupported("&& of more than two classes");
    ++at_;
    out_ += fmt::format("(?:(?{}{}){})", negative ? '!' : '=', second, first);
    return {};
  }

  std::string_view in_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

Result<std::string> to_pcre2(std::string_view oniguruma) {
  return Rewriter(oniguruma).run();
}

}  // namespace colophon::tokenizers
