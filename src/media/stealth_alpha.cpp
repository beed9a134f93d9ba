// SPDX-License-Identifier: Apache-2.0
// "Stealth pnginfo": bits in column order (x outer, y inner), one bit of alpha a pixel: a 15-byte
// signature, a 32-bit big-endian length in bits, the text in UTF-8 or gzip.
#include "media/stealth_alpha.hpp"

#include <png.h>

#include <algorithm>
#include <csetjmp>

#include "wire/inflate.hpp"

namespace colophon {
namespace {

constexpr std::string_view kPlain = "stealth_pnginfo";
constexpr std::string_view kCompressed = "stealth_pngcomp";
constexpr std::uint32_t kMaxSide = 16384;
constexpr std::uint64_t kMaxPixels = 64ULL << 20;
constexpr std::size_t kHeadBits = (15 + 4) * 8;

/// Feeds libpng from a Source and remembers how much it took.
struct Feed {
  Source& source;
  std::uint64_t at = 0;
};

/// Leaves no object behind when libpng jumps out of its caller.
bool copy_from(Feed& feed, png_bytep out, std::uint64_t size) {
  const auto bytes = feed.source.view({feed.at, size});
  if (!bytes) return false;
  std::copy(bytes->begin(), bytes->end(), out);
  feed.at += size;
  return true;
}

void read_from_source(png_structp png, png_bytep out, png_size_t size) {
  if (!copy_from(*static_cast<Feed*>(png_get_io_ptr(png)), out, size)) {
    png_error(png, "the file ends in the pixels");
  }
}

[[noreturn]] void on_error(png_structp png, png_const_charp) {
  png_longjmp(png, 1);
}
void on_warning(png_structp, png_const_charp) {}

/// The alpha channel's lowest bits, decoded row by row.
class AlphaBits {
 public:
  explicit AlphaBits(Source& source) : feed_{source} {}
  AlphaBits(const AlphaBits&) = delete;
  AlphaBits& operator=(const AlphaBits&) = delete;
  ~AlphaBits() { png_destroy_read_struct(&png_, &info_, nullptr); }

  /// False: no 8-bit alpha channel, interlaced, too large, or broken.
  bool open() {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, on_error, on_warning);
    info_ = png_ != nullptr ? png_create_info_struct(png_) : nullptr;
    if (info_ == nullptr) return false;
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    // Text chunks are read elsewhere, under our own caps.
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
    png_set_user_limits(png_, kMaxSide, kMaxSide);
    png_set_read_fn(png_, &feed_, read_from_source);
    png_read_info(png_, info_);
    width_ = png_get_image_width(png_, info_);
    height_ = png_get_image_height(png_, info_);
    const bool suited = png_get_color_type(png_, info_) == PNG_COLOR_TYPE_RGB_ALPHA &&
                        png_get_bit_depth(png_, info_) == 8 &&
                        png_get_interlace_type(png_, info_) == PNG_INTERLACE_NONE;
    if (!suited || std::uint64_t{width_} * height_ > kMaxPixels) return false;
    row_.resize(png_get_rowbytes(png_, info_));
    bits_.resize((std::uint64_t{width_} * height_ + 7) / 8);
    return true;
  }

  /// Decodes until row `rows` (exclusive); false when the pixels are broken.
  bool decode(std::uint32_t rows) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    for (; decoded_ < std::min(rows, height_); ++decoded_) {
      png_read_row(png_, row_.data(), nullptr);
      keep_row();
    }
    return true;
  }

  [[nodiscard]] std::uint32_t height() const noexcept { return height_; }
  [[nodiscard]] std::uint64_t size() const noexcept { return std::uint64_t{width_} * height_; }

  /// `count` bytes from bit `at`; empty when there are not that many bits.
  [[nodiscard]] ByteBuffer bytes(std::uint64_t at, std::uint64_t count) const {
    if (at > size() || count > (size() - at) / 8) return {};
    ByteBuffer out(static_cast<std::size_t>(count), 0);
    for (std::uint64_t i = 0; i < count * 8; ++i) {
      const std::uint64_t bit = at + i;
      const bool set = (bits_[bit / 8] >> (bit % 8) & 1U) != 0;
      if (set) out[i / 8] = static_cast<std::uint8_t>(out[i / 8] | (0x80U >> (i % 8)));
    }
    return out;
  }

 private:
  void keep_row() {
    for (std::uint64_t x = 0; x < width_; ++x) {
      const std::uint64_t bit = x * height_ + decoded_;
      if ((row_[x * 4 + 3] & 1U) != 0) {
        bits_[bit / 8] = static_cast<std::uint8_t>(bits_[bit / 8] | (1U << (bit % 8)));
      }
    }
  }

  Feed feed_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  std::uint32_t width_ = 0, height_ = 0, decoded_ = 0;
  ByteBuffer row_, bits_;
};

std::optional<ByteBuffer> hidden_text(AlphaBits& bits, const Limits& limits) {
  // The head lies in the first column when the picture is high enough: most pictures are refused
  // after these rows.
  const bool in_first_column = bits.height() >= kHeadBits;
  if (!bits.decode(in_first_column ? static_cast<std::uint32_t>(kHeadBits) : bits.height())) {
    return std::nullopt;
  }
  const std::string mark = to_string(bits.bytes(0, kPlain.size()));
  if (mark != kPlain && mark != kCompressed) return std::nullopt;
  const ByteBuffer length = bits.bytes(kPlain.size() * 8, 4);
  if (length.empty() || !bits.decode(bits.height())) return std::nullopt;
  const std::uint64_t size = *load_be(length, 0, 4) / 8;
  ByteBuffer text = bits.bytes(kHeadBits, size);
  if (mark == kPlain || text.empty()) return text;
  auto inflated = wire::inflate(text, wire::Deflate::Gzip, limits.max_inflated);
  return inflated ? std::optional(std::move(*inflated)) : std::nullopt;
}

}  // namespace

std::optional<Carrier> stealth_alpha(Source& source, const Format& format, const Limits& limits) {
  if (format.id != "png") return std::nullopt;
  // Colour type 6 (RGB with alpha) stands at a fixed place; anything else costs one look.
  const Bytes head = view_some(source, {0, 29});
  if (head.size() < 29 || head[24] != 8 || head[25] != PNG_COLOR_TYPE_RGB_ALPHA) {
    return std::nullopt;
  }
  AlphaBits bits(source);
  if (!bits.open()) return std::nullopt;
  auto text = hidden_text(bits, limits);
  if (!text || text->empty()) return std::nullopt;
  Carrier carrier;
  carrier.kind = CarrierKind::StealthAlpha;
  carrier.path = "png:alpha[stealth]";
  carrier.value = std::move(*text);
  return carrier;
}

}  // namespace colophon
