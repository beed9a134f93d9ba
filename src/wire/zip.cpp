// SPDX-License-Identifier: Apache-2.0
#include "wire/zip.hpp"

#include "base/text.hpp"
#include "wire/inflate.hpp"
#include "wire/zip_layout.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::wire {
namespace {

using namespace zip;

Failure malformed(std::string message, std::uint64_t offset) {
  return fail(ErrorCode::Malformed, std::move(message), "zip", offset);
}

std::uint64_t field(Bytes record, std::uint64_t at, unsigned width) noexcept {
  return load_le(record, at, width).value_or(0);
}

bool has_signature(Source& source, std::uint64_t at, std::string_view signature) noexcept {
  return as_text(view_some(source, {at, signature.size()})) == signature;
}

/// What the end records say about the directory (APPNOTE 4.3.14 to 4.3.16).
struct Ending {
  Range end;
  std::optional<Range> end64;
  std::uint64_t count = 0, size = 0, offset = 0;
  bool counts_all = true;  ///< `count` is not cut to 16 bits
};

/// The last end record whose comment ends where the file ends; else the last one whose comment
/// lies in the file, because bytes behind an archive are common.
Result<Range> find_end(Source& source) {
  const std::uint64_t size = source.size();
  const std::uint64_t window = std::min(size, kEndSize + kMax16);
  const std::uint64_t base = size - window;
  const Bytes tail = TRY(source.view({base, window}));
  std::optional<Range> second_best;
  for (auto at = as_text(tail).rfind(kEndSignature); at != std::string_view::npos;
       at = at == 0 ? std::string_view::npos : as_text(tail).rfind(kEndSignature, at - 1)) {
    if (tail.size() - at < kEndSize) continue;
    const std::uint64_t comment_end = at + kEndSize + field(tail, at + 20, 2);
    if (comment_end == tail.size()) return Range{base + at, kEndSize};
    if (comment_end < tail.size() && !second_best) second_best = Range{base + at, kEndSize};
  }
  if (second_best) return *second_best;
  return fail(ErrorCode::Truncated,
              "no ZIP end record was found: the file is cut off or not a ZIP archive; get it again",
              "zip", size);
}

/// The ZIP64 end record, when a locator stands before the end record.
Result<std::optional<Range>> find_end64(Source& source, Range end) {
  if (end.offset < kLocatorSize + kEnd64Size) return std::nullopt;
  const std::uint64_t locator = end.offset - kLocatorSize;
  if (!has_signature(source, locator, kLocatorSignature)) return std::nullopt;
  const std::uint64_t told = TRY(read_le(source, locator + 8, 8));
  for (const std::uint64_t at : {told, locator - kEnd64Size}) {
    if (at > locator - kEnd64Size || !has_signature(source, at, kEnd64Signature)) continue;
    const std::uint64_t size = TRY(read_le(source, at + 4, 8));
    if (size < kEnd64Size - 12 || size > locator - at - 12) continue;
    return Range{at, size + 12};
  }
  return malformed("the ZIP64 locator points to no ZIP64 end record", locator);
}

Result<Ending> read_ending(Source& source) {
  Ending ending;
  ending.end = TRY(find_end(source));
  const ByteBuffer end = TRY(read(source, ending.end));
  ending.count = field(end, 10, 2);
  ending.size = field(end, 12, 4);
  ending.offset = field(end, 16, 4);
  ending.counts_all = false;
  std::uint64_t disks = field(end, 4, 2) | field(end, 6, 2);
  ending.end64 = TRY(find_end64(source, ending.end));
  if (ending.end64) {
    const Bytes end64 = TRY(source.view({ending.end64->offset, kEnd64Size}));
    if (ending.count == kMax16) {
      ending.count = field(end64, 32, 8);
      ending.counts_all = true;
    }
    if (ending.size == kMax32) ending.size = field(end64, 40, 8);
    if (ending.offset == kMax32) ending.offset = field(end64, 48, 8);
    if (disks == kMax16) disks = 0;
    disks |= field(end64, 16, 4) | field(end64, 20, 4);
  }
  if (disks != 0) {
    return fail(ErrorCode::Unsupported, "the archive is one part of several; join the parts first",
                "zip", ending.end.offset);
  }
  return ending;
}

/// Finds the directory although bytes may stand before the archive or behind the directory.
Status place_directory(Source& source, const Ending& ending, ZipArchive& archive) {
  const std::uint64_t stop = ending.end64 ? ending.end64->offset : ending.end.offset;
  const auto fits = [&](std::uint64_t at) {
    return at <= stop && ending.size <= stop - at &&
           (ending.size == 0 || has_signature(source, at, kCentralSignature));
  };
  if (ending.size <= stop && stop - ending.size >= ending.offset && fits(stop - ending.size)) {
    archive.directory = {stop - ending.size, ending.size};
    archive.shift = archive.directory.offset - ending.offset;
  } else if (fits(ending.offset)) {
    archive.directory = {ending.offset, ending.size};
  } else {
    return malformed(
        fmt::format("the central directory ({} bytes at {}) is not where the end record says",
                    ending.size, ending.offset),
        ending.end.offset);
  }
  return {};
}

/// Takes the 64-bit values for every field that is saturated (APPNOTE 4.5.3).
Status apply_extra64(Bytes extra, std::uint64_t& offset, ZipMember& member) {
  for (std::uint64_t at = 0; at + 4 <= extra.size();) {
    const std::uint64_t id = field(extra, at, 2);
    const Bytes data = slice(extra, at + 4, field(extra, at + 2, 2));
    at += 4 + field(extra, at + 2, 2);
    if (id != kExtra64) continue;
    std::uint64_t next = 0;
    for (std::uint64_t* value : {&member.size, &member.packed_size, &offset}) {
      if (*value != kMax32) continue;
      const auto wide = load_le(data, next, 8);
      if (!wide) return malformed("a ZIP64 extra field is too short", member.record.offset);
      *value = *wide;
      next += 8;
    }
    return {};
  }
  return {};
}

/// The record at `at` of the directory's bytes.
Result<ZipMember> read_record(Bytes directory, std::uint64_t at, const ZipArchive& archive) {
  const Bytes head = slice(directory, at, kCentralSize);
  const std::uint64_t where = archive.directory.offset + at;
  if (head.size() < kCentralSize || !has_prefix(head, kCentralSignature)) {
    return malformed("a record of the central directory is broken", where);
  }
  const std::uint64_t name = field(head, 28, 2), extra = field(head, 30, 2);
  const std::uint64_t size = kCentralSize + name + extra + field(head, 32, 2);
  if (directory.size() - at < size) {
    return malformed("a record of the central directory passes its end", where);
  }
  ZipMember member;
  member.name = to_string(slice(directory, at + kCentralSize, name));
  member.flags = static_cast<std::uint16_t>(field(head, 8, 2));
  member.method = static_cast<std::uint16_t>(field(head, 10, 2));
  member.crc = static_cast<std::uint32_t>(field(head, 16, 4));
  member.packed_size = field(head, 20, 4);
  member.size = field(head, 24, 4);
  member.record = {where, size};
  std::uint64_t offset = field(head, 42, 4);
  TRY(apply_extra64(slice(directory, at + kCentralSize + name, extra), offset, member));
  if (offset > archive.directory.offset - archive.shift) {
    return malformed(fmt::format("the member \"{}\" is said to start behind the directory",
                                 to_valid_utf8(member.name)),
                     where);
  }
  member.header = offset + archive.shift;
  return member;
}

Status read_members(Source& source, const Ending& ending, const Limits& limits,
                    ZipArchive& archive) {
  if (archive.directory.size > limits.max_text) {
    return fail(ErrorCode::LimitExceeded, "the central directory is larger than the cap", "zip",
                archive.directory.offset);
  }
  const Bytes directory = TRY(source.view(archive.directory));
  for (std::uint64_t at = 0; at < directory.size();) {
    if (archive.members.size() >= limits.max_structures) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("the archive has more than {} members", limits.max_structures), "zip",
                  archive.directory.offset + at);
    }
    archive.members.push_back(TRY(read_record(directory, at, archive)));
    at += archive.members.back().record.size;
  }
  const std::uint64_t mask = ending.counts_all ? UINT64_MAX : kMax16;
  if ((archive.members.size() & mask) != (ending.count & mask)) {
    archive.oddities.push_back(
        {"zip-count",
         Severity::Warning,
         {fmt::format("the end record counts {} members, the directory has {}", ending.count,
                      archive.members.size()),
          fmt::format("结尾记录声明有 {} 个成员，目录中实际有 {} 个", ending.count,
                      archive.members.size())},
         ending.end.offset});
  }
  return {};
}

}  // namespace

bool ZipMember::encrypted() const noexcept {
  return (flags & (kEncrypted | kStrongEncryption | kMaskedHeader)) != 0;
}

const ZipMember* ZipArchive::find(std::string_view name) const noexcept {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const ZipMember& member) { return member.name == name; });
  return found == members.end() ? nullptr : &*found;
}

const ZipMember* ZipArchive::find_part(std::string_view name) const noexcept {
  const auto found = std::find_if(members.begin(), members.end(), [&](const ZipMember& member) {
    return equals_ignore_case(member.name, name);
  });
  return found == members.end() ? nullptr : &*found;
}

bool looks_like_zip(Source& source) noexcept {
  if (has_signature(source, 0, kLocalSignature)) return true;
  if (source.size() < kEndSize) return false;
  const Bytes end = view_some(source, {source.size() - kEndSize, kEndSize});
  return has_prefix(end, kEndSignature) && field(end, 20, 2) == 0;
}

Result<ZipArchive> read_zip(Source& source, const Limits& limits) {
  const Ending ending = TRY(read_ending(source));
  ZipArchive archive;
  archive.end = ending.end;
  archive.end64 = ending.end64;
  TRY(place_directory(source, ending, archive));
  TRY(read_members(source, ending, limits, archive));
  return archive;
}

std::vector<Finding> zip_collisions(const ZipArchive& archive) {
  std::vector<Finding> findings;
  std::vector<const ZipMember*> order;
  order.reserve(archive.members.size());
  for (const ZipMember& member : archive.members) order.push_back(&member);
  std::sort(order.begin(), order.end(),
            [](const ZipMember* a, const ZipMember* b) { return a->header < b->header; });
  const auto overlap =
      std::adjacent_find(order.begin(), order.end(), [](const ZipMember* a, const ZipMember* b) {
        const std::uint64_t room = b->header - a->header, head = kLocalSize + a->name.size();
        return room < head || room - head < a->packed_size;
      });
  if (overlap != order.end()) {
    findings.push_back({"zip-overlap",
                        Severity::Warning,
                        {"members of the archive overlap; readers will disagree",
                         "压缩包内的成员互相重叠，不同的读取程序会得出不同的结果"},
                        (*overlap)->header});
  }
  std::sort(order.begin(), order.end(), [](const ZipMember* a, const ZipMember* b) {
    return a->name != b->name ? a->name < b->name : a < b;
  });
  const auto twin =
      std::adjacent_find(order.begin(), order.end(),
                         [](const ZipMember* a, const ZipMember* b) { return a->name == b->name; });
  if (twin != order.end()) {
    const std::string name = to_valid_utf8((*twin)->name);
    findings.push_back(
        {"zip-duplicate",
         Severity::Warning,
         {fmt::format("two members have the same name \"{}\"; the first one is read", name),
          fmt::format("有两个同名成员“{}”，只读取第一个", name)},
         (*twin)->header});
  }
  return findings;
}

Result<Range> zip_data(Source& source, const ZipArchive& archive, const ZipMember& member) {
  const std::uint64_t stop = archive.directory.offset;
  const auto shown = [&] { return to_valid_utf8(member.name); };
  if (member.header > stop || stop - member.header < kLocalSize) {
    return malformed(fmt::format("the member \"{}\" starts outside the archive", shown()),
                     member.record.offset);
  }
  const Bytes head = TRY(source.view({member.header, kLocalSize}));
  if (!has_prefix(head, kLocalSignature)) {
    return malformed(fmt::format("the member \"{}\" has no local header", shown()), member.header);
  }
  const std::uint64_t start = member.header + kLocalSize + field(head, 26, 2) + field(head, 28, 2);
  if (start > stop || stop - start < member.packed_size) {
    return fail(ErrorCode::Truncated,
                fmt::format("the member \"{}\" passes the end of the archive", shown()), "zip",
                member.header);
  }
  return Range{start, member.packed_size};
}

Result<ByteBuffer> read_member(Source& source, const ZipArchive& archive, const ZipMember& member,
                               const Limits& limits) {
  const auto refuse = [&](ErrorCode code, std::string_view what) {
    return fail(code, fmt::format("the member \"{}\" {}", to_valid_utf8(member.name), what), "zip",
                member.header);
  };
  if (member.encrypted()) {
    return refuse(ErrorCode::Unsupported, "is encrypted; remove the password first");
  }
  if (member.method != kStored && member.method != kDeflated) {
    return refuse(ErrorCode::Unsupported, "uses a compression method other than deflate");
  }
  if (member.size > limits.max_inflated || member.packed_size > limits.max_payload) {
    return refuse(ErrorCode::LimitExceeded, "is larger than the cap");
  }
  const Range range = TRY(zip_data(source, archive, member));
  const Bytes packed = TRY(source.view(range));
  // Unpacking stops at the announced size, which is below the cap.
  auto content = member.method == kStored ? Result<ByteBuffer>(to_buffer(packed))
                                          : inflate(packed, Deflate::Raw, member.size);
  if (!content || content->size() != member.size) {
    return refuse(ErrorCode::Malformed, "does not unpack to the size it announces");
  }
  if (crc32(*content) != member.crc) {
    return refuse(ErrorCode::Malformed, "does not match its checksum; get the file again");
  }
  return content;
}

}  // namespace colophon::wire
