// SPDX-License-Identifier: Apache-2.0
#include "wire/ape.hpp"

namespace colophon::wire::ape {
namespace {

constexpr std::uint64_t kFooter = 32;
constexpr std::uint64_t kMaxKey = 255;
constexpr std::uint32_t kHasHeader = 0x80000000;

Failure cut(std::uint64_t at) {
  return fail(ErrorCode::Truncated, "an item passes the end of the APE tag", "ape", at);
}

Result<Item> read_item(Source& source, std::uint64_t at, std::uint64_t end) {
  if (end - at < 8 + 2) return cut(at);
  const ByteBuffer head = TRY(read(source, {at, std::min<std::uint64_t>(end - at, 9 + kMaxKey)}));
  const auto key_end = as_text(slice(head, 8)).find('\0');
  if (key_end == std::string_view::npos) return cut(at);
  Item item;
  item.key = to_valid_utf8(as_text(slice(head, 8, key_end)));
  item.flags = static_cast<std::uint32_t>(*load_le(head, 4, 4));
  item.value = {at + 8 + key_end + 1, *load_le(head, 0, 4)};
  if (item.value.end() > end) return cut(at);
  item.whole = {at, item.value.end() - at};
  return item;
}

Status read_items(Source& source, Tag& tag, std::uint64_t count, const Limits& limits) {
  std::uint64_t at = tag.whole.offset + (tag.has_header ? kFooter : 0);
  const std::uint64_t end = tag.whole.end() - kFooter;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i >= limits.max_structures) {
      return fail(ErrorCode::LimitExceeded, "an APE tag has too many items", "ape", at);
    }
    tag.items.push_back(TRY(read_item(source, at, end)));
    at = tag.items.back().whole.end();
  }
  return {};
}

}  // namespace

Result<std::optional<Tag>> read_before(Source& source, std::uint64_t end, const Limits& limits) {
  if (end < kFooter) return std::optional<Tag>{};
  const ByteBuffer footer = TRY(read(source, {end - kFooter, kFooter}));
  if (!has_prefix(footer, "APETAGEX")) return std::optional<Tag>{};
  const std::uint64_t size = *load_le(footer, 12, 4);
  const bool has_header = (*load_le(footer, 20, 4) & kHasHeader) != 0;
  const std::uint64_t whole = size + (has_header ? kFooter : 0);
  Tag tag;
  if (size < kFooter || whole > end) {
    tag.whole = {end - kFooter, kFooter};
    tag.damage = Error{ErrorCode::Malformed, "the APE tag has an impossible size", "ape",
                       end - kFooter + 12};
    return std::optional<Tag>(std::move(tag));
  }
  tag.whole = {end - whole, whole};
  tag.has_header = has_header;
  const Status status = read_items(source, tag, *load_le(footer, 16, 4), limits);
  if (!status && status.error().code == ErrorCode::Io) return Failure(status.error());
  if (!status) tag.damage = status.error();
  return std::optional<Tag>(std::move(tag));
}

ByteBuffer make_item(std::string_view key, std::uint32_t flags, Bytes value) {
  ByteBuffer item;
  append_le(item, value.size(), 4);
  append_le(item, flags, 4);
  append(item, key);
  item.push_back(0);
  append(item, value);
  return item;
}

std::vector<std::uint64_t> size_fields(const Tag& tag) {
  std::vector<std::uint64_t> fields;
  if (tag.has_header) fields.push_back(tag.whole.offset + 12);
  fields.push_back(tag.whole.end() - kFooter + 12);
  return fields;
}

std::uint64_t stored_size(const Tag& tag) noexcept {
  return tag.whole.size - (tag.has_header ? kFooter : 0);
}

}  // namespace colophon::wire::ape
