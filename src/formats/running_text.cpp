// SPDX-License-Identifier: Apache-2.0
#include "formats/running_text.hpp"

#include "base/text.hpp"
#include "formats/html_page.hpp"

#include <algorithm>
#include <array>

namespace colophon {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) noexcept {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Shown by no browser, or no sentence of the page: code, controls, drawings.
constexpr std::array<std::string_view, 20> kSilent = {
    "head",   "script", "style",  "template", "noscript", "title",     "textarea",
    "button", "select", "option", "code",     "pre",      "kbd",       "samp",
    "svg",    "math",   "iframe", "object",   "q",        "blockquote"};
/// Text on both sides of their tags is no one sentence.
constexpr std::array<std::string_view, 20> kParagraphs = {
    "p",      "h1",   "h2",    "h3",  "h4", "h5",    "h6",     "section", "article", "header",
    "footer", "main", "aside", "nav", "hr", "table", "figure", "form",    "body",    "details"};
constexpr std::array<std::string_view, 15> kLines = {
    "div", "br", "li", "ul",      "ol",         "dl",      "dt",     "dd",
    "tr",  "td", "th", "caption", "figcaption", "summary", "address"};
/// Small print and emphasis, as Markdown writes it.
constexpr std::array<std::string_view, 3> kSmall = {"small", "em", "i"};

constexpr std::size_t kMaxReference = 12;  // of a character, with its `&` and `;`

}  // namespace

/// Takes the markup out of a page.
class RunningText::Page {
 public:
  Page(std::string_view page, RunningText& result) : page_(page), result_(result) {}

  void read() {
    wire::MarkupReader reader(page_, mode_of(page_));
    wire::MarkupToken token;
    std::uint64_t at = 0;
    while (reader.next(token)) {
      if (token.whole.offset > at) add_text(at, token.whole.offset);
      at = token.whole.end();
      if (token.kind == wire::MarkupKind::StartTag) open(token);
      if (token.kind == wire::MarkupKind::EndTag) close(token);
    }
    if (at < page_.size()) add_text(at, page_.size());
  }

 private:
  void open(const wire::MarkupToken& token) {
    const std::string name = lower_ascii(token.name);
    if (!silent_.empty()) {
      depth_ += name == silent_ && !token.self_closing ? 1U : 0U;
    } else if (is_one_of(name, kSilent) && !token.self_closing) {
      silent_ = name;
      depth_ = 1;
      return;
    }
    // A page may leave out </head>.
    if (silent_ == "head" && name == "body") silent_.clear();
    separate(name, token.whole);
  }
  void close(const wire::MarkupToken& token) {
    const std::string name = lower_ascii(token.name);
    if (!silent_.empty() && name == silent_ && --depth_ == 0) {
      silent_.clear();
      if (name == "pre" || name == "blockquote") separate("p", token.whole);
      return;
    }
    separate(name, token.whole);
  }
  void separate(std::string_view name, Range tag) {
    if (!silent_.empty()) return;
    std::string& text = result_.text_;
    if (is_one_of(name, kSmall)) {
      add("*", tag.offset, false);
    } else if (is_one_of(name, kParagraphs)) {
      if (!text.empty() && !text.ends_with("\n\n")) add("\n\n", tag.offset, false);
    } else if (is_one_of(name, kLines)) {
      if (!text.empty() && !text.ends_with('\n')) add("\n", tag.offset, false);
    }
  }

  void add(std::string_view text, std::uint64_t offset, bool exact) {
    result_.pieces_.push_back({result_.text_.size(), offset, exact});
    result_.text_ += text;
  }
  /// Spaces and line ends are one space; references to characters are undone.
  void add_text(std::uint64_t from, std::uint64_t to) {
    if (!silent_.empty()) return;
    constexpr std::string_view kSpecial = " \t\r\n\f&";
    constexpr std::string_view kSpace = " \t\r\n\f";
    while (from < to) {
      const std::string_view rest = page_.substr(from, to - from);
      const std::size_t plain = std::min(rest.find_first_of(kSpecial), rest.size());
      if (plain > 0) {
        add(rest.substr(0, plain), from, true);
        from += plain;
      } else if (rest[0] == '&') {
        from += add_reference(rest, from);
      } else {
        const std::string& text = result_.text_;
        if (!text.empty() && text.back() != ' ' && text.back() != '\n') add(" ", from, false);
        from += std::min(rest.find_first_not_of(kSpace), rest.size());
      }
    }
  }
  std::size_t add_reference(std::string_view rest, std::uint64_t from) {
    const std::size_t end = rest.substr(0, kMaxReference).find(';');
    if (end == std::string_view::npos) {
      add("&", from, true);
      return 1;
    }
    add(wire::unescape_html(rest.substr(0, end + 1)), from, false);
    return end + 1;
  }

  std::string_view page_;
  RunningText& result_;
  std::string silent_;
  unsigned depth_ = 0;
};

Result<RunningText> RunningText::read(Source& source, const Format& format, const Limits& limits) {
  const TextDocument document = TRY(TextDocument::open_head(source, limits));
  RunningText result;
  result.whole_ = !document.cut();
  result.placed_ = !document.recoded();
  if (format.id == "html") {
    Page(document.text(), result).read();
  } else {
    result.text_ = document.text();
  }
  return result;
}

std::uint64_t RunningText::offset_of(std::uint64_t at) const noexcept {
  const auto next =
      std::upper_bound(pieces_.begin(), pieces_.end(), at,
                       [](std::uint64_t place, const Piece& piece) { return place < piece.at; });
  if (next == pieces_.begin()) return at;
  const Piece& piece = *(next - 1);
  return piece.exact ? piece.offset + (at - piece.at) : piece.offset;
}

Range RunningText::in_file(Range range) const noexcept {
  if (!placed_) return {};
  if (range.size == 0) return {offset_of(range.offset), 0};
  const std::uint64_t first = offset_of(range.offset);
  return {first, offset_of(range.end() - 1) + 1 - first};
}

bool is_running_text(const Format& format) noexcept {
  return format.family == Family::Text && (format.id == "text" || format.id == "subtitle" ||
                                           format.id == "markdown" || format.id == "html");
}

}  // namespace colophon
