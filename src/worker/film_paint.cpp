// SPDX-License-Identifier: Apache-2.0
#include "worker/film_paint.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace colophon::worker {
namespace {

/// How bright the patch's white is, of all that the samples can say: in HDR, paper white.
double white_of(const AVFrame& frame) {
  if (frame.color_trc == AVCOL_TRC_SMPTE2084) return 0.58;  // 203 cd/m2, ITU-R BT.2408
  if (frame.color_trc == AVCOL_TRC_ARIB_STD_B67) return 0.75;
  return 1;
}

/// Both over the samples of one plane: averages of what one sample covers.
struct Mix {
  double grey = 0, opacity = 0;
};
Mix mix_at(const Layer& layer, std::uint32_t x, std::uint32_t y, unsigned shift_x,
           unsigned shift_y) {
  const Patch& patch = layer.patch;
  Mix mix;
  double weight = 0;
  for (std::uint32_t v = y << shift_y; v < (y + 1) << shift_y; ++v) {
    for (std::uint32_t u = x << shift_x; u < (x + 1) << shift_x; ++u) {
      weight += 1;
      if (u < patch.x || v < patch.y || u - patch.x >= patch.width || v - patch.y >= patch.height) {
        continue;
      }
      const std::size_t i = std::size_t{v - patch.y} * patch.width + (u - patch.x);
      mix.opacity += layer.opacity[i] / 255.0;
      mix.grey += layer.grey[i] / 255.0 * (layer.opacity[i] / 255.0);
    }
  }
  if (mix.opacity > 0) mix.grey /= mix.opacity;
  mix.opacity /= weight;
  return mix;
}

template <typename Sample>
void lay(const PlaneMix& mix, std::uint8_t* plane, int stride) {
  for (std::uint32_t v = 0; v < mix.height; ++v) {
    auto* row = reinterpret_cast<Sample*>(plane + std::ptrdiff_t{stride} * (mix.y + v)) + mix.x;
    const std::size_t at = std::size_t{v} * mix.width;
    for (std::uint32_t u = 0; u < mix.width; ++u) {
      row[u] = static_cast<Sample>(static_cast<float>(row[u]) * mix.keep[at + u] + mix.add[at + u] +
                                   0.5F);
    }
  }
}

}  // namespace

Layer take_layer(Parts& parts) {
  Layer layer;
  layer.patch = parts.take<Patch>();
  const std::size_t size = std::size_t{layer.patch.width} * layer.patch.height;
  layer.grey = parts.take_all<std::uint8_t>(size);
  layer.opacity = parts.take_all<std::uint8_t>(size);
  return layer;
}

void Painter::paint(AVFrame& frame) {
  if (mixes_.empty()) prepare(frame);
  if (frame.width != width_ || frame.height != height_ || frame.format != format_) {
    throw Failed("its pictures change their size or kind");
  }
  if (av_frame_make_writable(&frame) < 0) throw Failed("there is no memory");
  for (std::size_t i = 0; i < mixes_.size(); ++i) {
    const auto paint = wide_ ? lay<std::uint16_t> : lay<std::uint8_t>;
    paint(mixes_[i], frame.data[i], frame.linesize[i]);
  }
}

void Painter::prepare(const AVFrame& frame) {
  width_ = frame.width;
  height_ = frame.height;
  format_ = frame.format;
  const auto format = static_cast<AVPixelFormat>(frame.format);
  const AVPixFmtDescriptor* kind = av_pix_fmt_desc_get(format);
  const bool planes =
      kind != nullptr && av_pix_fmt_count_planes(format) == kind->nb_components &&
      (kind->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BE |
                      AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_HWACCEL)) == 0;
  if (!planes || (kind->nb_components != 1 && kind->nb_components != 3)) {
    throw Failed("its pixels are of a kind that cannot be drawn on");
  }
  wide_ = kind->comp[0].depth > 8;
  const bool full = frame.color_range == AVCOL_RANGE_JPEG || format == AV_PIX_FMT_YUVJ420P ||
                    format == AV_PIX_FMT_YUVJ422P || format == AV_PIX_FMT_YUVJ444P;
  const double unit = 1U << (kind->comp[0].depth - 8);
  const double black = full ? 0 : 16 * unit;
  const double white = full ? 256 * unit - 1 : 235 * unit;
  const double light = black + (white - black) * white_of(frame);
  for (int plane = 0; plane < kind->nb_components; ++plane) {
    const unsigned shift_x = plane == 0 ? 0 : kind->log2_chroma_w;
    const unsigned shift_y = plane == 0 ? 0 : kind->log2_chroma_h;
    const Patch& patch = layer_.patch;
    PlaneMix mix;
    mix.x = patch.x >> shift_x;
    mix.y = patch.y >> shift_y;
    mix.width = ((patch.x + patch.width - 1) >> shift_x) + 1 - mix.x;
    mix.height = ((patch.y + patch.height - 1) >> shift_y) + 1 - mix.y;
    for (std::uint32_t v = 0; v < mix.height; ++v) {
      for (std::uint32_t u = 0; u < mix.width; ++u) {
        const Mix one = mix_at(layer_, mix.x + u, mix.y + v, shift_x, shift_y);
        const double value = plane == 0 ? black + (light - black) * one.grey : 128 * unit;
        mix.keep.push_back(static_cast<float>(1 - one.opacity));
        mix.add.push_back(static_cast<float>(value * one.opacity));
      }
    }
    mixes_.push_back(std::move(mix));
  }
  const Patch& all = layer_.patch;
  if (all.x + all.width > static_cast<std::uint32_t>(frame.width) ||
      all.y + all.height > static_cast<std::uint32_t>(frame.height))
    throw Failed("the label does not fit into the picture");
}

}  // namespace colophon::worker
