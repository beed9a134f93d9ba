// SPDX-License-Identifier: Apache-2.0
#include "marks/pdf_pages.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace colophon::text_mark {
namespace {

using wire::pdf::Document;
using wire::pdf::Kind;
using wire::pdf::Object;
using wire::pdf::Stored;

constexpr int kMaxDepth = 64;
constexpr double kMaxSide = 100'000;  // points

Failure malformed(const char* why) {
  return fail(ErrorCode::Malformed, why, "pdf");
}

std::optional<double> number_of(const Object& object) {
  if (object.is(Kind::Integer)) return static_cast<double>(object.integer);
  if (!object.is(Kind::Real)) return std::nullopt;
  std::string_view text = object.text;
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  return value;
}

Result<std::array<double, 4>> box_from(Document& document, const Stored& array) {
  if (!array.value.is(Kind::Array) || array.value.items.size() < 4) {
    return malformed("a page has no size");
  }
  std::array<double, 4> box{};
  for (std::size_t i = 0; i < 4; ++i) {
    const Stored item = TRY(document.resolve(array.value.items[i]));
    const auto number = number_of(item.value);
    if (!number || std::abs(*number) > kMaxSide) return malformed("a page has an odd size");
    box[i] = *number;
  }
  if (box[0] > box[2]) std::swap(box[0], box[2]);
  if (box[1] > box[3]) std::swap(box[1], box[3]);
  return box;
}

/// What pages inherit (7.7.3.4); each key from the nearest that has it.
struct Inherited {
  Stored resources, media, crop, rotate;
  void nearer(Stored& slot, Stored found) {
    if (!found.value.is(Kind::Null)) slot = std::move(found);
  }
  Status take(Document& document, const Stored& node) {
    nearer(resources, TRY(document.entry_of(node, "Resources")));
    nearer(media, TRY(document.entry_of(node, "MediaBox")));
    nearer(crop, TRY(document.entry_of(node, "CropBox")));
    nearer(rotate, TRY(document.entry_of(node, "Rotate")));
    return {};
  }
};

Result<PdfPage> finished(Document& document, Stored node, Inherited inherited) {
  if (node.id.number == 0) return malformed("a page is no object of its own");
  PdfPage page;
  page.box = TRY(box_from(document, inherited.media));
  if (!inherited.crop.value.is(Kind::Null)) {
    const auto crop = TRY(box_from(document, inherited.crop));
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
      page.box[i] = std::max(page.box[i], crop[i]);
      page.box[i + 2] = std::min(page.box[i + 2], crop[i + 2]);
    }
  }
  if (page.box[2] - page.box[0] < 1 || page.box[3] - page.box[1] < 1) {
    return malformed("a page has no size");
  }
  const std::int64_t turns = inherited.rotate.value.integer / 90 % 4;
  page.rotation = static_cast<int>((turns + 4) % 4) * 90;
  page.object = std::move(node);
  page.resources = std::move(inherited.resources);
  return page;
}

}  // namespace

Result<PdfPage> page_of(Document& document, bool last) {
  const Stored catalog = TRY(document.load(document.root().number));
  Stored node = TRY(document.entry_of(catalog, "Pages"));
  Inherited inherited;
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    if (!node.value.is(Kind::Dictionary)) break;
    TRY(inherited.take(document, node));
    const Stored kids = TRY(document.entry_of(node, "Kids"));
    if (kids.value.is(Kind::Null)) return finished(document, std::move(node), std::move(inherited));
    if (!kids.value.is(Kind::Array) || kids.value.items.empty()) break;
    const auto& items = kids.value.items;
    node = TRY(document.resolve(last ? items.back() : items.front()));
  }
  return malformed("the document has no page that can be found");
}

}  // namespace colophon::text_mark
