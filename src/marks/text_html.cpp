// SPDX-License-Identifier: Apache-2.0
// Labels as elements of HTML pages: a paragraph with the role of a note, first or last in the body.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "formats/html_page.hpp"
#include "marks/text_mark.hpp"
#include "wire/xml.hpp"
#include "wire/yaml_front_matter.hpp"

namespace colophon::text_mark {
namespace {

using wire::MarkupKind;
using wire::MarkupToken;

constexpr std::array<std::string_view, 9> kHead = {"html", "head",   "meta",  "title",   "link",
                                                   "base", "script", "style", "noscript"};
bool is_head(std::string_view name) {
  return std::find(kHead.begin(), kHead.end(), name) != kHead.end();
}

/// Where a body begins and ends, also of a page that leaves its tags out.
struct Body {
  std::uint64_t start = 0, end = 0;
  bool found = false;
};

Failure unsupported(std::string why) {
  return fail(ErrorCode::Unsupported, std::move(why));
}

class BodyFinder {
 public:
  BodyFinder(const TextDocument& document, wire::MarkupMode mode)
      : text_(document.text()), start_(document.start()), reader_(text_, mode, document.start()) {}

  Result<Body> run() {
    MarkupToken token;
    std::uint64_t last = start_;
    while (reader_.next(token)) {
      if (!token.complete) {
        return unsupported("the page ends inside a tag, a comment or a script");
      }
      if (!begun_ && !trim(between(last, token.whole.offset)).empty()) begin(last);
      last = token.whole.end();
      TRY(take(token));
    }
    if (!begun_) begin(behind_head_ > 0 ? behind_head_ : last);
    if (end_ == 0) end_ = text_.size();
    return Body{body_, end_, true};
  }

 private:
  [[nodiscard]] std::string_view between(std::uint64_t from, std::uint64_t to) const {
    return text_.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
  }
  void begin(std::uint64_t at) {
    begun_ = true;
    body_ = at;
  }

  Status take(const MarkupToken& token) {
    if (token.kind != MarkupKind::StartTag && token.kind != MarkupKind::EndTag) return {};
    const std::string name = lower_ascii(token.name);
    if (token.kind == MarkupKind::EndTag) {
      if (name == "head" && !begun_) behind_head_ = token.whole.end();
      // The last one counts: a script's text is no tag, but a page may be put together wrongly.
      if (name == "body" || (name == "html" && end_of_ != "body")) {
        end_ = token.whole.offset;
        end_of_ = name;
      }
      return {};
    }
    if (name == "frameset") return unsupported("the page is a set of frames and has no body");
    if (name == "body" && !named_) {
      if (token.self_closing) return unsupported("the body of the page is empty");
      named_ = true;
      begin(token.whole.end());
    } else if (!begun_ && !is_head(name)) {
      begin(token.whole.offset);
    }
    return {};
  }

  std::string_view text_;
  std::uint64_t start_;
  wire::MarkupReader reader_;
  std::uint64_t body_ = 0, end_ = 0, behind_head_ = 0;
  std::string end_of_;
  bool begun_ = false, named_ = false;
};

}  // namespace

Result<Insertion> into_html(const TextDocument& document, std::string_view,
                            const std::string& words, End end) {
  const HtmlPage page = find_head(document);
  const Body body = TRY(BodyFinder(document, page.mode).run());
  const std::string eol(wire::line_ending(document.text()));
  const auto stored = [&](const std::string& escaped) {
    return page.utf8 || document.recoded() ? escaped : wire::ascii_references(escaped);
  };
  const std::string attribute = stored(wire::escape_xml_attribute(words));
  std::string front = fmt::format("{}<p role=\"note\" aria-label=\"{}\"><strong>", eol, attribute);
  return paragraph(end == End::Start ? body.start : body.end, std::move(front),
                   stored(wire::escape_xml_text(words)), "</strong></p>" + eol);
}

}  // namespace colophon::text_mark
