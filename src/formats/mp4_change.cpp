// SPDX-License-Identifier: Apache-2.0
// Changes to the content of the movie box: a new key, or another value for an old one. Every other
// key and item is kept byte for byte.
#include "formats/mp4_edit.hpp"

#include <algorithm>

namespace colophon::mp4 {
namespace {

constexpr std::string_view kKey = "AIGC";
constexpr std::uint32_t kUtf8 = 1;  // QuickTime File Format, "Well-known data types"

ByteBuffer data_box(Bytes value, std::uint64_t locale) {
  ByteBuffer body;
  append_be(body, kUtf8, 4);
  append_be(body, locale, 4);
  append(body, value);
  ByteBuffer box;
  wire::append_box(box, fourcc("data"), body);
  return box;
}

ByteBuffer key_entry() {
  ByteBuffer entry;
  wire::append_box(entry, fourcc("mdta"), as_bytes(kKey));
  return entry;
}

ByteBuffer item_box(FourCc index, Bytes value) {
  ByteBuffer item;
  wire::append_box(item, index, data_box(value, 0));
  return item;
}

ByteBuffer keys_and_items(Bytes value) {
  ByteBuffer keys;
  append_be(keys, 1, 4);
  append(keys, key_entry());
  ByteBuffer out;
  wire::append_full_box(out, fourcc("keys"), 0, 0, keys);
  wire::append_box(out, fourcc("ilst"), item_box(1, value));
  return out;
}

/// A `meta` box with one key; a FullBox in `udta`, a plain atom in `moov` (see decisions.md).
ByteBuffer meta_box(Bytes value, bool full) {
  ByteBuffer handler(4, 0);  // pre_defined, or QuickTime's component type
  append(handler, "mdta");
  handler.insert(handler.end(), 12 + 1, 0);  // reserved, empty name
  ByteBuffer children;
  wire::append_full_box(children, fourcc("hdlr"), 0, 0, handler);
  append(children, keys_and_items(value));
  ByteBuffer meta;
  if (full) {
    wire::append_full_box(meta, fourcc("meta"), 0, 0, children);
  } else {
    wire::append_box(meta, fourcc("meta"), children);
  }
  return meta;
}

/// A `meta` box that is written anew needs no padding of its own: the room it stood in becomes
/// padding. `chain` leads from below `moov` to that box.
void drop_padding(std::span<const Box> children, std::span<const Box> chain, MovieChange& change) {
  for (const Box& child : children) {
    const bool dropped =
        std::any_of(change.content.begin(), change.content.end(),
                    [&](const Replacement& other) { return other.range == child.whole; });
    if (!is_padding(child) || dropped) continue;
    change.content.push_back({child.whole, {}});
    change.grow(chain, -static_cast<std::int64_t>(child.whole.size));
  }
}

/// Where a new item goes. Items refer to keys by number, so none may have the new key's already.
Result<std::uint64_t> place_for_item(Source& source, const Meta& meta, const Limits& limits) {
  for (const Box& item : TRY(children_of(source, meta.items->body, limits))) {
    if (item.type == meta.names.size() + 1) {
      return fail(ErrorCode::Malformed,
                  "an item of the metadata refers to a key that is not in the list, so no key can "
                  "be added to it; repair the file with its own tool first",
                  "ilst", item.whole.offset);
    }
  }
  return end_of_children(source, *meta.items, limits);
}

/// Adds a key to a `meta` box of kind `mdta`; `chain` leads from below `moov` to that box.
Status add_key(Source& source, const Meta& meta, const std::vector<Box>& chain, Bytes value,
               const Limits& limits, MovieChange& change) {
  if (!meta.children.empty() && meta.children.back().to_end) {
    return fail(ErrorCode::Unsupported,
                "a box inside the metadata has no size of its own, so nothing can be put behind it",
                "meta", meta.box.whole.offset);
  }
  change.children.emplace(chain.front().whole.offset, chain.front());
  if (!meta.keys && !meta.items) {
    ByteBuffer both = keys_and_items(value);
    change.grow(chain, static_cast<std::int64_t>(both.size()));
    change.content.push_back({{meta.end, 0}, std::move(both)});
    drop_padding(meta.children, chain, change);
    return {};
  }
  if (!meta.keys || !meta.items) {
    return fail(ErrorCode::Unsupported,
                "the metadata has keys without items or items without keys; repair the file with "
                "its own tool first",
                "meta", meta.box.whole.offset);
  }
  const std::uint64_t place = TRY(place_for_item(source, meta, limits));
  ByteBuffer count;
  append_be(count, meta.names.size() + 1, 4);
  ByteBuffer entry = key_entry();
  ByteBuffer item = item_box(static_cast<FourCc>(meta.names.size() + 1), value);
  change.grow(chain, static_cast<std::int64_t>(entry.size() + item.size()));
  change.grow({&*meta.keys, 1}, static_cast<std::int64_t>(entry.size()));
  change.grow({&*meta.items, 1}, static_cast<std::int64_t>(item.size()));
  change.content.push_back({{meta.keys->body.offset + 4, 4}, std::move(count)});
  change.content.push_back({{meta.names_end, 0}, std::move(entry)});
  change.content.push_back({{place, 0}, std::move(item)});
  drop_padding(meta.children, chain, change);
  return {};
}

/// The boxes from below `moov` down to the one that is `whole`.
Result<std::vector<Box>> chain_to(Source& source, const Box& moov, Range whole,
                                  const Limits& limits) {
  std::vector<Box> chain;
  Range within = moov.body;
  for (std::uint32_t depth = 0; depth < limits.max_depth; ++depth) {
    const auto children = TRY(children_of(source, within, limits));
    const auto holder = std::find_if(children.begin(), children.end(), [&](const Box& box) {
      return box.whole.offset <= whole.offset && whole.end() <= box.whole.end();
    });
    if (holder == children.end()) break;
    chain.push_back(*holder);
    if (holder->whole == whole) return chain;
    within = holder->is(fourcc("meta")) ? TRY(meta_children(source, *holder)) : holder->body;
  }
  return fail(ErrorCode::Conflict, "the file is not the one that was read", "moov", whole.offset);
}

/// The replacement for one value of an item of `ilst`: its `data` box.
Result<Replacement> new_item_value(Source& source, const Box& item, Range old, Bytes value,
                                   const Limits& limits) {
  for (const Box& child : TRY(children_of(source, item.body, limits))) {
    if (!child.is(fourcc("data")) || child.body.offset + 8 != old.offset) continue;
    return Replacement{child.whole,
                       data_box(value, TRY(read_be(source, child.body.offset + 4, 4)))};
  }
  return fail(ErrorCode::Conflict, "the file is not the one that was read", "ilst",
              item.whole.offset);
}

/// The replacements for a text in `udta`; QuickTime's own form has its length before it.
Result<std::vector<Replacement>> new_text(const Box& box, const Carrier& old, Bytes value) {
  std::vector<Replacement> out{{old.payload, to_buffer(value)}};
  if ((box.type >> 24) != 0xA9) return out;
  if (value.size() > UINT16_MAX || old.payload.offset < box.body.offset + 4) {
    return fail(ErrorCode::Unsupported, "the new text is too long for its place", old.path,
                box.whole.offset);
  }
  ByteBuffer length;
  append_be(length, value.size(), 2);
  out.push_back({{old.payload.offset - 4, 2}, std::move(length)});
  return out;
}

}  // namespace

bool MovieChange::keeps_sizes() const noexcept {
  return added.empty() && std::all_of(growth.begin(), growth.end(),
                                      [](const auto& entry) { return entry.second.by == 0; });
}

void MovieChange::grow(std::span<const Box> chain, std::int64_t by) {
  for (const Box& box : chain) {
    Growth& entry = growth[box.whole.offset];
    entry.box = box;
    entry.by += by;
  }
}

std::vector<Replacement> MovieChange::replacements() const {
  std::vector<Replacement> all = content;
  for (const auto& [offset, entry] : growth) {
    if (entry.by == 0) continue;
    // Boxes inside a movie box that fits in memory never outgrow their size field.
    auto field = size_field(entry.box, entry.box.whole.size + static_cast<std::uint64_t>(entry.by));
    if (field) all.push_back(std::move(*field));
  }
  return all;
}

Result<std::vector<Box>> children_of(Source& source, Range within, const Limits& limits) {
  std::vector<Box> children;
  BoxBudget budget(limits);
  BoxWalker walker(source, within, budget);
  while (auto box = TRY(walker.next())) {
    if (box->to_end) {
      return fail(ErrorCode::Unsupported,
                  "a box inside the movie box has no size of its own, so nothing can be put "
                  "behind it",
                  wire::to_string(box->type), box->whole.offset);
    }
    children.push_back(*box);
  }
  return children;
}

Result<std::uint64_t> end_of_children(Source& source, const Box& box, const Limits& limits) {
  const auto children = TRY(children_of(source, box.body, limits));
  return children.empty() ? box.body.offset : children.back().whole.end();
}

Result<Replacement> size_field(const Box& box, std::uint64_t size) {
  if (!box.large && size > UINT32_MAX) {
    return fail(ErrorCode::Unsupported, "the box would grow past 4 GiB", wire::to_string(box.type),
                box.whole.offset);
  }
  Replacement field;
  field.range = box.large ? Range{box.whole.offset + 8, 8} : Range{box.whole.offset, 4};
  append_be(field.bytes, size, static_cast<unsigned>(field.range.size));
  return field;
}

Result<ByteBuffer> render(Source& source, Range range, std::vector<Replacement> replacements,
                          const Limits& limits) {
  std::uint64_t size = range.size;
  for (const Replacement& replacement : replacements) {
    size += replacement.bytes.size() - replacement.range.size;
  }
  if (size > limits.max_memory) {
    return fail(ErrorCode::LimitExceeded,
                "the movie box is larger than the memory cap; nothing is written", "moov",
                range.offset);
  }
  const Splice splice = TRY(replace_ranges(source.size(), std::move(replacements)));
  SplicedSource spliced(source, splice);
  return read(spliced, {range.offset, size});
}

Status add_aigc_key(Source& source, const Box& moov, Bytes value, const Limits& limits,
                    MovieChange& change) {
  std::optional<Box> udta, udta_meta, moov_meta;
  for (const Box& child : TRY(children_of(source, moov.body, limits))) {
    if (child.is(fourcc("meta")) && !moov_meta) moov_meta = child;
    if (!child.is(fourcc("udta")) || udta_meta) continue;
    const auto inner = TRY(children_of(source, child.body, limits));
    const auto meta = std::find_if(inner.begin(), inner.end(),
                                   [](const Box& box) { return box.is(fourcc("meta")); });
    if (!udta || meta != inner.end()) udta = child;
    if (meta != inner.end()) udta_meta = *meta;
  }
  // FFmpeg takes all items of a film by the first list of keys that it meets, so there must be one
  // list only: an existing one is used wherever it stands.
  BoxBudget budget(limits);
  if (udta_meta) {
    const Meta meta = TRY(read_meta(source, *udta_meta, limits, budget));
    if (meta.handler == fourcc("mdta"))
      return add_key(source, meta, {*udta, *udta_meta}, value, limits, change);
  }
  if (moov_meta) {
    const Meta meta = TRY(read_meta(source, *moov_meta, limits, budget));
    if (meta.handler == fourcc("mdta"))
      return add_key(source, meta, {*moov_meta}, value, limits, change);
  }
  const auto may_add_child = [&]() -> Status {
    if (TRY(end_of_children(source, moov, limits)) == moov.body.end()) return {};
    return fail(ErrorCode::Unsupported,
                "the movie box holds something that is no box behind its last one, so nothing can "
                "be added to it",
                "moov", moov.whole.offset);
  };
  if (!udta) {
    TRY(may_add_child());
    wire::append_box(change.added, fourcc("udta"), meta_box(value, true));
    return {};
  }
  if (!udta_meta) {
    const std::uint64_t at = TRY(end_of_children(source, *udta, limits));
    ByteBuffer box = meta_box(value, true);
    change.children.emplace(udta->whole.offset, *udta);
    change.grow({&*udta, 1}, static_cast<std::int64_t>(box.size()));
    change.content.push_back({{at, 0}, std::move(box)});
    return {};
  }
  if (!moov_meta) {
    TRY(may_add_child());
    change.added = meta_box(value, false);
    return {};
  }
  return fail(ErrorCode::Unsupported,
              "both places for metadata keys are taken by metadata of another kind", "moov",
              moov.whole.offset);
}

Status set_value(Source& source, const Box& moov, const Carrier& old, Bytes value,
                 const Limits& limits, MovieChange& change) {
  const std::vector<Box> chain = TRY(chain_to(source, moov, old.whole, limits));
  std::vector<Replacement> fresh;
  if (chain.size() > 1 && chain[chain.size() - 2].is(fourcc("ilst"))) {
    fresh.push_back(TRY(new_item_value(source, chain.back(), old.payload, value, limits)));
  } else {
    fresh = TRY(new_text(chain.back(), old, value));
  }
  std::int64_t by = 0;
  for (Replacement& replacement : fresh) {
    by += static_cast<std::int64_t>(replacement.bytes.size()) -
          static_cast<std::int64_t>(replacement.range.size);
    change.content.push_back(std::move(replacement));
  }
  // The item's own `data` box was built anew with its size; everything around it grows.
  change.grow(chain, by);
  change.children.emplace(chain.front().whole.offset, chain.front());
  change.stale.push_back(old.payload);
  const auto meta = std::find_if(chain.begin(), chain.end(),
                                 [](const Box& box) { return box.is(fourcc("meta")); });
  if (by == 0 || meta == chain.end()) return {};
  const Range within = TRY(meta_children(source, *meta));
  drop_padding(TRY(children_of(source, within, limits)), {chain.begin(), meta + 1}, change);
  return {};
}

}  // namespace colophon::mp4
