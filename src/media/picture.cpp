// SPDX-License-Identifier: Apache-2.0
#include "media/picture.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace {

std::uint32_t scaled(std::uint32_t length, std::uint32_t longest, std::uint32_t side) {
  if (longest <= side) return length;
  const std::uint64_t rounded = (std::uint64_t{length} * side + longest / 2) / longest;
  return static_cast<std::uint32_t>(std::max<std::uint64_t>(rounded, 1));
}

}  // namespace

RowAverage::RowAverage(std::uint32_t width, std::uint32_t height, std::uint32_t side)
    : width_(width), height_(height) {
  const std::uint32_t longest = std::max(width, height);
  plane_.width = scaled(width, longest, side);
  plane_.height = scaled(height, longest, side);
  plane_.samples.resize(std::size_t{plane_.width} * plane_.height);
  sums_.resize(plane_.width);
  counts_.resize(plane_.width);
  column_.resize(width);
  for (std::uint32_t x = 0; x < width; ++x) {
    column_[x] = static_cast<std::uint32_t>(std::uint64_t{x} * plane_.width / width);
  }
}

void RowAverage::add(const std::uint8_t* row, std::size_t step) {
  if (next_ >= height_) return;
  for (std::uint32_t x = 0; x < width_; ++x) {
    sums_[column_[x]] += row[x * step];
    ++counts_[column_[x]];
  }
  const auto line = [&](std::uint32_t y) { return std::uint64_t{y} * plane_.height / height_; };
  if (next_ + 1 == height_ || line(next_ + 1) != line(next_)) finish_row();
  ++next_;
}

void RowAverage::finish_row() {
  const std::size_t line = std::size_t{next_} * plane_.height / height_;
  for (std::uint32_t x = 0; x < plane_.width; ++x) {
    const std::uint64_t count = std::max<std::uint64_t>(counts_[x], 1);
    plane_.samples[line * plane_.width + x] =
        static_cast<std::uint8_t>((sums_[x] + count / 2) / count);
  }
  std::fill(sums_.begin(), sums_.end(), 0);
  std::fill(counts_.begin(), counts_.end(), 0);
}

Plane RowAverage::take() const {
  return plane_;
}

std::uint32_t CopySize::of(std::uint32_t width, std::uint32_t height) const noexcept {
  if (shortest == 0) return longest;
  constexpr std::uint64_t kMostPixels = 8U << 20;
  const std::uint64_t side = std::max(width, height), other = std::max(1U, std::min(width, height));
  std::uint64_t wanted = (std::uint64_t{shortest} * side + other - 1) / other;
  if (other > shortest && wanted * shortest > kMostPixels) wanted = kMostPixels / shortest;
  return static_cast<std::uint32_t>(std::min(wanted, side));
}

GreyCopy::GreyCopy(std::uint32_t width, std::uint32_t height, CopySize size)
    : columns_(width),
      grey_(width, height, size.of(width, height)),
      over_white_(width, height, size.of(width, height)),
      blended_(width) {}

void GreyCopy::add_grey(const std::uint8_t* row) {
  grey_.add(row);
}

void GreyCopy::add_grey_alpha(const std::uint8_t* row) {
  for (std::uint32_t x = 0; x < columns_; ++x) {
    const unsigned grey = row[x * 2], alpha = row[x * 2 + 1];
    transparent_ = transparent_ || alpha != 255;
    blended_[x] = static_cast<std::uint8_t>((grey * alpha + 255 * (255 - alpha) + 127) / 255);
  }
  grey_.add(row, 2);
  over_white_.add(blended_.data());
}

Picture GreyCopy::take(std::uint32_t width, std::uint32_t height) const {
  Picture picture{width, height, grey_.take(), std::nullopt};
  if (transparent_) picture.over_white = over_white_.take();
  return picture;
}

Status check_sides(std::uint64_t width, std::uint64_t height) {
  if (width == 0 || height == 0) {
    return fail(ErrorCode::Malformed, "the picture has no pixels", "pixels");
  }
  if (width > kMaxPictureSide || height > kMaxPictureSide || width * height > kMaxPicturePixels) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("the picture has {} x {} pixels, which is more than is decoded here",
                            width, height),
                "pixels");
  }
  return {};
}

bool decodes_here(const Format& format) noexcept {
  return format.id == "png" || format.id == "jpeg" || format.id == "webp";
}

Result<Picture> decode_picture(Source& source, const Format& format, CopySize size) {
  if (format.id == "png") return decode_png(source, size);
  if (format.id == "jpeg") return decode_jpeg(source, size);
  if (format.id == "webp") return decode_webp(source, size);
  return fail(ErrorCode::Unsupported, fmt::format("{} is not decoded in this process", format.name),
              "pixels");
}

}  // namespace colophon
