// SPDX-License-Identifier: Apache-2.0
#include "wire/tiff_ifd.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <unordered_set>

namespace colophon::wire {
namespace {

constexpr std::uint16_t kSubIfds = 0x014A;
constexpr std::uint16_t kExifPointer = 0x8769;
constexpr std::uint16_t kGpsPointer = 0x8825;
constexpr std::uint16_t kInteropPointer = 0xA005;
constexpr std::size_t kMaxOddities = 16;
constexpr std::uint64_t kMaxSubIfds = 256;  // of one entry; DNG files have fewer than twenty
constexpr std::uint64_t kFirstGuess = 512;  // one view then serves nearly every directory

/// A directory still to be read.
struct Pending {
  std::uint64_t offset = 0;  // from the stream's start
  IfdKind kind = IfdKind::Main;
  std::string name;
  std::uint32_t depth = 0;
};

class Walker {
 public:
  Walker(Source& source, const TiffHeader& header, const Limits& limits)
      : source_(source), limits_(limits) {
    walk_.header = header;
  }

  Result<TiffWalk> run(const TiffVisitor& visit);
  Result<TiffIfd> read(const Pending& pending);
  std::optional<Error>& damage() noexcept { return walk_.damage; }

 private:
  TiffEntry decode(Bytes bytes, Range at);
  void follow(const TiffIfd& ifd, const Pending& from);
  void follow_entry(const TiffEntry& entry, const Pending& from);
  void note(ErrorCode code, std::string message, std::uint64_t offset);
  void note_damage(IfdKind kind, Error error);

  Source& source_;
  const Limits& limits_;
  TiffWalk walk_;
  std::vector<Pending> pending_;
  std::unordered_set<std::uint64_t> seen_;
  std::uint64_t entries_ = 0;
  std::uint64_t queued_ = 0;
  std::uint32_t pages_ = 1;
};

void Walker::note(ErrorCode code, std::string message, std::uint64_t offset) {
  if (walk_.oddities.size() < kMaxOddities) {
    walk_.oddities.push_back({code, std::move(message), "tiff", offset});
  }
}

/// A broken page or picture is damage; its notes (EXIF, GPS) are not the picture.
void Walker::note_damage(IfdKind kind, Error error) {
  if (kind != IfdKind::Main && kind != IfdKind::Sub) {
    note(error.code, std::move(error.message), error.offset.value_or(0));
  } else if (!walk_.damage) {
    walk_.damage = std::move(error);
  }
}

/// `bytes` holds the entry, `at` is its place in the source.
TiffEntry Walker::decode(Bytes bytes, Range at) {
  const TiffHeader& header = walk_.header;
  TiffEntry entry;
  entry.entry = at;
  entry.tag = static_cast<std::uint16_t>(header.load(bytes, 0, 2).value_or(0));
  entry.type = static_cast<std::uint16_t>(header.load(bytes, 2, 2).value_or(0));
  entry.count = header.load(bytes, 4, header.width()).value_or(0);
  const unsigned unit = tiff_type_size(entry.type);
  const std::uint64_t field = 4 + header.width();
  if (unit == 0 || entry.count == 0) return entry;
  if (entry.count <= header.width() / unit) {
    entry.value = {at.offset + field, entry.count * unit};
    return entry;
  }
  const std::uint64_t offset = header.load(bytes, field, header.width()).value_or(0);
  const std::uint64_t size = header.block.size;
  if (offset < size && entry.count <= (size - offset) / unit) {
    entry.value = {header.block.offset + offset, entry.count * unit};
  } else if (walk_.oddities.size() < kMaxOddities) {
    note(ErrorCode::Truncated,
         fmt::format("the value of tag {} lies outside the TIFF data", entry.tag), at.offset);
  }
  return entry;
}

/// As many entries as there are; what is missing is noted as damage.
Result<TiffIfd> Walker::read(const Pending& pending) {
  const TiffHeader& header = walk_.header;
  if (pending.offset < 8) {
    return fail(ErrorCode::Malformed, pending.name + " is announced inside the TIFF header", "tiff",
                header.block.offset);
  }
  if (pending.offset >= header.block.size ||
      header.block.size - pending.offset < header.count_width()) {
    return fail(ErrorCode::Truncated,
                fmt::format("{} is announced behind the end of the TIFF data", pending.name),
                "tiff", header.block.offset);
  }
  const std::uint64_t at = header.block.offset + pending.offset;
  const std::uint64_t left = header.block.size - pending.offset;
  Bytes bytes = TRY(source_.view({at, std::min(left, kFirstGuess)}));
  const std::uint64_t announced = header.load(bytes, 0, header.count_width()).value_or(0);
  const std::uint64_t room = (left - header.count_width()) / header.entry_size();
  const std::uint64_t count = std::min(announced, room);
  entries_ += count;
  if (entries_ > 8ULL * limits_.max_structures) {
    return fail(ErrorCode::LimitExceeded, "too many TIFF directory entries", "tiff", at);
  }
  const std::uint64_t entries_end = header.count_width() + count * header.entry_size();
  const std::uint64_t size = std::min(left, entries_end + header.width());
  if (size > bytes.size()) bytes = TRY(source_.view({at, size}));

  TiffIfd ifd{pending.kind, pending.name, {at, size}, announced, 0, {}};
  ifd.entries.reserve(static_cast<std::size_t>(count));
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t start = header.count_width() + i * header.entry_size();
    ifd.entries.push_back(
        decode(slice(bytes, start, header.entry_size()), {at + start, header.entry_size()}));
  }
  // Some EXIF writers leave the next pointer out when the block ends with the directory.
  ifd.next = header.load(slice(bytes, 0, size), entries_end, header.width()).value_or(0);
  if (count < announced) {
    ifd.next = 0;
    note_damage(ifd.kind, {ErrorCode::Truncated,
                           fmt::format("{} announces {} entries, but only {} are there", ifd.name,
                                       announced, count),
                           "tiff", at});
  }
  return ifd;
}

void Walker::follow_entry(const TiffEntry& entry, const Pending& from) {
  const unsigned unit = tiff_type_size(entry.type);
  if ((unit != 4 && unit != 8) || entry.value.size == 0) return;
  const std::uint64_t count = entry.tag == kSubIfds ? std::min(entry.count, kMaxSubIfds) : 1;
  if (from.depth + 1 > limits_.max_depth) {
    note(ErrorCode::LimitExceeded, "TIFF directories are nested too deeply", entry.entry.offset);
    return;
  }
  queued_ += count;
  if (queued_ > limits_.max_structures) {
    note_damage(IfdKind::Sub, {ErrorCode::LimitExceeded, "too many TIFF directories", "tiff",
                               entry.entry.offset});
    return;
  }
  const auto bytes = source_.view({entry.value.offset, count * unit});
  if (!bytes) return;
  for (std::uint64_t i = count; i-- > 0;) {
    Pending next{
        walk_.header.load(*bytes, i * unit, unit).value_or(0), IfdKind::Sub, {}, from.depth + 1};
    if (next.offset == 0) continue;  // a place kept free
    if (entry.tag == kExifPointer) {
      next.kind = IfdKind::Exif;
      next.name = "Exif";
    } else if (entry.tag == kGpsPointer) {
      next.kind = IfdKind::Gps;
      next.name = "GPS";
    } else if (entry.tag == kInteropPointer) {
      next.kind = IfdKind::Interop;
      next.name = "Interop";
    } else {
      next.name = fmt::format("SubIFD{}", i);
    }
    pending_.push_back(std::move(next));
  }
}

/// The stack is last in, first out: the next page goes below the directories of this one.
void Walker::follow(const TiffIfd& ifd, const Pending& from) {
  if (ifd.next != 0 && ifd.kind == IfdKind::Main) {
    pending_.push_back({ifd.next, IfdKind::Main, fmt::format("IFD{}", pages_++), 0});
  } else if (ifd.next != 0 && ifd.kind == IfdKind::Sub) {
    pending_.push_back({ifd.next, IfdKind::Sub, from.name + "+", from.depth});
    if (from.name.size() > 64) pending_.back().name = "SubIFD";
  }
  for (auto entry = ifd.entries.rbegin(); entry != ifd.entries.rend(); ++entry) {
    if (is_directory_tag(entry->tag)) follow_entry(*entry, from);
  }
}

Result<TiffWalk> Walker::run(const TiffVisitor& visit) {
  pending_.push_back({walk_.header.first_ifd, IfdKind::Main, "IFD0", 0});
  while (!pending_.empty()) {
    const Pending pending = std::move(pending_.back());
    pending_.pop_back();
    if (!seen_.insert(pending.offset).second) {
      note(ErrorCode::Malformed, pending.name + " is a directory that was already read",
           walk_.header.block.offset);
      continue;
    }
    if (seen_.size() > limits_.max_structures) {
      note_damage(IfdKind::Main, {ErrorCode::LimitExceeded, "too many TIFF directories", "tiff",
                                  walk_.header.block.offset});
      break;
    }
    auto ifd = read(pending);
    if (!ifd) {
      if (ifd.error().code == ErrorCode::Io) return Failure(ifd.error());
      note_damage(pending.kind, std::move(ifd).error());
      continue;
    }
    follow(*ifd, pending);
    TRY(visit(walk_.header, *ifd));
  }
  return std::move(walk_);
}

}  // namespace

unsigned tiff_type_size(std::uint16_t type) noexcept {
  constexpr std::uint8_t kSizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
  if (type == static_cast<std::uint16_t>(TiffType::Utf8)) return 1;
  return type < std::size(kSizes) ? kSizes[type] : 0;
}

const TiffEntry* TiffIfd::find(std::uint16_t tag) const noexcept {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const TiffEntry& entry) { return entry.tag == tag; });
  return found == entries.end() ? nullptr : &*found;
}

bool is_directory_tag(std::uint16_t tag) noexcept {
  return tag == kSubIfds || tag == kExifPointer || tag == kGpsPointer || tag == kInteropPointer;
}

bool is_tiff_start(Bytes bytes) noexcept {
  const std::string_view start = as_text(slice(bytes, 0, 4));
  using namespace std::string_view_literals;
  return start == "II*\0"sv || start == "MM\0*"sv || start == "II+\0"sv || start == "MM\0+"sv;
}

Result<TiffHeader> read_tiff_header(Source& source, Range block) {
  if (block.end() > source.size()) return truncated(block, source.size());
  const Bytes bytes = TRY(source.view({block.offset, std::min<std::uint64_t>(block.size, 16)}));
  if (!is_tiff_start(bytes)) {
    return fail(ErrorCode::Malformed, "there is no TIFF header", "tiff", block.offset);
  }
  TiffHeader header{block, bytes[0] == 'M', bytes[0] == 'M' ? bytes[3] == '+' : bytes[2] == '+', 0};
  if (header.big && (header.load(bytes, 4, 2) != 8 || header.load(bytes, 6, 2) != 0)) {
    return fail(ErrorCode::Unsupported, "a BigTIFF whose offsets are not 8 bytes wide", "tiff",
                block.offset);
  }
  const auto first = header.load(bytes, header.big ? 8 : 4, header.width());
  if (!first) return fail(ErrorCode::Truncated, "the TIFF header is cut", "tiff", block.offset);
  header.first_ifd = *first;
  return header;
}

Result<TiffIfd> read_first_ifd(Source& source, const TiffHeader& header, const Limits& limits) {
  Walker walker(source, header, limits);
  TiffIfd ifd = TRY(walker.read({header.first_ifd, IfdKind::Main, "IFD0", 0}));
  if (walker.damage()) return Failure(*walker.damage());
  return ifd;
}

Result<TiffWalk> walk_tiff(Source& source, Range block, const Limits& limits,
                           const TiffVisitor& visit) {
  return Walker(source, TRY(read_tiff_header(source, block)), limits).run(visit);
}

ByteBuffer make_tiff_entry(const TiffHeader& header, std::uint16_t tag, std::uint16_t type,
                           std::uint64_t count, Bytes field) {
  ByteBuffer entry;
  header.append(entry, tag, 2);
  header.append(entry, type, 2);
  header.append(entry, count, header.width());
  append(entry, slice(field, 0, header.width()));
  entry.resize(header.entry_size(), 0);
  return entry;
}

ByteBuffer offset_field(const TiffHeader& header, std::uint64_t offset) {
  ByteBuffer field;
  header.append(field, offset, header.width());
  return field;
}

Result<ByteBuffer> insert_tiff_entry(const TiffHeader& header, const TiffIfd& ifd, Bytes stored,
                                     Bytes entry) {
  const std::uint64_t count = ifd.entries.size();
  const std::uint64_t tag = header.load(entry, 0, 2).value_or(0);
  if (!header.big && count >= 0xFFFF) {
    return fail(ErrorCode::LimitExceeded, "the TIFF directory has no room for one more entry",
                "tiff", ifd.whole.offset);
  }
  const auto place = std::find_if(ifd.entries.begin(), ifd.entries.end(),
                                  [&](const TiffEntry& other) { return other.tag > tag; });
  const std::uint64_t before =
      header.count_width() +
      static_cast<std::uint64_t>(place - ifd.entries.begin()) * header.entry_size();
  const std::uint64_t end = header.count_width() + count * header.entry_size();
  ByteBuffer out;
  header.append(out, count + 1, header.count_width());
  append(out, slice(stored, header.count_width(), before - header.count_width()));
  append(out, entry);
  append(out, slice(stored, before, end - before));
  header.append(out, ifd.next, header.width());
  return out;
}

}  // namespace colophon::wire
