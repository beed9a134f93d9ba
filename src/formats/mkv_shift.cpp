// SPDX-License-Identifier: Apache-2.0
// Putting Tags in front of the clusters. Positions in SeekHead, Cues and clusters count from the
// start of the Segment's data (RFC 9559, 16), so those that lie behind the change must follow.
#include "formats/mkv.hpp"

#include <algorithm>

namespace colophon::mkv {
namespace {

using wire::EbmlElement;
using wire::EbmlNode;

bool is_position(std::uint32_t id) noexcept {
  switch (id) {
    case kSeekPosition:
    case kCueClusterPosition:
    case kCueCodecState:
    case kCueRefCluster:
    case kCueRefCodecState:
      return true;
    default:
      return false;
  }
}

class Inserter {
 public:
  Inserter(Source& source, const Movie& movie, const TagsChange& change, const Limits& limits)
      : source_(source), movie_(movie), change_(change), limits_(limits) {}

  Result<std::vector<Replacement>> run() {
    place_tags();
    TRY(read_indexes());
    TRY(settle());
    TRY(patch_clusters());
    std::vector<Replacement> plan = tags_;
    for (Index& index : indexes_) {
      if (!index.bytes.empty()) plan.push_back({index.where, std::move(index.bytes), 0});
    }
    std::move(patches_.begin(), patches_.end(), std::back_inserter(plan));
    if (!movie_.segment->open) {
      std::uint64_t added = 0, removed = 0;
      for (const Replacement& each : plan) {
        added += each.bytes.size();
        removed += each.range.size;
      }
      EbmlElement segment = *movie_.segment;
      segment.data.size -= removed;
      plan.push_back(grow_segment(segment, added));
    }
    drop_segment_crc(movie_, plan);
    return plan;
  }

 private:
  /// A SeekHead or Cues element whose positions follow.
  struct Index {
    Range where;
    EbmlNode old;
    ByteBuffer bytes;  ///< empty: nothing in it changes
  };

  void place_tags() {
    const std::uint64_t front = movie_.clusters.empty() ? movie_.end() : movie_.clusters.front().at;
    Range place{front, 0};
    for (const EbmlElement& old : change_.old) {
      if (place.size == 0 && old.at < front) {
        place = old.whole();
      } else {
        tags_.push_back({old.whole(), wire::make_ebml_void(old.whole().size), 0});
      }
    }
    ByteBuffer bytes = wire::write_tree(change_.tags);
    append(bytes, wire::make_ebml_void(kSpare));
    tags_at_ = place.offset;
    tags_.push_back({place, std::move(bytes), 0});
  }

  Status read_indexes() {
    for (const EbmlElement& element : movie_.elements) {
      if (element.id != kSeekHead && element.id != kCues) continue;
      Index index{element.whole(), {}, {}};
      TRY(wire::read_tree(source_, element, is_master, limits_, index.old));
      indexes_.push_back(std::move(index));
    }
    return {};
  }

  /// A position may need more bytes, which moves what stands behind it, until nothing moves.
  Status settle() {
    constexpr int kRounds = 16;
    for (int round = 0; round < kRounds; ++round) {
      bool moved = false;
      std::vector<ByteBuffer> next;
      next.reserve(indexes_.size());
      for (const Index& index : indexes_) next.push_back(rewritten(index));
      for (std::size_t i = 0; i < indexes_.size(); ++i) {
        moved = moved || next[i].size() != indexes_[i].bytes.size();
        indexes_[i].bytes = std::move(next[i]);
      }
      if (!moved) return {};
    }
    return fail(ErrorCode::Unsupported, "the positions in this file do not settle", "mkv");
  }

  [[nodiscard]] ByteBuffer rewritten(const Index& index) const {
    EbmlNode tree = index.old;
    return follow(tree) ? wire::write_tree(tree) : ByteBuffer{};
  }

  bool follow(EbmlNode& node) const {
    bool changed = false;
    for (EbmlNode& child : node.children) {
      if (child.master) {
        changed = follow(child) || changed;
      } else if (is_position(child.id)) {
        const auto old = wire::ebml_uint(child);
        if (!old || child.value.empty()) continue;
        const std::uint64_t now = moved(*old);
        if (now == *old) continue;
        wire::set_ebml_uint(child, now);
        changed = true;
      }
    }
    return changed;
  }

  /// Where `position` lies afterwards; that of old Tags becomes that of the new ones.
  [[nodiscard]] std::uint64_t moved(std::uint64_t position) const {
    if (position >= movie_.segment->data.size) return position;
    std::uint64_t at = movie_.start() + position;
    const bool tags = std::any_of(change_.old.begin(), change_.old.end(),
                                  [&](const EbmlElement& old) { return old.at == at; });
    if (tags) at = tags_at_;
    std::uint64_t to = at - movie_.start();
    for (const Replacement& each : tags_) {
      const bool itself = tags && each.range.offset == tags_at_;
      if (each.range.end() <= at && !itself) to += each.bytes.size() - each.range.size;
    }
    for (const Index& index : indexes_) {
      if (index.bytes.empty() || index.where.end() > at) continue;
      to += index.bytes.size() - index.where.size;
    }
    return to;
  }

  /// Cluster.Position, where a muxer wrote one.
  Status patch_clusters() {
    for (const EbmlElement& cluster : movie_.clusters) {
      std::optional<EbmlElement> checksum;
      for (std::uint64_t at = cluster.data.offset; at < cluster.data.end();) {
        const EbmlElement child = TRY(wire::read_element(source_, at, cluster.data.end()));
        if (child.id == kSimpleBlock || child.id == kBlockGroup) break;
        if (child.id == wire::kEbmlCrc32) checksum = child;
        const std::size_t before = patches_.size();
        if (child.id == kClusterPosition) TRY(patch(child));
        if (patches_.size() > before && checksum) void_checksum(*checksum);
        at = child.data.end();
      }
    }
    return {};
  }

  /// The cluster's checksum covers its media, which are never read.
  void void_checksum(const EbmlElement& checksum) {
    patches_.push_back({checksum.whole(), wire::make_ebml_void(checksum.whole().size), 0});
  }

  Status patch(const EbmlElement& field) {
    if (field.data.size == 0 || field.data.size > 8) return {};
    const auto width = static_cast<unsigned>(field.data.size);
    const std::uint64_t old = TRY(read_be(source_, field.data.offset, width));
    const std::uint64_t now = moved(old);
    if (old == 0 || now == old) return {};  // 0: a live stream, RFC 9559, 5.1.3.2
    if (width < 8 && now >> (8 * width) != 0) {
      return fail(ErrorCode::Unsupported, "a cluster's position has no room for its new value",
                  "mkv:Segment.Cluster.Position", field.at);
    }
    Replacement replacement{field.data, {}, 0};
    append_be(replacement.bytes, now, width);
    patches_.push_back(std::move(replacement));
    return {};
  }

  Source& source_;
  const Movie& movie_;
  const TagsChange& change_;
  const Limits& limits_;
  std::uint64_t tags_at_ = 0;
  std::vector<Replacement> tags_;
  std::vector<Index> indexes_;
  std::vector<Replacement> patches_;
};

}  // namespace

Result<std::vector<Replacement>> insert_tags(Source& source, const Movie& movie,
                                             const TagsChange& change, const Limits& limits) {
  return Inserter(source, movie, change, limits).run();
}

}  // namespace colophon::mkv
