// SPDX-License-Identifier: Apache-2.0
#include "wire/markup.hpp"

#include "base/text.hpp"
#include "wire/xml.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::wire {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kMaxAttributes = 1024;  // of one tag; further ones are passed over

bool is_space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
bool is_name_start(char c) noexcept {
  const char low = static_cast<char>(c | 0x20);
  return (low >= 'a' && low <= 'z') || c == '_' || (c & 0x80) != 0;
}
bool ends_name(char c) noexcept {
  return is_space(c) || c == '>' || c == '/';
}

bool is_raw_element(std::string_view name) noexcept {
  constexpr std::string_view kRaw[] = {"script", "style",   "title",    "textarea",
                                       "xmp",    "noembed", "noframes", "iframe"};
  return std::any_of(std::begin(kRaw), std::end(kRaw),
                     [&](std::string_view raw) { return equals_ignore_case(name, raw); });
}

}  // namespace

const MarkupAttribute* MarkupToken::attribute(std::string_view wanted) const noexcept {
  for (const MarkupAttribute& attribute : attributes) {
    if (equals_ignore_case(attribute.name, wanted)) return &attribute;
  }
  return nullptr;
}

void MarkupReader::skip_space() noexcept {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
}

bool MarkupReader::next(MarkupToken& token) {
  token = MarkupToken{};
  if (!raw_.empty()) {
    read_raw_text(token);
    return true;
  }
  while ((at_ = text_.find('<', at_)) != kNone) {
    const char c = peek(1);
    token.whole.offset = at_;
    if (c == '!' || c == '?') {
      read_markup(token);
    } else if (is_name_start(c)) {
      token.kind = MarkupKind::StartTag;
      read_tag(token, at_ + 1);
    } else if (c == '/' && is_name_start(peek(2))) {
      token.kind = MarkupKind::EndTag;
      read_tag(token, at_ + 2);
    } else {
      ++at_;
      continue;
    }
    token.whole.size = at_ - token.whole.offset;
    return true;
  }
  at_ = text_.size();
  return false;
}

/// Everything up to `close`, which starts at or behind `content`.
void MarkupReader::read_until(MarkupToken& token, std::size_t content, std::string_view close) {
  content = std::min(content, text_.size());
  const std::size_t found = text_.find(close, content);
  token.complete = found != kNone;
  const std::size_t end = token.complete ? found : text_.size();
  token.content = {content, end - content};
  at_ = token.complete ? found + close.size() : end;
}

void MarkupReader::read_markup(MarkupToken& token) {
  const std::string_view rest = text_.substr(at_);
  const bool xml = mode_ == MarkupMode::Xml;
  token.kind = MarkupKind::Comment;
  if (rest.starts_with("<!-->") || rest.starts_with("<!--->")) {
    read_until(token, at_ + 2, ">");
    token.content = {at_, 0};
  } else if (rest.starts_with("<!--")) {
    read_until(token, at_ + 4, "-->");
  } else if (rest.starts_with("<![CDATA[") && mode_ != MarkupMode::Html) {
    token.kind = MarkupKind::CData;
    read_until(token, at_ + 9, "]]>");
  } else if (rest.size() > 9 && equals_ignore_case(rest.substr(0, 9), "<!doctype")) {
    token.kind = MarkupKind::Doctype;
    read_doctype(token);
  } else if (rest.starts_with("<?")) {
    token.kind = MarkupKind::Instruction;
    read_until(token, at_ + 2, xml ? "?>" : ">");
  } else {
    read_until(token, at_ + 2, ">");
  }
}

/// To the `>` outside quotes and, in XML, outside the internal subset.
void MarkupReader::read_doctype(MarkupToken& token) {
  const std::size_t content = at_ + 9;
  if (mode_ == MarkupMode::Html) return read_until(token, content, ">");
  char quote = '\0';
  std::size_t depth = 0;
  for (at_ = content; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '[') {
      ++depth;
    } else if (c == ']' && depth > 0) {
      --depth;
    } else if (c == '>' && depth == 0) {
      break;
    } else if (text_.substr(at_, 4) == "<!--") {
      at_ = std::min(text_.find("-->", at_), text_.size() - 1);
    }
  }
  token.complete = at_ < text_.size();
  token.content = {content, at_ - content};
  if (token.complete) ++at_;
}

void MarkupReader::read_tag(MarkupToken& token, std::size_t name) {
  at_ = name;
  while (at_ < text_.size() && !ends_name(text_[at_])) ++at_;
  token.name = text_.substr(name, at_ - name);
  while (true) {
    skip_space();
    if (at_ >= text_.size()) {
      token.complete = false;
      return;
    }
    if (peek() == '>') {
      ++at_;
      break;
    }
    token.self_closing = peek() == '/' && peek(1) == '>';
    if (peek() == '/') {
      ++at_;
    } else {
      read_attribute(token);
    }
  }
  if (mode_ == MarkupMode::Xml || token.kind != MarkupKind::StartTag) return;
  if (mode_ == MarkupMode::Xhtml && token.self_closing) return;
  if (is_raw_element(token.name)) raw_ = token.name;
}

void MarkupReader::read_attribute(MarkupToken& token) {
  MarkupAttribute attribute;
  const std::size_t name = at_++;  // a name may start with '='
  while (at_ < text_.size() && !ends_name(text_[at_]) && text_[at_] != '=') ++at_;
  attribute.name = text_.substr(name, at_ - name);
  attribute.name_where = {name, at_ - name};
  attribute.value = {at_, 0};
  std::size_t end = at_;
  skip_space();
  if (peek() == '=') {
    ++at_;
    skip_space();
    attribute.has_value = true;
    const char quote = peek();
    attribute.quoted = quote == '"' || quote == '\'';
    const std::size_t value = attribute.quoted ? at_ + 1 : at_;
    at_ = value;
    while (at_ < text_.size() &&
           (attribute.quoted ? text_[at_] != quote : !is_space(text_[at_]) && text_[at_] != '>')) {
      ++at_;
    }
    attribute.value = {value, at_ - value};
    if (attribute.quoted && at_ < text_.size()) ++at_;
    end = at_;
  }
  attribute.whole = {name, end - name};
  if (token.attributes.size() < kMaxAttributes) token.attributes.push_back(attribute);
}

void MarkupReader::read_raw_text(MarkupToken& token) {
  token.kind = MarkupKind::RawText;
  token.name = raw_;
  raw_ = {};
  std::size_t end = at_;
  while ((end = text_.find("</", end)) != kNone) {
    const std::size_t behind = end + 2 + token.name.size();
    if (equals_ignore_case(text_.substr(end + 2, token.name.size()), token.name) &&
        (behind >= text_.size() || ends_name(text_[behind]))) {
      break;
    }
    end += 2;
  }
  token.complete = end != kNone;
  end = std::min(end, text_.size());
  token.whole = token.content = {at_, end - at_};
  at_ = end;
}

std::string unescape_html(std::string_view text) {
  struct Name {
    std::string_view entity, text;
  };
  constexpr Name kNames[] = {
      {"&nbsp;", "\u00A0"}, {"&copy;", "©"},  {"&reg;", "®"},    {"&trade;", "™"},
      {"&hellip;", "…"},    {"&mdash;", "—"}, {"&ndash;", "–"},  {"&ldquo;", "“"},
      {"&rdquo;", "”"},     {"&lsquo;", "‘"}, {"&rsquo;", "’"},  {"&middot;", "·"},
      {"&QUOT;", "\""},     {"&AMP;", "&"},   {"&LT;", "<"},     {"&GT;", ">"},
      {"&colon;", ":"},     {"&comma;", ","}, {"&lbrace;", "{"}, {"&rbrace;", "}"},
      {"&lcub;", "{"},      {"&rcub;", "}"},  {"&Tab;", "\t"},   {"&NewLine;", "\n"}};
  std::string out;
  while (!text.empty()) {
    const std::size_t ampersand = std::min(text.find('&'), text.size());
    out += text.substr(0, ampersand);
    text.remove_prefix(ampersand);
    if (text.empty()) break;
    // One reference at a time: the text that it gives is not looked at again.
    constexpr std::size_t kLongest = 12;
    const std::size_t end = text.substr(0, kLongest).find(';');
    const std::string_view entity = text.substr(0, end == kNone ? 1 : end + 1);
    const auto* found = std::find_if(std::begin(kNames), std::end(kNames),
                                     [&](const Name& name) { return name.entity == entity; });
    out += found != std::end(kNames) ? std::string(found->text) : unescape_xml(entity);
    text.remove_prefix(entity.size());
  }
  return out;
}

std::string ascii_references(std::string_view text) {
  const std::string valid = to_valid_utf8(text);
  std::string out;
  for (std::size_t i = 0; i < valid.size();) {
    const auto lead = static_cast<unsigned char>(valid[i]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (size == 1) {
      out += valid[i++];
      continue;
    }
    unsigned code = lead & (0xFFU >> (size + 1));
    for (std::size_t k = 1; k < size; ++k) {
      code = (code << 6) | (static_cast<unsigned char>(valid[i + k]) & 0x3FU);
    }
    out += fmt::format("&#x{:X};", code);
    i += size;
  }
  return out;
}

}  // namespace colophon::wire
