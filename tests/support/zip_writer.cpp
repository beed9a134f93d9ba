// SPDX-License-Identifier: Apache-2.0
#include "support/zip_writer.hpp"

#include "wire/inflate.hpp"

#include <string_view>

namespace colophon::testing {
namespace {

constexpr std::uint64_t kMax32 = 0xFFFFFFFF;

/// From "version needed" to the length of the extra field.
void common(ByteBuffer& out, const ZipEntry& entry, std::uint64_t packed, bool sizes,
            std::size_t extra) {
  const std::uint32_t crc = wire::crc32(as_bytes(entry.content));
  append_le(out, entry.wide ? 45 : 20, 2);
  append_le(out, (entry.descriptor ? 8U : 0U) | (entry.encrypted ? 1U : 0U), 2);
  append_le(out, entry.deflated ? 8 : 0, 2);
  append_le(out, 0x5A216000, 4);
  append_le(out, sizes ? crc : 0, 4);
  append_le(out, entry.wide ? kMax32 : sizes ? packed : 0, 4);
  append_le(out, entry.wide ? kMax32 : sizes ? entry.content.size() : 0, 4);
  append_le(out, entry.name.size(), 2);
  append_le(out, extra, 2);
}

void local(ByteBuffer& out, const ZipEntry& entry, const ByteBuffer& packed) {
  const bool sizes = !entry.descriptor;
  append(out, std::string_view("PK\x03\x04", 4));
  common(out, entry, packed.size(), sizes, entry.wide ? 20 : 0);
  append(out, entry.name);
  if (entry.wide) {
    append_le(out, 1, 2);
    append_le(out, 16, 2);
    append_le(out, sizes ? entry.content.size() : 0, 8);
    append_le(out, sizes ? packed.size() : 0, 8);
  }
  append(out, packed);
  if (!entry.descriptor) return;
  if (entry.descriptor_signed) append(out, std::string_view("PK\x07\x08", 4));
  append_le(out, wire::crc32(as_bytes(entry.content)), 4);
  append_le(out, packed.size(), entry.wide ? 8 : 4);
  append_le(out, entry.content.size(), entry.wide ? 8 : 4);
}

void central(ByteBuffer& out, const ZipEntry& entry, std::uint64_t packed, std::uint64_t offset) {
  append(out, std::string_view("PK\x01\x02", 4));
  append_le(out, 0x031E, 2);
  common(out, entry, packed, true, entry.wide ? 28 : 0);
  append_le(out, 0, 6);  // comment length, first disk, internal attributes
  append_le(out, 0x81A40000, 4);
  append_le(out, entry.wide ? kMax32 : offset, 4);
  append(out, entry.name);
  if (entry.wide) {
    append_le(out, 1, 2);
    append_le(out, 24, 2);
    append_le(out, entry.content.size(), 8);
    append_le(out, packed, 8);
    append_le(out, offset, 8);
  }
}

void wide_end(ByteBuffer& out, std::uint64_t count, std::uint64_t size, std::uint64_t offset,
              std::uint64_t own) {
  append(out, std::string_view("PK\x06\x06", 4));
  append_le(out, 44, 8);
  append_le(out, 45, 2);
  append_le(out, 45, 2);
  append_le(out, 0, 8);
  append_le(out, count, 8);
  append_le(out, count, 8);
  append_le(out, size, 8);
  append_le(out, offset, 8);
  append(out, std::string_view("PK\x06\x07", 4));
  append_le(out, 0, 4);
  append_le(out, own, 8);
  append_le(out, 1, 4);
}

}  // namespace

ByteBuffer make_zip(const std::vector<ZipEntry>& entries, const ZipShape& shape) {
  ByteBuffer body, directory;
  for (const ZipEntry& entry : entries) {
    const std::uint64_t offset = body.size();
    const ByteBuffer packed = entry.deflated
                                  ? wire::deflate(as_bytes(entry.content), wire::Deflate::Raw)
                                  : to_buffer(entry.content);
    local(body, entry, packed);
    central(directory, entry, packed.size(), offset);
    append(body, shape.gap);
  }
  const std::uint64_t offset = body.size();
  append(body, directory);
  if (shape.wide_end) wide_end(body, entries.size(), directory.size(), offset, body.size());
  append(body, std::string_view("PK\x05\x06", 4));
  append_le(body, 0, 4);
  const std::uint64_t count = shape.wide_end ? 0xFFFF : entries.size();
  append_le(body, count, 2);
  append_le(body, count, 2);
  append_le(body, shape.wide_end ? kMax32 : directory.size(), 4);
  append_le(body, shape.wide_end ? kMax32 : offset, 4);
  append_le(body, shape.comment.size(), 2);
  append(body, shape.comment);
  append(body, shape.trailing);
  ByteBuffer out = to_buffer(shape.prefix);
  append(out, body);
  return out;
}

}  // namespace colophon::testing
