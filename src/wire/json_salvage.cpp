// SPDX-License-Identifier: Apache-2.0
// What can be saved from JSON-like text that no parser accepts: cut by a log, elided by an author,
// written as a Python dictionary.
#include "wire/json_text.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace colophon::wire {
namespace {

constexpr std::size_t kMaxPairs = 4096;
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

class Salvager {
 public:
  Salvager(std::string_view text, std::size_t begin) : text_(text), at_(begin) {}

  Salvage run() {
    while (!at_end() && !out_.cut && out_.pairs.size() < kMaxPairs) {
      step();
      if (depth_ <= 0) break;
    }
    out_.cut = out_.cut || depth_ > 0;
    out_.end = std::min(at_, text_.size());
    return std::move(out_);
  }

 private:
  struct Word {
    std::string text;
    bool cut = false;
  };

  [[nodiscard]] bool at_end() const noexcept { return at_ >= text_.size(); }
  [[nodiscard]] bool is_quote() const noexcept {
    return !at_end() && (text_[at_] == '"' || text_[at_] == '\'');
  }
  void skip_space() noexcept {
    while (!at_end() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
  }

  void step() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with(kEllipsis) || rest.starts_with("...")) {
      out_.elided = true;
      at_ += 3;
    } else if (is_quote()) {
      pair();
    } else {
      if (rest[0] == '{') ++depth_;
      if (rest[0] == '}') --depth_;
      ++at_;
    }
  }

  /// A quoted word; if a colon follows, it is a key, and a scalar after that is its value.
  void pair() {
    Word key = quoted();
    skip_space();
    if (key.cut || at_end() || text_[at_] != ':') {
      out_.cut = out_.cut || key.cut;
      return;
    }
    ++at_;
    skip_space();
    if (is_quote()) {
      Word value = quoted();
      out_.elided = out_.elided || value.text.find(kEllipsis) != std::string::npos;
      out_.cut = out_.cut || value.cut;
      out_.pairs.push_back(
          {std::move(key.text), std::move(value.text), JsonType::String, value.cut});
    } else {
      literal(std::move(key.text));
    }
  }

  /// A string ends at its quote; a raw line break in it means that it was cut there.
  Word quoted() {
    const char quote = text_[at_++];
    const std::size_t begin = at_;
    while (!at_end() && text_[at_] != quote && text_[at_] != '\n') {
      at_ += text_[at_] == '\\' ? 2 : 1;
    }
    at_ = std::min(at_, text_.size());
    Word word{unescape_json(text_.substr(begin, at_ - begin)).text, at_end() || text_[at_] == '\n'};
    if (!word.cut) ++at_;
    return word;
  }

  void literal(std::string key) {
    const std::size_t begin = at_;
    while (!at_end() &&
           std::string_view("{}[],\"' \t\r\n").find(text_[at_]) == std::string_view::npos) {
      ++at_;
    }
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word.empty()) return;
    if (word == kEllipsis || word == "...") out_.elided = true;
    const std::string lower = lower_ascii(word);
    JsonType type = JsonType::Number;
    if (lower == "null" || lower == "none") type = JsonType::Null;
    if (lower == "true" || lower == "false") type = JsonType::Boolean;
    out_.pairs.push_back({std::move(key), std::string(word), type, at_end()});
  }

  std::string_view text_;
  std::size_t at_;
  std::int64_t depth_ = 0;
  Salvage out_;
};

}  // namespace

Salvage salvage_json(std::string_view text, std::size_t begin) {
  return Salvager(text, begin).run();
}

}  // namespace colophon::wire
