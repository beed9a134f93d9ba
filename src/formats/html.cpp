// SPDX-License-Identifier: Apache-2.0
// HTML and XHTML. The label is <meta name="AIGC"> (practice; docs/gb45438.md), beside it the W3C
// draft's <meta name="ai-disclosure"> and JSON-LD (docs/html-disclosure.md, docs/schema-org.md).
// New elements go to the start of the head; nothing else of the page is touched.
#include "base/text.hpp"
#include "formats/html_page.hpp"
#include "wire/xml.hpp"
#include "wire/yaml_front_matter.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace {

constexpr std::string_view kMediaTypes[] = {"text/html", "application/xhtml+xml"};
constexpr std::string_view kExtensions[] = {"html", "htm", "xhtml", "xht", "shtml"};
constexpr CarrierKind kWrite[] = {CarrierKind::AigcKey, CarrierKind::HtmlMeta, CarrierKind::JsonLd,
                                  CarrierKind::C2paStore};
constexpr CarrierKind kReplace[] = {CarrierKind::HtmlAttribute};
constexpr std::uint64_t kProbe = 4096;

Result<Layout> inspect(Source& source, const Limits& limits) {
  return read_page(TRY(TextDocument::open(source, limits)), limits);
}

/// An attribute's value as it is written, for either kind of quotation mark.
std::string escape_value(std::string_view value, bool utf8) {
  const std::string escaped = wire::escape_xml_attribute(value);
  return utf8 ? escaped : wire::ascii_references(escaped);
}

/// JSON in a script element: nothing in it may end the element or, in XHTML, be markup. `<`, `>`
/// and
/// `&` occur in strings only, where an escape says the same.
std::string escape_script(std::string_view json) {
  std::string out;
  for (const char c : json) {
    if (c == '<' || c == '>' || c == '&') {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string new_element(const Edit& edit, const HtmlPage& page) {
  if (edit.kind == CarrierKind::JsonLd) {
    return fmt::format("<script type=\"application/ld+json\">{}</script>",
                       escape_script(as_text(edit.value)));
  }
  const std::string name =
      edit.kind == CarrierKind::AigcKey ? std::string("AIGC") : lower_ascii(edit.key);
  return fmt::format("<meta name=\"{}\" content=\"{}\"{}>", wire::escape_xml_attribute(name),
                     escape_value(as_text(edit.value), page.utf8),
                     page.mode == wire::MarkupMode::Xhtml ? " /" : "");
}

/// The line break and indentation that stand behind the insertion point, so that the new element
/// gets a line like its neighbours; empty when something stands on the same line.
std::string_view line_lead(const TextDocument& document, std::uint64_t at) {
  const std::string_view rest = document.text().substr(static_cast<std::size_t>(at));
  const std::size_t end = std::min(rest.find_first_not_of(" \t\r\n"), rest.size());
  const std::size_t last_break = rest.substr(0, end).rfind('\n');
  if (last_break == std::string_view::npos) return {};
  const std::size_t eol =
      last_break > 0 && rest[last_break - 1] == '\r' ? last_break - 1 : last_break;
  return rest.substr(eol, end - eol);
}

Replacement insert(const TextDocument& document, const HtmlPage& page, const std::string& element) {
  std::string_view lead = line_lead(document, page.insert_at);
  // A line of its own also on a page of one line: exiftool takes a page for invalid that has no
  // line break in its first 256 bytes. At the top a declaration must stay the first thing.
  if (lead.empty()) lead = wire::line_ending(document.text());
  const bool at_top = page.insert_at == document.start();
  return {
      {page.insert_at, 0},
      to_buffer(at_top ? fmt::format("{}{}", element, lead) : fmt::format("{}{}", lead, element))};
}

Replacement insert_label(const TextDocument& document, const Edit& edit) {
  const HtmlPage page = find_head(document);
  return insert(document, page, new_element(edit, page));
}

/// The attribute of the carrier's tag that holds the value, written anew.
Result<Replacement> replace(const TextDocument& document, const Edit& edit, const Carrier& target) {
  const HtmlPage page = find_head(document);
  if (edit.kind == CarrierKind::JsonLd) {
    return Replacement{target.payload, to_buffer(escape_script(as_text(edit.value)))};
  }
  wire::MarkupReader reader(document.text(), page.mode, target.whole.offset);
  wire::MarkupToken token;
  const bool found = reader.next(token) && token.whole == target.whole && token.complete;
  const std::string_view holder =
      edit.kind == CarrierKind::HtmlAttribute ? std::string_view(target.key) : "content";
  if (!found) {
    return fail(ErrorCode::Malformed, "the element with the label is cut off", target.path,
                target.whole.offset);
  }
  const std::string value = escape_value(as_text(edit.value), page.utf8);
  const wire::MarkupAttribute* attribute = token.attribute(holder);
  if (attribute == nullptr) {
    return Replacement{{target.payload.offset, 0},
                       to_buffer(fmt::format(" {}=\"{}\"", holder, value))};
  }
  if (attribute->quoted) return Replacement{attribute->value, to_buffer(value)};
  return Replacement{attribute->whole, to_buffer(fmt::format("{}=\"{}\"", attribute->name, value))};
}

Result<Replacement> plan(const TextDocument& document, const Edit& edit, const Carrier* target) {
  if (edit.kind == CarrierKind::HtmlMeta && !is_meta_of_interest(lower_ascii(edit.key))) {
    return fail(ErrorCode::Unsupported, fmt::format("a <meta> named '{}' is no label", edit.key),
                "html");
  }
  if (target != nullptr) return replace(document, edit, *target);
  return insert_label(document, edit);
}

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  return edit_text(source, layout, edits, limits, TextDocument::open, plan);
}

/// A script element of the head (C2PA A.7), or the content of the one that is there. A page has a
/// store or a link to one, so links go.
Result<Splice> put_store(Source& source, const Layout& layout, Bytes store, const Limits& limits) {
  const TextDocument document = TRY(TextDocument::open(source, limits));
  TRY(document.check_writable());
  const std::string text = base64_encode(store);
  std::vector<Replacement> replacements;
  for (const Carrier* old : stores_of(layout)) {
    if (!document.text().substr(old->payload.end()).starts_with("</")) {
      return fail(ErrorCode::Malformed, "the script with the store has no end tag", old->path,
                  old->whole.offset);
    }
    const bool first = replacements.empty();
    replacements.push_back(first ? Replacement{old->payload, to_buffer(text)}
                                 : Replacement{old->whole, {}});
  }
  if (replacements.empty()) {
    replacements.push_back(
        insert(document, find_head(document),
               fmt::format("<script type=\"application/c2pa\">{}</script>", text)));
  }
  for (const Carrier& carrier : layout.carriers) {
    if (carrier.kind == CarrierKind::Tag && carrier.key == kStoreLink) {
      replacements.push_back({carrier.whole, {}});
    }
  }
  return replace_ranges(source.size(), std::move(replacements));
}

/// The first thing behind white space, comments and an XML declaration is HTML's DOCTYPE or one of
/// the elements that a page or its head starts with.
bool sniff(Source& source) noexcept {
  if (!looks_like_text(source)) return false;
  const std::string head = text_head(source, kProbe);
  if (!trim(std::string_view(head).substr(0, 256)).starts_with('<')) return false;
  constexpr std::string_view kFirst[] = {"html", "head",   "body", "meta", "title",
                                         "base", "script", "link", "style"};
  wire::MarkupReader reader(head, mode_of(head));
  wire::MarkupToken token;
  while (reader.next(token)) {
    if (token.kind == wire::MarkupKind::Comment || token.kind == wire::MarkupKind::Instruction) {
      continue;
    }
    const std::string_view content =
        std::string_view(head).substr(static_cast<std::size_t>(token.content.offset),
                                      static_cast<std::size_t>(token.content.size));
    if (token.kind == wire::MarkupKind::Doctype) {
      return equals_ignore_case(trim(content).substr(0, 4), "html");
    }
    return token.kind == wire::MarkupKind::StartTag &&
           std::any_of(std::begin(kFirst), std::end(kFirst),
                       [&](std::string_view name) { return equals_ignore_case(token.name, name); });
  }
  return false;
}

}  // namespace

extern const Format kHtml;
constinit const Format kHtml{
    .id = "html",
    .name = "HTML",
    .family = Family::Text,
    .media_types = kMediaTypes,
    .extensions = kExtensions,
    .can = {.write = kWrite, .replace = kReplace, .by_extension = true},
    .sniff = sniff,
    .inspect = inspect,
    .extract = extract_stored,
    .edit = edit,
    .put_store = put_store,
};

}  // namespace colophon
