// SPDX-License-Identifier: Apache-2.0
// Writing into TIFF: everything new goes behind the end of the file, then one pointer is patched.
// Strips, tiles, maker notes and every other directory stay where they are, and a write that is
// interrupted leaves a file that still reads as before.
#include "formats/exif.hpp"
#include "formats/exif_tags.hpp"
#include "formats/tiff.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::tiff {
namespace {

constexpr std::uint8_t kPointerPhase = 1;  // after what it points at

/// What a directory announces behind the end of the file may not lie before `end` one day.
class EndCheck {
 public:
  EndCheck(Source& source, std::uint64_t end, std::optional<std::uint16_t> replaced)
      : source_(source), end_(end), replaced_(replaced) {}

  Status visit(const wire::TiffHeader& header, const wire::TiffIfd& ifd) const {
    // The next pointer of the other kinds is not followed, and some writers leave it out.
    const bool in_chain = ifd.kind == wire::IfdKind::Main || ifd.kind == wire::IfdKind::Sub;
    const std::uint64_t least = header.count_width() + ifd.entries.size() * header.entry_size() +
                                (in_chain ? header.width() : 0);
    if (ifd.announced > ifd.entries.size() || ifd.whole.size < least) {
      return refuse(fmt::format("the directory {}", ifd.name), ifd, ifd.whole.offset);
    }
    for (const wire::TiffEntry& entry : ifd.entries) TRY(visit_entry(header, ifd, entry));
    return {};
  }

 private:
  Status visit_entry(const wire::TiffHeader& header, const wire::TiffIfd& ifd,
                     const wire::TiffEntry& entry) const {
    const unsigned unit = wire::tiff_type_size(entry.type);
    if (unit == 0 || entry.count == 0 || entry.tag == replaced_) return {};
    const Bytes field = TRY(source_.view({entry.entry.end() - header.width(), header.width()}));
    if (entry.value.size == 0) {
      const std::uint64_t at = header.load(field, 0, header.width()).value_or(0);
      if (at > end_ || entry.count > (end_ - at) / unit) return {};
    } else {
      const std::uint64_t at = header.load(field, 0, std::min(unit, header.width())).value_or(0);
      if (!wire::is_directory_tag(entry.tag) || at < source_.size() || at >= end_) return {};
    }
    return refuse(fmt::format("the value of tag {}", entry.tag), ifd, entry.entry.offset);
  }
  static Failure refuse(const std::string& what, const wire::TiffIfd& ifd, std::uint64_t at) {
    return fail(ErrorCode::Malformed,
                fmt::format("{} lies behind the end of the file, where the label would go, so "
                            "nothing is written; get the whole file",
                            what),
                ifd.name, at);
  }

  Source& source_;
  std::uint64_t end_;
  std::optional<std::uint16_t> replaced_;
};

class Editor {
 public:
  Editor(Source& source, const wire::TiffHeader& header) : source_(source), header_(header) {}

  /// Gives an existing entry a new value; its type stays.
  void set(const wire::TiffEntry& entry, Bytes stored) {
    patches_.push_back({entry.entry, make_entry(entry.tag, entry.type, stored), kPointerPhase});
  }
  /// Adds an entry to the first directory.
  void insert(std::uint16_t tag, wire::TiffType type, Bytes stored) {
    inserted_ = make_entry(tag, static_cast<std::uint16_t>(type), stored);
  }
  Result<Splice> finish(const Limits& limits);

 private:
  ByteBuffer make_entry(std::uint16_t tag, std::uint16_t type, Bytes stored) {
    const ByteBuffer field = stored.size() <= header_.width()
                                 ? to_buffer(stored)
                                 : wire::offset_field(header_, append_aligned(stored));
    return wire::make_tiff_entry(header_, tag, type, stored.size(), field);
  }
  /// Returns where the bytes will stand: on a word boundary (TIFF 6.0 section 2).
  std::uint64_t append_aligned(Bytes bytes) {
    appended_.resize(appended_.size() + (source_.size() + appended_.size()) % 2, 0);
    const std::uint64_t at = source_.size() + appended_.size();
    append(appended_, bytes);
    return at;
  }
  Status move_first_directory(const Limits& limits);

  Source& source_;
  const wire::TiffHeader& header_;
  ByteBuffer appended_;
  std::vector<Replacement> patches_;
  std::optional<ByteBuffer> inserted_;
};

/// A copy of the first directory with the new entry; the header's pointer then leads to it.
Status Editor::move_first_directory(const Limits& limits) {
  const wire::TiffIfd ifd = TRY(wire::read_first_ifd(source_, header_, limits));
  ByteBuffer stored = TRY(read(source_, ifd.whole));
  std::erase_if(patches_, [&](const Replacement& patch) {
    if (patch.range.offset < ifd.whole.offset || patch.range.end() > ifd.whole.end()) return false;
    std::copy(patch.bytes.begin(), patch.bytes.end(),
              stored.begin() + static_cast<std::ptrdiff_t>(patch.range.offset - ifd.whole.offset));
    return true;
  });
  const ByteBuffer moved = TRY(wire::insert_tiff_entry(header_, ifd, stored, *inserted_));
  const std::uint64_t at = append_aligned(moved);
  patches_.push_back({header_.first_pointer(), wire::offset_field(header_, at), kPointerPhase});
  return {};
}

Result<Splice> Editor::finish(const Limits& limits) {
  if (inserted_) TRY(move_first_directory(limits));
  if (!appended_.empty()) TRY(check_end(source_, source_.size() + appended_.size(), limits));
  if (!header_.big && source_.size() + appended_.size() > UINT32_MAX) {
    return fail(ErrorCode::LimitExceeded,
                "a classic TIFF file ends at 4 GiB: there is no room for a label; use a sidecar",
                "tiff");
  }
  std::vector<Replacement> replacements = std::move(patches_);
  if (!appended_.empty()) replacements.push_back({{source_.size(), 0}, std::move(appended_)});
  return replace_ranges(source_.size(), std::move(replacements));
}

bool is_entry_of(const wire::TiffEntry& entry, const Carrier& carrier) noexcept {
  if (entry.value.size == 0 || entry.value.offset != carrier.payload.offset) return false;
  switch (carrier.kind) {
    case CarrierKind::Xmp:
      return entry.tag == kXmp;
    case CarrierKind::ExifComment:
      return entry.tag == kUserComment;
    default:
      return exif_text_tag(entry.tag) == carrier.key;
  }
}

/// The entry that holds the carrier.
Result<wire::TiffEntry> find_entry(Source& source, const Carrier& carrier, const Limits& limits) {
  std::optional<wire::TiffEntry> found;
  (void)TRY(wire::walk_tiff(source, {0, source.size()}, limits,
                            [&](const wire::TiffHeader&, const wire::TiffIfd& ifd) -> Status {
                              for (const wire::TiffEntry& entry : ifd.entries) {
                                if (!found && is_entry_of(entry, carrier)) found = entry;
                              }
                              return {};
                            }));
  if (!found) {
    return fail(ErrorCode::NotFound, "the TIFF entry is not there any more", carrier.path,
                carrier.payload.offset);
  }
  return *found;
}

}  // namespace

Status check_end(Source& source, std::uint64_t new_end, const Limits& limits,
                 std::optional<std::uint16_t> replaced) {
  const EndCheck check(source, new_end, replaced);
  (void)TRY(wire::walk_tiff(source, {0, source.size()}, limits,
                            [&](const wire::TiffHeader& header, const wire::TiffIfd& ifd) {
                              return check.visit(header, ifd);
                            }));
  return {};
}

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  const wire::TiffHeader header = TRY(wire::read_tiff_header(source, {0, source.size()}));
  Editor editor(source, header);
  for (const Edit& edit : edits) {
    const Carrier* target = target_of(layout, edit);
    if (target == nullptr) {
      editor.insert(kXmp, wire::TiffType::Byte, edit.value);  // ExifTool warns of UNDEFINED
      continue;
    }
    if (target->kind != edit.kind) {
      return fail(ErrorCode::Unsupported, "the entry to replace is of another kind", target->path);
    }
    if (TRY(extract_stored(source, *target, limits)) == edit.value) continue;
    const wire::TiffEntry entry = TRY(find_entry(source, *target, limits));
    if (edit.kind == CarrierKind::Xmp) {
      editor.set(entry, edit.value);
    } else {
      const ByteBuffer old = TRY(read(source, entry.value));
      editor.set(entry, encode_exif_value(header, entry, old, edit.value));
    }
  }
  return editor.finish(limits);
}

}  // namespace colophon::tiff
