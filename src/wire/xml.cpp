// SPDX-License-Identifier: Apache-2.0
// The parser of XML 1.0 (5th ed.) with Namespaces in XML 1.0. One pass, no recursion.
#include "wire/xml.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <unordered_map>

namespace colophon::wire {
namespace {

constexpr std::string_view kXmlUri = "http://www.w3.org/XML/1998/namespace";
constexpr std::string_view kXmlnsUri = "http://www.w3.org/2000/xmlns/";
constexpr std::string_view kSpace = " \t\r\n";

bool is_space(char c) noexcept {
  return kSpace.find(c) != std::string_view::npos;
}
bool is_name_start(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_name_char(char c) noexcept {
  return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
}

struct Name {
  std::string_view prefix, local;
};

/// Namespaces clause 4: at most one colon, with something on both sides.
std::optional<Name> split(std::string_view name) noexcept {
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return Name{{}, name};
  const std::string_view local = name.substr(colon + 1);
  if (colon == 0 || local.empty() || !is_name_start(local.front()) ||
      local.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  return Name{name.substr(0, colon), local};
}

}  // namespace

class XmlParser {
 public:
  XmlParser(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {
    document_.text_ = text;
  }
  Result<XmlDocument> run();

 private:
  struct Open {
    std::uint32_t node = 0;
    std::size_t declared = 0;  // size of declared_ before this element's own declarations
  };

  [[nodiscard]] Failure bad(std::string message, std::size_t at) const {
    return fail(ErrorCode::Malformed, "not well-formed XML: " + std::move(message), "xml", at);
  }
  [[nodiscard]] Failure cut(std::string_view inside) const {
    return fail(ErrorCode::Truncated, fmt::format("the XML ends inside {}", inside), "xml",
                text_.size());
  }
  [[nodiscard]] bool ahead(std::string_view token) const noexcept {
    return text_.substr(at_).starts_with(token);
  }
  void skip_space() noexcept {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  std::string_view read_name() noexcept {
    const std::size_t from = at_;
    if (at_ < text_.size() && is_name_start(text_[at_])) {
      while (at_ < text_.size() && is_name_char(text_[at_])) ++at_;
    }
    return text_.substr(from, at_ - from);
  }

  Result<std::uint32_t> add(XmlKind kind, Range whole, Range content);
  Status step();
  Status characters();
  Status delimited(XmlKind kind, std::string_view opening, std::string_view closing);
  Status doctype();
  Status start_tag();
  Status attribute();
  Status resolve(XmlNode& node);
  Status end_tag();
  void close(std::uint32_t node, Range end_tag);
  std::string_view lookup(std::string_view prefix) const;

  std::string_view text_;
  const Limits& limits_;
  std::size_t at_ = 0;
  bool rooted_ = false;
  XmlDocument document_;
  std::vector<Open> open_;
  std::unordered_map<std::string_view, std::vector<std::string_view>> bindings_;
  std::vector<std::string_view> declared_;  // prefixes, in the order they were bound
};

Result<std::uint32_t> XmlParser::add(XmlKind kind, Range whole, Range content) {
  const std::size_t index = document_.nodes_.size();
  if (index + document_.attributes_.size() >= limits_.max_structures) {
    return fail(ErrorCode::LimitExceeded, "the XML has more pieces than the cap", "xml",
                whole.offset);
  }
  XmlNode node;
  node.kind = kind;
  node.whole = whole;
  node.content = content;
  node.parent = open_.empty() ? XmlNode::kNone : open_.back().node;
  node.end = static_cast<std::uint32_t>(index + 1);
  document_.nodes_.push_back(node);
  return static_cast<std::uint32_t>(index);
}

Status XmlParser::characters() {
  const std::size_t from = at_;
  at_ = std::min(text_.find('<', at_), text_.size());
  const std::string_view piece = text_.substr(from, at_ - from);
  if (!open_.empty()) {
    (void)TRY(add(XmlKind::Text, {from, piece.size()}, {from, piece.size()}));
    return {};
  }
  // Packets cut out of a fixed field come with NULs behind them.
  // Packets are padded with kilobytes of space, so this loop is a hot one.
  const auto is_filling = [&](char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || (rooted_ && c == '\0');
  };
  const auto odd = std::find_if_not(piece.begin(), piece.end(), is_filling);
  if (odd == piece.end()) return {};
  return bad("text outside the root element", from + static_cast<std::size_t>(odd - piece.begin()));
}

Status XmlParser::delimited(XmlKind kind, std::string_view opening, std::string_view closing) {
  const std::size_t from = at_ + opening.size();
  const std::size_t end = text_.find(closing, from);
  if (end == std::string_view::npos) return cut("a comment, CDATA section or instruction");
  const Range whole{at_, end + closing.size() - at_};
  const std::uint32_t index = TRY(add(kind, whole, {from, end - from}));
  if (kind == XmlKind::CData && open_.empty()) return bad("CDATA outside the root element", at_);
  if (kind == XmlKind::Instruction) {
    at_ = from;
    XmlNode& node = document_.nodes_[index];
    node.local = read_name();
    skip_space();
    node.content = {std::min(at_, end), end - std::min(at_, end)};
  }
  at_ = whole.end();
  return {};
}

/// Skips the declaration and its internal subset (clause 2.8) without obeying it.
Status XmlParser::doctype() {
  const std::size_t from = at_;
  int brackets = 0;
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    const bool comment = ahead("<!--");
    if (comment || ahead("<?") || c == '"' || c == '\'') {
      const std::string_view closing = comment ? "-->" : c == '<' ? "?>" : text_.substr(at_, 1);
      const std::size_t end = text_.find(closing, at_ + 1);
      if (end == std::string_view::npos) return cut("a DOCTYPE");
      at_ = end + closing.size() - 1;
    } else if (c == '[') {
      ++brackets;
    } else if (c == ']') {
      --brackets;
    } else if (c == '>' && brackets <= 0) {
      ++at_;
      (void)TRY(add(XmlKind::Doctype, {from, at_ - from}, {from, at_ - from}));
      return {};
    }
  }
  return cut("a DOCTYPE");
}

Status XmlParser::attribute() {
  const std::size_t from = at_;
  const auto name = split(read_name());
  if (!name || name->local.empty()) return bad("an attribute name was expected", from);
  skip_space();
  if (!ahead("=")) return bad("an attribute has no value", from);
  ++at_;
  skip_space();
  if (at_ >= text_.size()) return cut("a start tag");
  const char quote = text_[at_];
  if (quote != '"' && quote != '\'') return bad("an attribute value has no quotes", at_);
  const std::size_t end = text_.find(quote, at_ + 1);
  if (end == std::string_view::npos) return cut("an attribute value");
  const Range value{at_ + 1, end - at_ - 1};
  if (document_.source(value).find('<') != std::string_view::npos) {
    return bad("an attribute value contains '<'", at_);
  }
  if (document_.nodes_.size() + document_.attributes_.size() >= limits_.max_structures) {
    return fail(ErrorCode::LimitExceeded, "the XML has more pieces than the cap", "xml", from);
  }
  at_ = end + 1;
  document_.attributes_.push_back({{}, name->prefix, name->local, {from, at_ - from}, value});
  return {};
}

std::string_view XmlParser::lookup(std::string_view prefix) const {
  if (prefix == "xml") return kXmlUri;
  if (prefix == "xmlns") return kXmlnsUri;
  const auto found = bindings_.find(prefix);
  return found == bindings_.end() || found->second.empty() ? std::string_view{}
                                                           : found->second.back();
}

/// Binds the prefixes that the element declares, then names the element and its attributes.
Status XmlParser::resolve(XmlNode& node) {
  const std::span<XmlAttribute> attributes =
      std::span(document_.attributes_).subspan(node.attributes_from);
  for (XmlAttribute& attribute : attributes) {
    const bool is_default = attribute.prefix.empty() && attribute.local == "xmlns";
    if (!is_default && attribute.prefix != "xmlns") continue;
    attribute.uri = kXmlnsUri;
    const std::string_view prefix = is_default ? std::string_view{} : attribute.local;
    document_.uris_.push_back(document_.value_of(attribute));
    bindings_[prefix].push_back(document_.uris_.back());
    declared_.push_back(prefix);
  }
  node.uri = lookup(node.prefix);
  std::vector<std::pair<std::string_view, std::string_view>> names;
  for (XmlAttribute& attribute : attributes) {
    if (!attribute.prefix.empty()) attribute.uri = lookup(attribute.prefix);
    const bool unbound = attribute.uri.empty();
    names.emplace_back(unbound ? attribute.prefix : attribute.uri, attribute.local);
  }
  std::sort(names.begin(), names.end());
  if (std::adjacent_find(names.begin(), names.end()) != names.end()) {
    return bad("an attribute stands twice in one tag", node.whole.offset);
  }
  return {};
}

Status XmlParser::start_tag() {
  const std::size_t from = at_++;
  const auto name = split(read_name());
  if (!name || name->local.empty()) return bad("an element name was expected", from);
  if (open_.empty() && rooted_) return bad("a second root element", from);
  if (open_.size() >= limits_.max_depth) {
    return fail(ErrorCode::LimitExceeded, "the XML is nested deeper than the cap", "xml", from);
  }
  const std::uint32_t index = TRY(add(XmlKind::Element, {from, 0}, {}));
  if (open_.empty()) {
    rooted_ = true;
    document_.root_ = index;
  }
  const Open open{index, declared_.size()};
  const auto attributes_from = static_cast<std::uint32_t>(document_.attributes_.size());
  for (;;) {
    const std::size_t before = at_;
    skip_space();
    if (at_ >= text_.size()) return cut("a start tag");
    if (ahead(">") || ahead("/>")) break;
    if (at_ == before) return bad("white space was expected in a tag", at_);
    TRY(attribute());
  }
  XmlNode& node = document_.nodes_[index];
  node.prefix = name->prefix;
  node.local = name->local;
  node.attributes_from = attributes_from;
  node.attributes_to = static_cast<std::uint32_t>(document_.attributes_.size());
  TRY(resolve(node));
  node.empty_tag = ahead("/>");
  at_ += node.empty_tag ? 2 : 1;
  node.start_tag = {from, at_ - from};
  open_.push_back(open);
  if (node.empty_tag) close(index, {at_, 0});
  return {};
}

void XmlParser::close(std::uint32_t index, Range end_tag) {
  XmlNode& node = document_.nodes_[index];
  node.content = {node.start_tag.end(), end_tag.offset - node.start_tag.end()};
  node.whole.size = end_tag.end() - node.whole.offset;
  node.end = static_cast<std::uint32_t>(document_.nodes_.size());
  for (; declared_.size() > open_.back().declared; declared_.pop_back()) {
    bindings_[declared_.back()].pop_back();
  }
  open_.pop_back();
}

Status XmlParser::end_tag() {
  const std::size_t from = at_;
  at_ += 2;
  const auto name = split(read_name());
  skip_space();
  if (at_ >= text_.size()) return cut("an end tag");
  if (!ahead(">")) return bad("an end tag is broken", from);
  ++at_;
  if (open_.empty()) return bad("an end tag without a start tag", from);
  const std::uint32_t index = open_.back().node;
  const XmlNode& node = document_.nodes_[index];
  if (!name || name->prefix != node.prefix || name->local != node.local) {
    return bad(
        fmt::format("the element opened at byte {} is closed by another name", node.whole.offset),
        from);
  }
  close(index, {from, at_ - from});
  return {};
}

Status XmlParser::step() {
  if (!ahead("<")) return characters();
  if (ahead("</")) return end_tag();
  if (ahead("<!--")) return delimited(XmlKind::Comment, "<!--", "-->");
  if (ahead("<![CDATA[")) return delimited(XmlKind::CData, "<![CDATA[", "]]>");
  if (ahead("<?")) return delimited(XmlKind::Instruction, "<?", "?>");
  if (!ahead("<!DOCTYPE")) return start_tag();
  if (rooted_) return bad("a DOCTYPE behind the start of the root element", at_);
  return doctype();
}

Result<XmlDocument> XmlParser::run() {
  if (text_.size() > limits_.max_text) {
    return fail(ErrorCode::LimitExceeded, "the XML text is larger than the cap", "xml");
  }
  if (ahead("\xEF\xBB\xBF")) at_ = 3;
  while (at_ < text_.size()) TRY(step());
  if (!open_.empty()) return cut("an element");
  if (!rooted_) return bad("there is no root element", 0);
  return std::move(document_);
}

Result<XmlDocument> parse_xml(std::string_view text, const Limits& limits) {
  return XmlParser(text, limits).run();
}

}  // namespace colophon::wire
