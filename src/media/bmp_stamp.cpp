// SPDX-License-Identifier: Apache-2.0
// A label in a BMP file: rows are stored plainly, so that only the samples under it change, in
// place.
#include <algorithm>
#include <bit>

#include "media/palette.hpp"

namespace colophon {
namespace {

constexpr std::uint64_t kFileHeader = 14;

Failure unsupported(std::string what) {
  return fail(ErrorCode::Unsupported, "BMP files " + what + " cannot be labelled", "bmp");
}

struct Bitmap {
  PictureShape shape;
  bool top_down = false;
  unsigned bits = 24;
  std::uint64_t pixels = 0, stride = 0, palette = 0;
  unsigned entry = 4;                    ///< bytes of a palette entry
  std::array<std::uint32_t, 4> masks{};  ///< red, green, blue, alpha; of 16 and 32 bits
};

Status read_masks(Source& source, std::uint64_t compression, std::uint64_t info, Bitmap& bitmap) {
  if (compression == 0) {
    bitmap.masks = bitmap.bits == 16 ? std::array<std::uint32_t, 4>{0x7C00, 0x3E0, 0x1F, 0}
                                     : std::array<std::uint32_t, 4>{0xFF0000, 0xFF00, 0xFF, 0};
    return {};
  }
  // They stand behind an info header of 40 bytes, and inside a longer one.
  const std::size_t count = info >= 56 || compression == 6 ? 4 : 3;
  const Bytes bytes = TRY(source.view({kFileHeader + 40, count * 4}));
  for (std::size_t i = 0; i < count; ++i) {
    bitmap.masks[i] = static_cast<std::uint32_t>(*load_le(bytes, i * 4, 4));
  }
  return {};
}

Result<Bitmap> read_bitmap(Source& source) {
  const ByteBuffer head = TRY(read(source, {0, std::min<std::uint64_t>(54, source.size())}));
  const auto number = [&](std::size_t at, unsigned size) {
    return load_le(head, at, size).value_or(0);
  };
  const std::uint64_t info = number(14, 4);
  Bitmap bitmap;
  bitmap.pixels = number(10, 4);
  const bool old = info == 12;
  const auto width = static_cast<std::int32_t>(old ? number(18, 2) : number(18, 4));
  const auto height = static_cast<std::int32_t>(old ? number(20, 2) : number(22, 4));
  bitmap.bits = static_cast<unsigned>(old ? number(24, 2) : number(28, 2));
  const std::uint64_t compression = old ? 0 : number(30, 4);
  bitmap.top_down = height < 0;
  const auto lines = static_cast<std::uint64_t>(std::abs(static_cast<std::int64_t>(height)));
  TRY(check_sides(width < 0 ? UINT64_MAX : static_cast<std::uint64_t>(width), lines));
  bitmap.shape = {static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(lines), 1};
  const unsigned bits = bitmap.bits;
  if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
    return unsupported("that hold another format");
  }
  const bool masked = (compression == 3 || compression == 6) && (bits == 16 || bits == 32);
  if (compression != 0 && !masked) return unsupported("with compression");
  bitmap.stride = (std::uint64_t{bitmap.shape.width} * bits + 31) / 32 * 4;
  bitmap.entry = old ? 3 : 4;
  bitmap.palette = kFileHeader + info;
  if (bits == 16 || bits == 32) TRY(read_masks(source, compression, info, bitmap));
  if (bitmap.pixels > source.size() || bitmap.stride * lines > source.size() - bitmap.pixels) {
    return fail(ErrorCode::Truncated, "the file ends before its pixels", "bmp", bitmap.pixels);
  }
  return bitmap;
}

class Painter {
 public:
  Painter(Source& source, const Bitmap& bitmap, const Stamp& stamp, Stamped& out)
      : source_(source), bitmap_(bitmap), stamp_(stamp), out_(out) {}

  Status run() {
    if (bitmap_.bits <= 8) TRY(choose());
    for (std::uint32_t y = stamp_.y; y < stamp_.bottom(); ++y) {
      const std::uint32_t line = bitmap_.top_down ? y : bitmap_.shape.height - 1 - y;
      const std::uint64_t first = std::uint64_t{stamp_.x} * bitmap_.bits / 8;
      const std::uint64_t end = (std::uint64_t{stamp_.right()} * bitmap_.bits + 7) / 8;
      const Range range{bitmap_.pixels + line * bitmap_.stride + first, end - first};
      ByteBuffer row = TRY(read(source_, range));
      for (std::uint32_t x = stamp_.x; x < stamp_.right(); ++x) pixel(row, first, x, y);
      out_.changes.push_back({range, std::move(row)});
    }
    return {};
  }

 private:
  /// The palette is written anew only when it must be; its number of entries stays.
  Status choose() {
    const std::uint64_t room =
        bitmap_.pixels > bitmap_.palette ? bitmap_.pixels - bitmap_.palette : 0;
    const std::uint64_t count = std::min<std::uint64_t>(1ULL << bitmap_.bits, room / bitmap_.entry);
    if (count == 0) return unsupported("without their palette");
    const Range range{bitmap_.palette, count * bitmap_.entry};
    const ByteBuffer table = TRY(read(source_, range));
    PaletteChoice choice;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = i * bitmap_.entry;
      append(choice.rgb, ByteBuffer{table[at + 2], table[at + 1], table[at]});
    }
    choice.used.fill(true);
    choice.most = count;
    TRY(choose_label_colours(choice));
    dark_ = choice.dark;
    light_ = choice.light;
    add_contrast(choice.rgb, dark_, light_, out_.contrast);
    return {};
  }

  void pixel(ByteBuffer& row, std::uint64_t first, std::uint32_t x, std::uint32_t y) {
    const std::size_t at = std::size_t{y - stamp_.y} * stamp_.plate.width + (x - stamp_.x);
    const unsigned plate = stamp_.plate.samples[at], ink = stamp_.ink.samples[at];
    if (plate == 0 && ink == 0) return;
    const std::uint64_t bit = std::uint64_t{x} * bitmap_.bits - first * 8;
    std::uint8_t* byte = row.data() + bit / 8;
    if (bitmap_.bits <= 8) {
      if (plate < 128 && ink < 128) return;
      const unsigned mask = (1U << bitmap_.bits) - 1;
      const auto shift = static_cast<unsigned>(8 - bitmap_.bits - bit % 8);
      const unsigned index = ink >= 128 ? light_ : dark_;
      *byte = static_cast<std::uint8_t>((*byte & ~(mask << shift)) | index << shift);
    } else if (bitmap_.bits == 24) {
      for (unsigned c = 0; c < 3; ++c)
        byte[c] = static_cast<std::uint8_t>(under_label(byte[c], plate, ink, 255));
      out_.contrast.add((299U * byte[2] + 587U * byte[1] + 114U * byte[0]) / 1000, plate, ink);
    } else {
      masked(byte, plate, ink);
    }
  }

  void masked(std::uint8_t* byte, unsigned plate, unsigned ink) {
    const unsigned size = bitmap_.bits / 8;
    std::uint32_t value = 0;
    for (unsigned i = 0; i < size; ++i) value |= std::uint32_t{byte[i]} << (8 * i);
    unsigned green = 0;
    for (std::size_t c = 0; c < 3; ++c) {
      const std::uint32_t mask = bitmap_.masks[c];
      if (mask == 0) continue;
      const auto shift = static_cast<unsigned>(std::countr_zero(mask));
      const std::uint32_t high = mask >> shift;
      const std::uint32_t mixed = under_label((value & mask) >> shift, plate, ink, high);
      value = (value & ~mask) | ((mixed << shift) & mask);
      if (c == 1) green = static_cast<unsigned>(std::uint64_t{mixed} * 255 / high);
    }
    if (plate >= 128 || ink >= 128) value |= bitmap_.masks[3];  // never seen through
    for (unsigned i = 0; i < size; ++i) byte[i] = static_cast<std::uint8_t>(value >> (8 * i));
    out_.contrast.add(green, plate, ink);
  }

  Source& source_;
  const Bitmap& bitmap_;
  const Stamp& stamp_;
  Stamped& out_;
  unsigned dark_ = 0, light_ = 0;
};

}  // namespace

Result<Stamped> stamp_bmp(Source& source, const MakeStamp& make, const Limits&) {
  const Bitmap bitmap = TRY(read_bitmap(source));
  const Stamp stamp = TRY(make(bitmap.shape));
  Stamped out;
  TRY(Painter(source, bitmap, stamp, out).run());
  return out;
}

}  // namespace colophon
