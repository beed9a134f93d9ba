// SPDX-License-Identifier: Apache-2.0
// One frame in, one frame out: a patch is laid over the decoded frames, and they are coded again
// with what the source's own coding has: profile, level, chroma, depth, colours, shape of pixels.
#include "worker/film_reel.hpp"

#include <algorithm>
#include <cmath>
#include <set>

extern "C" {
#include <libavutil/opt.h>
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

struct Layer {
  Patch patch;
  std::vector<std::uint8_t> grey, opacity;

  /// Both over the samples of one plane: averages of what one sample covers.
  struct Mix {
    double grey = 0, opacity = 0;
  };
  [[nodiscard]] Mix at(std::uint32_t x, std::uint32_t y, unsigned shift_x, unsigned shift_y) const {
    Mix mix;
    double weight = 0;
    for (std::uint32_t v = y << shift_y; v < (y + 1) << shift_y; ++v) {
      for (std::uint32_t u = x << shift_x; u < (x + 1) << shift_x; ++u) {
        weight += 1;
        if (u < patch.x || v < patch.y || u - patch.x >= patch.width ||
            v - patch.y >= patch.height) {
          continue;
        }
        const std::size_t i = std::size_t{v - patch.y} * patch.width + (u - patch.x);
        mix.opacity += opacity[i] / 255.0;
        mix.grey += grey[i] / 255.0 * (opacity[i] / 255.0);
      }
    }
    if (mix.opacity > 0) mix.grey /= mix.opacity;
    mix.opacity /= weight;
    return mix;
  }
};

/// What the patch does to the samples of one plane, worked out once: new = old * keep + add.
struct PlaneMix {
  std::uint32_t x = 0, y = 0, width = 0, height = 0;
  std::vector<float> keep, add;
};

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

class Painter {
 public:
  explicit Painter(Layer layer) : layer_(std::move(layer)) {}

  void paint(AVFrame& frame) {
    if (mixes_.empty()) prepare(frame);
    if (av_frame_make_writable(&frame) < 0) throw Failed("there is no memory");
    for (std::size_t i = 0; i < mixes_.size(); ++i) {
      const auto paint = wide_ ? lay<std::uint16_t> : lay<std::uint8_t>;
      paint(mixes_[i], frame.data[i], frame.linesize[i]);
    }
  }

 private:
  void prepare(const AVFrame& frame) {
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
          const Layer::Mix one = layer_.at(mix.x + u, mix.y + v, shift_x, shift_y);
          const double value = plane == 0 ? black + (light - black) * one.grey : 128 * unit;
          mix.keep.push_back(static_cast<float>(1 - one.opacity));
          mix.add.push_back(static_cast<float>(value * one.opacity));
        }
      }
      mixes_.push_back(std::move(mix));
    }
    if (patch_ends(frame)) throw Failed("the label does not fit into the picture");
  }
  [[nodiscard]] bool patch_ends(const AVFrame& frame) const {
    const Patch& patch = layer_.patch;
    return patch.x + patch.width > static_cast<std::uint32_t>(frame.width) ||
           patch.y + patch.height > static_cast<std::uint32_t>(frame.height);
  }

  Layer layer_;
  bool wide_ = false;
  std::vector<PlaneMix> mixes_;
};

class Encoder {
 public:
  Encoder(const EncodeWork& work, const AVFrame& like, const AVCodecContext& source) {
    const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
    if (codec == nullptr) throw Failed("FFmpeg has no encoder for it here (libx264)");
    encoder_.reset(avcodec_alloc_context3(codec));
    if (!encoder_ || !packet_) throw Failed("there is no memory");
    AVCodecContext& to = *encoder_;
    to.width = like.width;
    to.height = like.height;
    to.pix_fmt = static_cast<AVPixelFormat>(like.format);
    to.time_base = source.pkt_timebase;
    to.framerate = {work.rate_num, work.rate_den};
    to.sample_aspect_ratio = like.sample_aspect_ratio;
    to.color_range = source.color_range;
    to.color_primaries = source.color_primaries;
    to.color_trc = source.color_trc;
    to.colorspace = source.colorspace;
    to.chroma_sample_location = source.chroma_sample_location;
    to.level = work.level;
    to.refs = work.references;
    to.max_b_frames = work.b_frames;
    to.gop_size = 1 << 20;  // key frames stand where the source has them
    to.rc_max_rate = std::int64_t{work.max_rate} * 1000;
    to.rc_buffer_size =
        static_cast<int>(std::min<std::int64_t>(std::int64_t{work.buffer} * 1000, INT32_MAX));
    to.thread_count = work.threads;
    to.flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_CLOSED_GOP;
    const std::string own = "scenecut=0:open-gop=0:repeat-headers=0:aud=0:force-cfr=0:sps-id=" +
                            std::to_string(work.set_id) +
                            ":b-pyramid=" + (work.pyramid != 0 ? "normal" : "none") +
                            (is_baseline(work.profile) ? ":cabac=0:8x8dct=0:weightp=0" : "") +
                            (work.profile == 77 ? ":8x8dct=0" : "");
    set("preset", "veryfast");
    set("crf", std::to_string(work.quality));
    set("forced-idr", "1");
    set("x264-params", own);
    if (avcodec_open2(&to, codec, nullptr) < 0) throw Failed("its encoder refuses it");
  }

  static bool is_baseline(int profile) { return (profile & 0xFF) == 66; }

  void send(AVFrame* frame, std::uint32_t run) {
    if (avcodec_send_frame(encoder_.get(), frame) < 0) throw Failed("its encoder fails");
    for (;;) {
      const int got = avcodec_receive_packet(encoder_.get(), packet_.get());
      if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return;
      if (got < 0) throw Failed("its encoder fails");
      const PacketRecord record{packet_->pts, run,
                                (packet_->flags & AV_PKT_FLAG_KEY) != 0 ? 1U : 0U};
      put_record(Record::Packet, &record, sizeof record, packet_->data,
                 static_cast<std::size_t>(packet_->size));
      av_packet_unref(packet_.get());
    }
  }
  [[nodiscard]] std::vector<std::uint8_t> config() const {
    return {encoder_->extradata, encoder_->extradata + encoder_->extradata_size};
  }

 private:
  void set(const char* name, const std::string& value) {
    if (av_opt_set(encoder_->priv_data, name, value.c_str(), 0) < 0) {
      throw Failed(std::string("its encoder does not know ") + name);
    }
  }

  Codec encoder_;
  Packet packet_{av_packet_alloc()};
};

/// The frames of a reel through an encoder for each run.
class Labelling {
 public:
  Labelling(const Reel& reel, const EncodeWork& work, Painter painter)
      : reel_(reel), work_(work), painter_(std::move(painter)), player_(reel, work.threads) {}

  void run() {
    while (AVFrame* frame = player_.next()) {
      const ReelPacket& packet = player_.packet();
      if (packet.label == 0) continue;
      if (encoder_ && packet.run != run_) finish();
      painter_.paint(*frame);
      frame->pict_type = packet.key != 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
      frame->key_frame = packet.key;
      if (!encoder_) open(*frame, packet);
      if (frame->width != width_ || frame->height != height_ || frame->format != format_) {
        throw Failed("its pictures change their size or kind");
      }
      if (frame->interlaced_frame != 0) throw Failed("its pictures are interlaced");
      if (!seen_.insert(packet.pts).second) throw Failed("two frames have one time stamp");
      encoder_->send(frame, packet.run);
      const double share =
          static_cast<double>(seen_.size()) / static_cast<double>(reel_.packets.size());
      put_record(Record::Progress, &share, sizeof share);
    }
    if (encoder_) finish();
    put_record(Record::Config, config_.data(), config_.size());
  }

 private:
  void open(const AVFrame& frame, const ReelPacket& packet) {
    encoder_ = std::make_unique<Encoder>(work_, frame, player_.decoder());
    if (config_.empty()) config_ = encoder_->config();
    if (config_ != encoder_->config()) throw Failed("its parts need different parameters");
    run_ = packet.run;
    width_ = frame.width;
    height_ = frame.height;
    format_ = frame.format;
  }
  void finish() {
    encoder_->send(nullptr, run_);
    encoder_.reset();
  }

  const Reel& reel_;
  const EncodeWork& work_;
  Painter painter_;
  ReelPlayer player_;
  std::unique_ptr<Encoder> encoder_;
  std::vector<std::uint8_t> config_;
  std::set<std::int64_t> seen_;
  std::uint16_t run_ = 0;
  int width_ = 0, height_ = 0, format_ = -1;
};

}  // namespace

void film_label(std::uint64_t parts_at) {
  Parts parts(parts_at);
  const auto work = parts.take<EncodeWork>();
  Layer layer;
  layer.patch = parts.take<Patch>();
  const std::size_t size = std::size_t{layer.patch.width} * layer.patch.height;
  layer.grey = parts.take_all<std::uint8_t>(size);
  layer.opacity = parts.take_all<std::uint8_t>(size);
  const Reel reel = take_reel(parts);
  Labelling(reel, work, Painter(std::move(layer))).run();
}

}  // namespace colophon::worker
