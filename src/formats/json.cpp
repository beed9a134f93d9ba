// SPDX-License-Identifier: Apache-2.0
// JSON documents (RFC 8259). The label is the top-level member `AIGC`; members of that name are
// read at any depth, because page metadata and API answers nest it (w017, w063, w080).
#include "formats/json_label.hpp"
#include "formats/text_document.hpp"
#include "wire/json_scan.hpp"

#include <fmt/core.h>

namespace colophon {
namespace {

constexpr std::string_view kMediaTypes[] = {"application/json"};
constexpr std::string_view kExtensions[] = {"json"};
constexpr CarrierKind kWrite[] = {CarrierKind::AigcKey};
constexpr std::uint64_t kProbe = 4096;

std::string_view body(const TextDocument& document) noexcept {
  return document.text().substr(document.start());
}

/// A document that is a label itself, without a wrapper (w037): nothing else would find it.
void add_bare(const TextDocument& document, const wire::JsonScan& scan, Layout& layout,
              const Limits& limits) {
  if (scan.root_kind != wire::JsonKind::Object || !layout.carriers.empty()) return;
  const Range root{scan.root.offset + document.start(), scan.root.size};
  if (!is_bare_label(document.at(root), limits)) return;
  add_carrier(layout, document.carrier(CarrierKind::PlainText, "json:$", root, root), limits);
}

Result<Layout> inspect(Source& source, const Limits& limits) {
  const TextDocument document = TRY(TextDocument::open(source, limits));
  Layout layout;
  const wire::JsonScan scan = scan_labels(body(document), limits);
  for (const wire::JsonPlace& member : scan.members) {
    Carrier carrier = label_carrier(body(document), member, document.start(),
                                    fmt::format("json:{}", member.path));
    document.place(carrier);
    if (!add_carrier(layout, std::move(carrier), limits)) break;
  }
  add_bare(document, scan, layout, limits);
  if (scan.damage) {
    layout.damage = scan.damage;
    if (layout.damage->offset) *layout.damage->offset += document.start();
  }
  return layout;
}

Result<Replacement> plan(const TextDocument& document, const Edit& edit, const Carrier* target) {
  const std::string_view value = as_text(edit.value);
  if (!wire::is_json(value)) {
    return fail(ErrorCode::Usage, "the value for a JSON member is no JSON", "json");
  }
  if (target != nullptr) return Replacement{stored_value(document.text(), *target), edit.value};
  wire::TextEdit insert = TRY(wire::set_json_member(body(document), "AIGC", value));
  insert.range.offset += document.start();
  return Replacement{insert.range, to_buffer(insert.text)};
}

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  return edit_text(source, layout, edits, limits, TextDocument::open, plan);
}

/// An object or array whose first 4 KiB break no rule.
bool sniff(Source& source) noexcept {
  if (!looks_like_text(source)) return false;
  const std::string head = text_head(source, kProbe);
  const wire::JsonScan scan = wire::scan_json(head, [](auto...) { return false; });
  const bool collection =
      scan.root_kind == wire::JsonKind::Object || scan.root_kind == wire::JsonKind::Array;
  const bool plausible = !scan.damage || scan.damage->code == ErrorCode::LimitExceeded ||
                         (scan.damage->code == ErrorCode::Truncated && scan.root.size > 1);
  return collection && plausible;
}

}  // namespace

extern const Format kJson;
constinit const Format kJson{
    .id = "json",
    .name = "JSON",
    .family = Family::Text,
    .media_types = kMediaTypes,
    .extensions = kExtensions,
    .can = {.write = kWrite, .replace = {}, .by_extension = true},
    .sniff = sniff,
    .inspect = inspect,
    .extract = extract_stored,
    .edit = edit,
};

}  // namespace colophon
