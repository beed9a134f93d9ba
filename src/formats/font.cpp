// SPDX-License-Identifier: Apache-2.0
// OpenType and TrueType fonts (ISO/IEC 14496-22 4.3). A C2PA store is in the table "C2PA" (C2PA
// A.3.6); the texts of the table "name" are reported. No place for a label.
#include "formats/font.hpp"
#include "formats/box_map.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace font {
namespace {

constexpr std::string_view kMediaTypes[] = {"font/ttf", "font/otf"};
constexpr std::string_view kExtensions[] = {"ttf", "otf"};
constexpr CarrierKind kWrite[] = {CarrierKind::C2paStore};
constexpr std::uint64_t kMaxTables = 4096;
constexpr std::uint64_t kMaxNames = 256;

bool sniff(Source& source) noexcept {
  const Bytes head = view_some(source, {0, kHead + 4});
  const bool version = has_prefix(head, std::string_view("\0\1\0\0", 4)) ||
                       has_prefix(head, "OTTO") || has_prefix(head, "true");
  const auto count = load_be(head, 4, 2);
  const Bytes tag = slice(head, kHead, 4);
  return version && count && *count > 0 && *count <= kMaxTables && tag.size() == 4 &&
         std::all_of(tag.begin(), tag.end(), [](std::uint8_t c) { return c >= 0x20 && c < 0x7F; });
}

/// Version, URI, and where the store is, all counted from the start of the table.
Status add_store(Source& source, const Table& table, Layout& layout) {
  Carrier carrier{CarrierKind::C2paStore, "font:C2PA", "", table.where, table.where, {}, {}};
  if (table.where.size < kStoreHead) {
    carrier.value = ByteBuffer{};
    layout.carriers.push_back(std::move(carrier));
    return {};
  }
  const ByteBuffer head = TRY(read(source, {table.where.offset, kStoreHead}));
  const std::uint64_t offset = *load_be(head, 12, 4), size = *load_be(head, 16, 4);
  if (size == 0) return {};  // only a reference
  if (offset > table.where.size || size > table.where.size - offset) {
    layout.carriers.push_back(std::move(carrier));
    return fail(ErrorCode::Truncated, "the C2PA table ends before the store it announces",
                "font:C2PA", table.where.offset);
  }
  carrier.payload = {table.where.offset + offset, size};
  layout.carriers.push_back(std::move(carrier));
  return {};
}

/// Copyright, trademark, description and so on; of several languages each.
Status add_names(Source& source, const Table& table, const Limits& limits, Layout& layout) {
  if (table.where.size < 6 || table.where.size > limits.max_text) return {};
  const ByteBuffer bytes = TRY(read(source, table.where));
  const std::uint64_t count = std::min<std::uint64_t>(*load_be(bytes, 2, 2), kMaxNames);
  const std::uint64_t texts = *load_be(bytes, 4, 2);
  for (std::uint64_t i = 0; i < count; ++i) {
    const Bytes record = slice(bytes, 6 + i * 12, 12);
    if (record.size() < 12) break;
    const std::uint64_t platform = *load_be(record, 0, 2);
    const std::uint64_t at = texts + *load_be(record, 10, 2), size = *load_be(record, 8, 2);
    if (size == 0 || at + size > bytes.size()) continue;
    const Bytes text = slice(bytes, at, size);
    const Range place{table.where.offset + at, size};
    Carrier carrier{CarrierKind::Tag,
                    fmt::format("font:name[{}]", *load_be(record, 6, 2)),
                    fmt::format("{}", *load_be(record, 6, 2)),
                    place,
                    place,
                    {},
                    {}};
    carrier.value = to_buffer(platform == 1 ? latin1_to_utf8(text) : utf16_to_utf8(text, true));
    layout.carriers.push_back(std::move(carrier));
  }
  return {};
}

Status read_all(Source& source, const Limits& limits, Layout& layout) {
  std::vector<Table> tables;
  const Status read = read_tables(source, tables);
  for (const Table& table : tables) {
    if (table.tag == kStoreTag) TRY(add_store(source, table, layout));
    if (table.tag == "name") TRY(add_names(source, table, limits, layout));
  }
  return read;
}

Result<Layout> inspect(Source& source, const Limits& limits) {
  Layout layout;
  if (const Status status = read_all(source, limits, layout); !status) {
    if (status.error().code == ErrorCode::Io) return Failure(status.error());
    layout.damage = status.error();
    if (layout.damage->where.empty()) layout.damage->where = "font";
  }
  std::sort(layout.carriers.begin(), layout.carriers.end(),
            [](const Carrier& a, const Carrier& b) { return a.whole.offset < b.whole.offset; });
  return layout;
}

Result<BoxMap> boxes(Source& source, const Layout&, const Limits&) {
  BoxMap map;
  map.has_gaps = map.any_order = true;
  std::vector<Table> tables;
  TRY(read_tables(source, tables));
  for (const Table& table : tables) {
    NamedBox box{table.tag, table.where, {}, {}};
    if (table.tag == "head" && table.where.size >= kAdjustment + 4) {
      box.zeroed = {table.where.offset + kAdjustment, 4};
    }
    map.boxes.push_back(std::move(box));
  }
  return map;
}

}  // namespace

Status read_tables(Source& source, std::vector<Table>& tables) {
  const std::uint64_t count = TRY(read_be(source, 4, 2));
  if (count > kMaxTables) return fail(ErrorCode::LimitExceeded, "too many tables", "font", 4);
  const ByteBuffer directory = TRY(read(source, {kHead, count * kRecord}));
  for (std::uint64_t at = 0; at < directory.size(); at += kRecord) {
    Table table{to_string(slice(directory, at, 4)),
                {*load_be(directory, at + 8, 4), *load_be(directory, at + 12, 4)}};
    if (table.where.end() > source.size()) return truncated(table.where, source.size());
    tables.push_back(std::move(table));
  }
  return {};
}

}  // namespace font

extern const Format kFont;
constinit const Format kFont{
    .id = "font",
    .name = "OpenType / TrueType",
    .family = Family::Document,
    .media_types = font::kMediaTypes,
    .extensions = font::kExtensions,
    .can = {.write = font::kWrite, .replace = {}},
    .sniff = font::sniff,
    .inspect = font::inspect,
    .extract = extract_stored,
    .put_store = font::put_store,
    .boxes = font::boxes,
};

}  // namespace colophon
