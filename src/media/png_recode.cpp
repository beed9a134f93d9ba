// SPDX-License-Identifier: Apache-2.0
// Rows above the label are not compressed again: the old stream is kept to the last deflate block
// that ends before them, and a new one goes on from its bit (as gzappend of zlib does).
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "media/png_rows.hpp"

namespace colophon {
namespace {

constexpr std::uint64_t kWindow = 256 * 1024;
constexpr std::size_t kHistory = 32768;
constexpr std::size_t kMaxPending = 8 << 20;
constexpr int kLevel = 6;

Failure broken() {
  return fail(ErrorCode::Malformed,
              "the pixels of the PNG file are damaged or end early; it is left as it is",
              "png:IDAT");
}

struct Pass {
  std::uint32_t x, y, dx, dy, width, height;
};

std::vector<Pass> passes_of(const PngHeader& header, const AnimationFrame& frame) {
  if (!header.interlaced) return {{0, 0, 1, 1, frame.width, frame.height}};
  constexpr std::uint32_t kPasses[7][4] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                           {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
  std::vector<Pass> passes;
  for (const auto& [x, y, dx, dy] : kPasses) {
    const std::uint32_t width = frame.width > x ? (frame.width - x + dx - 1) / dx : 0;
    const std::uint32_t height = frame.height > y ? (frame.height - y + dy - 1) / dy : 0;
    if (width > 0 && height > 0) passes.push_back({x, y, dx, dy, width, height});
  }
  return passes;
}

int paeth(int a, int b, int c) {
  const int p = a + b - c, pa = std::abs(p - a), pb = std::abs(p - b), pc = std::abs(p - c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/// `row` and `above` without filter bytes; `unit`: bytes of a pixel, at least one.
void unfilter(unsigned filter, std::uint8_t* row, const std::uint8_t* above, std::size_t size,
              std::size_t unit) {
  for (std::size_t i = 0; filter != 0 && i < size; ++i) {
    const int left = i >= unit ? row[i - unit] : 0, up = above[i];
    const int guess = filter == 1   ? left
                      : filter == 2 ? up
                      : filter == 3 ? (left + up) / 2
                                    : paeth(left, up, i >= unit ? above[i - unit] : 0);
    row[i] = static_cast<std::uint8_t>(row[i] + guess);
  }
}

void filter_row(unsigned filter, const std::uint8_t* row, const std::uint8_t* above,
                std::size_t size, std::size_t unit, std::uint8_t* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const int left = i >= unit ? row[i - unit] : 0, up = above[i];
    int guess = 0;
    if (filter == 1) guess = left;
    if (filter == 2) guess = up;
    if (filter == 3) guess = (left + up) / 2;
    if (filter == 4) guess = paeth(left, up, i >= unit ? above[i - unit] : 0);
    out[i] = static_cast<std::uint8_t>(row[i] - guess);
  }
}

/// The old rows, in order, and the places where its compressed form can be cut.
class Inflater {
 public:
  Inflater(Source& source, std::span<const Range> data) : source_(source), data_(data) {
    inflateInit2(&stream_, 15);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  /// Where a block ended: bytes and bits of the compressed stream before it, bytes of rows.
  struct Cut {
    std::uint64_t bytes = 0, rows = 0;
    int bits = 0;       ///< of the last of these bytes that belong to what comes behind
    unsigned last = 0;  ///< that byte
  };

  /// Fills the row. `cut` is told after each block that ended inside it.
  template <typename OnCut>
  Status read(std::uint8_t* row, std::size_t size, const OnCut& on_cut) {
    stream_.next_out = row;
    stream_.avail_out = static_cast<uInt>(size);
    while (stream_.avail_out > 0) {
      if (stream_.avail_in == 0) TRY(refill());
      if (stream_.avail_in == 0 || ended_) return broken();
      const int result = inflate(&stream_, Z_BLOCK);
      ended_ = result == Z_STREAM_END;
      if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) return broken();
      const bool boundary = (stream_.data_type & 128) != 0 && (stream_.data_type & 64) == 0;
      if (boundary && result == Z_OK && stream_.total_in > 2) on_cut(cut());
    }
    return {};
  }
  /// The first two bytes of the stream.
  [[nodiscard]] Result<unsigned> window_bits() {
    if (stream_.avail_in == 0) TRY(refill());
    if (stream_.avail_in == 0) return broken();
    return std::clamp((stream_.next_in[0] >> 4) + 8U, 9U, 15U);
  }

 private:
  Status refill() {
    while (piece_ < data_.size() && at_ >= data_[piece_].size) {
      ++piece_;
      at_ = 0;
    }
    if (piece_ >= data_.size()) return {};
    const Range piece = data_[piece_];
    if (stream_.total_in > 0 && stream_.next_in != nullptr) previous_ = stream_.next_in[-1];
    const std::uint64_t size = std::min(kWindow, piece.size - at_);
    bytes_ = TRY(colophon::read(source_, {piece.offset + at_, size}));
    at_ += size;
    stream_.next_in = bytes_.data();
    stream_.avail_in = static_cast<uInt>(size);
    return {};
  }
  [[nodiscard]] Cut cut() const {
    const unsigned last = stream_.next_in == bytes_.data() ? previous_ : stream_.next_in[-1];
    return {stream_.total_in, stream_.total_out, stream_.data_type & 7, last};
  }

  Source& source_;
  std::span<const Range> data_;
  std::size_t piece_ = 0;
  std::uint64_t at_ = 0;
  ByteBuffer bytes_;
  unsigned previous_ = 0;
  z_stream stream_{};
  bool ended_ = false;
};

/// The new stream from a cut on.
class Deflater {
 public:
  Deflater() = default;
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater() {
    if (open_) deflateEnd(&stream_);
  }

  /// From the beginning of a stream.
  void start(ByteBuffer& out) {
    out.push_back(0x78);
    out.push_back(0x9C);
    open(15);
  }
  /// Behind the whole bytes before `cut`, whose last bits are said again.
  void resume(const Inflater::Cut& cut, unsigned window_bits, const ByteBuffer& history) {
    open(static_cast<int>(window_bits));
    const std::size_t window = std::size_t{1} << window_bits;
    const std::size_t size = std::min(history.size(), window);
    deflateSetDictionary(&stream_, history.data() + history.size() - size, static_cast<uInt>(size));
    if (cut.bits > 0) {
      deflatePrime(&stream_, 8 - cut.bits, static_cast<int>(cut.last & (0xFFU >> cut.bits)));
    }
  }
  void add(const std::uint8_t* data, std::size_t size, bool last, ByteBuffer& out) {
    stream_.next_in = const_cast<std::uint8_t*>(data);
    stream_.avail_in = static_cast<uInt>(size);
    int result = Z_OK;
    do {
      std::uint8_t room[16384];
      stream_.next_out = room;
      stream_.avail_out = sizeof room;
      result = deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
      out.insert(out.end(), room, room + (sizeof room - stream_.avail_out));
    } while (stream_.avail_out == 0 || (last && result == Z_OK));
  }

 private:
  void open(int window_bits) {
    deflateInit2(&stream_, kLevel, Z_DEFLATED, -window_bits, 8, Z_DEFAULT_STRATEGY);
    open_ = true;
  }
  z_stream stream_{};
  bool open_ = false;
};

class Recoder {
 public:
  Recoder(Source& source, std::span<const Range> data, const PngHeader& header,
          const AnimationFrame& frame, const PngPaint& paint, ContrastMeter& meter)
      : in_(source, data), header_(header), frame_(frame), paint_(paint), meter_(meter) {}

  Result<PngRecoded> run() {
    window_bits_ = TRY(in_.window_bits());
    for (const Pass& pass : passes_of(header_, frame_)) TRY(recode(pass));
    begin();
    if (!pending_.empty()) feed(pending_);
    out_.add(nullptr, 0, true, result_.bytes);
    append_be(result_.bytes, adler_, 4);
    return std::move(result_);
  }

 private:
  Status recode(const Pass& pass) {
    const std::size_t size = (std::size_t{pass.width} * header_.pixel_bits() + 7) / 8;
    const std::size_t unit = std::max(1U, header_.pixel_bits() / 8);
    ByteBuffer raw(size + 1), old(size), fresh(size), above(size), above_fresh(size);
    bool above_changed = false;
    for (std::uint32_t y = 0; y < pass.height; ++y) {
      TRY(in_.read(raw.data(), raw.size(), [this](const Inflater::Cut& cut) { note(cut); }));
      const unsigned filter = raw[0];
      if (filter > 4) return broken();
      const std::uint32_t line = frame_.y + pass.y + y * pass.dy;
      if (line >= paint_.stamp->bottom() && !above_changed) {
        put(raw, false);
        continue;
      }
      std::copy(raw.begin() + 1, raw.end(), old.begin());
      unfilter(filter, old.data(), above.data(), size, unit);
      fresh = old;
      const bool changed = paint_png_row(fresh.data(), pass.width, frame_.x + pass.x, pass.dx, line,
                                         header_, frame_, paint_, meter_);
      if (changed || above_changed) {
        filter_row(filter, fresh.data(), above_fresh.data(), size, unit, raw.data() + 1);
      }
      put(raw, changed);
      above_changed = changed;
      above.swap(old);
      above_fresh.swap(fresh);
    }
    return {};
  }

  /// A block of the old stream ended; rows up to there may stay compressed as they are.
  void note(const Inflater::Cut& cut) {
    if (begun_) return;
    // Rows are put when they are whole: what the block holds beyond them is not in `pending_` yet.
    if (cut.rows > seen_) {
      late_.push_back(cut);
      return;
    }
    take(cut);
  }
  void take(const Inflater::Cut& cut) {
    const std::size_t before = pending_.size() - (seen_ - cut.rows);
    history_.insert(history_.end(), pending_.begin(),
                    pending_.begin() + static_cast<std::ptrdiff_t>(before));
    if (history_.size() > 2 * kHistory) {
      history_.erase(history_.begin(), history_.end() - static_cast<std::ptrdiff_t>(kHistory));
    }
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(before));
    cut_ = cut;
  }

  void put(const ByteBuffer& row, bool changed) {
    adler_ = adler32(adler_, row.data(), static_cast<uInt>(row.size()));
    if (!begun_ && (changed || pending_.size() > kMaxPending)) begin();
    if (begun_) {
      feed(row);
      return;
    }
    append(pending_, row);
    seen_ += row.size();
    for (const Inflater::Cut& cut : late_) take(cut);
    late_.clear();
  }

  void begin() {
    if (begun_) return;
    begun_ = true;
    if (cut_.bytes == 0) {
      out_.start(result_.bytes);
    } else {
      result_.kept = cut_.bytes - (cut_.bits > 0 ? 1 : 0);
      out_.resume(cut_, window_bits_, history_);
    }
    feed(pending_);
    pending_.clear();
  }
  void feed(const ByteBuffer& bytes) { out_.add(bytes.data(), bytes.size(), false, result_.bytes); }

  Inflater in_;
  const PngHeader& header_;
  const AnimationFrame& frame_;
  const PngPaint& paint_;
  ContrastMeter& meter_;
  Deflater out_;
  unsigned window_bits_ = 15;
  Inflater::Cut cut_;
  std::vector<Inflater::Cut> late_;
  ByteBuffer pending_, history_;
  std::uint64_t seen_ = 0;
  bool begun_ = false;
  uLong adler_ = adler32(0, nullptr, 0);
  PngRecoded result_;
};

}  // namespace

Result<PngRecoded> recode_png(Source& source, std::span<const Range> data, const PngHeader& header,
                              const AnimationFrame& frame, const PngPaint& paint,
                              ContrastMeter& meter) {
  return Recoder(source, data, header, frame, paint, meter).run();
}

}  // namespace colophon
