// SPDX-License-Identifier: Apache-2.0
#include "support/pictures.hpp"

#include <cmath>

namespace colophon::testing {
namespace {

/// A number from 0 to 1 for each point of a lattice.
double lattice(std::uint64_t seed, int octave, std::int64_t x, std::int64_t y) {
  std::uint64_t hash = seed * 0x9E3779B97F4A7C15ULL + static_cast<std::uint64_t>(octave) * 77777;
  for (const std::int64_t part : {x, y}) {
    hash ^= static_cast<std::uint64_t>(part) + 0x9E3779B97F4A7C15ULL + (hash << 6) + (hash >> 2);
    hash *= 0xBF58476D1CE4E5B9ULL;
    hash ^= hash >> 29;
  }
  return static_cast<double>(hash % 65536) / 65535;
}

double value_at(std::uint64_t seed, double u, double v) {
  double sum = 0;
  for (int octave = 0; octave < 3; ++octave) {
    const double cells = 5 << (octave * 1);
    const double x = u * cells, y = v * cells;
    const double left = std::floor(x), top = std::floor(y);
    const auto at = [&](int dx, int dy) {
      return lattice(seed, octave, static_cast<std::int64_t>(left) + dx,
                     static_cast<std::int64_t>(top) + dy);
    };
    const double a = x - left, b = y - top;
    const double value = at(0, 0) * (1 - a) * (1 - b) + at(1, 0) * a * (1 - b) +
                         at(0, 1) * (1 - a) * b + at(1, 1) * a * b;
    sum += value > 0.5 ? 1.0 / 3 : 0;
  }
  return sum;
}

std::uint32_t crc_of(Bytes bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

void add_chunk(ByteBuffer& file, std::string_view type, Bytes data) {
  append_be(file, data.size(), 4);
  ByteBuffer body = to_buffer(type);
  append(body, data);
  append(file, body);
  append_be(file, crc_of(body), 4);
}

}  // namespace

std::vector<std::uint8_t> scene(std::uint64_t seed, std::uint32_t width, std::uint32_t height,
                                const Window& window) {
  std::vector<std::uint8_t> grey;
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      const double u = window.x + (x + 0.5) / width * window.width;
      const double v = window.y + (y + 0.5) / height * window.height;
      grey.push_back(static_cast<std::uint8_t>(20 + 210 * value_at(seed, u, v)));
    }
  }
  return grey;
}

ByteBuffer png_picture(std::uint32_t width, std::uint32_t height, Bytes grey) {
  ByteBuffer rows;
  for (std::uint32_t y = 0; y < height; ++y) {
    rows.push_back(0);
    append(rows, grey.subspan(std::size_t{y} * width, width));
  }
  ByteBuffer zlib = {0x78, 0x01};
  std::uint32_t a = 1, b = 0;
  for (const std::uint8_t byte : rows) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  for (std::size_t at = 0; at < rows.size(); at += 65535) {
    const Bytes block = slice(rows, at, 65535);
    zlib.push_back(at + block.size() == rows.size() ? 1 : 0);
    append_le(zlib, block.size(), 2);
    append_le(zlib, ~block.size() & 0xFFFFU, 2);
    append(zlib, block);
  }
  append_be(zlib, (std::uint64_t{b} << 16) | a, 4);
  ByteBuffer head;
  append_be(head, width, 4);
  append_be(head, height, 4);
  append(head, std::string_view("\x08\x00\x00\x00\x00", 5));
  ByteBuffer file = to_buffer(std::string_view("\x89PNG\r\n\x1a\n", 8));
  add_chunk(file, "IHDR", head);
  add_chunk(file, "IDAT", zlib);
  add_chunk(file, "IEND", {});
  return file;
}

}  // namespace colophon::testing
