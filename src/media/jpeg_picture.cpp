// SPDX-License-Identifier: Apache-2.0
// JPEG (ITU-T T.81) at an eighth of its size or what else suits, row by row.
#include <cstddef>
#include <cstdio>

#include <jpeglib.h>

#include <algorithm>
#include <csetjmp>
#include <memory>

#include "media/picture.hpp"

namespace colophon {
namespace {

constexpr std::uint64_t kBlock = 64 * 1024;
/// Every scan of a progressive file costs a pass over all of it; encoders write about ten.
constexpr int kMaxScans = 200;

struct Errors : jpeg_error_mgr {
  std::jmp_buf back;
};
[[noreturn]] void on_error(j_common_ptr info) {
  std::longjmp(static_cast<Errors*>(info->err)->back, 1);
}
void on_message(j_common_ptr, int) {}
void print_nothing(j_common_ptr) {}

struct Feed : jpeg_source_mgr {
  Source* source = nullptr;
  std::uint64_t at = 0;
};
constexpr JOCTET kEnd[] = {0xFF, JPEG_EOI};

/// The bytes stay valid: nothing else reads the source meanwhile.
boolean fill(j_decompress_ptr info) {
  Feed& feed = *static_cast<Feed*>(info->src);
  const std::uint64_t size = feed.source->size();
  const std::uint64_t wanted = feed.at < size ? std::min(kBlock, size - feed.at) : 0;
  const Bytes bytes = view_some(*feed.source, {feed.at, wanted});
  feed.at += bytes.size();
  feed.next_input_byte = bytes.empty() ? kEnd : bytes.data();
  feed.bytes_in_buffer = bytes.empty() ? sizeof kEnd : bytes.size();
  return TRUE;
}
void skip(j_decompress_ptr info, long count) {
  if (count <= 0) return;
  Feed& feed = *static_cast<Feed*>(info->src);
  const auto wanted = static_cast<std::uint64_t>(count);
  if (wanted <= feed.bytes_in_buffer) {
    feed.next_input_byte += wanted;
    feed.bytes_in_buffer -= wanted;
    return;
  }
  feed.at += wanted - feed.bytes_in_buffer;
  fill(info);
}
void nothing(j_decompress_ptr) {}

void count_scans(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > kMaxScans) on_error(info);
}

class Reader {
 public:
  Reader(Source& source, CopySize size) : size_(size) {
    info_.err = jpeg_std_error(&errors_);
    errors_.error_exit = on_error;
    errors_.emit_message = on_message;
    errors_.output_message = print_nothing;
    feed_.source = &source;
    feed_.init_source = nothing;
    feed_.fill_input_buffer = fill;
    feed_.skip_input_data = skip;
    feed_.resync_to_restart = jpeg_resync_to_restart;
    feed_.term_source = nothing;
    progress_.progress_monitor = count_scans;
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { jpeg_destroy_decompress(&info_); }

  Result<Picture> run() {
    if (!open()) return broken();
    TRY(check_sides(info_.image_width, info_.image_height));
    if (!start()) return broken();
    row_.resize(std::size_t{info_.output_width} * static_cast<unsigned>(info_.output_components));
    copy_ = std::make_unique<GreyCopy>(info_.output_width, info_.output_height, size_);
    if (!read_rows()) return broken();
    return copy_->take(info_.image_width, info_.image_height);
  }

 private:
  static Failure broken() {
    return fail(ErrorCode::Malformed, "the pixels of the JPEG file cannot be decoded", "jpeg:SOS");
  }

  bool open() {
    if (setjmp(errors_.back) != 0) return false;
    jpeg_create_decompress(&info_);
    info_.mem->max_memory_to_use = static_cast<long>(kMaxDecoderMemory);
    info_.src = &feed_;
    info_.progress = &progress_;
    return jpeg_read_header(&info_, TRUE) == JPEG_HEADER_OK;
  }

  bool start() {
    if (setjmp(errors_.back) != 0) return false;
    const unsigned longest = std::max(info_.image_width, info_.image_height);
    const std::uint32_t wanted = size_.of(info_.image_width, info_.image_height);
    info_.scale_denom = 1;
    while (info_.scale_denom < 8 && longest / (info_.scale_denom * 2) >= wanted) {
      info_.scale_denom *= 2;
    }
    const bool four = info_.num_components == 4;  // CMYK and YCCK
    info_.out_color_space = four ? JCS_CMYK : JCS_GRAYSCALE;
    info_.dct_method = JDCT_ISLOW;
    return jpeg_start_decompress(&info_) == TRUE;
  }

  bool read_rows() {
    if (setjmp(errors_.back) != 0) return false;
    JSAMPROW row = row_.data();
    while (info_.output_scanline < info_.output_height) {
      jpeg_read_scanlines(&info_, &row, 1);
      if (info_.output_components == 4) to_grey();
      copy_->add_grey(row_.data());
    }
    return true;
  }

  /// Adobe stores inverted ink; for a comparison either sense will do, as long as it is one.
  void to_grey() {
    for (std::size_t x = 0; x < info_.output_width; ++x) {
      const std::uint8_t* ink = row_.data() + x * 4;
      const unsigned grey = (299U * ink[0] + 587U * ink[1] + 114U * ink[2]) / 1000;
      const unsigned mixed = grey * ink[3] / 255;
      row_[x] = static_cast<std::uint8_t>(info_.saw_Adobe_marker ? mixed : 255 - mixed);
    }
  }

  CopySize size_;
  jpeg_decompress_struct info_{};
  Errors errors_{};
  Feed feed_{};
  jpeg_progress_mgr progress_{};
  std::vector<std::uint8_t> row_;
  std::unique_ptr<GreyCopy> copy_;
};

}  // namespace

Result<Picture> decode_jpeg(Source& source, CopySize size) {
  return Reader(source, size).run();
}

}  // namespace colophon
