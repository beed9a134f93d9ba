// SPDX-License-Identifier: Apache-2.0
// One pass over the text: the cursor never goes back, every look back is bounded or stops at the
// end of the last region, so the work is linear.
#include "formats/text_regions.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace colophon {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kMaxRegion = 64 * 1024;
constexpr std::size_t kMaxXmp = 1024 * 1024;
constexpr std::size_t kMaxPrefix = 64;  // of the line in front of a value
constexpr std::size_t kMaxGap = 48;     // between the keyword and its value
constexpr std::size_t kMaxLookBack = 2048;
constexpr std::size_t kMaxLine = 4096;

enum class Needle : std::uint8_t { Aigc, Producer, Base64, Xmp };
struct Word {
  std::string_view text;
  Needle needle;
};
constexpr std::array<Word, 8> kWords = {{{"AIGC", Needle::Aigc},
                                         {"aigc", Needle::Aigc},
                                         {"aiGenTag", Needle::Aigc},
                                         {"ontentProducer", Needle::Producer},
                                         {"ServiceProvider", Needle::Producer},
                                         {"XmpKvBase64", Needle::Base64},
                                         {":xmpmeta", Needle::Xmp},
                                         {":RDF", Needle::Xmp}}};

bool is_name(char c) noexcept {
  const char low = static_cast<char>(c | 0x20);
  return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' ||
         c == ':';
}
bool is_space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

class Finder {
 public:
  Finder(std::string_view text, Range within, std::size_t max_regions)
      : text_(text.substr(
            0, static_cast<std::size_t>(std::min<std::uint64_t>(within.end(), text.size())))),
        cursor_(static_cast<std::size_t>(within.offset)),
        tracked_(cursor_),
        max_regions_(max_regions) {
    next_.fill(0);
  }

  std::vector<TextRegion> run() {
    std::size_t from = cursor_;
    while (found_.size() < max_regions_) {
      const std::size_t word = next_word(from);
      if (word == kWords.size()) break;
      const std::size_t at = next_[word];
      track_tags(at);
      const std::size_t after = at + kWords[word].text.size();
      const auto region = read(kWords[word].needle, at, after);
      if (region) {
        found_.push_back(*region);
        cursor_ = static_cast<std::size_t>(region->where.end());
      }
      from = std::max(after, cursor_);
    }
    return std::move(found_);
  }

 private:
  /// The index of the word that occurs first at or behind `from`.
  std::size_t next_word(std::size_t from) {
    std::size_t best = kWords.size();
    for (std::size_t i = 0; i < kWords.size(); ++i) {
      if (next_[i] != kNone && (next_[i] < from || !searched_[i])) {
        next_[i] = text_.find(kWords[i].text, from);
        searched_[i] = true;
      }
      if (next_[i] != kNone && (best == kWords.size() || next_[i] < next_[best])) best = i;
    }
    return best;
  }

  /// Follows where the innermost open `<name ` stands.
  void track_tags(std::size_t to) noexcept {
    for (; tracked_ < to; ++tracked_) {
      const char c = text_[tracked_];
      if (c == '>') {
        tag_ = kNone;
      } else if (c == '<' && tracked_ + 1 < text_.size() && is_name(text_[tracked_ + 1])) {
        tag_ = tracked_;
      }
    }
    if (tag_ != kNone && (tag_ < cursor_ || to - tag_ > kMaxRegion)) tag_ = kNone;
  }

  std::optional<TextRegion> read(Needle needle, std::size_t at, std::size_t after) const {
    switch (needle) {
      case Needle::Aigc:
        return read_keyword(at, after);
      case Needle::Producer:
        return read_producer(at, after);
      case Needle::Base64:
        return tag_ != kNone ? region(tag_, tag_end(tag_))
                             : region(prefix_start(at), line_end(at, kMaxRegion));
      case Needle::Xmp:
        return read_xmp(at, after);
    }
    return std::nullopt;
  }

  static std::optional<TextRegion> region(std::size_t from, std::size_t to,
                                          CarrierKind kind = CarrierKind::PlainText) {
    return TextRegion{kind, {from, to - from}};
  }
  char at(std::size_t i) const noexcept { return i < text_.size() ? text_[i] : '\0'; }

  std::size_t line_start(std::size_t from, std::size_t cap) const noexcept {
    const std::size_t floor = std::max(cursor_, from > cap ? from - cap : 0);
    while (from > floor && text_[from - 1] != '\n') --from;
    while (from < text_.size() && (text_[from] & 0xC0) == 0x80) ++from;  // not inside a character
    return from;
  }
  std::size_t prefix_start(std::size_t from) const noexcept { return line_start(from, kMaxPrefix); }
  std::size_t line_end(std::size_t from, std::size_t cap) const noexcept {
    const std::size_t end = text_.find('\n', from);
    return std::min({end, text_.size(), from + cap});
  }

  /// How long a quotation mark at `i` is, in the ways in which markup and code write it.
  std::size_t quote_length(std::size_t i) const noexcept {
    constexpr std::string_view kMarks[] = {"\"", "'", "\\\"", "&quot;", "&#34;", "\\", "`"};
    for (const std::string_view mark : kMarks) {
      if (text_.substr(i, mark.size()) == mark) return mark.size();
    }
    return 0;
  }

  /// Over quotes and space; the separators `: = >` too when `separators`.
  std::size_t skip_gap(std::size_t from, bool separators) const noexcept {
    constexpr std::string_view kWideColon = "\xEF\xBC\x9A";
    const std::size_t end = std::min(text_.size(), from + kMaxGap);
    while (from < end) {
      const std::size_t quote = quote_length(from);
      if (quote > 0) {
        from += quote;
      } else if (is_space(at(from)) ||
                 (separators && std::string_view(":=>(").find(at(from)) != kNone)) {
        ++from;
      } else if (separators && text_.substr(from, 3) == kWideColon) {
        from += 3;
      } else {
        break;
      }
    }
    return from;
  }

  /// Behind the brace that closes the one at `from`, and whether there is one.
  std::pair<std::size_t, bool> object_end(std::size_t from) const noexcept {
    const std::size_t end = std::min(text_.size(), from + kMaxRegion);
    std::size_t depth = 0;
    bool quoted = false;
    for (std::size_t i = from; i < end; ++i) {
      const char c = text_[i];
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (quoted) {
        if (c == '\n') return {i, false};  // a log cut the value
      } else if (c == '{') {
        ++depth;
      } else if (c == '}' && --depth == 0) {
        return {i + 1, true};
      }
    }
    return {end, false};
  }

  /// The brace that stands right in front of the keyword: the wrapped form.
  std::size_t wrapping_brace(std::size_t keyword) const noexcept {
    const std::size_t floor = std::max(cursor_, keyword > kMaxGap ? keyword - kMaxGap : 0);
    for (std::size_t i = keyword; i > floor; --i) {
      const char c = text_[i - 1];
      if (c == '{') return i - 1;
      // White space and quotation marks, plain, escaped or as entities.
      if (std::string_view(" \t\r\n\"'\\&quot;#34").find(c) == kNone) break;
    }
    return kNone;
  }

  std::optional<TextRegion> read_keyword(std::size_t at_word, std::size_t after) const {
    if (tag_ != kNone) {
      if (const auto element = read_tag(at_word, after)) return element;
    }
    const std::size_t brace = skip_gap(after, true);
    if (at(brace) == '{') {
      const std::size_t outer = wrapping_brace(at_word);
      if (outer != kNone) {
        const auto [end, closed] = object_end(outer);
        if (closed || end == text_.size()) return region(prefix_start(outer), end);
      }
      return region(prefix_start(at_word), object_end(brace).first);
    }
    if (at(after) == '=' && !is_space(at(after + 1)) && after + 1 < text_.size()) {
      return region(prefix_start(at_word), line_end(after, kMaxLine));
    }
    return read_yaml(at_word, after);
  }

  /// `AIGC:` alone on its line, with deeper lines below.
  std::optional<TextRegion> read_yaml(std::size_t at_word, std::size_t after) const {
    std::size_t from = after + quote_length(after);
    if (at(from) != ':') return std::nullopt;
    for (++from; at(from) == ' ' || at(from) == '\t' || at(from) == '\r';) ++from;
    if (at(from) != '\n') return std::nullopt;
    const std::size_t start = line_start(at_word, kMaxLine);
    const std::size_t own = indent(start);
    std::size_t end = from;
    for (std::size_t line = from + 1; line < text_.size() && line - start < kMaxRegion;) {
      const std::size_t stop = std::min(line_end(line, kMaxRegion), text_.size());
      if (indent(line) <= own) break;
      end = stop;
      line = stop + 1;
    }
    if (end == from) return std::nullopt;
    return region(start, end);
  }
  std::size_t indent(std::size_t line) const noexcept {
    std::size_t i = line;
    while (at(i) == ' ' || at(i) == '\t') ++i;
    return i - line;
  }

  /// Behind the `>` of the tag at `from`, or as far as the text goes.
  std::size_t tag_end(std::size_t from) const noexcept {
    const std::size_t end = std::min(text_.size(), from + kMaxRegion);
    char quote = '\0';
    for (std::size_t i = from; i < end; ++i) {
      const char c = text_[i];
      if (quote != '\0') {
        if (c == quote) quote = '\0';
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '>') {
        return i + 1;
      }
    }
    return end;
  }

  std::string_view tag_name() const noexcept {
    std::size_t end = tag_ + 1;
    while (end < text_.size() && is_name(text_[end])) ++end;
    return text_.substr(tag_ + 1, end - tag_ - 1);
  }

  /// The word names the element, an attribute of it, or is the whole value of one.
  std::optional<TextRegion> read_tag(std::size_t at_word, std::size_t after) const {
    const std::string_view name = tag_name();
    const char behind = at(tag_ + 1 + name.size());
    if (!is_space(behind) && behind != '>' && behind != '/') return std::nullopt;
    const bool element = at_word <= tag_ + name.size();
    const bool attribute = at(skip_gap(after, false)) == '=' && quote_length(after) == 0;
    const char before = at(at_word - 1);
    const bool value = (before == '"' || before == '\'') && at(after) == before;
    if (!element && !attribute && !value) return std::nullopt;
    const std::size_t end = tag_end(tag_);
    const bool closed = text_.substr(tag_, end - tag_).ends_with("/>");
    const bool is_void = equals_ignore_case(name, "meta") || equals_ignore_case(name, "link");
    if (attribute || closed || is_void) return region(tag_, end);
    return region(tag_, element_end(name, end, kMaxRegion));
  }

  /// Behind `</name>`, or as far as the cap and the text allow.
  std::size_t element_end(std::string_view name, std::size_t from, std::size_t cap) const {
    const std::size_t end = std::min(text_.size(), from + cap);
    const std::string close = std::string("</").append(name);
    const std::size_t found = text_.substr(0, end).find(close, from);
    if (found == kNone) return end;
    const std::size_t bracket = text_.substr(0, end).find('>', found);
    return bracket == kNone ? end : bracket + 1;
  }

  std::optional<TextRegion> read_producer(std::size_t at_word, std::size_t after) const {
    const char separator = at(skip_gap(after, false));
    if (separator != ':' && separator != '=' && separator != '>') return std::nullopt;
    std::size_t depth = 0;
    const std::size_t floor =
        std::max(cursor_, at_word > kMaxLookBack ? at_word - kMaxLookBack : 0);
    for (std::size_t i = at_word; i > floor; --i) {
      const char c = text_[i - 1];
      if (c == '}') ++depth;
      if (c != '{') continue;
      if (depth == 0) {
        const std::size_t end = object_end(i - 1).first;
        if (end >= after) return region(prefix_start(i - 1), end);
        break;
      }
      --depth;
    }
    if (tag_ != kNone && at_word > tag_ + tag_name().size()) return region(tag_, tag_end(tag_));
    return paragraph(at_word);
  }

  /// The lines around that are not blank.
  std::optional<TextRegion> paragraph(std::size_t from) const {
    const std::size_t floor = std::max(cursor_, from > kMaxLookBack ? from - kMaxLookBack : 0);
    std::size_t start = line_start(from, kMaxLookBack);
    while (start > floor + 1) {
      const std::size_t before = line_start(start - 1, kMaxLookBack);
      if (trim(text_.substr(before, start - before)).empty() || before < floor) break;
      start = before;
    }
    std::size_t end = line_end(from, kMaxRegion);
    while (end < text_.size() && end - start < kMaxRegion) {
      const std::size_t stop = line_end(end + 1, kMaxRegion);
      const std::string_view line = trim(text_.substr(end + 1, stop - end - 1));
      if (line.empty() || line == "---" || line == "```") break;
      end = stop;
    }
    return region(start, std::min(end, text_.size()));
  }

  /// A whole `<x:xmpmeta ...>` or `<rdf:RDF ...>` element with any prefix.
  std::optional<TextRegion> read_xmp(std::size_t at_word, std::size_t after) const {
    if (tag_ == kNone || is_name(at(after))) return std::nullopt;
    const std::string_view name = tag_name();
    if (tag_ + 1 + name.size() != after || at_word <= tag_ + 1) return std::nullopt;
    return region(tag_, element_end(name, after, kMaxXmp), CarrierKind::Xmp);
  }

  std::string_view text_;
  std::size_t cursor_ = 0;   // the end of the last region
  std::size_t tracked_ = 0;  // how far tags have been followed
  std::size_t tag_ = kNone;  // the `<` of the tag that is open there
  std::size_t max_regions_;
  std::array<std::size_t, kWords.size()> next_{};
  std::array<bool, kWords.size()> searched_{};
  std::vector<TextRegion> found_;
};

}  // namespace

std::vector<TextRegion> find_label_regions(std::string_view text, Range within,
                                           std::size_t max_regions) {
  return Finder(text, within, max_regions).run();
}

std::size_t LineCounter::line_of(std::uint64_t offset) noexcept {
  const std::size_t to = static_cast<std::size_t>(std::min<std::uint64_t>(offset, text_.size()));
  if (to < at_) {
    at_ = 0;
    line_ = 1;
  }
  line_ +=
      static_cast<std::size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                          text_.begin() + static_cast<std::ptrdiff_t>(to), '\n'));
  at_ = to;
  return line_;
}

}  // namespace colophon
