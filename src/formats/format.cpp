// SPDX-License-Identifier: Apache-2.0
#include "formats/format.hpp"

#include "formats/text_document.hpp"
#include "wire/jumbf_mark.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

namespace colophon {
namespace {

bool contains(std::span<const CarrierKind> kinds, CarrierKind kind) noexcept {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

/// The extension in lower case, without the dot; empty when there is none.
std::string extension_of(std::string_view file_name) {
  const auto slash = file_name.find_last_of("/\\");
  if (slash != std::string_view::npos) file_name.remove_prefix(slash + 1);
  const auto dot = file_name.rfind('.');
  if (dot == std::string_view::npos) return {};
  std::string extension(file_name.substr(dot + 1));
  std::transform(extension.begin(), extension.end(), extension.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return extension;
}

/// A damaged layout or a kind that the row cannot write is refused for all rows alike.
Status check_edits(const Format& format, const Layout& layout, std::span<const Edit> edits) {
  if (layout.damage) {
    Error error = *layout.damage;
    error.code = ErrorCode::Malformed;
    error.message = "the file is damaged, so nothing is written into it: " + error.message;
    return Failure(std::move(error));
  }
  for (const Edit& edit : edits) {
    const bool possible =
        edit.replaces ? format.can_replace(edit.kind) : format.can_write(edit.kind);
    if (!possible || (edit.replaces && *edit.replaces >= layout.carriers.size())) {
      return fail(ErrorCode::Unsupported, fmt::format("{} has no writable place of kind {}",
                                                      format.name, to_string(edit.kind)));
    }
  }
  return {};
}

/// Readers find the end of a store by its own length, and know it by its description.
Status check_store(Bytes store) {
  const auto size = load_be(store, 0, 4);
  const bool wide = size == 1;
  const auto whole = wide ? load_be(store, 8, 8) : size;
  if (whole != store.size() || as_text(slice(store, 4, 4)) != "jumb" ||
      wire::jumbf_use(slice(store, wide ? 16 : 8)) != wire::JumbfUse::C2pa) {
    return fail(ErrorCode::Usage, "the value is no C2PA manifest store");
  }
  return {};
}

/// The edits of a call, with what needs no plan left out.
struct Wanted {
  std::vector<Edit> labels;
  const Edit* store = nullptr;
};

Result<Wanted> sort_edits(Source& source, const Layout& layout, std::span<const Edit> edits,
                          const Limits& limits) {
  Wanted wanted;
  for (const Edit& edit : edits) {
    if (edit.kind != CarrierKind::C2paStore) {
      wanted.labels.push_back(edit);
      continue;
    }
    if (wanted.store != nullptr) {
      return fail(ErrorCode::Usage, "a file holds one C2PA manifest store, not two");
    }
    TRY(check_store(edit.value));
    wanted.store = &edit;
  }
  if (wanted.store == nullptr) return wanted;
  const auto old = stores_of(layout);
  if (old.size() != 1) return wanted;
  const auto stored = extract_stored(source, *old.front(), limits);
  if (stored && *stored == wanted.store->value) wanted.store = nullptr;
  return wanted;
}

Result<Splice> plan_store(const Format& format, Source& source, const Layout& layout, Bytes store,
                          const Limits& limits) {
  if (format.put_store == nullptr) {
    return fail(ErrorCode::Unsupported, fmt::format("{} holds no C2PA store", format.name));
  }
  return format.put_store(source, layout, store, limits);
}

}  // namespace

std::string_view to_string(CarrierKind kind) noexcept {
  switch (kind) {
    case CarrierKind::Xmp:
      return "xmp";
    case CarrierKind::ExifComment:
      return "exif-comment";
    case CarrierKind::ExifText:
      return "exif-text";
    case CarrierKind::TextChunk:
      return "text";
    case CarrierKind::AppSegment:
      return "app-segment";
    case CarrierKind::AigcKey:
      return "aigc-key";
    case CarrierKind::Tag:
      return "tag";
    case CarrierKind::C2paStore:
      return "c2pa";
    case CarrierKind::FrontMatter:
      return "front-matter";
    case CarrierKind::HtmlMeta:
      return "html-meta";
    case CarrierKind::HtmlAttribute:
      return "html-attribute";
    case CarrierKind::JsonLd:
      return "json-ld";
    case CarrierKind::Microdata:
      return "microdata";
    case CarrierKind::PlainText:
      return "plain-text";
    case CarrierKind::StealthAlpha:
      return "stealth-alpha";
    case CarrierKind::Sidecar:
      return "sidecar";
  }
  return "";
}

std::string_view to_string(Family family) noexcept {
  switch (family) {
    case Family::Image:
      return "image";
    case Family::Audio:
      return "audio";
    case Family::Video:
      return "video";
    case Family::Document:
      return "document";
    case Family::Text:
      return "text";
  }
  return "";
}

void add_oddity(Layout& layout, Finding oddity) {
  constexpr std::size_t kMostSingle = 256;
  std::vector<Finding>& all = layout.oddities;
  if (all.size() >= kMostSingle) {
    const auto alike = std::find_if(all.rbegin(), all.rend(), [&](const Finding& known) {
      return known.rule == oddity.rule && known.severity == oddity.severity;
    });
    if (alike != all.rend()) {
      alike->count += oddity.count;
      return;
    }
  }
  all.push_back(std::move(oddity));
}

bool Format::can_write(CarrierKind kind) const noexcept {
  return contains(can.write, kind);
}
bool Format::can_replace(CarrierKind kind) const noexcept {
  return can_write(kind) || contains(can.replace, kind);
}

const Format* find_format(std::string_view id) noexcept {
  for (const Format* format : formats()) {
    if (format->id == id) return format;
  }
  return nullptr;
}

const Format* detect(Source& source, std::string_view file_name) noexcept {
  for (const Format* format : formats()) {
    if (format->family != Family::Text && format->sniff(source)) return format;
  }
  if (!looks_like_text(source)) return nullptr;
  const std::string extension = extension_of(file_name);
  for (const Format* format : formats()) {
    if (format->can.by_extension && std::find(format->extensions.begin(), format->extensions.end(),
                                              extension) != format->extensions.end()) {
      return format;
    }
  }
  for (const Format* format : formats()) {
    if (format->family == Family::Text && format->sniff(source)) return format;
  }
  return nullptr;
}

Result<ByteBuffer> extract_stored(Source& source, const Carrier& carrier, const Limits& limits) {
  if (carrier.value) return *carrier.value;
  std::vector<Range> parts = carrier.parts;
  if (parts.empty()) parts.push_back(carrier.payload);
  std::uint64_t total = 0;
  for (const Range& part : parts) total += std::min(part.size, limits.max_payload + 1);
  if (total > limits.max_payload) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("the payload is larger than the cap of {} bytes", limits.max_payload),
                carrier.path, carrier.payload.offset);
  }
  ByteBuffer bytes;
  bytes.reserve(static_cast<std::size_t>(total));
  for (const Range& part : parts) append(bytes, TRY(source.view(part)));
  return bytes;
}

const Carrier* target_of(const Layout& layout, const Edit& edit) noexcept {
  if (edit.replaces) {
    return *edit.replaces < layout.carriers.size() ? &layout.carriers[*edit.replaces] : nullptr;
  }
  for (const Carrier& carrier : layout.carriers) {
    if (carrier.kind == edit.kind && (edit.key.empty() || carrier.key == edit.key)) return &carrier;
  }
  return nullptr;
}

Result<std::vector<Replacement>> changes_of(Source& source, const Layout& layout,
                                            std::span<const Edit> edits, const Limits& limits,
                                            const PlanChange& change) {
  std::vector<Replacement> changes;
  for (const Edit& edit : edits) {
    const Carrier* target = target_of(layout, edit);
    if (target != nullptr && TRY(extract_stored(source, *target, limits)) == edit.value) continue;
    auto more = TRY(change(edit, target));
    std::move(more.begin(), more.end(), std::back_inserter(changes));
  }
  return changes;
}

std::vector<const Carrier*> stores_of(const Layout& layout) {
  std::vector<const Carrier*> stores;
  for (const Carrier& carrier : layout.carriers) {
    if (carrier.kind == CarrierKind::C2paStore) stores.push_back(&carrier);
  }
  return stores;
}

Result<Splice> plan_edits(const Format& format, Source& source, const Layout& layout,
                          std::span<const Edit> edits, const Limits& limits) {
  TRY(check_edits(format, layout, edits));
  const bool reads_only = format.edit == nullptr && format.put_store == nullptr;
  if (reads_only) {
    return fail(ErrorCode::Unsupported, fmt::format("{} is only read", format.name));
  }
  const Wanted wanted = TRY(sort_edits(source, layout, edits, limits));
  if (wanted.store == nullptr && wanted.labels.empty()) return identity(source.size());
  if (wanted.store == nullptr) return format.edit(source, layout, wanted.labels, limits);
  if (wanted.labels.empty()) {
    return plan_store(format, source, layout, wanted.store->value, limits);
  }
  // The store goes into the labelled file, which is seen here without being written.
  const Splice labels = TRY(format.edit(source, layout, wanted.labels, limits));
  SplicedSource labelled(source, labels);
  const Layout after = TRY(format.inspect(labelled, limits));
  TRY(check_edits(format, after, {wanted.store, 1}));
  return compose(labels, TRY(plan_store(format, labelled, after, wanted.store->value, limits)));
}

}  // namespace colophon
