// SPDX-License-Identifier: Apache-2.0
// libjpeg's transcoding interface: coefficients in, coefficients out, no pixel but those under the
// label is computed.
#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include <jerror.h>

#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <memory>

#include "media/jpeg_coefficients.hpp"

namespace colophon {
namespace {

constexpr std::uint64_t kWindow = 256 * 1024;
/// Coefficients take two bytes a sample; a picture of 256 MPixels with chroma at half resolution.
constexpr long kMaxMemory = 800L << 20;
constexpr int kMaxScans = 200;
constexpr std::size_t kFirstBuffer = 1 << 20;

struct Errors : jpeg_error_mgr {
  std::jmp_buf back;
  int damage = 0;  ///< the first warning that tells of lost data
};
[[noreturn]] void on_error(j_common_ptr info) {
  std::longjmp(static_cast<Errors*>(info->err)->back, 1);
}
/// Warnings that mean: what was decoded is not what was encoded.
void on_message(j_common_ptr info, int level) {
  auto& errors = *static_cast<Errors*>(info->err);
  if (level >= 0 || errors.damage != 0) return;
  switch (errors.msg_code) {
    case JWRN_ARITH_BAD_CODE:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_JPEG_EOF:
    case JWRN_MUST_RESYNC:
    case JWRN_NOT_SEQUENTIAL:
      errors.damage = errors.msg_code;
      break;
    default:
      break;
  }
}
void print_nothing(j_common_ptr) {}

struct Feed : jpeg_source_mgr {
  Source* source = nullptr;
  std::uint64_t at = 0, end = 0;
};
constexpr JOCTET kEnd[] = {0xFF, JPEG_EOI};
boolean fill(j_decompress_ptr info) {
  Feed& feed = *static_cast<Feed*>(info->src);
  const Bytes bytes =
      view_some(*feed.source, {feed.at, std::min(kWindow, feed.end - std::min(feed.at, feed.end))});
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
  if (info->is_decompressor == TRUE &&
      reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > kMaxScans) {
    on_error(info);
  }
}

void prepare(Errors& errors) {
  jpeg_std_error(&errors);
  errors.error_exit = on_error;
  errors.emit_message = on_message;
  errors.output_message = print_nothing;
}

class Marker {
 public:
  Marker(Source& source, Range picture, std::span<const JpegScan> scans) : scans_(scans) {
    prepare(errors_);
    in_.err = &errors_;
    out_.err = &errors_;
    feed_.source = &source;
    feed_.at = picture.offset;
    feed_.end = picture.end();
    size_in_ = picture.size;
    feed_.init_source = nothing;
    feed_.fill_input_buffer = fill;
    feed_.skip_input_data = skip;
    feed_.resync_to_restart = jpeg_resync_to_restart;
    feed_.term_source = nothing;
    progress_.progress_monitor = count_scans;
  }
  Marker(const Marker&) = delete;
  Marker& operator=(const Marker&) = delete;
  ~Marker() {
    jpeg_destroy_compress(&out_);
    jpeg_destroy_decompress(&in_);
    std::free(buffer_);
  }

  Result<JpegMarked> run(unsigned orientation, const MakeStamp& make, Bytes data) {
    if (!open()) return broken();
    TRY(check_sides(in_.image_width, in_.image_height));
    if (in_.data_precision != 8) {
      return fail(ErrorCode::Unsupported, "JPEG files of 12 bits cannot be labelled", "jpeg:SOF");
    }
    if (!may_be_whole()) return broken();
    const Stamp stamp = TRY(make({in_.image_width, in_.image_height, orientation}));
    TRY(check_colours());
    JpegMarked marked;
    marked.scan = mark_one_scan(data, stamp, marked.contrast);
    if (marked.scan) return marked;
    marked.contrast = {};
    if (!read()) return broken();
    if (errors_.damage != 0) return broken();
    for (int c = 0; c < in_.num_components; ++c) {
      if (!draw(c, stamp, marked.contrast)) return broken();
    }
    if (!write()) return broken();
    if (size_ < 4) return broken();
    marked.frame.assign(buffer_ + 2, buffer_ + size_);  // without SOI
    return marked;
  }

 private:
  [[nodiscard]] Failure broken() const {
    if (errors_.msg_code == JERR_OUT_OF_MEMORY || errors_.msg_code == JERR_NO_BACKING_STORE) {
      return fail(ErrorCode::LimitExceeded, "the JPEG picture is too large to be labelled",
                  "jpeg:SOF");
    }
    if (errors_.msg_code == JERR_ARITH_NOTIMPL || errors_.msg_code == JERR_SOF_UNSUPPORTED) {
      return fail(ErrorCode::Unsupported, "this kind of JPEG compression cannot be labelled",
                  "jpeg:SOF");
    }
    return fail(ErrorCode::Malformed,
                "the scans of the JPEG file are damaged or end early; it is left as it is",
                "jpeg:SOS");
  }

  [[nodiscard]] Status check_colours() const {
    switch (in_.jpeg_color_space) {
      case JCS_GRAYSCALE:
      case JCS_YCbCr:
      case JCS_RGB:
      case JCS_CMYK:
      case JCS_YCCK:
        return {};
      default:
        return fail(ErrorCode::Unsupported, "a JPEG file with colours of an unknown kind",
                    "jpeg:SOF");
    }
  }

  /// Every unit of blocks takes a bit at least, of arithmetic codes a good part of one, so that a
  /// small file cannot hold a vast picture.
  [[nodiscard]] bool may_be_whole() const {
    constexpr std::uint64_t kArithmeticUnits = 16;  // in a bit
    const std::uint64_t most = size_in_ * 8 * (in_.arith_code == TRUE ? kArithmeticUnits : 1);
    const auto units = [](std::uint64_t side, int factor) {
      const auto size = static_cast<unsigned>(8 * std::max(factor, 1));
      return (side + size - 1) / size;
    };
    return units(in_.image_width, in_.max_h_samp_factor) *
               units(in_.image_height, in_.max_v_samp_factor) <=
           most;
  }

  bool open() {
    if (setjmp(errors_.back) != 0) return false;
    jpeg_create_decompress(&in_);
    jpeg_create_compress(&out_);
    in_.mem->max_memory_to_use = kMaxMemory;
    in_.src = &feed_;
    in_.progress = &progress_;
    return jpeg_read_header(&in_, TRUE) == JPEG_HEADER_OK;
  }

  bool read() {
    if (setjmp(errors_.back) != 0) return false;
    arrays_ = jpeg_read_coefficients(&in_);
    return arrays_ != nullptr;
  }

  /// How component `c` takes the plate and the letters.
  [[nodiscard]] BlockInk ink_of(int c) const {
    const bool inverted = in_.saw_Adobe_marker == TRUE;
    switch (in_.jpeg_color_space) {
      case JCS_YCbCr:
        return c == 0 ? BlockInk::Light : BlockInk::Chroma;
      case JCS_CMYK:
        if (c == 3) return inverted ? BlockInk::Light : BlockInk::Ink;
        return inverted ? BlockInk::LettersToWhite : BlockInk::LettersToZero;
      case JCS_YCCK:
        if (c == 3) return inverted ? BlockInk::Light : BlockInk::Ink;
        if (c == 0) return inverted ? BlockInk::LettersToZero : BlockInk::LettersToWhite;
        return BlockInk::LettersToGrey;
      default:
        return BlockInk::Light;
    }
  }

  /// Draws on blocks of component `c`.
  struct Painter {
    BlockGrid grid;
    BlockSpan span;
    BlockInk ink = BlockInk::Light;
    const std::uint16_t* quantisers = nullptr;
    bool tells_contrast = false, few = false;

    void paint(std::int16_t* block, unsigned column, unsigned row, const Stamp& stamp,
               ContrastMeter& meter) const {
      // Of a large label a part of the blocks tells the contrast.
      const bool told = tells_contrast && (few || (row + column) % 4 == 0);
      mark_block(block, quantisers, grid, column, row, stamp, ink, told ? &meter : nullptr);
    }
  };
  [[nodiscard]] std::optional<Painter> painter_of(int c, const Stamp& stamp) const {
    const jpeg_component_info& info = in_.comp_info[c];
    const auto table = static_cast<unsigned>(info.quant_tbl_no);
    if (table >= NUM_QUANT_TBLS || in_.quant_tbl_ptrs[table] == nullptr) return std::nullopt;
    Painter painter;
    painter.grid = {
        static_cast<unsigned>(info.h_samp_factor), static_cast<unsigned>(in_.max_h_samp_factor),
        static_cast<unsigned>(info.v_samp_factor), static_cast<unsigned>(in_.max_v_samp_factor)};
    painter.span = painter.grid.under(stamp, info.width_in_blocks, info.height_in_blocks);
    painter.ink = ink_of(c);
    painter.quantisers = in_.quant_tbl_ptrs[table]->quantval;
    const int light = in_.num_components == 4 ? 3 : in_.jpeg_color_space == JCS_RGB ? 1 : 0;
    painter.tells_contrast = c == light;
    const BlockSpan& span = painter.span;
    painter.few = (span.right - span.left) * (span.bottom - span.top) < 400;
    return painter;
  }

  bool draw(int c, const Stamp& stamp, ContrastMeter& meter) {
    if (setjmp(errors_.back) != 0) return false;
    const auto painter = painter_of(c, stamp);
    if (!painter) return false;
    const BlockSpan span = painter->span;
    for (unsigned row = span.top; row < span.bottom; ++row) {
      JBLOCKROW blocks = in_.mem->access_virt_barray(reinterpret_cast<j_common_ptr>(&in_),
                                                     arrays_[c], row, 1, TRUE)[0];
      for (unsigned column = span.left; column < span.right; ++column) {
        painter->paint(blocks[column], column, row, stamp, meter);
      }
    }
    return true;
  }

  /// The usual kind of file: one scan of Huffman codes, of which few have to change.
  [[nodiscard]] std::optional<MarkedScan> mark_one_scan(Bytes data, const Stamp& stamp,
                                                        ContrastMeter& meter) const {
    if (data.empty() || in_.progressive_mode == TRUE || in_.arith_code == TRUE ||
        scans_.size() != 1 || in_.comps_in_scan != in_.num_components || !scans_[0].whole()) {
      return std::nullopt;
    }
    ScanShape shape;
    std::vector<Painter> painters;
    const auto units = [](unsigned side, int factor) {
      const unsigned size = 8U * static_cast<unsigned>(factor);
      return (side + size - 1) / size;
    };
    shape.units_across = units(in_.image_width, in_.max_h_samp_factor);
    shape.units_down = units(in_.image_height, in_.max_v_samp_factor);
    shape.restart_interval = in_.restart_interval;
    for (int i = 0; i < in_.comps_in_scan; ++i) {
      const jpeg_component_info& info = *in_.cur_comp_info[i];
      const auto painter = painter_of(info.component_index, stamp);
      if (!painter) return std::nullopt;
      painters.push_back(*painter);
      ScanComponent& one = shape.components.emplace_back();
      one.span = painter->span;
      one.dc_table = static_cast<unsigned>(info.dc_tbl_no);
      one.ac_table = static_cast<unsigned>(info.ac_tbl_no);
      one.h = static_cast<unsigned>(info.h_samp_factor);
      one.v = static_cast<unsigned>(info.v_samp_factor);
      if (in_.comps_in_scan == 1) {  // T.81 A.2.2: a unit is a block, and none is added
        one.h = one.v = 1;
        shape.units_across = info.width_in_blocks;
        shape.units_down = info.height_in_blocks;
      }
    }
    for (std::size_t i = 0; i < NUM_HUFF_TBLS; ++i) {
      take_table(in_.dc_huff_tbl_ptrs[i], shape.dc[i]);
      take_table(in_.ac_huff_tbl_ptrs[i], shape.ac[i]);
    }
    return mark_scan(data, std::move(shape),
                     [&](unsigned c, unsigned column, unsigned row, std::int16_t* block) {
                       painters[c].paint(block, column, row, stamp, meter);
                     });
  }
  static void take_table(const JHUFF_TBL* from, JpegCodes& to) {
    if (from == nullptr) return;
    std::copy(std::begin(from->bits), std::end(from->bits), to.bits.begin());
    std::copy(std::begin(from->huffval), std::end(from->huffval), to.values.begin());
  }

  /// The same scans as before.
  bool set_script() {
    script_.clear();
    for (const JpegScan& scan : scans_) {
      jpeg_scan_info& info = script_.emplace_back();
      info.comps_in_scan = scan.components;
      for (int i = 0; i < scan.components; ++i) {
        int index = 0;
        while (index < in_.num_components &&
               in_.comp_info[index].component_id != scan.component[static_cast<std::size_t>(i)]) {
          ++index;
        }
        if (index == in_.num_components) return false;
        info.component_index[i] = index;
      }
      info.Ss = scan.from;
      info.Se = scan.to;
      info.Ah = scan.high;
      info.Al = scan.low;
    }
    out_.scan_info = script_.data();
    out_.num_scans = static_cast<int>(script_.size());
    return true;
  }

  bool write() {
    if (setjmp(errors_.back) != 0) return false;
    size_ = static_cast<unsigned long>(feed_.end / 8 * 9 + kFirstBuffer);
    buffer_ = static_cast<unsigned char*>(std::malloc(size_));
    if (buffer_ == nullptr) return false;
    jpeg_mem_dest(&out_, &buffer_, &size_);
    jpeg_copy_critical_parameters(&in_, &out_);
    out_.write_JFIF_header = FALSE;
    out_.write_Adobe_marker = FALSE;
    out_.arith_code = in_.arith_code;
    out_.restart_interval = in_.restart_interval;
    if ((in_.progressive_mode == TRUE || scans_.size() > 1) && !set_script()) return false;
    // Tables made for the old picture may lack codes, which libjpeg-turbo does not look for.
    out_.optimize_coding = in_.arith_code == TRUE ? FALSE : TRUE;
    jpeg_write_coefficients(&out_, arrays_);
    jpeg_finish_compress(&out_);
    return true;
  }

  jpeg_decompress_struct in_{};
  jpeg_compress_struct out_{};
  Errors errors_{};
  Feed feed_{};
  jpeg_progress_mgr progress_{};
  jvirt_barray_ptr* arrays_ = nullptr;
  std::span<const JpegScan> scans_;
  std::vector<jpeg_scan_info> script_;
  unsigned char* buffer_ = nullptr;
  unsigned long size_ = 0;
  std::uint64_t size_in_ = 0;
};

}  // namespace

Result<JpegMarked> mark_coefficients(Source& source, Range picture, std::span<const JpegScan> scans,
                                     Bytes data, unsigned orientation, const MakeStamp& make) {
  const auto marker = std::make_unique<Marker>(source, picture, scans);
  return marker->run(orientation, make, data);
}

}  // namespace colophon
