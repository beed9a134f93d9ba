// SPDX-License-Identifier: Apache-2.0
// Changing members of a ZIP archive: only the changed members, the central directory and the end
// records are written anew.
#include "wire/inflate.hpp"
#include "wire/zip.hpp"
#include "wire/zip_layout.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace colophon::wire {
namespace {

using namespace zip;

constexpr std::uint64_t kVersionStored = 10, kVersionDeflated = 20, kVersion64 = 45;
constexpr std::uint64_t kFirstDosDate = 0x0021;  // 1980-01-01, what office programs write

std::uint64_t field(Bytes record, std::uint64_t at, unsigned width) noexcept {
  return load_le(record, at, width).value_or(0);
}

/// A changed member: what goes away, what comes, and its new central header. Where nothing comes
/// the member goes; it comes again as a new one.
struct Changed {
  const ZipMember* old = nullptr;
  Range range;
  ByteBuffer local;
  ByteBuffer central;  ///< its local header's offset is filled in last
};

/// The size of the data descriptor at `at` (APPNOTE 4.3.9): with or without signature, 32 or 64
/// bit. Zero when none of the four forms fits; some writers set the flag and write none.
Result<std::uint64_t> descriptor_size(Source& source, std::uint64_t at, std::uint64_t stop,
                                      const ZipMember& member) {
  for (const std::uint64_t signature : {4, 0}) {
    for (const unsigned width : {4U, 8U}) {
      const std::uint64_t size = signature + 4 + 2 * width;
      if (stop - at < size) continue;
      const Bytes bytes = TRY(source.view({at, size}));
      if (signature != 0 && !has_prefix(bytes, kDescriptorSignature)) continue;
      if (field(bytes, signature, 4) == member.crc &&
          field(bytes, signature + 4, width) == member.packed_size &&
          field(bytes, signature + 4 + width, width) == member.size) {
        return size;
      }
    }
  }
  return 0;
}

/// Local header, data and data descriptor.
Result<Range> extent_of(Source& source, const ZipArchive& archive, const ZipMember& member) {
  const Range data = TRY(zip_data(source, archive, member));
  std::uint64_t end = data.end();
  const std::uint64_t flags = TRY(read_le(source, member.header + 6, 2));
  if ((flags & kHasDescriptor) != 0) {
    end += TRY(descriptor_size(source, end, archive.directory.offset, member));
  }
  for (const ZipMember& other : archive.members) {
    if (other.header > member.header && other.header < end) {
      return fail(ErrorCode::Malformed,
                  fmt::format("the members \"{}\" and \"{}\" overlap, so nothing is written",
                              to_valid_utf8(member.name), to_valid_utf8(other.name)),
                  "zip", other.header);
    }
  }
  return Range{member.header, end - member.header};
}

bool is_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// The fields that a local and a central header share, from "version needed" to the extra field's
/// length (APPNOTE 4.3.7 and 4.3.12).
void append_common(ByteBuffer& out, const ZipChange& change, Bytes packed, bool stored,
                   std::uint64_t flags, std::uint64_t dos_time) {
  append_le(out, stored ? kVersionStored : kVersionDeflated, 2);
  append_le(out, flags, 2);
  append_le(out, stored ? kStored : kDeflated, 2);
  append_le(out, dos_time, 4);
  append_le(out, crc32(change.content), 4);
  append_le(out, packed.size(), 4);
  append_le(out, change.content.size(), 4);
  append_le(out, change.name.size(), 2);
  append_le(out, 0, 2);
}

/// Writes both headers. `record` is the old central header, empty for a new member: its time,
/// attributes and comment stay.
void write_headers(const ZipChange& change, Bytes record, Changed& changed) {
  const bool stored = change.stored_last || (!record.empty() && field(record, 10, 2) == kStored);
  const ByteBuffer packed = stored ? change.content : deflate(change.content, Deflate::Raw);
  const std::uint64_t flags =
      record.empty() ? (is_ascii(change.name) ? 0 : kUtf8Name) : field(record, 8, 2) & kUtf8Name;
  const std::uint64_t dos_time = record.empty() ? kFirstDosDate << 16 : field(record, 12, 4);

  append(changed.local, kLocalSignature);
  append_common(changed.local, change, packed, stored, flags, dos_time);
  append(changed.local, change.name);
  append(changed.local, packed);

  const std::uint64_t comment = field(record, 32, 2);
  append(changed.central, kCentralSignature);
  append_le(changed.central, record.empty() ? kVersionDeflated : field(record, 4, 2), 2);
  append_common(changed.central, change, packed, stored, flags, dos_time);
  append_le(changed.central, comment, 2);
  append_le(changed.central, 0, 2);                     // first disk
  append_le(changed.central, field(record, 36, 2), 2);  // internal attributes
  append_le(changed.central, field(record, 38, 4), 4);  // external attributes
  append_le(changed.central, 0, 4);                     // offset
  append(changed.central, change.name);
  append(changed.central, slice(record, record.size() - comment, comment));
}

Status prepare(Source& source, const ZipArchive& archive, const ZipChange& change,
               std::vector<Changed>& prepared) {
  if (change.content.size() >= kMax32 || change.name.size() > kMax16) {
    return fail(ErrorCode::LimitExceeded, "a member of this size or name cannot be written", "zip");
  }
  Changed changed;
  changed.old = archive.find(change.name);
  if (changed.old != nullptr) {
    changed.range = TRY(extent_of(source, archive, *changed.old));
    if (change.stored_last) prepared.push_back(std::exchange(changed, {}));
  }
  if (changed.old == nullptr) {
    changed.range = {archive.directory.offset, 0};
    write_headers(change, {}, changed);
  } else {
    write_headers(change, TRY(read(source, changed.old->record)), changed);
  }
  prepared.push_back(std::move(changed));
  return {};
}

/// Where the source's offset `at` comes to stand.
std::uint64_t moved(std::uint64_t at, std::span<const Changed> changes) noexcept {
  std::uint64_t result = at;
  for (const Changed& change : changes) {
    // Unsigned arithmetic wraps to the right sum: the file never shrinks below zero.
    if (change.range.end() <= at && change.range.offset != at) {
      result += change.local.size() - change.range.size;
    }
  }
  return result;
}

/// Puts the offset into the ZIP64 extra field, which is extended or made when it must be.
Status store_wide_offset(ByteBuffer& record, std::uint64_t offset) {
  const std::uint64_t extra_at = kCentralSize + field(record, 28, 2);
  const std::uint64_t extra_end = extra_at + field(record, 30, 2);
  // The offset stands behind the two sizes, as far as those are there.
  const std::uint64_t inside =
      (field(record, 24, 4) == kMax32 ? 8U : 0U) + (field(record, 20, 4) == kMax32 ? 8U : 0U);
  std::uint64_t at = extra_at;
  while (at + 4 <= extra_end && field(record, at, 2) != kExtra64) {
    at += 4 + field(record, at + 2, 2);
  }
  if (field(record, 42, 4) == kMax32) {
    store_le(record, at + 4 + inside, offset, 8);  // read_record saw that it is there
    return {};
  }
  ByteBuffer addition;
  std::uint64_t place = at + 4 + inside;
  if (at + 4 <= extra_end) {
    store_le(record, at + 2, field(record, at + 2, 2) + 8, 2);
  } else {
    place = at = extra_end;
    append_le(addition, kExtra64, 2);
    append_le(addition, 8, 2);
  }
  append_le(addition, offset, 8);
  if (extra_end - extra_at + addition.size() > kMax16) {
    return fail(ErrorCode::LimitExceeded, "an extra field has no room for a 64-bit offset", "zip");
  }
  store_le(record, 30, extra_end - extra_at + addition.size(), 2);
  store_le(record, 6, std::max(field(record, 6, 2), kVersion64), 2);
  store_le(record, 42, kMax32, 4);
  record.insert(record.begin() + static_cast<std::ptrdiff_t>(place), addition.begin(),
                addition.end());
  return {};
}

Status store_offset(ByteBuffer& record, std::uint64_t offset) {
  if (field(record, 42, 4) == kMax32 || offset >= kMax32) return store_wide_offset(record, offset);
  store_le(record, 42, offset, 4);
  return {};
}

/// The new central directory; `changes` are in the order of the request.
Result<ByteBuffer> make_directory(Source& source, const ZipArchive& archive,
                                  std::span<const Changed> changes) {
  const ByteBuffer old = TRY(read(source, archive.directory));
  ByteBuffer directory;
  directory.reserve(old.size() + 256 * changes.size());
  const auto add = [&](ByteBuffer record, std::uint64_t header) -> Status {
    TRY(store_offset(record, header - archive.shift));
    append(directory, record);
    return {};
  };
  for (const ZipMember& member : archive.members) {
    const auto change = std::find_if(changes.begin(), changes.end(),
                                     [&](const Changed& one) { return one.old == &member; });
    if (change != changes.end() && change->central.empty()) continue;
    const Bytes record =
        slice(old, member.record.offset - archive.directory.offset, member.record.size);
    TRY(add(change != changes.end() ? change->central : to_buffer(record),
            moved(member.header, changes)));
  }
  std::uint64_t next = moved(archive.directory.offset, changes);
  for (const Changed& change : changes) {
    if (change.old != nullptr) continue;
    TRY(add(change.central, next));
    next += change.local.size();
  }
  return directory;
}

/// The end records for a directory of `count` records that stands at `at` in the output.
struct Numbers {
  std::uint64_t count, size, offset;
};

ByteBuffer make_end64() {
  ByteBuffer end64 = to_buffer(kEnd64Signature);
  append_le(end64, kEnd64Size - 12, 8);
  append_le(end64, kVersion64, 2);
  append_le(end64, kVersion64, 2);
  end64.resize(kEnd64Size, 0);
  return end64;
}

void store_end64(ByteBuffer& end64, const Numbers& numbers) {
  store_le(end64, 24, numbers.count, 8);
  store_le(end64, 32, numbers.count, 8);
  store_le(end64, 40, numbers.size, 8);
  store_le(end64, 48, numbers.offset, 8);
}

ByteBuffer make_locator(std::uint64_t end64_at) {
  ByteBuffer locator = to_buffer(kLocatorSignature);
  append_le(locator, 0, 4);
  append_le(locator, end64_at, 8);
  append_le(locator, 1, 4);
  return locator;
}

/// Fields that pointed to the ZIP64 record go on doing so.
void store_end(ByteBuffer& end, const Numbers& numbers) {
  const auto put = [&](std::size_t at, unsigned width, std::uint64_t value, std::uint64_t max) {
    if (field(end, at, width) != max) store_le(end, at, std::min(value, max), width);
  };
  put(8, 2, numbers.count, kMax16);
  put(10, 2, numbers.count, kMax16);
  put(12, 4, numbers.size, kMax32);
  put(16, 4, numbers.offset, kMax32);
}

Status patch_ending(Source& source, const ZipArchive& archive, const Numbers& numbers,
                    std::vector<ZipPatch>& patches) {
  const std::uint64_t directory_end = numbers.offset + numbers.size;
  ByteBuffer end = TRY(read(source, archive.end));
  if (archive.end64) {
    ByteBuffer end64 = TRY(read(source, *archive.end64));
    store_end64(end64, numbers);
    const Range locator{archive.end.offset - kLocatorSize, kLocatorSize};
    const std::uint64_t gap = archive.end64->offset - archive.directory.end();
    // Found where the locator says, or although it leaves out what stands before the archive.
    const std::uint64_t told = TRY(read_le(source, locator.offset + 8, 8));
    const std::uint64_t counted = told == archive.end64->offset ? archive.shift : 0;
    patches.push_back({*archive.end64, std::move(end64)});
    patches.push_back({locator, make_locator(directory_end + gap + counted)});
  } else if (numbers.count >= kMax16 || numbers.size >= kMax32 || numbers.offset >= kMax32) {
    ByteBuffer records = make_end64();
    store_end64(records, numbers);
    const std::uint64_t gap = archive.end.offset - archive.directory.end();
    append(records, make_locator(directory_end + gap));
    patches.push_back({{archive.end.offset, 0}, std::move(records)});
  }
  store_end(end, numbers);
  patches.push_back({archive.end, std::move(end)});
  return {};
}

/// A reader looks for the directory right before the end records first. Where something else stands
/// there, it must not take a part of that, or of the new directory, for the start.
Status check_gap(Source& source, const ZipArchive& archive, Bytes directory) {
  const std::uint64_t stop = archive.end64 ? archive.end64->offset : archive.end.offset;
  const std::uint64_t gap = stop - archive.directory.end();
  if (gap == 0) return {};
  const std::uint64_t inside = gap - std::min<std::uint64_t>(gap, directory.size());
  ByteBuffer start = to_buffer(slice(directory, gap, kCentralSignature.size()));
  append(start, view_some(source, {archive.directory.end() + inside,
                                   kCentralSignature.size() - start.size()}));
  if (!has_prefix(start, kCentralSignature)) return {};
  return fail(ErrorCode::Malformed,
              "what stands between the central directory and its end record would be taken for the "
              "directory, so nothing is written; save the document anew with an office program",
              "zip", archive.directory.end());
}

}  // namespace

Result<std::vector<ZipPatch>> edit_zip(Source& source, const ZipArchive& archive,
                                       std::span<const ZipChange> changes) {
  std::vector<ZipPatch> patches;
  if (changes.empty()) return patches;
  if (!zip_collisions(archive).empty()) {
    return fail(ErrorCode::Malformed,
                "members of the archive overlap or share a name, so nothing is written; save the "
                "document anew with an office program",
                "zip");
  }
  std::vector<Changed> prepared;
  for (const ZipChange& change : changes) TRY(prepare(source, archive, change, prepared));
  ByteBuffer directory = TRY(make_directory(source, archive, prepared));
  TRY(check_gap(source, archive, directory));

  std::vector<ZipPatch> added;
  std::uint64_t grown = 0;
  std::size_t count = archive.members.size();
  for (Changed& change : prepared) {
    if (change.old == nullptr) ++count;
    if (change.central.empty()) --count;
    grown += change.local.size() - change.range.size;
    (change.old != nullptr ? patches : added).push_back({change.range, std::move(change.local)});
  }
  std::sort(patches.begin(), patches.end(),
            [](const ZipPatch& a, const ZipPatch& b) { return a.range.offset < b.range.offset; });
  std::move(added.begin(), added.end(), std::back_inserter(patches));
  const Numbers numbers{count, directory.size(), archive.directory.offset + grown - archive.shift};
  patches.push_back({archive.directory, std::move(directory)});
  TRY(patch_ending(source, archive, numbers, patches));
  return patches;
}

}  // namespace colophon::wire
