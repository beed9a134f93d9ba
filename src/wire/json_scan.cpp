// SPDX-License-Identifier: Apache-2.0
// The JSON reader: iterative, so that nesting costs no stack.
#include "wire/json_scan.hpp"

#include "base/text.hpp"

#include <fmt/core.h>
#include <bit>
#include <cstring>

#include <algorithm>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace colophon::wire {
namespace {

bool is_space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) noexcept {
  return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

struct Frame {
  bool array = false;
  std::size_t index = 0;        // of the element being read
  Range key;                    // of the member being read
  std::size_t value_start = 0;  // of the element or member being read
  std::size_t own_start = 0;
  bool open = false;  // that value is not read to its end yet
};

#ifdef __SSE2__
constexpr std::size_t kWord = 16;
/// How many bytes from `at` on are neither quote nor backslash nor control character.
unsigned plain_bytes(const char* at) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i controls = _mm_set1_epi8(0x1F);
  const __m128i special = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                                    _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))),
                                       _mm_cmpeq_epi8(_mm_min_epu8(bytes, controls), bytes));
  const auto mask = static_cast<unsigned>(_mm_movemask_epi8(special));
  return static_cast<unsigned>(std::countr_zero(mask | 1U << kWord));
}
#else
constexpr std::size_t kWord = 8;
unsigned plain_bytes(const char* at) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = kOnes << 7;
  const auto zeros = [](std::uint64_t word) { return (word - kOnes) & ~word & kHighs; };
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  const std::uint64_t control = (word - kOnes * 0x20) & ~word & kHighs;
  return (zeros(word ^ kOnes * '"') | zeros(word ^ kOnes * '\\') | control) == 0 ? kWord : 0;
}
#endif

class Scanner {
 public:
  Scanner(std::string_view text, const JsonSelect& select, const JsonCaps& caps)
      : text_(text), select_(select), caps_(caps) {}

  JsonScan run() {
    skip_space();
    out_.root.offset = at_;
    if (read_value()) {
      while (!frames_.empty() && step()) {
      }
    }
    if (out_.damage) {
      keep_open_members();
    } else {
      out_.root.size = at_ - out_.root.offset;
      skip_space();
      if (at_ < text_.size()) bad("there is more text behind the document");
    }
    if (out_.damage) out_.root.size = at_ - out_.root.offset;
    return std::move(out_);
  }

 private:
  char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_space() noexcept {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  bool stop(ErrorCode code, std::string message) {
    if (!out_.damage) out_.damage = Error{code, std::move(message), "json", at_};
    return false;
  }
  bool bad(std::string message) {
    return at_ >= text_.size() ? stop(ErrorCode::Truncated, "the JSON document ends too early")
                               : stop(ErrorCode::Malformed, std::move(message));
  }

  /// Reads a scalar whole, or opens a collection.
  bool read_value() {
    const std::size_t start = at_;
    const char c = peek();
    if (c == '{' || c == '[') {
      if (frames_.empty()) out_.root_kind = c == '{' ? JsonKind::Object : JsonKind::Array;
      if (frames_.size() >= caps_.depth) {
        return stop(ErrorCode::LimitExceeded,
                    fmt::format("JSON nested deeper than {} levels", caps_.depth));
      }
      frames_.push_back({c == '[', 0, {}, 0, start, false});
      ++at_;
      fresh_ = true;
      return true;
    }
    const JsonKind kind = c == '"'                                          ? JsonKind::String
                          : c == '-' || is_digit(c) || c == 'N' || c == 'I' ? JsonKind::Number
                                                                            : JsonKind::Literal;
    if (frames_.empty()) out_.root_kind = kind;
    const bool good = kind == JsonKind::String   ? read_string()
                      : kind == JsonKind::Number ? read_number()
                                                 : read_word({"true", "false", "null"});
    if (good) end_value(kind, start);
    return good;
  }

  /// One step inside the innermost collection: an element, a member, or its end.
  bool step() {
    Frame& frame = frames_.back();
    skip_space();
    const char close = frame.array ? ']' : '}';
    if (peek() == close) {
      ++at_;
      const Frame done = frame;
      frames_.pop_back();
      fresh_ = false;
      end_value(done.array ? JsonKind::Array : JsonKind::Object, done.own_start);
      return true;
    }
    if (!fresh_) {
      if (peek() != ',') return bad("a comma is missing in the JSON document");
      ++at_;
      ++frame.index;
      skip_space();
    }
    fresh_ = false;
    if (!frame.array) {
      frame.key = {at_, 0};
      if (peek() != '"') return bad("a member name is missing in the JSON document");
      if (!read_string()) return false;
      frame.key.size = at_ - frame.key.offset;
      skip_space();
      if (peek() != ':') return bad("a colon is missing in the JSON document");
      ++at_;
      skip_space();
    }
    frame.value_start = at_;
    frame.open = true;
    if (at_ >= text_.size()) return bad("");
    return read_value();
  }

  /// Past bytes that mean themselves in a string, a word at a time: most of a corpus is such.
  void skip_plain() {
    while (text_.size() - at_ >= kWord) {
      const unsigned plain = plain_bytes(text_.data() + at_);
      at_ += plain;
      if (plain < kWord) return;
    }
  }

  bool read_string() {
    for (++at_; at_ < text_.size(); ++at_) {
      skip_plain();
      if (at_ >= text_.size()) break;
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) return bad("a control character in a JSON string");
      if (c != '\\') continue;
      if (++at_ >= text_.size()) break;
      if (text_[at_] == 'u') {
        for (int i = 0; i < 4; ++i) {
          ++at_;
          if (at_ >= text_.size() || !is_hex(text_[at_])) return bad("a broken \\u escape");
        }
      } else if (std::string_view("\"\\/bfnrt").find(text_[at_]) == std::string_view::npos) {
        return bad("an unknown escape in a JSON string");
      }
    }
    return bad("");
  }

  bool read_digits() {
    const std::size_t start = at_;
    while (is_digit(peek())) ++at_;
    return at_ > start || bad("a broken number in the JSON document");
  }
  bool read_number() {
    if (peek() == '-') ++at_;
    if (peek() == 'I' || peek() == 'N') return read_word({"Infinity", "NaN"});
    if (peek() == '0') {
      ++at_;
    } else if (!read_digits()) {
      return false;
    }
    if (peek() == '.') {
      ++at_;
      if (!read_digits()) return false;
    }
    if ((peek() | 0x20) == 'e') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!read_digits()) return false;
    }
    return true;
  }
  bool read_word(std::initializer_list<std::string_view> words) {
    const std::string_view rest = text_.substr(at_);
    for (const std::string_view word : words) {
      if (rest.starts_with(word)) {
        at_ += word.size();
        return true;
      }
      if (!rest.empty() && word.starts_with(rest)) {
        at_ = text_.size();
        return bad("");
      }
    }
    return bad("a value is missing in the JSON document");
  }

  std::string path() const {
    std::string out = "$";
    for (const Frame& frame : frames_) {
      if (frame.array) {
        out += fmt::format("[{}]", frame.index);
      } else {
        out += '.';
        constexpr std::uint64_t kMaxKey = 64;
        out += json_string(text_.substr(frame.key.offset, std::min(frame.key.size, kMaxKey)));
      }
    }
    return out;
  }

  JsonPlace member_of(const Frame& frame, JsonKind kind, std::size_t start, bool complete) const {
    JsonPlace member;
    member.key = json_string(text_.substr(frame.key.offset, frame.key.size));
    member.key_where = frame.key;
    member.value = {start, at_ - start};
    member.kind = kind;
    member.depth = static_cast<unsigned>(frames_.size());
    member.complete = complete;
    return member;
  }

  bool wanted(const Frame& frame, JsonKind kind, std::size_t start) const {
    const std::string_view key = text_.substr(frame.key.offset + 1, frame.key.size - 2);
    return select_(key, kind, text_.substr(start, at_ - start));
  }

  void end_value(JsonKind kind, std::size_t start) {
    if (frames_.empty()) return;
    Frame& frame = frames_.back();
    frame.open = false;
    if (frame.array) return;
    if (frames_.size() == 1) {
      out_.last_key = frame.key;
      out_.last_value = {start, at_ - start};
    }
    if (!wanted(frame, kind, start)) return;
    keep(frame, kind, start, true);
  }

  /// Takes the place of wanted members inside its value.
  void keep(const Frame& frame, JsonKind kind, std::size_t start, bool complete) {
    auto& members = out_.members;
    while (!members.empty() && members.back().value.offset >= start) members.pop_back();
    if (members.size() >= caps_.members) return;
    members.push_back(member_of(frame, kind, start, complete));
    members.back().path = path();
  }

  /// The text ended inside these values: the outermost wanted one is kept with what it has.
  void keep_open_members() {
    for (; !frames_.empty(); frames_.pop_back()) {
      const Frame& frame = frames_.back();
      if (frame.array || !frame.open || frame.value_start >= at_) continue;
      const char first = text_[frame.value_start];
      const JsonKind kind = first == '{'   ? JsonKind::Object
                            : first == '[' ? JsonKind::Array
                            : first == '"' ? JsonKind::String
                                           : JsonKind::Literal;
      if (wanted(frame, kind, frame.value_start)) keep(frame, kind, frame.value_start, false);
    }
  }

  std::string_view text_;
  const JsonSelect& select_;
  JsonCaps caps_;
  JsonScan out_;
  std::vector<Frame> frames_;
  std::size_t at_ = 0;
  bool fresh_ = false;  // the innermost collection was just opened
};

}  // namespace

JsonScan scan_json(std::string_view text, const JsonSelect& select, const JsonCaps& caps) {
  return Scanner(text, select, caps).run();
}

bool is_json(std::string_view text) {
  const JsonScan scan = scan_json(text, [](auto...) { return false; });
  return !scan.damage && scan.root_kind.has_value();
}

}  // namespace colophon::wire
