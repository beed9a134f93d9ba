// SPDX-License-Identifier: Apache-2.0
// WebP: the picture, or the first frame of an animation, scaled while it is decoded.
#include <webp/decode.h>
#include <webp/demux.h>

#include <algorithm>
#include <memory>

#include "media/picture.hpp"

namespace colophon {
namespace {

constexpr std::uint64_t kMaxFile = 64ULL << 20;

Failure broken() {
  return fail(ErrorCode::Malformed, "the pixels of the WebP file cannot be decoded", "webp:VP8");
}

struct DeleteDemuxer {
  void operator()(WebPDemuxer* demuxer) const noexcept { WebPDemuxDelete(demuxer); }
};

/// The bitstream of the first frame; of a still picture the only one.
Result<ByteBuffer> first_frame(Bytes file) {
  const WebPData data{file.data(), file.size()};
  const std::unique_ptr<WebPDemuxer, DeleteDemuxer> demuxer(WebPDemux(&data));
  WebPIterator frame{};
  if (!demuxer || WebPDemuxGetFrame(demuxer.get(), 1, &frame) == 0) return broken();
  ByteBuffer bytes(frame.fragment.bytes, frame.fragment.bytes + frame.fragment.size);
  WebPDemuxReleaseIterator(&frame);
  return bytes;
}

}  // namespace

Result<Picture> decode_webp(Source& source, CopySize size) {
  if (source.size() > kMaxFile) {
    return fail(ErrorCode::LimitExceeded, "the WebP file is too large to be decoded here", "webp");
  }
  const ByteBuffer file = TRY(read(source, {0, source.size()}));
  const ByteBuffer frame = TRY(first_frame(file));
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0 ||
      WebPGetFeatures(frame.data(), frame.size(), &config.input) != VP8_STATUS_OK) {
    return broken();
  }
  const auto width = static_cast<std::uint32_t>(config.input.width);
  const auto height = static_cast<std::uint32_t>(config.input.height);
  TRY(check_sides(width, height));
  if (std::uint64_t{width} * height * 4 > kMaxDecoderMemory) {  // lossless ones are held whole
    return fail(ErrorCode::LimitExceeded, "the WebP picture is too large to be decoded here",
                "webp");
  }
  const std::uint32_t longest = std::max(width, height);
  const std::uint32_t wanted = size.of(width, height);
  if (longest > 2 * wanted) {
    config.options.use_scaling = 1;
    const auto scaled = [&](std::uint32_t side) {
      return static_cast<int>(
          std::max<std::uint64_t>(1, std::uint64_t{side} * 2 * wanted / longest));
    };
    config.options.scaled_width = scaled(width);
    config.options.scaled_height = scaled(height);
  }
  config.output.colorspace = MODE_RGBA;
  const VP8StatusCode status = WebPDecode(frame.data(), frame.size(), &config);
  const std::unique_ptr<WebPDecBuffer, void (*)(WebPDecBuffer*)> free_buffer(&config.output,
                                                                             WebPFreeDecBuffer);
  if (status != VP8_STATUS_OK) return broken();
  const auto columns = static_cast<std::uint32_t>(config.output.width);
  const auto rows = static_cast<std::uint32_t>(config.output.height);
  GreyCopy copy(columns, rows, size);
  std::vector<std::uint8_t> row(std::size_t{columns} * 2);
  for (std::uint32_t y = 0; y < rows; ++y) {
    const std::uint8_t* pixel = config.output.u.RGBA.rgba +
                                std::size_t{y} * static_cast<unsigned>(config.output.u.RGBA.stride);
    for (std::uint32_t x = 0; x < columns; ++x, pixel += 4) {
      row[x * 2] =
          static_cast<std::uint8_t>((299U * pixel[0] + 587U * pixel[1] + 114U * pixel[2]) / 1000);
      row[x * 2 + 1] = pixel[3];
    }
    copy.add_grey_alpha(row.data());
  }
  return copy.take(width, height);
}

}  // namespace colophon
