// SPDX-License-Identifier: Apache-2.0
// The structure that reading and writing share: the top level of the file, and `meta` boxes with
// their keys (QuickTime File Format, "Metadata"; ISO/IEC 14496-12 8.11.1).
#include "formats/mp4.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace colophon::mp4 {
namespace {

constexpr std::uint64_t kMaxKeys = 1ULL << 20;  // bytes of a `keys` box

Status read_names(Source& source, const Limits& limits, Meta& meta) {
  const Range body = TRY(wire::read_full_box(source, *meta.keys)).body;
  const auto broken = [&](const char* what) {
    return fail(ErrorCode::Malformed, std::string("the list of metadata keys ") + what, "keys",
                meta.keys->whole.offset);
  };
  if (body.size > kMaxKeys) {
    return fail(ErrorCode::LimitExceeded, "the list of metadata keys is too large", "keys",
                meta.keys->whole.offset);
  }
  const Bytes bytes = TRY(source.view(body));
  const auto count = load_be(bytes, 0, 4);
  if (!count) return broken("has no count");
  if (*count > limits.max_carriers) {
    return fail(ErrorCode::LimitExceeded, "there are too many metadata keys", "keys",
                meta.keys->whole.offset);
  }
  std::uint64_t at = 4;
  for (std::uint64_t i = 0; i < *count; ++i) {
    const auto size = load_be(bytes, at, 4);
    if (!size || *size < 8 || *size > bytes.size() - at) return broken("is shorter than it says");
    meta.names.push_back(to_valid_utf8(as_text(slice(bytes, at + 8, *size - 8))));
    at += *size;
  }
  meta.names_end = body.offset + at;
  return {};
}

}  // namespace

bool is_aigc_key(std::string_view key) noexcept {
  return key.find("AIGC") != std::string_view::npos || equals_ignore_case(key, "AIGC");
}

bool FileMap::has(FourCc type) const noexcept {
  return std::any_of(boxes.begin(), boxes.end(), [&](const Box& box) { return box.is(type); });
}

Result<FileMap> map_file(Source& source, const Limits& limits) {
  FileMap map;
  BoxBudget budget(limits);
  BoxWalker walker(source, {0, source.size()}, budget);
  while (true) {
    auto box = walker.next();
    if (!box) {
      if (box.error().code == ErrorCode::Io) return Failure(box.error());
      map.damage = box.error();
      break;
    }
    if (!*box) break;
    if ((*box)->is(fourcc("moov")) && map.moov_count++ == 0) map.moov = map.boxes.size();
    map.boxes.push_back(**box);
  }
  map.rest = walker.rest();
  return map;
}

Result<Range> meta_children(Source& source, const Box& box) {
  // QuickTime's atom has its children at once, so that a type stands at byte 4, where a FullBox
  // has the size of its first child.
  const Bytes head =
      TRY(source.view({box.body.offset, std::min<std::uint64_t>(box.body.size, 12)}));
  const auto version = load_be(head, 0, 4);
  const bool plain = !version || *version != 0 || load_be(head, 4, 4) == fourcc("hdlr");
  if (plain) return box.body;
  return Range{box.body.offset + 4, box.body.size - 4};
}

Result<Meta> read_meta(Source& source, const Box& box, const Limits& limits, BoxBudget& budget) {
  Meta meta;
  meta.box = box;
  const Range within = TRY(meta_children(source, box));
  BoxWalker walker(source, within, budget);
  while (const auto child = TRY(walker.next())) {
    if (child->is(fourcc("hdlr")) && child->body.size >= 12) {
      meta.handler = static_cast<FourCc>(TRY(read_be(source, child->body.offset + 8, 4)));
    } else if (child->is(fourcc("keys")) && !meta.keys) {
      meta.keys = *child;
    } else if (child->is(fourcc("ilst")) && !meta.items) {
      meta.items = *child;
    }
    meta.children.push_back(*child);
  }
  meta.end = walker.rest().offset;
  if (meta.keys) TRY(read_names(source, limits, meta));
  return meta;
}

}  // namespace colophon::mp4
