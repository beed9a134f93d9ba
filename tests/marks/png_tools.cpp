// SPDX-License-Identifier: Apache-2.0
#include "marks/png_tools.hpp"

#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace colophon::testing {
namespace {

struct Memory {
  const ByteBuffer* from = nullptr;
  std::size_t at = 0;
  ByteBuffer out;
};
void read_bytes(png_structp png, png_bytep out, png_size_t size) {
  auto& memory = *static_cast<Memory*>(png_get_io_ptr(png));
  if (size > memory.from->size() - memory.at) png_error(png, "the end");
  std::copy_n(memory.from->begin() + static_cast<std::ptrdiff_t>(memory.at), size, out);
  memory.at += size;
}
void write_bytes(png_structp png, png_bytep data, png_size_t size) {
  auto& memory = *static_cast<Memory*>(png_get_io_ptr(png));
  memory.out.insert(memory.out.end(), data, data + size);
}
void flush(png_structp) {}
[[noreturn]] void on_error(png_structp, png_const_charp text) {
  throw std::runtime_error(text);
}
void on_warning(png_structp png, png_const_charp text) {
  if (auto* all = static_cast<std::vector<std::string>*>(png_get_error_ptr(png))) {
    all->emplace_back(text);
  }
}

std::vector<std::uint8_t> read_rows(const ByteBuffer& file, bool rgba, PngContent& content) {
  Memory memory;
  memory.from = &file;
  png_structp png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, &content.warnings, on_error, on_warning);
  png_infop info = png_create_info_struct(png);
  png_set_read_fn(png, &memory, read_bytes);
  png_read_info(png, info);
  content.width = png_get_image_width(png, info);
  content.height = png_get_image_height(png, info);
  content.depth = png_get_bit_depth(png, info);
  content.channels = png_get_channels(png, info);
  if (rgba) {
    png_set_expand(png);
    png_set_strip_16(png);
    png_set_gray_to_rgb(png);
    png_set_add_alpha(png, 255, PNG_FILLER_AFTER);
  }
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  const std::size_t size = png_get_rowbytes(png, info);
  std::vector<std::uint8_t> rows(size * content.height);
  std::vector<png_bytep> pointers;
  for (std::size_t y = 0; y < content.height; ++y) pointers.push_back(rows.data() + y * size);
  png_read_image(png, pointers.data());
  png_read_end(png, info);
  png_destroy_read_struct(&png, &info, nullptr);
  return rows;
}

}  // namespace

ByteBuffer make_png(const PngKind& kind) {
  Memory memory;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, on_error, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &memory, write_bytes, flush);
  png_set_compression_level(png, kind.level);
  png_set_compression_buffer_size(png, kind.chunk);
  png_set_filter(png, 0, PNG_ALL_FILTERS);
  png_set_IHDR(png, info, kind.width, kind.height, kind.depth, kind.colour,
               kind.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, 0, 0);
  std::vector<png_color> palette;
  for (std::size_t i = 0; i + 2 < kind.palette.size(); i += 3) {
    palette.push_back({kind.palette[i], kind.palette[i + 1], kind.palette[i + 2]});
  }
  if (!palette.empty()) png_set_PLTE(png, info, palette.data(), static_cast<int>(palette.size()));
  if (!kind.transparency.empty() && kind.colour == 3) {
    png_set_tRNS(png, info, kind.transparency.data(), static_cast<int>(kind.transparency.size()),
                 nullptr);
  } else if (!kind.transparency.empty()) {
    png_color_16 key{};
    key.red = key.gray = kind.transparency[0];
    key.green = key.blue = kind.transparency[0];
    png_set_tRNS(png, info, nullptr, 0, &key);
  }
  png_set_gAMA(png, info, 0.45455);
  png_write_info(png, info);
  const std::size_t size = png_get_rowbytes(png, info);
  std::vector<std::uint8_t> rows(size * kind.height);
  const auto colours = static_cast<unsigned>(palette.empty() ? 256 : palette.size());
  const auto mask = (1U << std::min(kind.depth, 8)) - 1;
  for (std::size_t y = 0; y < kind.height; ++y) {
    for (std::size_t x = 0; x < size; ++x) {
      unsigned byte = 0;
      const unsigned parts = kind.depth < 8 ? 8U / static_cast<unsigned>(kind.depth) : 1;
      for (unsigned i = 0; i < parts; ++i) {
        const auto wave =
            static_cast<unsigned>(120 +
                                  100 * std::sin(static_cast<double>(x * parts + i) * 0.03 +
                                                 static_cast<double>(y) * 0.02) +
                                  static_cast<double>((x * 31 + y * 17) % 13));
        unsigned value = kind.grey >= 0 ? static_cast<unsigned>(kind.grey) : wave;
        value = palette.empty() ? value >> (8 - std::min(kind.depth, 8)) : value % colours;
        byte = byte << (kind.depth < 8 ? kind.depth : 0) | (value & mask);
      }
      rows[y * size + x] = static_cast<std::uint8_t>(byte);
    }
  }
  std::vector<png_bytep> pointers;
  for (std::size_t y = 0; y < kind.height; ++y) pointers.push_back(rows.data() + y * size);
  png_write_image(png, pointers.data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return memory.out;
}

PngContent read_png(const ByteBuffer& file) {
  PngContent content;
  content.rgba = read_rows(file, true, content);
  content.rows = read_rows(file, false, content);
  return content;
}

ByteBuffer png_chunk(std::string_view type, Bytes data) {
  ByteBuffer out;
  append_be(out, data.size(), 4);
  append(out, type);
  append(out, data);
  append_be(out, crc32(0, out.data() + 4, static_cast<uInt>(out.size() - 4)), 4);
  return out;
}

ByteBuffer png_stream(const std::vector<std::uint8_t>& rows, std::size_t row, std::size_t unit,
                      int level) {
  ByteBuffer filtered;
  for (std::size_t y = 0; y * row < rows.size(); ++y) {
    const std::size_t filter = y % 3;  // none, left, up
    filtered.push_back(static_cast<std::uint8_t>(filter));
    for (std::size_t i = 0; i < row; ++i) {
      const unsigned left = i >= unit ? rows[y * row + i - unit] : 0,
                     up = y > 0 ? rows[(y - 1) * row + i] : 0;
      filtered.push_back(static_cast<std::uint8_t>(rows[y * row + i] - (filter == 1   ? left
                                                                        : filter == 2 ? up
                                                                                      : 0)));
    }
  }
  uLongf size = compressBound(filtered.size());
  ByteBuffer out(size);
  compress2(out.data(), &size, filtered.data(), filtered.size(), level);
  out.resize(size);
  return out;
}

std::vector<std::pair<std::string, ByteBuffer>> png_chunks(const ByteBuffer& file) {
  std::vector<std::pair<std::string, ByteBuffer>> chunks;
  for (std::size_t at = 8; at + 12 <= file.size();) {
    const std::size_t size = *load_be(file, at, 4);
    const Bytes data = slice(file, at + 8, size);
    const auto sum = crc32(0, file.data() + at + 4, static_cast<uInt>(size + 4));
    if (sum != *load_be(file, at + 8 + size, 4)) throw std::runtime_error("CRC");
    chunks.emplace_back(to_string(slice(file, at + 4, 4)), to_buffer(data));
    at += size + 12;
  }
  return chunks;
}

}  // namespace colophon::testing
