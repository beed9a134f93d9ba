// SPDX-License-Identifier: Apache-2.0
#include "wire/json_skim.hpp"

#include <array>

namespace colophon::wire {
namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
constexpr auto kHex = [] {
  std::array<bool, 256> hex{};
  for (const char c : std::string_view("0123456789abcdefABCDEF")) {
    hex[static_cast<std::uint8_t>(c)] = true;
  }
  return hex;
}();

class Skimmer {
 public:
  Skimmer(std::string_view block, const Range& line, const SpecialBytes& specials,
          const SkimFields& fields)
      : block_(block),
        specials_(specials),
        fields_(fields),
        at_(static_cast<std::size_t>(line.offset)),
        end_(static_cast<std::size_t>(line.end())) {}

  std::optional<SkimmedRecord> run() {
    skip_space();
    if (!open('{')) return std::nullopt;
    while (depth_ > 0) {
      if (!(in_array() ? element() : member())) return std::nullopt;
    }
    skip_space();
    if (at_ != end_) return std::nullopt;
    return out_;
  }

 private:
  struct String {
    Range where;
    bool escapes = false, unicode = false;
  };

  char peek() const noexcept { return at_ < end_ ? block_[at_] : '\0'; }
  bool take(char c) noexcept {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void skip_space() noexcept {
    while (peek() == ' ' || peek() == '\t' || peek() == '\r') ++at_;
  }
  bool in_array() const noexcept { return (arrays_ >> (depth_ - 1) & 1) != 0; }

  bool open(char bracket) noexcept {
    constexpr unsigned kDepth = 64;
    if (depth_ == kDepth || !take(bracket)) return false;
    const std::uint64_t bit = std::uint64_t{1} << depth_;
    arrays_ = bracket == '[' ? arrays_ | bit : arrays_ & ~bit;
    ++depth_;
    fresh_ = true;
    return true;
  }
  /// What stands before an element or member; nothing when the collection ends.
  std::optional<bool> more(char bracket) noexcept {
    skip_space();
    if (take(bracket)) {
      --depth_;
      fresh_ = false;
      return false;
    }
    if (!fresh_ && !take(',')) return std::nullopt;
    fresh_ = false;
    skip_space();
    return true;
  }

  bool element() {
    const auto goes_on = more(']');
    return goes_on && (!*goes_on || value());
  }
  bool member() {
    const auto goes_on = more('}');
    if (!goes_on || !*goes_on) return goes_on.has_value();
    String key;
    if (!string(key) || key.escapes) return false;
    skip_space();
    if (!take(':')) return false;
    skip_space();
    if (depth_ != 1) return value();
    const std::string_view name = block_.substr(key.where.offset + 1, key.where.size - 2);
    if (name == fields_.text) return text_member();
    return name == fields_.id ? id_member() : value();
  }

  bool text_member() {
    if (out_.text.size != 0) return false;
    if (peek() != '"') return value();
    String text;
    if (!string(text)) return false;
    out_.text = text.where;
    out_.text_escapes = text.escapes;
    out_.text_unicode_escapes = text.unicode;
    return fields_.text != fields_.id;
  }
  bool id_member() {
    if (out_.id.size != 0) return false;
    const std::size_t start = at_;
    if (peek() == '"') {
      String id;
      if (!string(id)) return false;
      out_.id = id.where;
      out_.id_escapes = id.escapes;
      return true;
    }
    const bool number = peek() == '-' || is_digit(peek());
    if (!value()) return false;
    if (number) out_.id = {start, at_ - start};
    out_.id_is_number = number;
    return true;
  }

  /// A scalar whole, or the start of a collection.
  bool value() {
    const char c = peek();
    if (c == '{' || c == '[') return open(c);
    String string_value;
    if (c == '"') return string(string_value);
    if (c == '-' || is_digit(c)) return number();
    return word("true") || word("false") || word("null");
  }

  bool string(String& out) {
    out.where.offset = at_;
    if (!take('"')) return false;
    while (true) {
      // Escapes often come one behind the other.
      if (peek() != '\\') at_ = specials_.next(at_);
      if (at_ >= end_) return false;
      const char c = block_[at_++];
      if (c == '"') break;
      if (c != '\\' || !escape(out)) return false;
    }
    out.where.size = at_ - out.where.offset;
    out_.unicode_escapes = out_.unicode_escapes || out.unicode;
    return true;
  }
  bool escape(String& out) {
    out.escapes = true;
    const char c = peek();
    ++at_;
    if (c != 'u') {
      return c == 'n' || c == '"' || c == '\\' || c == '/' || c == 't' || c == 'r' || c == 'b' ||
             c == 'f';
    }
    out.unicode = true;
    if (end_ - at_ < 4) return false;
    bool hex = true;
    for (int i = 0; i < 4; ++i) hex &= kHex[static_cast<std::uint8_t>(block_[at_++])];
    return hex;
  }

  bool digits() {
    if (!is_digit(peek())) return false;
    while (is_digit(peek())) ++at_;
    return true;
  }
  bool number() {
    (void)take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if ((peek() | 0x20) != 'e') return true;
    ++at_;
    if (!take('-')) (void)take('+');
    return digits();
  }
  bool word(std::string_view text) {
    if (!block_.substr(at_, end_ - at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }

  std::string_view block_;
  const SpecialBytes& specials_;
  const SkimFields& fields_;
  std::size_t at_, end_;
  std::uint64_t arrays_ = 0;  // a bit for each open collection
  unsigned depth_ = 0;
  bool fresh_ = false;  // the innermost collection was just opened
  SkimmedRecord out_;
};

}  // namespace

std::optional<SkimmedRecord> skim_record(std::string_view block, const Range& line,
                                         const SpecialBytes& specials, const SkimFields& fields) {
  return Skimmer(block, line, specials, fields).run();
}

}  // namespace colophon::wire
