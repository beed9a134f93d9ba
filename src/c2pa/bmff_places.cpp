// SPDX-License-Identifier: Apache-2.0
// Where the samples and items of a file stand (ISO/IEC 14496-12 8.7.5, 8.8, 8.11.3). A table that
// points into a box which no hash covers lets anybody exchange what is shown.
#include "c2pa/bmff_hash.hpp"

#include "formats/mp4.hpp"
#include "wire/iloc.hpp"

#include <algorithm>

namespace colophon::c2pa {
namespace {

using wire::Box;
using wire::fourcc;
using wire::FourCc;

constexpr std::uint64_t kBaseDataOffset = 0x000001;  // tfhd
constexpr std::uint64_t kDataOffset = 0x000001;      // trun
constexpr std::uint64_t kBlock = 64 * 1024;

class Places {
 public:
  Places(Source& source, const std::vector<Range>& left_out, const Limits& limits)
      : source_(source), left_out_(left_out), limits_(limits), budget_(limits) {}

  Status root(const Box& box) {
    moof_ = box.whole.offset;
    if (box.is(fourcc("moov"))) return children(box.body, kMovie, 0);
    if (box.is(fourcc("moof"))) return children(box.body, kFragment, 0);
    if (!box.is(fourcc("meta"))) return {};
    return children(TRY(mp4::meta_children(source_, box)), {}, 0);
  }

 private:
  static constexpr FourCc kMovie[] = {fourcc("trak"), fourcc("mdia"), fourcc("minf"),
                                      fourcc("stbl")};
  static constexpr FourCc kFragment[] = {fourcc("traf")};

  /// Goes down along `path` and reads the tables at its end.
  Status children(Range within, std::span<const FourCc> path, std::size_t depth) {
    wire::BoxWalker walker(source_, within, budget_);
    std::uint64_t base = moof_;
    while (const auto box = TRY(walker.next())) {
      if (depth < path.size()) {
        if (box->is(path[depth])) TRY(children(box->body, path, depth + 1));
      } else if (box->is(fourcc("stco"))) {
        TRY(chunks(*box, 4));
      } else if (box->is(fourcc("co64"))) {
        TRY(chunks(*box, 8));
      } else if (box->is(fourcc("tfhd"))) {
        base = TRY(fragment_base(*box));
      } else if (box->is(fourcc("trun"))) {
        TRY(run(*box, base));
      } else if (box->is(fourcc("iloc"))) {
        TRY(items(*box));
      }
    }
    return {};
  }

  Status chunks(const Box& box, unsigned width) {
    if (box.body.size < 8) return {};
    const std::uint64_t count = TRY(read_be(source_, box.body.offset + 4, 4));
    Range table{box.body.offset + 8, std::min(count * width, box.body.size - 8)};
    table.size -= table.size % width;
    while (table.size > 0) {
      const Bytes block = TRY(source_.view({table.offset, std::min(table.size, kBlock)}));
      for (std::size_t at = 0; at < block.size(); at += width) {
        TRY(place({*load_be(block, at, width), 1}));
      }
      table = {table.offset + block.size(), table.size - block.size()};
    }
    return {};
  }

  Result<std::uint64_t> fragment_base(const Box& box) {
    const wire::FullBox full = TRY(wire::read_full_box(source_, box));
    if ((full.flags & kBaseDataOffset) == 0 || full.body.size < 12) return moof_;
    return read_be(source_, full.body.offset + 4, 8);
  }

  Status run(const Box& box, std::uint64_t base) {
    const wire::FullBox full = TRY(wire::read_full_box(source_, box));
    if ((full.flags & kDataOffset) == 0 || full.body.size < 8) return {};
    const std::uint64_t stored = TRY(read_be(source_, full.body.offset + 4, 4));
    const auto offset = static_cast<std::int32_t>(static_cast<std::uint32_t>(stored));
    return place({base + static_cast<std::uint64_t>(static_cast<std::int64_t>(offset)), 1});
  }

  Status items(const Box& box) {
    for (const wire::ItemLocation& item : TRY(read_item_locations(source_, box, limits_))) {
      if (!item.in_file()) continue;
      for (const wire::ItemExtent& extent : item.extents) {
        const std::uint64_t at = item.base.value + extent.offset.value;
        TRY(place({at, std::max<std::uint64_t>(extent.length, 1)}));
      }
    }
    return {};
  }

  Status place(Range range) const {
    if (!touches(left_out_, range)) return {};
    return mismatch("content stands in a part of the file that no hash covers");
  }

  Source& source_;
  const std::vector<Range>& left_out_;
  const Limits& limits_;
  wire::BoxBudget budget_;
  std::uint64_t moof_ = 0;
};

}  // namespace

Status check_media_places(Source& source, const BmffMap& map, const std::vector<Range>& left_out,
                          const Limits& limits) {
  Places places(source, left_out, limits);
  for (const RootBox& root : map.boxes) TRY(of_asset(places.root(root.box)));
  return {};
}

}  // namespace colophon::c2pa
