// SPDX-License-Identifier: Apache-2.0
// The Multi-Picture index (CIPA DC-007 5.2.3): an APP2 segment whose MP entries hold the size of
// every picture in the file and its offset from the index's own TIFF header.
#include "formats/jpeg_head.hpp"
#include "wire/tiff_ifd.hpp"

namespace colophon::jpeg {
namespace {

constexpr std::uint16_t kMpEntry = 0xB002;
constexpr std::uint64_t kEntrySize = 16;
constexpr std::uint64_t kSizeAt = 4;  // in an MP entry; the offset follows
constexpr std::uint64_t kMaxPictures = 4096;

/// By how many bytes the replaced ranges in [from, to) grow.
std::int64_t growth(std::span<const Replacement> replacements, std::uint64_t from,
                    std::uint64_t to) noexcept {
  std::int64_t sum = 0;
  for (const Replacement& replacement : replacements) {
    if (replacement.range.offset < from || replacement.range.offset >= to) continue;
    sum += static_cast<std::int64_t>(replacement.bytes.size()) -
           static_cast<std::int64_t>(replacement.range.size);
  }
  return sum;
}

Result<Range> find_entries(Source& source, Range block, const Limits& limits,
                           wire::TiffHeader& header) {
  header = TRY(wire::read_tiff_header(source, block));
  const wire::TiffIfd index = TRY(wire::read_first_ifd(source, header, limits));
  const wire::TiffEntry* entry = index.find(kMpEntry);
  if (entry == nullptr) return Range{};
  return Range{entry->value.offset, std::min(entry->value.size, kMaxPictures * kEntrySize)};
}

}  // namespace

Status adjust_mpf(Source& source, const Head& head, const Limits& limits,
                  std::vector<Replacement>& replacements) {
  if (replacements.empty()) return {};
  const std::vector<Replacement> edits = replacements;
  for (const Segment& segment : head.segments) {
    if (segment.kind != SegmentKind::Mpf) continue;
    const std::uint64_t base = segment.body.offset + kMpfPrefix.size();
    wire::TiffHeader header;
    const auto entries = find_entries(source, {base, segment.body.end() - base}, limits, header);
    if (!entries) {
      if (entries.error().code == ErrorCode::Io) return Failure(entries.error());
      continue;  // an unreadable index cannot be made worse
    }
    const ByteBuffer bytes = TRY(read(source, *entries));
    for (std::uint64_t at = 0; at + kEntrySize <= bytes.size(); at += kEntrySize) {
      const std::uint64_t size = *header.load(bytes, at + kSizeAt, 4);
      const std::uint64_t offset = *header.load(bytes, at + kSizeAt + 4, 4);
      // The first picture starts the file and has offset 0; the edits are all inside it.
      const bool first = offset == 0;
      const std::int64_t change =
          first ? growth(edits, 0, size) : growth(edits, base, base + offset);
      if (change == 0 || (first && size == 0)) continue;
      ByteBuffer changed;
      header.append(changed, (first ? size : offset) + static_cast<std::uint64_t>(change), 4);
      replacements.push_back(
          {{entries->offset + at + kSizeAt + (first ? 0 : 4), 4}, std::move(changed)});
    }
  }
  return {};
}

}  // namespace colophon::jpeg
