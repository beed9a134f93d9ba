// SPDX-License-Identifier: Apache-2.0
// What reading and writing Matroska share (RFC 9559). Private to the module.
#pragma once

#include "formats/format.hpp"
#include "wire/ebml.hpp"

namespace colophon::mkv {

// RFC 9559, 5.1. Masters of level 1 first.
constexpr std::uint32_t kSegment = 0x18538067, kSeekHead = 0x114D9B74, kInfo = 0x1549A966,
                        kTracks = 0x1654AE6B, kChapters = 0x1043A770, kCluster = 0x1F43B675,
                        kCues = 0x1C53BB6B, kAttachments = 0x1941A469, kTags = 0x1254C367;
constexpr std::uint32_t kSeek = 0x4DBB, kSeekId = 0x53AB, kSeekPosition = 0x53AC;
constexpr std::uint32_t kTitle = 0x7BA9, kMuxingApp = 0x4D80, kWritingApp = 0x5741;
constexpr std::uint32_t kTag = 0x7373, kTargets = 0x63C0, kTargetTypeValue = 0x68CA,
                        kTagTrackUid = 0x63C5, kTagEditionUid = 0x63C9, kTagChapterUid = 0x63C4,
                        kTagAttachmentUid = 0x63C6, kSimpleTag = 0x67C8, kTagName = 0x45A3,
                        kTagString = 0x4487, kTagBinary = 0x4485;
constexpr std::uint32_t kCuePoint = 0xBB, kCueTrackPositions = 0xB7, kCueClusterPosition = 0xF1,
                        kCueCodecState = 0xEA, kCueReference = 0xDB, kCueRefCluster = 0x97,
                        kCueRefCodecState = 0xEB;
constexpr std::uint32_t kClusterPosition = 0xA7, kSimpleBlock = 0xA3, kBlockGroup = 0xA0;

/// For `wire::read_tree` of SeekHead, Tags, Info and Cues.
[[nodiscard]] bool is_master(std::uint32_t id) noexcept;

/// The level-1 elements of the file's first Segment.
struct Movie {
  std::optional<wire::EbmlElement> segment;  ///< its data cut to the file
  std::vector<wire::EbmlElement> elements;   ///< all but the clusters, in file order
  std::vector<wire::EbmlElement> clusters;   ///< open ones end where the next element starts
  std::optional<Error> damage;               ///< the elements before it were read
  [[nodiscard]] std::uint64_t start() const noexcept { return segment->data.offset; }
  [[nodiscard]] std::uint64_t end() const noexcept { return segment->data.end(); }
};
[[nodiscard]] Movie read_movie(Source& source, const Limits& limits);

/// True when the Tag speaks of the whole file: no Targets, or level 50 without a UID.
[[nodiscard]] bool is_for_whole_file(const wire::EbmlNode& tag) noexcept;

[[nodiscard]] Result<Layout> inspect(Source& source, std::string_view id, const Limits& limits);

/// New Tags in place of old ones. `old` may be empty.
struct TagsChange {
  wire::EbmlNode tags;
  std::vector<wire::EbmlElement> old;
};
[[nodiscard]] Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                                  const Limits& limits);
/// Tags in front of the clusters; everything behind them moves and all positions follow.
[[nodiscard]] Result<std::vector<Replacement>> insert_tags(Source& source, const Movie& movie,
                                                           const TagsChange& change,
                                                           const Limits& limits);
/// The Segment's size field for data that is `growth` bytes longer.
[[nodiscard]] Replacement grow_segment(const wire::EbmlElement& segment, std::uint64_t growth);
/// Voids the Segment's own CRC-32, which no longer holds.
void drop_segment_crc(const Movie& movie, std::vector<Replacement>& plan);
/// Makes the entries of a SeekHead that lead to old Tags lead to `position`. False: there are none.
bool redirect_tags(wire::EbmlNode& seek_head, const Movie& movie, const TagsChange& change,
                   std::uint64_t position);
/// Room behind new Tags, so that the next change needs no new place.
constexpr std::uint64_t kSpare = 1024;

}  // namespace colophon::mkv
