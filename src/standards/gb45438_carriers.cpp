// SPDX-License-Identifier: Apache-2.0
// Which reader fits which kind of carrier.
#include "base/text.hpp"
#include "standards/gb45438_label.hpp"
#include "wire/yaml_front_matter.hpp"

#include <algorithm>

namespace colophon::gb45438 {
namespace {

constexpr std::size_t kCharsetPrefix = 8;  // EXIF UserComment, CIPA DC-008 4.6.5

void add_entries(const wire::YamlValue& mapping, Found& found) {
  for (const wire::YamlEntry& entry : mapping.entries) {
    found.entries.push_back({entry.key, known_key(entry.key), entry.value.scalar,
                             wire::JsonType::String, !entry.value.complete, entry.value.where});
    if (!entry.value.complete) found.damage = "cut";
  }
  found.exact = found.damage.empty();
}

/// The value of an `AIGC:` entry.
void find_in_entry(const wire::YamlEntry& entry, const Limits& limits, std::vector<Found>& out) {
  Found found;
  found.syntax = Syntax::Yaml;
  found.field = entry.key;
  found.where = entry.value.where;
  if (!entry.value.is_mapping()) {
    Context context;
    context.field = entry.key;
    context.yaml = "yaml-quoted";
    context.whole = true;
    const std::size_t before = out.size();
    find_in_text(entry.value.scalar, context, limits, out);
    for (std::size_t i = before; i < out.size(); ++i) out[i].syntax = Syntax::Yaml;
    return;
  }
  found.yaml = entry.value.style == wire::YamlStyle::FlowMapping ? "yaml-flow" : "yaml-block";
  if (!entry.value.complete) found.damage = "cut";
  add_entries(entry.value, found);
  found.raw = raw_of(found.entries);
  if (is_label(found, true)) out.push_back(std::move(found));
}

void find_in_comment(std::string_view text, const Context& context, const Limits& limits,
                     std::vector<Found>& out) {
  const std::string_view prefix = text.substr(0, kCharsetPrefix);
  const bool has_prefix = text.size() >= kCharsetPrefix && prefix.find('\0') != prefix.npos;
  if (!has_prefix) return find_in_text(text, context, limits, out);
  Context inner = context;
  inner.layers.push_back(
      make_layer(Layer::Coding::Slice, {kCharsetPrefix, text.size() - kCharsetPrefix}, text));
  find_in_text(text.substr(kCharsetPrefix), inner, limits, out);
}

/// Blocks that start with `AIGC:` on a line of their own, up to a `---` line.
void find_in_yaml_blocks(std::string_view text, const Limits& limits, std::vector<Found>& out) {
  constexpr std::size_t kMaxBlocks = 64;
  constexpr std::size_t kMaxBlock = 64 << 10;
  std::size_t at = 0;
  for (std::size_t blocks = 0; blocks < kMaxBlocks; ++blocks) {
    at = text.find("AIGC:", at);
    if (at == std::string_view::npos) return;
    if (at > 0 && text[at - 1] != '\n') {
      at += 5;
      continue;
    }
    const std::string_view rest = text.substr(at, kMaxBlock);
    const std::string_view block = rest.substr(0, rest.find("\n---"));
    const std::size_t before = out.size();
    find_in_yaml(block, limits, out);
    const Layer slice = make_layer(Layer::Coding::Slice, {at, block.size()}, text);
    for (std::size_t i = before; i < out.size(); ++i) {
      out[i].layers.insert(out[i].layers.begin(), slice);
    }
    at += block.size();
  }
}

/// The text of an OOXML custom property named AIGC, which stands outside its typed value (w073 in
/// the public samples): whatever it is, it is meant as a label.
void find_in_property(std::string_view text, const Limits& limits, std::vector<Found>& out) {
  const auto name = text.find("name=\"AIGC\"");
  if (name == std::string_view::npos || text.find("<property") == std::string_view::npos) return;
  const auto from = text.find('>', name);
  if (from == std::string_view::npos) return;
  const std::string_view inner = text.substr(from + 1, text.find('<', from) - from - 1);
  if (trim(inner).empty()) return;
  Context context;
  context.field = "AIGC";
  context.whole = true;
  context.layers.push_back(make_layer(Layer::Coding::Slice, {from + 1, inner.size()}, text));
  find_in_text(inner, context, limits, out);
}

/// A stretch of some document: markup, JSON among words, or a YAML block in the middle.
void find_in_stretch(std::string_view text, const Context& context, const Limits& limits,
                     std::vector<Found>& out) {
  const bool in_base64 = text.find("XmpKvBase64") != std::string_view::npos;
  if (!may_hold_label(text) && !in_base64) return;
  if (trim(text).starts_with('<')) {
    find_in_xmp(text, limits, out);
    if (out.empty()) find_in_property(text, limits, out);
  } else {
    find_in_text(text, context, limits, out);
  }
  if (out.empty()) find_in_yaml_blocks(text, limits, out);
}

/// "value1", "xxx", "...", "<code>", "${id}": what documentation writes instead of a value.
bool is_placeholder(std::string_view value) {
  value = trim(value);
  if (value.size() < 2) return false;
  const std::string low = lower_ascii(value.substr(0, 64));
  constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
  if (low.find_first_not_of("x.*_?") == std::string::npos || value == kEllipsis) return true;
  if (low.starts_with("value") && low.find_first_not_of("0123456789", 5) == std::string::npos) {
    return true;
  }
  constexpr std::pair<std::string_view, std::string_view> kBrackets[] = {
      {"<", ">"}, {"${", "}"}, {"{{", "}}"}, {"&lt;", "&gt;"}};
  for (const auto& [open, close] : kBrackets) {
    if (value.starts_with(open) && value.ends_with(close)) return true;
  }
  constexpr std::string_view kWords[] = {"string", "placeholder", "todo", "contentproducer",
                                         "produceid"};
  return low.starts_with("your-") || low.starts_with("your_") || low.starts_with("your ") ||
         std::find(std::begin(kWords), std::end(kWords), low) != std::end(kWords);
}

/// A form to fill in, as documentation quotes it: whoever made the content stands as a placeholder.
bool is_quotation(const Found& found) {
  if (found.provider) return false;
  bool any = false;
  for (const Key key : {Key::ContentProducer, Key::ProduceId}) {
    const Entry* entry = found.find(key);
    if (entry == nullptr || entry->text.empty()) continue;
    if (!is_placeholder(entry->text)) return false;
    any = true;
  }
  return any;
}

/// Running text, where a label may be a quotation, as opposed to a place for metadata.
bool is_running_text(const Carrier& carrier) noexcept {
  constexpr std::uint64_t kTop = 3;  // behind a byte order mark
  return carrier.kind == CarrierKind::PlainText ||
         (carrier.kind == CarrierKind::FrontMatter && carrier.whole.offset > kTop);
}

}  // namespace

void find_in_yaml(std::string_view yaml, const Limits& limits, std::vector<Found>& out) {
  if (!may_hold_label(yaml)) return;
  const wire::YamlValue document = wire::read_yaml(yaml);
  for (const wire::YamlEntry& entry : document.entries) {
    if (is_field_name(entry.key)) find_in_entry(entry, limits, out);
  }
  Found found;  // the keys themselves, without a field around them
  found.syntax = Syntax::Yaml;
  found.yaml = "per-field";
  add_entries(document, found);
  std::erase_if(found.entries, [](const Entry& entry) { return !entry.known; });
  found.raw = raw_of(found.entries);
  if (is_label(found, false)) out.push_back(std::move(found));
}

std::vector<Found> find_labels(const Carrier& carrier, Bytes payload, const Limits& limits) {
  std::vector<Found> out;
  const std::string_view text = as_text(payload);
  Context context;
  if (carrier.kind == CarrierKind::AigcKey) context.field = "AIGC";
  if (is_field_name(carrier.key)) context.field = carrier.key;
  context.whole = !context.field.empty();
  switch (carrier.kind) {
    case CarrierKind::C2paStore:
    case CarrierKind::HtmlAttribute:
    case CarrierKind::Microdata:
      break;
    case CarrierKind::Xmp:
      find_in_xmp(text, limits, out);
      break;
    case CarrierKind::FrontMatter:
      find_in_yaml(text, limits, out);
      break;
    case CarrierKind::ExifComment:
      find_in_comment(text, context, limits, out);
      break;
    case CarrierKind::PlainText:
      context.entities = -1;
      find_in_stretch(text, context, limits, out);
      break;
    case CarrierKind::ExifText:
    case CarrierKind::TextChunk:
    case CarrierKind::AppSegment:
    case CarrierKind::AigcKey:
    case CarrierKind::Tag:
    case CarrierKind::HtmlMeta:
    case CarrierKind::JsonLd:
    case CarrierKind::StealthAlpha:
    case CarrierKind::Sidecar:
      find_in_text(text, context, limits, out);
      break;
  }
  if (is_running_text(carrier)) std::erase_if(out, is_quotation);
  return out;
}

}  // namespace colophon::gb45438
