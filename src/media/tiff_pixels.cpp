// SPDX-License-Identifier: Apache-2.0
#include "media/tiff_pixels.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace {

constexpr std::uint16_t kNewSubfileType = 254, kWidth = 256, kHeight = 257, kBits = 258,
                        kCompression = 259, kPhotometric = 262, kFillOrder = 266,
                        kStripOffsets = 273, kOrientation = 274, kSamples = 277,
                        kRowsPerStrip = 278, kStripSizes = 279, kPlanar = 284, kPredictor = 317,
                        kColorMap = 320, kTileWidth = 322, kTileHeight = 323, kTileOffsets = 324,
                        kTileSizes = 325, kInkSet = 332, kExtraSamples = 338, kSampleFormat = 339,
                        kSubsampling = 530, kDngVersion = 50706;
constexpr unsigned kReduced = 1, kMask = 4;  // of NewSubfileType
constexpr std::uint64_t kMaxChunks = 1 << 20, kMaxChunkBytes = 1ULL << 30;
constexpr std::size_t kMaxPages = 1000;

Failure unsupported(std::string_view what) {
  return fail(ErrorCode::Unsupported, fmt::format("a TIFF picture {} is not drawn on", what),
              "tiff");
}
Failure broken(std::string_view what, std::uint64_t at) {
  return fail(ErrorCode::Malformed, fmt::format("the TIFF file is damaged: {}", what), "tiff", at);
}

class PageReader {
 public:
  PageReader(Source& source, const wire::TiffHeader& header, const wire::TiffIfd& ifd)
      : source_(source), ifd_(ifd) {
    page_.header = header;
  }

  Result<unsigned> kind() { return static_cast<unsigned>(TRY(number(kNewSubfileType, 0)) & 7); }
  Result<TiffPage> run() {
    const std::uint64_t width = TRY(number(kWidth, 0)), height = TRY(number(kHeight, 0));
    TRY(check_sides(width, height));
    page_.width = static_cast<std::uint32_t>(width);
    page_.height = static_cast<std::uint32_t>(height);
    const std::uint64_t turned = TRY(number(kOrientation, 1));
    page_.orientation = turned >= 1 && turned <= 8 ? static_cast<unsigned>(turned) : 1;
    TRY(read_samples());
    TRY(read_colours());
    TRY(read_coding());
    TRY(read_chunks());
    return page_;
  }

 private:
  Result<TiffNumbers> numbers(std::uint16_t tag, std::uint64_t most) {
    TiffNumbers out;
    const wire::TiffEntry* entry = ifd_.find(tag);
    if (entry == nullptr) return out;
    out.size = wire::tiff_type_size(entry->type);
    const auto type = static_cast<wire::TiffType>(entry->type);
    const bool whole = type == wire::TiffType::Short || type == wire::TiffType::Long ||
                       type == wire::TiffType::Long8 || type == wire::TiffType::Ifd ||
                       type == wire::TiffType::Ifd8;
    if (!whole || entry->count == 0 || entry->count > most ||
        entry->value.size != entry->count * out.size) {
      return broken(fmt::format("the value of its entry {} cannot be read", tag),
                    entry->entry.offset);
    }
    out.range = entry->value;
    const ByteBuffer bytes = TRY(read(source_, entry->value));
    for (std::size_t at = 0; at < bytes.size(); at += out.size) {
      out.values.push_back(page_.header.load(bytes, at, out.size).value_or(0));
    }
    return out;
  }
  Result<std::uint64_t> number(std::uint16_t tag, std::uint64_t otherwise) {
    const TiffNumbers found = TRY(numbers(tag, kMaxChunks));
    return found.values.empty() ? otherwise : found.values.front();
  }

  Status read_samples() {
    page_.samples = static_cast<unsigned>(std::min<std::uint64_t>(TRY(number(kSamples, 1)), 256));
    if (page_.samples == 0 || page_.samples > 8) return unsupported("of that many samples a pixel");
    const TiffNumbers bits = TRY(numbers(kBits, 256));
    const std::uint64_t first = bits.values.empty() ? 1 : bits.values.front();
    for (const std::uint64_t value : bits.values) {
      if (value != first) return unsupported("whose samples have different sizes");
    }
    if (first != 1 && first != 4 && first != 8 && first != 16) {
      return unsupported(fmt::format("of {} bits a sample", first));
    }
    page_.bits = static_cast<unsigned>(first);
    for (const std::uint64_t format : TRY(numbers(kSampleFormat, 256)).values) {
      if (format != 1 && format != 4) return unsupported("of signed or floating point samples");
    }
    return {};
  }

  Status read_colours() {
    const std::uint64_t photometric = TRY(number(kPhotometric, UINT64_MAX));
    switch (photometric) {
      case 0:
        page_.colours = TiffColours::WhiteIsZero;
        break;
      case 1:
        page_.colours = TiffColours::Grey;
        break;
      case 2:
        page_.colours = TiffColours::Rgb;
        break;
      case 3:
        page_.colours = TiffColours::Palette;
        TRY(read_palette());
        break;
      case 5:
        page_.colours = TiffColours::Cmyk;
        if (TRY(number(kInkSet, 1)) != 1) return unsupported("of other inks than CMYK");
        break;
      case 6: {
        page_.colours = TiffColours::YCbCr;
        const TiffNumbers ratio = TRY(numbers(kSubsampling, 2));
        if (ratio.values != std::vector<std::uint64_t>{1, 1}) {
          return unsupported("with chroma at a lower resolution");
        }
        break;
      }
      case 8:
        page_.colours = TiffColours::Lab;
        break;
      default:
        return unsupported(fmt::format("with colours of kind {}", photometric));
    }
    const bool three = page_.colours == TiffColours::Rgb || page_.colours == TiffColours::YCbCr ||
                       page_.colours == TiffColours::Lab;
    page_.colours_count = page_.colours == TiffColours::Cmyk ? 4 : three ? 3 : 1;
    if (page_.samples < page_.colours_count) return broken("samples are missing", 0);
    const TiffNumbers extra = TRY(numbers(kExtraSamples, 8));
    const std::uint64_t what = extra.values.empty() ? 0 : extra.values.front();
    page_.alpha = page_.samples > page_.colours_count && (what == 1 || what == 2);
    page_.premultiplied = what == 1;
    if (page_.colours_count > 1 && page_.bits < 8) return unsupported("of few bits a sample");
    return {};
  }

  Status read_palette() {
    if (page_.bits > 8 || page_.samples != 1) return unsupported("with a palette of that kind");
    const TiffNumbers map = TRY(numbers(kColorMap, 3 << 8));
    const std::size_t count = std::size_t{1} << page_.bits;
    if (map.values.size() != 3 * count) return broken("its palette has a wrong size", 0);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t c = 0; c < 3; ++c) {
        page_.palette.push_back(static_cast<std::uint8_t>(map.values[c * count + i] >> 8));
      }
    }
    return {};
  }

  Status read_coding() {
    const std::uint64_t compression = TRY(number(kCompression, 1));
    switch (static_cast<TiffCompression>(std::min<std::uint64_t>(compression, UINT16_MAX))) {
      case TiffCompression::None:
      case TiffCompression::Lzw:
      case TiffCompression::Deflate:
      case TiffCompression::PackBits:
      case TiffCompression::OldDeflate:
        page_.compression = static_cast<TiffCompression>(compression);
        break;
      default:
        return unsupported(fmt::format("with compression {} ({})", compression, name(compression)));
    }
    const std::uint64_t predictor = TRY(number(kPredictor, 1));
    const bool coded = page_.compression != TiffCompression::None &&
                       page_.compression != TiffCompression::PackBits;
    page_.differences = coded && predictor == 2;
    if (coded && predictor != 1 && (predictor != 2 || page_.bits < 8)) {
      return unsupported("with that predictor");
    }
    if (TRY(number(kFillOrder, 1)) != 1) return unsupported("with the lowest bit first");
    page_.planar = page_.samples > 1 && TRY(number(kPlanar, 1)) == 2;
    return {};
  }
  static std::string_view name(std::uint64_t compression) {
    switch (compression) {
      case 2:
      case 3:
      case 4:
        return "fax";
      case 6:
      case 7:
        return "JPEG";
      case 34925:
        return "LZMA";
      case 50000:
        return "Zstandard";
      case 50001:
        return "WebP";
      default:
        return "unknown";
    }
  }

  Status read_chunks() {
    page_.tiled = ifd_.find(kTileOffsets) != nullptr;
    const std::uint64_t width = page_.tiled ? TRY(number(kTileWidth, 0)) : page_.width;
    const std::uint64_t height =
        page_.tiled ? TRY(number(kTileHeight, 0))
                    : std::min<std::uint64_t>(TRY(number(kRowsPerStrip, UINT32_MAX)), page_.height);
    if (width == 0 || height == 0) return broken("strips or tiles of no size", 0);
    if (width > kMaxPictureSide || height > kMaxPictureSide ||
        width * height * page_.samples * page_.bits / 8 > kMaxChunkBytes) {
      return fail(ErrorCode::LimitExceeded, "strips or tiles of the TIFF file are too large",
                  "tiff");
    }
    page_.chunk_width = static_cast<std::uint32_t>(width);
    page_.chunk_height = static_cast<std::uint32_t>(height);
    const std::uint64_t count =
        std::uint64_t{page_.chunks_across()} * page_.chunks_down() * page_.planes();
    if (count > kMaxChunks) {
      return fail(ErrorCode::LimitExceeded, "the TIFF file has too many strips or tiles", "tiff");
    }
    page_.offsets = TRY(numbers(page_.tiled ? kTileOffsets : kStripOffsets, kMaxChunks));
    page_.sizes = TRY(numbers(page_.tiled ? kTileSizes : kStripSizes, kMaxChunks));
    if (page_.offsets.values.size() < count || page_.sizes.values.size() < count) {
      return broken("places of strips or tiles are missing", ifd_.whole.offset);
    }
    return {};
  }

  Source& source_;
  const wire::TiffIfd& ifd_;
  TiffPage page_;
};

void sum_row(const TiffPage& page, std::uint8_t* row, bool undo) {
  const std::size_t step = page.samples_here(), count = page.chunk_width * step;
  const unsigned mask = (1U << page.bits) - 1;
  if (undo) {
    for (std::size_t i = step; i < count; ++i) {
      set_tiff_sample(page, row, i,
                      (tiff_sample(page, row, i) + tiff_sample(page, row, i - step)) & mask);
    }
  } else {
    for (std::size_t i = count; i-- > step;) {
      set_tiff_sample(page, row, i,
                      (tiff_sample(page, row, i) - tiff_sample(page, row, i - step)) & mask);
    }
  }
}

}  // namespace

Result<TiffFile> read_tiff_file(Source& source, const Limits& limits) {
  TiffFile file;
  const auto visit = [&](const wire::TiffHeader& header, const wire::TiffIfd& ifd) -> Status {
    file.taken.push_back(ifd.whole);
    for (const wire::TiffEntry& entry : ifd.entries) file.taken.push_back(entry.value);
    if (ifd.find(kDngVersion) != nullptr) {
      return fail(ErrorCode::Unsupported,
                  "a DNG file holds what the sensor saw, which is not drawn on", "tiff");
    }
    if (ifd.kind != wire::IfdKind::Main) {
      file.further = file.further || ifd.find(kWidth) != nullptr;
      return {};
    }
    const unsigned kind = TRY(PageReader(source, header, ifd).kind());
    if ((kind & kMask) != 0) return {};
    if (file.pages.size() >= kMaxPages) {
      return fail(ErrorCode::LimitExceeded, "the TIFF file has too many pages", "tiff");
    }
    file.pages.push_back(TRY(PageReader(source, header, ifd).run()));
    file.pages.back().reduced = (kind & kReduced) != 0;
    return {};
  };
  const wire::TiffWalk walk = TRY(wire::walk_tiff(source, {0, source.size()}, limits, visit));
  if (walk.damage) return Failure(*walk.damage);
  if (file.pages.empty()) return broken("it holds no picture", 0);
  const Range pointer = file.pages.front().header.first_pointer();
  file.taken.push_back({0, pointer.end()});
  std::erase_if(file.taken, [](const Range& range) { return range.size == 0; });
  return file;
}

bool TiffFile::is_free(Range range) const noexcept {
  return std::none_of(taken.begin(), taken.end(), [&](const Range& other) {
    return other.offset < range.end() && range.offset < other.end();
  });
}

unsigned tiff_orientation(Source& source, const Limits& limits) {
  const auto header = wire::read_tiff_header(source, {0, source.size()});
  if (!header) return 1;
  const auto ifd = wire::read_first_ifd(source, *header, limits);
  const wire::TiffEntry* entry = ifd ? ifd->find(kOrientation) : nullptr;
  if (entry == nullptr || entry->value.size != 2) return 1;
  const auto bytes = read(source, entry->value);
  const auto value = bytes ? header->load(*bytes, 0, 2).value_or(1) : 1;
  return value >= 1 && value <= 8 ? static_cast<unsigned>(value) : 1;
}

Result<ByteBuffer> read_tiff_chunk(Source& source, const TiffPage& page, std::size_t index,
                                   std::uint32_t rows) {
  const Range range{page.header.block.offset + page.offsets.values[index],
                    page.sizes.values[index]};
  const std::size_t row = page.row_bytes();
  if (range.offset > source.size() || range.size > source.size() - range.offset) {
    return fail(ErrorCode::Truncated, "the TIFF file ends before its pixels", "tiff", range.offset);
  }
  const Bytes stored = TRY(source.view(range));
  if (page.compression == TiffCompression::Lzw && has_prefix(stored, std::string_view("\0\1", 2))) {
    return unsupported("with LZW of the old kind");
  }
  auto bytes = tiff_unpack(page.compression, stored, row * rows);
  if (!bytes) return broken("a strip or tile cannot be unpacked", range.offset);
  if (page.differences) {
    for (std::uint32_t y = 0; y < rows; ++y) sum_row(page, bytes->data() + y * row, true);
  }
  return std::move(*bytes);
}

ByteBuffer pack_tiff_chunk(const TiffPage& page, ByteBuffer rows) {
  const std::size_t row = page.row_bytes();
  for (std::size_t at = 0; page.differences && at < rows.size(); at += row) {
    sum_row(page, rows.data() + at, false);
  }
  return tiff_pack(page.compression, rows, row);
}

}  // namespace colophon
