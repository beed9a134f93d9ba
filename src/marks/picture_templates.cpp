// SPDX-License-Identifier: Apache-2.0
#include "marks/picture_templates.hpp"

#include <algorithm>
#include <cmath>

#include "marks/picture_stamp.hpp"
#include "media/raster.hpp"

namespace colophon {
namespace {

constexpr std::string_view kWords[] = {"AI生成",       "AI合成",      "人工智能生成",
                                       "AI GENERATED", "AI MODIFIED", "AI-generated",
                                       "AI Generated", "AI 생성물",   "एआई जनित"};
constexpr unsigned kPad = 8;  ///< values that are multiplied at a time

std::uint32_t padded(std::uint32_t width) {
  return (width + kPad - 1) / kPad * kPad;
}

WordTemplate word_of(std::string_view text, double glyph_height) {
  const std::string words[] = {std::string(text)};
  const auto drawing = draw_label(words, {glyph_height, 0, 1e6, 1e6, false});
  if (!drawing) return {};
  const PathBox ink = drawing->ink;
  const auto width = static_cast<std::uint32_t>(std::lround(ink.right - ink.left)) + 2;
  const auto height = static_cast<std::uint32_t>(std::lround(ink.bottom - ink.top)) + 2;
  WordTemplate out =
      template_of(rasterise(placed(drawing->letters, 1, 1 - ink.left, 1 - ink.top), width, height),
                  glyph_height);
  out.text = text;
  out.language = language_of(text);
  out.full_height = drawing->glyph_height;
  return out;
}

/// Sums of products of a window of `columns` x `rows`, both tables row by row.
std::int64_t products(const std::int16_t* a, std::size_t stride_a, const std::int16_t* b,
                      std::size_t stride_b, std::uint32_t columns, std::uint32_t rows) {
  std::int64_t sum = 0;
  for (std::uint32_t y = 0; y < rows; ++y) {
    std::int32_t line = 0;
    for (std::uint32_t x = 0; x < columns; ++x) {
      line += std::int32_t{a[y * stride_a + x]} * b[y * stride_b + x];
    }
    sum += line;
  }
  return sum;
}

/// What each sample of a copy takes from the plane along one side.
struct Taps {
  std::vector<std::uint32_t> first;
  std::vector<std::vector<float>> weights;
};
Taps taps_of(std::uint32_t from, std::uint32_t to) {
  Taps taps;
  const double step = static_cast<double>(from) / to;
  for (std::uint32_t i = 0; i < to; ++i) {
    // A larger copy is blurred a little rather than built of squares.
    const double centre = (i + 0.5) * step, reach = std::max(step, 1.0) / 2;
    const double begin = std::max(0.0, centre - reach);
    const double end = std::min(static_cast<double>(from), centre + reach);
    const auto first = static_cast<std::uint32_t>(begin);
    taps.first.push_back(first);
    std::vector<float>& weights = taps.weights.emplace_back();
    for (std::uint32_t k = first; k < from && k < end; ++k) {
      const double part = std::min(end, k + 1.0) - std::max(begin, static_cast<double>(k));
      weights.push_back(static_cast<float>(part / (end - begin)));
    }
  }
  return taps;
}

}  // namespace

std::vector<WordTemplate> word_templates(double glyph_height) {
  std::vector<WordTemplate> all;
  for (const std::string_view text : kWords) {
    WordTemplate word = word_of(text, glyph_height);
    if (word.norm > 0) all.push_back(std::move(word));
  }
  return all;
}

WordTemplate template_of(const Plane& plane, double glyph_height) {
  WordTemplate out;
  out.width = plane.width;
  out.height = plane.height;
  out.stride = padded(out.width);
  double sum = 0;
  for (const std::uint8_t sample : plane.samples) sum += sample;
  const double mean = sum / static_cast<double>(plane.samples.size());
  out.values.resize(std::size_t{out.stride} * out.height);
  double squares = 0;
  for (std::uint32_t y = 0; y < out.height; ++y) {
    for (std::uint32_t x = 0; x < out.width; ++x) {
      const double value = std::round(plane.samples[std::size_t{y} * out.width + x] - mean);
      out.values[std::size_t{y} * out.stride + x] = static_cast<std::int16_t>(value);
      squares += value * value;
    }
  }
  out.norm = std::sqrt(squares);
  out.slices = std::max(2U, static_cast<unsigned>(std::lround(out.width / (glyph_height * 0.8))));
  return out;
}

WindowSums::WindowSums(const Plane& plane)
    : width_(plane.width), height_(plane.height), stride_(padded(plane.width) + kPad) {
  values_.resize(std::size_t{stride_} * height_);
  const std::size_t line = std::size_t{width_} + 1;
  sums_.resize(line * (std::size_t{height_} + 1));
  squares_.resize(sums_.size());
  for (std::size_t y = 0; y < height_; ++y) {
    std::uint64_t sum = 0, square = 0;
    for (std::size_t x = 0; x < width_; ++x) {
      const std::uint8_t sample = plane.samples[y * width_ + x];
      values_[y * stride_ + x] = sample;
      sum += sample;
      square += std::uint64_t{sample} * sample;
      sums_[(y + 1) * line + x + 1] = sums_[y * line + x + 1] + sum;
      squares_[(y + 1) * line + x + 1] = squares_[y * line + x + 1] + square;
    }
  }
}

double WindowSums::spread(std::uint32_t x, std::uint32_t y, std::uint32_t width,
                          std::uint32_t height) const noexcept {
  const std::size_t line = std::size_t{width_} + 1;
  const std::size_t a = y * line + x, b = a + width, c = (std::size_t{y} + height) * line + x,
                    d = c + width;
  const auto sum = static_cast<double>(sums_[d] + sums_[a] - sums_[b] - sums_[c]);
  const auto square = static_cast<double>(squares_[d] + squares_[a] - squares_[b] - squares_[c]);
  const double count = static_cast<double>(width) * height;
  return std::sqrt(std::max(0.0, square - sum * sum / count));
}

double WindowSums::correlation(const WordTemplate& word, std::uint32_t x, std::uint32_t y,
                               double spread) const noexcept {
  if (spread <= 0) return 0;
  const std::int64_t sum = products(values_.data() + std::size_t{y} * stride_ + x, stride_,
                                    word.values.data(), word.stride, word.stride, word.height);
  return static_cast<double>(sum) / (word.norm * spread);
}

double WindowSums::worst_slice(const WordTemplate& word, std::uint32_t x, std::uint32_t y,
                               bool dark) const {
  double worst = 1;
  for (unsigned i = 0; i < word.slices; ++i) {
    const std::uint32_t from = word.width * i / word.slices,
                        to = word.width * (i + 1) / word.slices;
    double sum_a = 0, sum_b = 0, aa = 0, bb = 0, ab = 0;
    for (std::uint32_t row = 0; row < word.height; ++row) {
      for (std::uint32_t column = from; column < to; ++column) {
        const double a = word.values[std::size_t{row} * word.stride + column];
        const double b = values_[std::size_t{y + row} * stride_ + x + column];
        sum_a += a;
        sum_b += b;
        aa += a * a;
        bb += b * b;
        ab += a * b;
      }
    }
    const double count = static_cast<double>(to - from) * word.height;
    const double norm = std::sqrt(std::max(0.0, aa - sum_a * sum_a / count) *
                                  std::max(0.0, bb - sum_b * sum_b / count));
    const double value = norm <= 0 ? 0 : (ab - sum_a * sum_b / count) / norm;
    worst = std::min(worst, dark ? -value : value);
  }
  return worst;
}

Plane resized(const Plane& plane, std::uint32_t width, std::uint32_t height) {
  const Taps across = taps_of(plane.width, width), down = taps_of(plane.height, height);
  std::vector<float> half(std::size_t{width} * plane.height);
  for (std::uint32_t y = 0; y < plane.height; ++y) {
    const std::uint8_t* row = plane.samples.data() + std::size_t{y} * plane.width;
    for (std::uint32_t x = 0; x < width; ++x) {
      float sum = 0;
      const std::uint8_t* from = row + across.first[x];
      for (const float weight : across.weights[x]) sum += weight * static_cast<float>(*from++);
      half[std::size_t{y} * width + x] = sum;
    }
  }
  Plane out{width, height, {}};
  out.samples.resize(std::size_t{width} * height);
  std::vector<float> line(width);
  for (std::uint32_t y = 0; y < height; ++y) {
    std::fill(line.begin(), line.end(), 0.5F);
    const float* from = half.data() + std::size_t{down.first[y]} * width;
    for (const float weight : down.weights[y]) {
      for (std::uint32_t x = 0; x < width; ++x) line[x] += weight * from[x];
      from += width;
    }
    for (std::uint32_t x = 0; x < width; ++x) {
      out.samples[std::size_t{y} * width + x] =
          static_cast<std::uint8_t>(std::min(line[x], 255.0F));
    }
  }
  return out;
}

}  // namespace colophon
