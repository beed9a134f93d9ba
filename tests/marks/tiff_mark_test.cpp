// SPDX-License-Identifier: Apache-2.0
// A label in a TIFF file changes the samples under it and nothing else.
#include <doctest/doctest.h>

#include <random>

#include "marks/marked.hpp"
#include "media/stamp.hpp"
#include "media/tiff_pixels.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

struct Kind {
  std::string name;
  unsigned photometric = 2, samples = 3, bits = 8;
  std::uint32_t width = 240, height = 180, rows = 16, tile = 0;
  TiffCompression compression = TiffCompression::None;
  unsigned predictor = 1, planar = 1, orientation = 1, extra = 0, pages = 1;
  bool big_endian = false, big = false;
};

/// Writes directories behind their strips.
class Maker {
 public:
  explicit Maker(const Kind& kind) : kind_(kind) {
    header_.big_endian = kind.big_endian;
    header_.big = kind.big;
  }

  ByteBuffer run() {
    out_ = to_buffer(kind_.big_endian ? "MM" : "II");
    header_.append(out_, kind_.big ? 43 : 42, 2);
    if (kind_.big) {
      header_.append(out_, 8, 2);
      header_.append(out_, 0, 2);
    }
    std::size_t pointer = out_.size();
    header_.append(out_, 0, header_.width());
    for (unsigned page = 0; page < kind_.pages; ++page) {
      random_.seed(page);
      add_chunks();
      if (out_.size() % 2 != 0) out_.push_back(0);
      patch(pointer, out_.size());
      pointer = add_directory();
    }
    return out_;
  }

 private:
  void patch(std::size_t at, std::uint64_t value) {
    ByteBuffer bytes;
    header_.append(bytes, value, header_.width());
    std::copy(bytes.begin(), bytes.end(), out_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  void add_chunks() {
    offsets_.clear();
    sizes_.clear();
    TiffPage page;
    page.header = header_;
    page.width = kind_.width;
    page.height = kind_.height;
    page.bits = kind_.bits;
    page.samples = kind_.samples;
    page.planar = kind_.planar == 2;
    page.compression = kind_.compression;
    page.differences = kind_.predictor == 2;
    page.tiled = kind_.tile > 0;
    page.chunk_width = page.tiled ? kind_.tile : kind_.width;
    page.chunk_height = page.tiled ? kind_.tile : kind_.rows;
    for (unsigned plane = 0; plane < page.planes(); ++plane) {
      for (std::uint32_t down = 0; down < page.chunks_down(); ++down) {
        for (std::uint32_t across = 0; across < page.chunks_across(); ++across) {
          const std::uint32_t rows = page.rows_of(down);
          ByteBuffer bytes(page.row_bytes() * rows);
          const std::size_t count = std::size_t{page.chunk_width} * page.samples_here();
          for (std::uint32_t y = 0; y < rows; ++y) {
            for (std::size_t i = 0; i < count; ++i) {
              const unsigned high = (1U << page.bits) - 1;
              const auto value =
                  static_cast<unsigned>((i * 3 + y * 5 + random_() % 7) % (high + 1));
              set_tiff_sample(page, bytes.data() + y * page.row_bytes(), i, value);
            }
          }
          const ByteBuffer packed = pack_tiff_chunk(page, std::move(bytes));
          offsets_.push_back(out_.size());
          sizes_.push_back(packed.size());
          append(out_, packed);
        }
      }
    }
  }

  std::size_t add_directory() {
    std::vector<std::pair<std::uint16_t, std::vector<std::uint64_t>>> entries = {
        {256, {kind_.width}},
        {257, {kind_.height}},
        {258, std::vector<std::uint64_t>(kind_.samples, kind_.bits)},
        {259, {static_cast<std::uint64_t>(kind_.compression)}},
        {262, {kind_.photometric}},
        {274, {kind_.orientation}},
        {277, {kind_.samples}},
        {284, {kind_.planar}},
        {317, {kind_.predictor}},
    };
    if (kind_.photometric == 3) {
      std::vector<std::uint64_t> map;
      const std::uint64_t count = 1ULL << kind_.bits;
      for (std::uint64_t i = 0; i < 3 * count; ++i) map.push_back(i % count * 65535 / (count - 1));
      entries.push_back({320, map});
    }
    if (kind_.extra > 0) entries.push_back({338, {kind_.extra}});
    if (kind_.photometric == 6) entries.push_back({530, {1, 1}});
    if (kind_.tile > 0) {
      entries.push_back({322, {kind_.tile}});
      entries.push_back({323, {kind_.tile}});
    } else {
      entries.push_back({278, {kind_.rows}});
    }
    entries.push_back({static_cast<std::uint16_t>(kind_.tile > 0 ? 324 : 273), offsets_});
    entries.push_back({static_cast<std::uint16_t>(kind_.tile > 0 ? 325 : 279), sizes_});
    std::sort(entries.begin(), entries.end());
    const std::size_t begin = out_.size();
    const std::size_t behind =
        begin + header_.count_width() + entries.size() * header_.entry_size() + header_.width();
    ByteBuffer values;
    header_.append(out_, entries.size(), header_.count_width());
    for (const auto& [tag, numbers] : entries) {
      const bool place = tag == 273 || tag == 279 || tag == 324 || tag == 325;
      const unsigned size = place ? 4 : 2;
      header_.append(out_, tag, 2);
      header_.append(out_, place ? 4 : 3, 2);
      header_.append(out_, numbers.size(), header_.width());
      ByteBuffer bytes;
      for (const std::uint64_t number : numbers) header_.append(bytes, number, size);
      if (bytes.size() <= header_.width()) {
        bytes.resize(header_.width());
        append(out_, bytes);
      } else {
        header_.append(out_, behind + values.size(), header_.width());
        append(values, bytes);
      }
    }
    const std::size_t next = out_.size();
    header_.append(out_, 0, header_.width());
    append(out_, values);
    return next;
  }

  const Kind& kind_;
  wire::TiffHeader header_;
  ByteBuffer out_;
  std::vector<std::uint64_t> offsets_, sizes_;
  std::minstd_rand random_;
};

ByteBuffer make_tiff(const Kind& kind) {
  return Maker(kind).run();
}

std::vector<Kind> kinds() {
  std::vector<Kind> all;
  const auto add = [&all](std::string name) -> Kind& {
    Kind& kind = all.emplace_back();
    kind.name = std::move(name);
    return kind;
  };
  add("RGB");
  add("RGB, LZW").compression = TiffCompression::Lzw;
  add("RGB, Deflate").compression = TiffCompression::Deflate;
  add("RGB, PackBits").compression = TiffCompression::PackBits;
  Kind& predicted = add("RGB, LZW, predictor");
  predicted.compression = TiffCompression::Lzw;
  predicted.predictor = 2;
  Kind& deep = add("RGB of 16 bits, Deflate, predictor, big-endian");
  deep.bits = 16;
  deep.compression = TiffCompression::OldDeflate;
  deep.predictor = 2;
  deep.big_endian = true;
  Kind& planar = add("RGB in planes, LZW");
  planar.planar = 2;
  planar.compression = TiffCompression::Lzw;
  Kind& tiles = add("tiles, LZW");
  tiles.tile = 48;
  tiles.compression = TiffCompression::Lzw;
  Kind& both = add("tiles of planes");
  both.tile = 64;
  both.planar = 2;
  Kind& big = add("BigTIFF, LZW");
  big.big = true;
  big.compression = TiffCompression::Lzw;
  Kind& alpha = add("RGB with alpha");
  alpha.samples = 4;
  alpha.extra = 2;
  Kind& grey = add("grey");
  grey.photometric = 1;
  grey.samples = 1;
  Kind& few = add("grey of 4 bits, PackBits");
  few.photometric = 1;
  few.samples = 1;
  few.bits = 4;
  few.compression = TiffCompression::PackBits;
  Kind& white = add("white is zero, 1 bit, odd width");
  white.photometric = 0;
  white.samples = 1;
  white.bits = 1;
  white.width = 241;
  Kind& palette = add("palette");
  palette.photometric = 3;
  palette.samples = 1;
  Kind& cmyk = add("CMYK");
  cmyk.photometric = 5;
  cmyk.samples = 4;
  Kind& ycbcr = add("YCbCr");
  ycbcr.photometric = 6;
  Kind& lab = add("CIELab");
  lab.photometric = 8;
  Kind& one = add("one strip");
  one.rows = 180;
  one.compression = TiffCompression::Deflate;
  return all;
}

struct Content {
  TiffFile file;
  std::vector<std::vector<ByteBuffer>> chunks;  ///< of each page
};
Content content_of(const ByteBuffer& bytes) {
  MemorySource source(bytes);
  auto file = read_tiff_file(source, {});
  REQUIRE_MESSAGE(file.has_value(), (file ? "" : file.error().message));
  Content content{std::move(*file), {}};
  for (const TiffPage& page : content.file.pages) {
    std::vector<ByteBuffer>& chunks = content.chunks.emplace_back();
    for (unsigned plane = 0; plane < page.planes(); ++plane) {
      for (std::uint32_t down = 0; down < page.chunks_down(); ++down) {
        for (std::uint32_t across = 0; across < page.chunks_across(); ++across) {
          auto chunk =
              read_tiff_chunk(source, page, page.index(plane, across, down), page.rows_of(down));
          REQUIRE(chunk.has_value());
          chunks.push_back(std::move(*chunk));
        }
      }
    }
  }
  return content;
}

/// Samples that differ, all near the mark.
std::size_t changed_samples(const TiffPage& page, const std::vector<ByteBuffer>& before,
                            const std::vector<ByteBuffer>& after, const Mark& mark) {
  std::size_t changed = 0, outside = 0;
  const PictureShape shape{page.width, page.height, page.orientation};
  std::vector<bool> allowed(std::size_t{page.width} * page.height);
  for (std::uint32_t y = 0; y < shape.shown_height(); ++y) {
    for (std::uint32_t x = 0; x < shape.shown_width(); ++x) {
      const PixelPlace at = stored_place(shape, x, y);
      allowed[std::size_t{at.y} * page.width + at.x] = near_mark(mark, x, y);
    }
  }
  for (unsigned plane = 0; plane < page.planes(); ++plane) {
    for (std::uint32_t y = 0; y < page.height; ++y) {
      for (std::uint32_t x = 0; x < page.width; ++x) {
        const std::size_t index = page.index(plane, x / page.chunk_width, y / page.chunk_height);
        const std::size_t row = y % page.chunk_height * page.row_bytes();
        for (unsigned s = 0; s < page.samples_here(); ++s) {
          const std::size_t i = std::size_t{x % page.chunk_width} * page.samples_here() + s;
          if (tiff_sample(page, before[index].data() + row, i) ==
              tiff_sample(page, after[index].data() + row, i)) {
            continue;
          }
          ++changed;
          if (!allowed[std::size_t{y} * page.width + x]) ++outside;
        }
      }
    }
  }
  CHECK(outside == 0);
  return changed;
}

}  // namespace

TEST_CASE("tiff mark: samples outside the label stay, in every kind of file") {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    const ByteBuffer file = make_tiff(kind);
    const Marked out = marked(file, "tiff");
    const Content before = content_of(file), after = content_of(out.bytes);
    CHECK(changed_samples(before.file.pages[0], before.chunks[0], after.chunks[0], out.mark) > 500);
    CHECK(out.mark.glyph_height * 20 >= std::min(kind.width, kind.height));
    CHECK(out.mark.contrast >= 4.5);
    if (kind.compression == TiffCompression::None) CHECK(out.bytes.size() == file.size());

    MemorySource source(out.bytes);  // once more changes nothing
    const auto again = plan_picture_mark(source, *find_format("tiff"), picture_demand(), {});
    REQUIRE(again.has_value());
    CHECK_FALSE(again->changes);
  }
}

TEST_CASE("tiff mark: a label is upright for every orientation") {
  for (unsigned orientation = 1; orientation <= 8; ++orientation) {
    CAPTURE(orientation);
    Kind kind;
    kind.orientation = orientation;
    kind.compression = TiffCompression::Lzw;
    const ByteBuffer file = make_tiff(kind);
    const Marked out = marked(file, "tiff");
    const Content before = content_of(file), after = content_of(out.bytes);
    CHECK(out.mark.shown_width == (orientation >= 5 ? 180 : 240));
    CHECK(changed_samples(before.file.pages[0], before.chunks[0], after.chunks[0], out.mark) > 500);
    MemorySource source(out.bytes);
    const auto found = find_picture_marks(source, *find_format("tiff"), {});
    REQUIRE(found.has_value());
    REQUIRE(found->marks.size() == 1);
    CHECK(found->marks[0].text == "AI生成");
  }
}

TEST_CASE("tiff mark: every page carries the label") {
  Kind kind;
  kind.pages = 3;
  kind.compression = TiffCompression::Deflate;
  const ByteBuffer file = make_tiff(kind);
  const Marked out = marked(file, "tiff");
  const Content before = content_of(file), after = content_of(out.bytes);
  REQUIRE(after.file.pages.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(changed_samples(before.file.pages[i], before.chunks[i], after.chunks[i], out.mark) > 500);
  }
}

TEST_CASE("tiff mark: what cannot carry a label says so") {
  Kind tiny;
  tiny.width = tiny.height = 1;
  CHECK(refused(make_tiff(tiny), "tiff") == ErrorCode::Unsupported);
  Kind kind;
  kind.compression = TiffCompression::Lzw;
  const ByteBuffer file = make_tiff(kind);
  for (const unsigned code : {2U, 4U, 6U, 7U, 34925U, 50000U}) {
    kind.compression = static_cast<TiffCompression>(code);
    CHECK(refused(make_tiff(kind), "tiff") == ErrorCode::Unsupported);
  }
  Kind over;  // a strip that reaches over its directory
  ByteBuffer long_strip = make_tiff(over);
  const TiffNumbers sizes = content_of(long_strip).file.pages[0].offsets;
  long_strip[sizes.range.offset + 10 * 4] ^= 0x40;
  long_strip[sizes.range.offset + 10 * 4 + 1] = 0xFF;
  MemorySource long_source(long_strip);
  CHECK_FALSE(plan_picture_mark(long_source, *find_format("tiff"), picture_demand(), {}));
  ByteBuffer strip = file;  // the strip under the label is damaged
  const Content content = content_of(file);
  std::fill_n(strip.begin() + static_cast<std::ptrdiff_t>(content.file.pages[0].offsets.values[10]),
              40, std::uint8_t{0xFF});
  CHECK(refused(strip, "tiff") == ErrorCode::Malformed);
}

TEST_CASE("tiff mark: no cut and no flipped byte breaks anything") {
  for (const Kind& kind : kinds()) {
    if (kind.compression == TiffCompression::None) continue;
    CAPTURE(kind.name);
    const ByteBuffer file = make_tiff(kind);
    std::minstd_rand random(7);
    const Format& format = *find_format("tiff");
    MarkEnv env;
    env.may_be_marked = false;
    for (int round = 0; round < 24; ++round) {
      ByteBuffer hurt = file;
      if (round % 3 == 0) hurt.resize(random() % file.size());
      for (int i = 0; i < 4 && !hurt.empty(); ++i) {
        // Most of what matters stands at the end.
        const std::size_t back = random() % std::min<std::size_t>(hurt.size(), 400);
        hurt[hurt.size() - 1 - back] = static_cast<std::uint8_t>(random());
      }
      MemorySource source(hurt);
      const auto plan = plan_picture_mark(source, format, picture_demand(), env);
      if (!plan) continue;
      MemorySink sink;
      CHECK(execute(source, plan->splice, sink).has_value());
    }
  }
}

TEST_CASE("tiff codecs: what is packed is unpacked again") {
  std::minstd_rand random(3);
  for (const auto compression : {TiffCompression::Lzw, TiffCompression::PackBits,
                                 TiffCompression::Deflate, TiffCompression::None}) {
    for (const std::size_t size : {1U, 2U, 3U, 255U, 256U, 257U, 5000U, 300000U}) {
      for (const unsigned range : {1U, 2U, 5U, 256U}) {
        ByteBuffer bytes(size);
        for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random() / 3 % range);
        const ByteBuffer packed = tiff_pack(compression, bytes, 100);
        CHECK(tiff_unpack(compression, packed, size) == bytes);
      }
    }
  }
}
