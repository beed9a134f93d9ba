// SPDX-License-Identifier: Apache-2.0
// A small grey copy of the first page of a TIFF file.
#include <algorithm>

#include "media/tiff_pixels.hpp"

namespace colophon {
namespace {

class Reader {
 public:
  Reader(Source& source, const TiffPage& page) : source_(source), page_(page) {}

  Result<Picture> run(CopySize size) {
    GreyCopy copy(page_.width, page_.height, size);
    std::vector<std::uint8_t> line;
    for (std::uint32_t down = 0; down < page_.chunks_down(); ++down) {
      const std::uint32_t top = down * page_.chunk_height;
      const std::uint32_t rows = page_.rows_of(down);
      TRY(read_row(down, rows));
      for (std::uint32_t y = 0; y < std::min(rows, page_.height - top); ++y) {
        line.clear();
        for (std::uint32_t x = 0; x < page_.width; ++x) {
          line.push_back(grey(x, y));
          if (page_.alpha) line.push_back(eight(sample(x, y, page_.colours_count)));
        }
        if (page_.alpha) {
          undo_alpha(line);
          copy.add_grey_alpha(line.data());
        } else {
          copy.add_grey(line.data());
        }
      }
    }
    return copy.take(page_.width, page_.height);
  }

 private:
  Status read_row(std::uint32_t down, std::uint32_t rows) {
    chunks_.clear();
    for (unsigned plane = 0; plane < page_.planes(); ++plane) {
      for (std::uint32_t across = 0; across < page_.chunks_across(); ++across) {
        chunks_.push_back(
            TRY(read_tiff_chunk(source_, page_, page_.index(plane, across, down), rows)));
      }
    }
    return {};
  }

  [[nodiscard]] unsigned sample(std::uint32_t x, std::uint32_t y, unsigned which) const {
    const std::uint32_t across = x / page_.chunk_width, column = x % page_.chunk_width;
    const unsigned plane = page_.planar ? which : 0;
    const ByteBuffer& chunk = chunks_[std::size_t{plane} * page_.chunks_across() + across];
    const std::size_t i = std::size_t{column} * page_.samples_here() + (page_.planar ? 0 : which);
    return tiff_sample(page_, chunk.data() + y * page_.row_bytes(), i);
  }
  [[nodiscard]] std::uint8_t eight(unsigned value) const {
    return static_cast<std::uint8_t>(value * 255 / ((1U << page_.bits) - 1));
  }

  [[nodiscard]] std::uint8_t grey(std::uint32_t x, std::uint32_t y) const {
    const auto of = [&](unsigned which) -> unsigned { return eight(sample(x, y, which)); };
    switch (page_.colours) {
      case TiffColours::WhiteIsZero:
        return static_cast<std::uint8_t>(255 - of(0));
      case TiffColours::Palette: {
        const std::uint8_t* at = page_.palette.data() + std::size_t{3} * sample(x, y, 0);
        return luminance(at[0], at[1], at[2]);
      }
      case TiffColours::Rgb:
        return luminance(of(0), of(1), of(2));
      case TiffColours::Cmyk: {
        const unsigned light = 255 - of(3);
        return luminance((255 - of(0)) * light / 255, (255 - of(1)) * light / 255,
                         (255 - of(2)) * light / 255);
      }
      default:
        return static_cast<std::uint8_t>(of(0));
    }
  }
  static std::uint8_t luminance(unsigned red, unsigned green, unsigned blue) {
    return static_cast<std::uint8_t>((299 * red + 587 * green + 114 * blue) / 1000);
  }
  void undo_alpha(std::vector<std::uint8_t>& line) const {
    for (std::size_t i = 0; page_.premultiplied && i < line.size(); i += 2) {
      const unsigned alpha = std::max<unsigned>(line[i + 1], 1);
      line[i] = static_cast<std::uint8_t>(std::min(255U, line[i] * 255U / alpha));
    }
  }

  Source& source_;
  const TiffPage& page_;
  std::vector<ByteBuffer> chunks_;
};

}  // namespace

Result<Picture> decode_tiff(Source& source, CopySize size) {
  const TiffFile file = TRY(read_tiff_file(source, {}));
  return Reader(source, file.pages.front()).run(size);
}

}  // namespace colophon
