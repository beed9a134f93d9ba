// SPDX-License-Identifier: Apache-2.0
// Positions in an image sequence: stco, co64, saio (ISO/IEC 14496-12 8.7.5, 8.7.9).
#include "formats/heif_shift.hpp"

#include "formats/mp4_edit.hpp"

namespace colophon::heif {
namespace {

using mp4::Box;
using mp4::BoxBudget;
using mp4::FourCc;
using mp4::fourcc;

class Tables {
 public:
  Tables(Source& source, const Shift& shift, const Limits& limits)
      : source_(source), shift_(shift), limits_(limits) {}

  [[nodiscard]] Status walk(const Box& box, std::size_t level);
  [[nodiscard]] std::vector<Replacement> take() noexcept { return std::move(out_); }

 private:
  [[nodiscard]] Status move(const Box& box);

  Source& source_;
  const Shift& shift_;
  const Limits& limits_;
  std::vector<Replacement> out_;
};

Status Tables::walk(const Box& box, std::size_t level) {
  constexpr FourCc kHolders[] = {fourcc("trak"), fourcc("mdia"), fourcc("minf"), fourcc("stbl")};
  for (const Box& child : TRY(mp4::children_of(source_, box.body, limits_))) {
    if (level < std::size(kHolders) && child.is(kHolders[level])) {
      TRY(walk(child, level + 1));
    } else if (child.is(fourcc("stco")) || child.is(fourcc("co64")) || child.is(fourcc("saio"))) {
      TRY(move(child));
    } else if (child.is(fourcc("meta"))) {
      BoxBudget budget(limits_);
      const Range within = TRY(mp4::meta_children(source_, child));
      if (TRY(wire::find_box(source_, within, fourcc("iloc"), budget))) {
        return fail(ErrorCode::Unsupported, "a track holds items by position, which cannot move",
                    "iloc", child.whole.offset);
      }
    }
  }
  return {};
}

Status Tables::move(const Box& box) {
  const wire::FullBox full = TRY(wire::read_full_box(source_, box));
  const bool is_saio = box.is(fourcc("saio"));
  const std::uint64_t head = is_saio && (full.flags & 1) != 0 ? 12 : 4;
  const bool wide = is_saio ? full.version > 0 : box.is(fourcc("co64"));
  const unsigned width = wide ? 8 : 4;
  const ByteBuffer old = TRY(read(source_, full.body));
  const auto count = load_be(old, head - 4, 4);
  if (!count || *count > (old.size() - head) / width) {
    return fail(ErrorCode::Malformed, "the table is cut short; nothing is written",
                wire::to_string(box.type), box.whole.offset);
  }
  ByteBuffer fresh = old;
  for (std::uint64_t i = 0; i < *count; ++i) {
    const std::uint64_t position = shift_.moved(*load_be(old, head + i * width, width));
    if (width == 4 && position > UINT32_MAX) {
      return fail(ErrorCode::Unsupported,
                  "a position in the file no longer fits into the table's number size",
                  wire::to_string(box.type), box.whole.offset);
    }
    store_be(fresh, static_cast<std::size_t>(head + i * width), position, width);
  }
  out_.push_back({full.body, std::move(fresh)});
  return {};
}

}  // namespace

Result<std::vector<Replacement>> moved_tables(Source& source, const mp4::FileMap& map,
                                              const Shift& shift, const Limits& limits) {
  Tables tables(source, shift, limits);
  for (const Box& box : map.boxes) {
    if (box.is(fourcc("moof")) || box.is(fourcc("sidx"))) {
      return fail(ErrorCode::Unsupported,
                  "the image sequence is stored in fragments, whose positions cannot be moved",
                  wire::to_string(box.type), box.whole.offset);
    }
    if (box.is(fourcc("moov"))) TRY(tables.walk(box, 0));
  }
  return tables.take();
}

}  // namespace colophon::heif
