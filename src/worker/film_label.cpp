// SPDX-License-Identifier: Apache-2.0
// One frame in, one frame out: a patch is laid over the decoded frames, and they are coded again
// with what the source's own coding has: profile, level, chroma, depth, colours, shape of pixels.
#include <algorithm>
#include <set>

#include "worker/film_paint.hpp"
#include "worker/film_reel.hpp"

extern "C" {
#include <libavutil/opt.h>
}

namespace colophon::worker {
namespace {

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
  Layer layer = take_layer(parts);
  const Reel reel = take_reel(parts);
  Labelling(reel, work, Painter(std::move(layer))).run();
}

}  // namespace colophon::worker
