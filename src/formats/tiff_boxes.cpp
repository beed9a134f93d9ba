// SPDX-License-Identifier: Apache-2.0
// The entries of a TIFF's directories as boxes (C2PA 18.7.3.3): an entry, its data, and, where the
// data are offsets, what these point to. The entries of a sub-directory follow the entry that
// points to it.
#include "formats/box_map.hpp"
#include "wire/tiff_ifd.hpp"

#include <array>
#include <set>
#include <unordered_map>

namespace colophon {
namespace {

using wire::TiffEntry;
using wire::TiffIfd;

constexpr std::uint64_t kMaxPieces = 1 << 20;

/// Tags of offsets and of the byte counts that go with them.
constexpr std::array<std::array<std::uint16_t, 2>, 3> kOffsetTags = {
    {{273, 279}, {324, 325}, {288, 289}}};
constexpr std::array<std::uint16_t, 4> kSubTags = {330, 34665, 34853, 40965};

class Walker {
 public:
  Walker(Source& source, const Layout& layout, BoxMap& map)
      : source_(source), stores_(layout), map_(map) {}

  Status run(const Limits& limits) {
    const wire::TiffWalk walk =
        TRY(wire::walk_tiff(source_, {0, source_.size()}, limits,
                            [&](const wire::TiffHeader& header, const TiffIfd& ifd) -> Status {
                              header_ = header;
                              ifds_.emplace(ifd.whole.offset, ifd);
                              return {};
                            }));
    if (walk.damage) return Failure(*walk.damage);
    map_.has_gaps = true;
    map_.boxes.push_back({"TIFh", {0, header_.first_pointer().end()}, {}, {}});
    for (std::uint64_t at = header_.first_ifd; at != 0;) {
      const TiffIfd* ifd = once(at);
      if (ifd == nullptr) break;
      TRY(add(*ifd));
      at = ifd->next;
    }
    return {};
  }

 private:
  /// The directory at that place, unless it has been there already.
  const TiffIfd* once(std::uint64_t at) {
    const auto found = ifds_.find(at);
    return found != ifds_.end() && done_.insert(at).second ? &found->second : nullptr;
  }

  Status add(const TiffIfd& ifd) {
    for (const TiffEntry& entry : ifd.entries) {
      NamedBox box{std::to_string(entry.tag), entry.entry, {}, {}};
      const bool inside =
          entry.value.offset >= entry.entry.offset && entry.value.end() <= entry.entry.end();
      if (!inside && entry.value.size > 0) box.more.push_back(entry.value);
      if (entry.value.size > 0 && stores_.any_in(entry.value)) box.name = kStoreBox;
      for (const auto& [offsets, counts] : kOffsetTags) {
        if (entry.tag == offsets) TRY(add_pieces(entry, ifd.find(counts), box));
      }
      map_.boxes.push_back(std::move(box));
      for (const std::uint16_t tag : kSubTags) {
        if (entry.tag == tag) TRY(add_subs(entry));
      }
    }
    return {};
  }

  Result<std::vector<std::uint64_t>> numbers(const TiffEntry& entry) {
    const unsigned width = wire::tiff_type_size(entry.type);
    std::vector<std::uint64_t> all;
    if (width == 0 || width > 8 || entry.value.size / width > kMaxPieces - pieces_) {
      return fail(ErrorCode::LimitExceeded, "too many offsets", "tiff", entry.entry.offset);
    }
    pieces_ += entry.value.size / width;
    const Bytes bytes = TRY(source_.view(entry.value));
    for (std::uint64_t at = 0; at + width <= bytes.size(); at += width) {
      all.push_back(*header_.load(bytes, at, width));
    }
    return all;
  }

  Status add_pieces(const TiffEntry& offsets, const TiffEntry* counts, NamedBox& box) {
    if (counts == nullptr) return {};
    const auto places = TRY(numbers(offsets));
    const auto sizes = TRY(numbers(*counts));
    for (std::size_t i = 0; i < places.size() && i < sizes.size(); ++i) {
      box.more.push_back({places[i], sizes[i]});
    }
    return {};
  }

  Status add_subs(const TiffEntry& entry) {
    if (++depth_ > 16) return fail(ErrorCode::LimitExceeded, "directories are nested too deeply");
    for (const std::uint64_t at : TRY(numbers(entry))) {
      if (const TiffIfd* ifd = once(at)) TRY(add(*ifd));
    }
    --depth_;
    return {};
  }

  Source& source_;
  StorePlaces stores_;
  BoxMap& map_;
  wire::TiffHeader header_;
  std::unordered_map<std::uint64_t, TiffIfd> ifds_;
  std::set<std::uint64_t> done_;
  std::uint64_t pieces_ = 0;
  unsigned depth_ = 0;
};

}  // namespace

Result<BoxMap> tiff_boxes(Source& source, const Layout& layout, const Limits& limits) {
  BoxMap map;
  TRY(Walker(source, layout, map).run(limits));
  return map;
}

}  // namespace colophon
