// SPDX-License-Identifier: Apache-2.0
// A label in every page of a TIFF file: only the strips and tiles under it are written anew, in
// their old places where they fit, else at the end of the file.
#include "formats/tiff.hpp"
#include "media/palette.hpp"
#include "media/tiff_pixels.hpp"

#include <algorithm>

namespace colophon {
namespace {

struct Cover {
  unsigned plate = 0, ink = 0;
  [[nodiscard]] bool any() const noexcept { return plate != 0 || ink != 0; }
  [[nodiscard]] bool hard() const noexcept { return plate >= 128 || ink >= 128; }
};
Cover cover_at(const Stamp& stamp, std::uint32_t x, std::uint32_t y) {
  const std::size_t at = std::size_t{y - stamp.y} * stamp.plate.width + (x - stamp.x);
  return {stamp.plate.samples[at], stamp.ink.samples[at]};
}

/// Draws on samples of one page.
class Brush {
 public:
  Brush(const TiffPage& page, const Stamp& stamp, ContrastMeter& meter)
      : page_(page), stamp_(stamp), meter_(meter), high_((1U << page.bits) - 1) {}

  Status choose() {
    if (page_.colours != TiffColours::Palette) return {};
    PaletteChoice choice;
    choice.rgb = page_.palette;
    choice.used.fill(true);
    choice.most = page_.palette.size() / 3;
    TRY(choose_label_colours(choice));
    dark_ = choice.dark;
    light_ = choice.light;
    add_contrast(choice.rgb, dark_, light_, meter_);
    return {};
  }

  /// The samples of plane `plane` (of all, where they stand together) for pixel (x, y), which
  /// begin `i` samples into the row.
  void pixel(std::uint8_t* row, std::size_t i, unsigned plane, std::uint32_t x, std::uint32_t y) {
    const Cover cover = cover_at(stamp_, x, y);
    if (!cover.any()) return;
    for (unsigned s = 0; s < page_.samples_here(); ++s) {
      const unsigned which = page_.planar ? plane : s;
      const unsigned value = drawn(tiff_sample(page_, row, i + s), which, cover);
      set_tiff_sample(page_, row, i + s, value);
      if (which == page_.light_sample()) tell(value, cover);
    }
  }

 private:
  [[nodiscard]] unsigned under(unsigned value, Cover cover) const {
    return under_label(value, cover.plate, cover.ink, high_);
  }
  [[nodiscard]] unsigned inverted(unsigned value, Cover cover) const {
    return high_ - under(high_ - value, cover);
  }
  /// Towards `middle`, which means no colour.
  [[nodiscard]] unsigned faded(unsigned value, unsigned middle, Cover cover) const {
    const auto ground = static_cast<int>(under_label(middle, cover.plate, 0, high_));
    const auto mixed = static_cast<int>(under_label(value, cover.plate, 0, high_));
    const int difference = (mixed - ground) * static_cast<int>(255 - cover.ink) / 255;
    return static_cast<unsigned>(
        std::clamp(static_cast<int>(middle) + difference, 0, static_cast<int>(high_)));
  }

  [[nodiscard]] unsigned drawn(unsigned value, unsigned sample, Cover cover) const {
    if (sample >= page_.colours_count) {
      const bool alpha = page_.alpha && sample == page_.colours_count;
      return alpha && cover.hard() ? high_ : value;
    }
    const unsigned sign = (high_ + 1) / 2;
    switch (page_.colours) {
      case TiffColours::Palette:
        return !cover.hard() ? value : cover.ink >= 128 ? light_ : dark_;
      case TiffColours::WhiteIsZero:
        return inverted(value, cover);
      case TiffColours::Cmyk:
        return sample == 3 ? inverted(value, cover) : under_label(value, 0, cover.ink, 0);
      case TiffColours::YCbCr:
        return sample == 0 ? under(value, cover) : faded(value, sign, cover);
      case TiffColours::Lab:  // a* and b* have a sign
        return sample == 0 ? under(value, cover) : faded(value ^ sign, sign, cover) ^ sign;
      default:
        return under(value, cover);
    }
  }

  void tell(unsigned value, Cover cover) {
    if (page_.colours == TiffColours::Palette) return;
    const bool dark =
        page_.colours == TiffColours::WhiteIsZero || page_.colours == TiffColours::Cmyk;
    const unsigned light = dark ? high_ - value : value;
    meter_.add(light * 255 / high_, cover.plate, cover.ink);
  }

  const TiffPage& page_;
  const Stamp& stamp_;
  ContrastMeter& meter_;
  unsigned high_, dark_ = 0, light_ = 0;
};

class PageStamper {
 public:
  PageStamper(Source& source, const TiffFile& file, const TiffPage& page, const Stamp& stamp,
              Stamped& out, ByteBuffer& appended)
      : source_(source),
        file_(file),
        page_(page),
        stamp_(stamp),
        out_(out),
        appended_(appended),
        brush_(page, stamp, out.contrast) {}

  Status run() {
    TRY(brush_.choose());
    for (unsigned plane = 0; plane < page_.planes(); ++plane) {
      for (std::uint32_t down = stamp_.y / page_.chunk_height;
           down * page_.chunk_height < stamp_.bottom(); ++down) {
        for (std::uint32_t across = stamp_.x / page_.chunk_width;
             across * page_.chunk_width < stamp_.right(); ++across) {
          TRY(change(plane, across, down));
        }
      }
    }
    return {};
  }

 private:
  Status change(unsigned plane, std::uint32_t across, std::uint32_t down) {
    const std::size_t index = page_.index(plane, across, down);
    const std::uint32_t left = across * page_.chunk_width, top = down * page_.chunk_height;
    const std::size_t row = page_.row_bytes();
    const std::uint32_t rows = page_.rows_of(down);
    const std::uint32_t first = std::max(stamp_.y, top);
    const std::uint32_t end = std::min(stamp_.bottom(), top + rows);
    const std::uint32_t right = std::min(stamp_.right(), left + page_.chunk_width);
    const auto draw = [&](std::uint8_t* bytes, std::uint32_t y) {
      for (std::uint32_t x = std::max(stamp_.x, left); x < right; ++x) {
        brush_.pixel(bytes, std::size_t{x - left} * page_.samples_here(), plane, x, y);
      }
    };
    const std::uint64_t begin = page_.header.block.offset + page_.offsets.values[index];
    const std::uint64_t stored =
        page_.compression == TiffCompression::None ? row * rows : page_.sizes.values[index];
    if (!file_.is_free({begin, stored})) {
      return fail(ErrorCode::Malformed,
                  "the TIFF file is damaged: a strip or tile lies over a directory", "tiff", begin);
    }
    if (page_.compression == TiffCompression::None) {
      if (page_.sizes.values[index] < row * rows) {
        return fail(ErrorCode::Malformed, "the TIFF file is damaged: a strip or tile is too short",
                    "tiff", begin);
      }
      for (std::uint32_t y = first; y < end; ++y) {
        const Range range{begin + std::uint64_t{y - top} * row, row};
        ByteBuffer bytes = TRY(read(source_, range));
        draw(bytes.data(), y);
        out_.changes.push_back({range, std::move(bytes)});
      }
      return {};
    }
    ByteBuffer bytes = TRY(read_tiff_chunk(source_, page_, index, rows));
    for (std::uint32_t y = first; y < end; ++y) draw(bytes.data() + std::size_t{y - top} * row, y);
    return put(index, pack_tiff_chunk(page_, std::move(bytes)));
  }

  Status put(std::size_t index, ByteBuffer packed) {
    if (packed.size() != page_.sizes.values[index]) {
      TRY(set(page_.sizes, index, packed.size()));
    }
    if (packed.size() <= page_.sizes.values[index]) {
      const std::uint64_t at = page_.header.block.offset + page_.offsets.values[index];
      out_.changes.push_back({{at, packed.size()}, std::move(packed)});
      return {};
    }
    if ((source_.size() + appended_.size()) % 2 != 0) appended_.push_back(0);
    TRY(set(page_.offsets, index, source_.size() + appended_.size()));
    append(appended_, packed);
    return {};
  }
  Status set(const TiffNumbers& numbers, std::size_t index, std::uint64_t value) {
    if (numbers.size < 8 && value >> (8 * numbers.size) != 0) {
      return fail(ErrorCode::LimitExceeded,
                  "the TIFF file has no room for a larger strip or tile; store it anew with fewer "
                  "rows a strip",
                  "tiff");
    }
    ByteBuffer bytes;
    page_.header.append(bytes, value, numbers.size);
    out_.changes.push_back(
        {{numbers.range.offset + index * numbers.size, numbers.size}, std::move(bytes)});
    return {};
  }

  Source& source_;
  const TiffFile& file_;
  const TiffPage& page_;
  const Stamp& stamp_;
  Stamped& out_;
  ByteBuffer& appended_;
  Brush brush_;
};

}  // namespace

Result<Stamped> stamp_tiff(Source& source, const MakeStamp& make, const Limits& limits) {
  TRY(tiff::check_end(source, UINT64_MAX, limits));  // values that lie nowhere: damage
  const TiffFile file = TRY(read_tiff_file(source, limits));
  Stamped out;
  ByteBuffer appended;
  bool further = file.further;
  for (const TiffPage& page : file.pages) {
    const auto stamp = make({page.width, page.height, page.orientation});
    if (!stamp) {
      if (!page.reduced || &page == file.pages.data()) return Failure(stamp.error());
      further = true;
      continue;
    }
    TRY(PageStamper(source, file, page, *stamp, out, appended).run());
  }
  if (!appended.empty()) {
    if (!file.pages.front().header.big && source.size() + appended.size() > UINT32_MAX) {
      return fail(ErrorCode::LimitExceeded, "a classic TIFF file ends at 4 GiB", "tiff");
    }
    out.changes.push_back({{source.size(), 0}, std::move(appended)});
  }
  if (further) {
    out.notes.push_back({"mark-further-pictures",
                         Severity::Info,
                         {"the file holds further pictures (small copies); they keep their pixels",
                          "文件中还有其他图像（缩小的副本），它们的像素保持不变"},
                         std::nullopt});
  }
  return out;
}

}  // namespace colophon
