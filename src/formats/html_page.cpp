// SPDX-License-Identifier: Apache-2.0
#include "formats/html_page.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace {

using wire::MarkupAttribute;
using wire::MarkupKind;
using wire::MarkupToken;

constexpr std::size_t kMaxAttributes = 256;  // carriers for ai-* attributes of one page
constexpr std::size_t kMaxComment = 64 * 1024;

bool is_element(const MarkupToken& token, std::string_view name) noexcept {
  return equals_ignore_case(token.name, name);
}
bool contains(std::string_view text, std::string_view word) noexcept {
  return text.find(word) != std::string_view::npos;
}

/// The W3C draft's attributes, their older names, and the data-* form.
bool is_ai_attribute(std::string_view name) {
  constexpr std::string_view kNames[] = {
      "ai-disclosure", "ai-model", "ai-provider", "ai-prompt-url", "data-ai-disclosure",
      "aidisclosure",  "aimodel",  "aiprovider",  "aiprompturl",   "data-aigc"};
  return name.size() > 6 &&
         std::any_of(std::begin(kNames), std::end(kNames),
                     [&](std::string_view known) { return equals_ignore_case(name, known); });
}

class PageReader {
 public:
  PageReader(const TextDocument& document, const Limits& limits)
      : document_(document),
        limits_(limits),
        reader_(document.text(), mode_of(document.text()), document.start()) {}

  Layout run() {
    MarkupToken token;
    while (reader_.next(token)) {
      if (token.kind == MarkupKind::StartTag) {
        visit_tag(token);
      } else if (token.kind == MarkupKind::RawText) {
        visit_script(token);
      } else if (token.kind == MarkupKind::Comment) {
        visit_comment(token);
      }
      if (!token.complete) {
        add_oddity(
            layout_, "html-cut",
            {"the page ends inside a tag, a comment or a script", "网页在标签、注释或脚本中间结束"},
            token.whole.offset);
      }
    }
    return std::move(layout_);
  }

 private:
  std::string value_of(const MarkupAttribute* attribute) const {
    return attribute != nullptr ? wire::unescape_html(document_.at(attribute->value))
                                : std::string();
  }

  void add(CarrierKind kind, const std::string& path, const std::string& key, Range whole,
           Range payload, const std::optional<std::string>& value = std::nullopt) {
    Carrier carrier;
    carrier.kind = kind;
    carrier.path = to_valid_utf8(path);
    carrier.key = to_valid_utf8(key);
    carrier.whole = whole;
    carrier.payload = payload;
    if (value) set_value(carrier, document_, *value);
    document_.place(carrier);
    add_carrier(layout_, std::move(carrier), limits_);
  }

  void visit_tag(const MarkupToken& token) {
    if (is_element(token, "script")) script_ = token;
    if (is_element(token, "meta")) visit_meta(token);
    if (is_element(token, "link")) visit_link(token);
    for (const MarkupAttribute& attribute : token.attributes) visit_attribute(token, attribute);
  }

  void visit_meta(const MarkupToken& token) {
    const MarkupAttribute* name = token.attribute("name");
    if (name == nullptr) name = token.attribute("property");
    if (name == nullptr) return;
    const std::string key = lower_ascii(trim(value_of(name)));
    const bool aigc = is_aigc_name(key);
    if (!aigc && !is_meta_of_interest(key)) return;
    const MarkupAttribute* content = token.attribute("content");
    const Range payload = content != nullptr ? content->value : Range{name->whole.end(), 0};
    add(aigc ? CarrierKind::AigcKey : CarrierKind::HtmlMeta,
        fmt::format("html:meta[{}]", aigc ? "AIGC" : key), aigc ? "AIGC" : key, token.whole,
        payload, value_of(content));
  }

  void visit_link(const MarkupToken& token) {
    const MarkupAttribute* href = token.attribute("href");
    if (href == nullptr || !equals_ignore_case(value_of(token.attribute("rel")), kStoreLink)) {
      return;
    }
    add(CarrierKind::Tag, std::string(kStoreLinkPath), std::string(kStoreLink), token.whole,
        href->value, value_of(href));
  }

  void visit_attribute(const MarkupToken& token, const MarkupAttribute& attribute) {
    if (is_ai_attribute(attribute.name)) {
      if (++attributes_ > kMaxAttributes) return;
      const std::string key = lower_ascii(attribute.name);
      add(CarrierKind::HtmlAttribute, fmt::format("html:{}[{}]", lower_ascii(token.name), key), key,
          token.whole, attribute.value, value_of(&attribute));
    } else if (equals_ignore_case(attribute.name, "itemprop") ||
               equals_ignore_case(attribute.name, "property")) {
      visit_microdata(token, attribute);
    }
  }

  /// schema.org's property in microdata or RDFa: its value is in an attribute or in the text.
  void visit_microdata(const MarkupToken& token, const MarkupAttribute& attribute) {
    constexpr std::string_view kProperty = "digitalSourceType";
    if (!document_.at(attribute.value).ends_with(kProperty)) return;
    const std::string path = fmt::format("html:{}[{}]", lower_ascii(token.name), kProperty);
    for (const std::string_view holder : {"content", "href", "src", "resource"}) {
      if (const MarkupAttribute* found = token.attribute(holder)) {
        return add(CarrierKind::Microdata, path, std::string(kProperty), token.whole, found->value,
                   value_of(found));
      }
    }
    const std::uint64_t from = token.whole.end();
    const std::string_view rest = document_.at({from, limits_.max_payload});
    const Range text{from, std::min(rest.find('<'), rest.size())};
    add(CarrierKind::Microdata, path, std::string(kProperty),
        {token.whole.offset, text.end() - token.whole.offset}, text,
        std::string(trim(wire::unescape_html(document_.at(text)))));
  }

  /// The text of a script; `script_` is its start tag.
  void visit_script(const MarkupToken& token) {
    if (!is_element(token, "script")) return;
    const std::string type = lower_ascii(trim(value_of(script_.attribute("type"))));
    const Range whole{script_.whole.offset, token.whole.end() - script_.whole.offset};
    if (type.starts_with("application/ld+json")) {
      add(CarrierKind::JsonLd, "html:script[ld+json]", "", whole, token.content);
    } else if (type == "application/json" &&
               equals_ignore_case(trim(value_of(script_.attribute("id"))), "AIGC")) {
      add(CarrierKind::PlainText, "html:script[AIGC]", "AIGC", whole, token.content);
    } else if (type == "application/c2pa") {
      const auto store = base64_decode(document_.at(token.content));
      Carrier carrier;
      carrier.kind = CarrierKind::C2paStore;
      carrier.path = "html:script[c2pa]";
      carrier.whole = whole;
      carrier.payload = token.content;
      carrier.value = store.value_or(ByteBuffer{});
      document_.place(carrier);
      add_carrier(layout_, std::move(carrier), limits_);
    }
  }

  void visit_comment(const MarkupToken& token) {
    ++comments_;
    const Range inside{token.content.offset,
                       std::min<std::uint64_t>(token.content.size, kMaxComment)};
    const std::string_view text = document_.at(inside);
    const bool label =
        contains(text, "ContentProducer") || (contains(text, "AIGC") && contains(text, "{"));
    if (!label && !contains(lower_ascii(text), "ai-generated")) return;
    add(CarrierKind::PlainText, fmt::format("html:comment[{}]", comments_), "", token.whole,
        inside);
  }

  const TextDocument& document_;
  const Limits& limits_;
  wire::MarkupReader reader_;
  Layout layout_;
  MarkupToken script_;
  std::size_t attributes_ = 0, comments_ = 0;
};

/// <meta charset=...> or its older http-equiv form; gives the charset in lower case.
std::string charset_of(const TextDocument& document, const MarkupToken& token) {
  if (const MarkupAttribute* charset = token.attribute("charset")) {
    return lower_ascii(trim(document.at(charset->value)));
  }
  const MarkupAttribute* equivalent = token.attribute("http-equiv");
  const MarkupAttribute* content = token.attribute("content");
  if (equivalent == nullptr || content == nullptr ||
      !equals_ignore_case(document.at(equivalent->value), "content-type")) {
    return {};
  }
  const std::string type = lower_ascii(document.at(content->value));
  const std::size_t at = type.find("charset=");
  return at == std::string::npos ? std::string() : type.substr(at + 8);
}

/// An element that does not end the head (WHATWG 13.2.6.4.4).
bool is_of_head(const MarkupToken& token) noexcept {
  constexpr std::string_view kHead[] = {"meta",   "title", "link",     "base",
                                        "script", "style", "noscript", "template"};
  return std::any_of(std::begin(kHead), std::end(kHead),
                     [&](std::string_view name) { return is_element(token, name); });
}

/// True when `token` declares the charset: new elements go behind it.
bool note_charset(const TextDocument& document, const MarkupToken& token, HtmlPage& page) {
  if (token.kind != MarkupKind::StartTag || !is_element(token, "meta")) return false;
  const std::string charset = charset_of(document, token);
  if (charset.empty()) return false;
  page.utf8 = page.utf8 || charset.starts_with("utf-8") || charset.starts_with("utf8");
  page.insert_at = token.whole.end();
  return true;
}

/// A page may declare its charset outside its head: a browser looks for it in the first 1024 bytes,
/// wherever it stands (WHATWG 13.2.3.2), and must still find it there.
void find_late_charset(const TextDocument& document, wire::MarkupReader& reader, HtmlPage& page) {
  constexpr std::uint64_t kPrescan = 1024;
  MarkupToken token;
  while (reader.next(token) && token.complete && token.whole.end() <= kPrescan) {
    if (note_charset(document, token, page)) return;
  }
}

}  // namespace

bool is_meta_of_interest(std::string_view name) {
  constexpr std::string_view kNames[] = {"generator", "description", "author", "keywords"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames) ||
         name.starts_with("ai-") || contains(name, "aigc");
}

bool is_aigc_name(std::string_view name) noexcept {
  return name == "aigc" || name.ends_with(":aigc");
}

wire::MarkupMode mode_of(std::string_view text) noexcept {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return trim(text.substr(0, 64)).starts_with("<?xml") ? wire::MarkupMode::Xhtml
                                                       : wire::MarkupMode::Html;
}

HtmlPage find_head(const TextDocument& document) {
  HtmlPage page;
  page.mode = mode_of(document.text());
  page.insert_at = document.start();
  page.utf8 = document.start() > 0 || page.mode == wire::MarkupMode::Xhtml;
  wire::MarkupReader reader(document.text(), page.mode, document.start());
  MarkupToken token;
  bool seen_tag = false;
  while (reader.next(token) && token.complete) {
    if (token.kind == MarkupKind::Instruction || token.kind == MarkupKind::Doctype) {
      if (!seen_tag) page.insert_at = token.whole.end();
      continue;
    }
    if (token.kind == MarkupKind::EndTag && is_element(token, "head")) {
      find_late_charset(document, reader, page);
      break;
    }
    if (token.kind != MarkupKind::StartTag) continue;
    seen_tag = true;
    if (is_element(token, "html") || is_element(token, "head")) {
      page.insert_at = token.whole.end();
      if (token.attribute("xmlns") != nullptr) page.mode = wire::MarkupMode::Xhtml;
      continue;
    }
    if (!is_of_head(token)) {  // the body starts here
      find_late_charset(document, reader, page);
      break;
    }
    if (note_charset(document, token, page)) break;
  }
  return page;
}

Layout read_page(const TextDocument& document, const Limits& limits) {
  return PageReader(document, limits).run();
}

}  // namespace colophon
