// SPDX-License-Identifier: Apache-2.0
#include "marks/jpeg_tools.hpp"

#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include <cmath>
#include <stdexcept>

namespace colophon::testing {
namespace {

[[noreturn]] void on_error(j_common_ptr info) {
  char text[JMSG_LENGTH_MAX];
  info->err->format_message(info, text);
  throw std::runtime_error(text);
}
void quiet(j_common_ptr) {}

void set_errors(jpeg_error_mgr& errors) {
  jpeg_std_error(&errors);
  errors.error_exit = on_error;
  errors.output_message = quiet;
}

std::uint8_t sample(const JpegKind& kind, std::uint32_t x, std::uint32_t y, int c) {
  if (kind.grey >= 0) return static_cast<std::uint8_t>(kind.grey);
  const double wave = 60 * std::sin(x * 0.07 + c) + 50 * std::cos(y * 0.05 - 2 * c);
  const auto noise = static_cast<int>((x * 2654435761U ^ (y * 40503U + 977U)) >> 8 & 31U);
  return static_cast<std::uint8_t>(std::lround(128 + wave) + noise - 16 < 0
                                       ? 0
                                       : std::min<long>(255, std::lround(128 + wave) + noise - 16));
}

}  // namespace

ByteBuffer make_jpeg(const JpegKind& kind) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  set_errors(errors);
  info.err = &errors;
  jpeg_create_compress(&info);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &bytes, &size);
  info.image_width = kind.width;
  info.image_height = kind.height;
  info.input_components = kind.components;
  info.in_color_space = kind.components == 1   ? JCS_GRAYSCALE
                        : kind.components == 4 ? JCS_CMYK
                                               : JCS_RGB;
  jpeg_set_defaults(&info);
  if (kind.rgb) jpeg_set_colorspace(&info, JCS_RGB);
  if (kind.ycck) jpeg_set_colorspace(&info, JCS_YCCK);
  jpeg_set_quality(&info, kind.quality, TRUE);
  if (kind.components > 1 && !kind.rgb && (kind.components == 3 || kind.ycck)) {
    info.comp_info[0].h_samp_factor = kind.luma[0];
    info.comp_info[0].v_samp_factor = kind.luma[1];
    if (kind.components == 4) {
      info.comp_info[3].h_samp_factor = kind.luma[0];
      info.comp_info[3].v_samp_factor = kind.luma[1];
    }
  }
  info.arith_code = kind.arithmetic ? TRUE : FALSE;
  info.optimize_coding = kind.optimised ? TRUE : FALSE;
  info.restart_interval = static_cast<unsigned>(kind.restart);
  if (kind.progressive) jpeg_simple_progression(&info);
  std::vector<jpeg_scan_info> scans;
  if (kind.single) {
    for (int c = 0; c < kind.components; ++c) scans.push_back({1, {c}, 0, 63, 0, 0});
    info.scan_info = scans.data();
    info.num_scans = static_cast<int>(scans.size());
  }
  jpeg_start_compress(&info, TRUE);
  std::vector<std::uint8_t> row(std::size_t{kind.width} * static_cast<unsigned>(kind.components));
  for (std::uint32_t y = 0; y < kind.height; ++y) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const auto c = static_cast<int>(i % static_cast<unsigned>(kind.components));
      row[i] = sample(kind, static_cast<std::uint32_t>(i / static_cast<unsigned>(kind.components)),
                      y, c);
    }
    JSAMPROW rows = row.data();
    jpeg_write_scanlines(&info, &rows, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  ByteBuffer out(bytes, bytes + size);
  std::free(bytes);
  return out;
}

Plane through_jpeg(const Plane& plane, int quality) {
  jpeg_compress_struct out{};
  jpeg_error_mgr errors{};
  set_errors(errors);
  out.err = &errors;
  jpeg_create_compress(&out);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&out, &bytes, &size);
  out.image_width = plane.width;
  out.image_height = plane.height;
  out.input_components = 1;
  out.in_color_space = JCS_GRAYSCALE;
  jpeg_set_defaults(&out);
  jpeg_set_quality(&out, quality, TRUE);
  jpeg_start_compress(&out, TRUE);
  Plane back = plane;
  for (std::size_t y = 0; y < plane.height; ++y) {
    JSAMPROW row = back.samples.data() + y * plane.width;
    jpeg_write_scanlines(&out, &row, 1);
  }
  jpeg_finish_compress(&out);
  jpeg_destroy_compress(&out);
  jpeg_decompress_struct in{};
  in.err = &errors;
  jpeg_create_decompress(&in);
  jpeg_mem_src(&in, bytes, size);
  jpeg_read_header(&in, TRUE);
  jpeg_start_decompress(&in);
  for (std::size_t y = 0; y < plane.height; ++y) {
    JSAMPROW row = back.samples.data() + y * plane.width;
    jpeg_read_scanlines(&in, &row, 1);
  }
  jpeg_destroy_decompress(&in);
  std::free(bytes);
  return back;
}

JpegContent read_jpeg(const ByteBuffer& file) {
  jpeg_decompress_struct info{};
  jpeg_error_mgr errors{};
  set_errors(errors);
  info.err = &errors;
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, file.data(), file.size());
  jpeg_read_header(&info, TRUE);
  jvirt_barray_ptr* arrays = jpeg_read_coefficients(&info);
  JpegContent content;
  content.width = info.image_width;
  content.height = info.image_height;
  content.progressive = info.progressive_mode == TRUE;
  content.arithmetic = info.arith_code == TRUE;
  content.restart = info.restart_interval;
  for (int c = 0; c < info.num_components; ++c) {
    const jpeg_component_info& component = info.comp_info[c];
    JpegPlane& plane = content.planes.emplace_back();
    plane.columns = component.width_in_blocks;
    plane.rows = component.height_in_blocks;
    plane.h = static_cast<unsigned>(component.h_samp_factor);
    plane.v = static_cast<unsigned>(component.v_samp_factor);
    plane.max_h = static_cast<unsigned>(info.max_h_samp_factor);
    plane.max_v = static_cast<unsigned>(info.max_v_samp_factor);
    for (unsigned y = 0; y < plane.rows; ++y) {
      JBLOCKROW row = info.mem->access_virt_barray(reinterpret_cast<j_common_ptr>(&info), arrays[c],
                                                   y, 1, FALSE)[0];
      for (unsigned x = 0; x < plane.columns; ++x) {
        std::copy(std::begin(row[x]), std::end(row[x]), plane.blocks.emplace_back().begin());
      }
    }
  }
  jpeg_finish_decompress(&info);
  content.warnings = errors.num_warnings;
  jpeg_destroy_decompress(&info);
  return content;
}

ByteBuffer with_segment(const ByteBuffer& file, std::uint8_t marker, Bytes body) {
  ByteBuffer out(file.begin(), file.begin() + 2);
  append(out, ByteBuffer{0xFF, marker});
  append_be(out, body.size() + 2, 2);
  append(out, body);
  out.insert(out.end(), file.begin() + 2, file.end());
  return out;
}

ByteBuffer make_exif(unsigned orientation, const ByteBuffer& thumbnail) {
  ByteBuffer out = to_buffer(std::string_view("Exif\0\0II*\0\x08\0\0\0", 14));
  const auto entry = [&out](unsigned tag, unsigned type, std::uint64_t value) {
    append_le(out, tag, 2);
    append_le(out, type, 2);
    append_le(out, 1, 4);
    append_le(out, value, 4);
  };
  append_le(out, 1, 2);
  entry(0x0112, 3, orientation);
  append_le(out, thumbnail.empty() ? 0 : 26, 4);
  if (thumbnail.empty()) return out;
  append_le(out, 3, 2);
  entry(0x0103, 3, 6);
  entry(0x0201, 4, 26 + 2 + 36 + 4);
  entry(0x0202, 4, thumbnail.size());
  append_le(out, 0, 4);
  append(out, thumbnail);
  return out;
}

}  // namespace colophon::testing
