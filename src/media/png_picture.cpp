// SPDX-License-Identifier: Apache-2.0
// PNG (ISO/IEC 15948) row by row; an interlaced one is held whole, as grey and alpha.
#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <memory>

#include "media/picture.hpp"

namespace colophon {
namespace {

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

Failure broken() {
  return fail(ErrorCode::Malformed, "the pixels of the PNG file cannot be decoded", "png:IDAT");
}

class Reader {
 public:
  Reader(Source& source, CopySize size) : feed_{source}, size_(size) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { png_destroy_read_struct(&png_, &info_, nullptr); }

  Result<Picture> run() {
    if (!open()) return broken();
    TRY(check_sides(width_, height_));
    if (!transform()) return broken();
    copy_ = std::make_unique<GreyCopy>(width_, height_, size_);
    const std::uint64_t held = std::uint64_t{width_} * height_ * 2;
    if (passes_ > 1 && held > kMaxDecoderMemory) {
      return fail(ErrorCode::LimitExceeded, "the interlaced PNG is too large to be decoded here",
                  "png:IDAT");
    }
    rows_.resize(passes_ > 1 ? held : std::uint64_t{width_} * 2);
    if (!(passes_ > 1 ? read_passes() : read_rows())) return broken();
    if (passes_ > 1) {
      for (std::uint32_t y = 0; y < height_; ++y) copy_->add_grey_alpha(row(y));
    }
    return copy_->take(width_, height_);
  }

 private:
  [[nodiscard]] std::uint8_t* row(std::uint32_t y) {
    return rows_.data() + std::size_t{y} * width_ * 2;
  }

  bool open() {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, on_error, on_warning);
    info_ = png_ != nullptr ? png_create_info_struct(png_) : nullptr;
    if (info_ == nullptr || setjmp(png_jmpbuf(png_)) != 0) return false;
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
    png_set_user_limits(png_, kMaxPictureSide, kMaxPictureSide);
    png_set_read_fn(png_, &feed_, read_from_source);
    png_read_info(png_, info_);
    width_ = png_get_image_width(png_, info_);
    height_ = png_get_image_height(png_, info_);
    return true;
  }

  /// Whatever it is, grey and alpha of eight bits come out.
  bool transform() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_set_expand(png_);
    png_set_strip_16(png_);
    const int type = png_get_color_type(png_, info_);
    if ((type & PNG_COLOR_MASK_COLOR) != 0) {
      png_set_rgb_to_gray_fixed(png_, PNG_ERROR_ACTION_NONE, 29900, 58700);
    }
    if ((type & PNG_COLOR_MASK_ALPHA) == 0 && png_get_valid(png_, info_, PNG_INFO_tRNS) == 0) {
      png_set_add_alpha(png_, 0xFF, PNG_FILLER_AFTER);
    }
    passes_ = png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    return png_get_rowbytes(png_, info_) == std::size_t{width_} * 2;
  }

  bool read_rows() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    for (std::uint32_t y = 0; y < height_; ++y) {
      png_read_row(png_, rows_.data(), nullptr);
      copy_->add_grey_alpha(rows_.data());
    }
    return true;
  }

  bool read_passes() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    for (int pass = 0; pass < passes_; ++pass) {
      for (std::uint32_t y = 0; y < height_; ++y) png_read_row(png_, row(y), nullptr);
    }
    return true;
  }

  Feed feed_;
  CopySize size_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  std::uint32_t width_ = 0, height_ = 0;
  int passes_ = 1;
  std::vector<std::uint8_t> rows_;
  std::unique_ptr<GreyCopy> copy_;
};

}  // namespace

Result<Picture> decode_png(Source& source, CopySize size) {
  return Reader(source, size).run();
}

}  // namespace colophon
