// SPDX-License-Identifier: Apache-2.0
// HEIC and AVIF pictures, whose tiles FFmpeg 5 does not join.
#include "worker/worker.hpp"

#ifdef COLOPHON_HAVE_HEIF

#include <libheif/heif.h>
#include <unistd.h>

#include <memory>

#include "media/worker_protocol.hpp"

namespace colophon::worker {
namespace {

constexpr off_t kMaxFile = 128 << 20;

std::vector<std::uint8_t> whole_file() {
  const off_t size = lseek(kMediaDescriptor, 0, SEEK_END);
  if (size <= 0 || size > kMaxFile) throw Failed("it is too large");
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t got =
        pread(kMediaDescriptor, bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
    if (got <= 0) throw Failed("it cannot be read");
    at += static_cast<std::size_t>(got);
  }
  return bytes;
}

void check(const heif_error& error) {
  if (error.code != heif_error_Ok) throw Failed(error.message);
}

/// The average of the pixels that fall into each of the copy's.
void average(Copy& copy, const std::uint8_t* pixels, std::size_t stride, unsigned width,
             unsigned height, unsigned channels) {
  std::vector<std::uint64_t> sums(std::size_t{copy.columns} * channels);
  std::vector<std::uint64_t> counts(copy.columns);
  copy.bytes.resize(std::size_t{copy.columns} * copy.rows * channels);
  for (unsigned y = 0; y < height; ++y) {
    const auto line = [&](unsigned row) { return std::uint64_t{row} * copy.rows / height; };
    for (unsigned x = 0; x < width; ++x) {
      const std::uint8_t* pixel = pixels + y * stride + std::size_t{x} * 3;
      const std::size_t column = std::uint64_t{x} * copy.columns / width;
      ++counts[column];
      if (channels == 1) {
        sums[column] += (299U * pixel[0] + 587U * pixel[1] + 114U * pixel[2]) / 1000;
      } else {
        for (unsigned c = 0; c < 3; ++c) sums[column * 3 + c] += pixel[c];
      }
    }
    if (y + 1 < height && line(y + 1) == line(y)) continue;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const std::uint64_t count = counts[i / channels] > 0 ? counts[i / channels] : 1;
      copy.bytes[line(y) * sums.size() + i] = static_cast<std::uint8_t>(sums[i] / count);
      sums[i] = 0;
    }
    counts.assign(counts.size(), 0);
  }
}

}  // namespace

Copy heif_picture(const Wanted& wanted) {
  const std::vector<std::uint8_t> file = whole_file();
  const std::unique_ptr<heif_context, void (*)(heif_context*)> context(heif_context_alloc(),
                                                                       heif_context_free);
  check(
      heif_context_read_from_memory_without_copy(context.get(), file.data(), file.size(), nullptr));
  heif_image_handle* handle = nullptr;
  check(heif_context_get_primary_image_handle(context.get(), &handle));
  const std::unique_ptr<heif_image_handle, void (*)(const heif_image_handle*)> held(
      handle, heif_image_handle_release);
  heif_image* image = nullptr;
  check(
      heif_decode_image(handle, &image, heif_colorspace_RGB, heif_chroma_interleaved_RGB, nullptr));
  const std::unique_ptr<heif_image, void (*)(const heif_image*)> kept(image, heif_image_release);
  int stride = 0;
  const std::uint8_t* pixels =
      heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride);
  const int width = heif_image_get_width(image, heif_channel_interleaved);
  const int height = heif_image_get_height(image, heif_channel_interleaved);
  if (pixels == nullptr || width <= 0 || height <= 0) throw Failed("it has no pixels");
  Copy copy;
  copy.width = static_cast<unsigned>(width);
  copy.height = static_cast<unsigned>(height);
  scale_sides(copy, wanted.side);
  average(copy, pixels, static_cast<std::size_t>(stride), copy.width, copy.height, wanted.channels);
  return copy;
}

}  // namespace colophon::worker

#else

namespace colophon::worker {

/// Without libheif FFmpeg does what it can.
Copy heif_picture(const Wanted& wanted) {
  return film_picture(wanted);
}

}  // namespace colophon::worker

#endif
