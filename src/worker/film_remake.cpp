// SPDX-License-Identifier: Apache-2.0
// A film made anew as a whole: every picture is coded again, with a patch on some; all other
// streams are copied packet by packet into a file of the same kind.
#include <algorithm>
#include <cmath>
#include <string>

#include "worker/film_media.hpp"
#include "worker/film_paint.hpp"
#include "worker/remade_file.hpp"

extern "C" {
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/mathematics.h>
#include <libavutil/opt.h>
}

namespace colophon::worker {
namespace {

constexpr AVRational kMicroseconds{1, AV_TIME_BASE};

struct Span {
  std::int64_t from_us = 0, to_us = 0;
};

/// Which encoder makes pictures of a kind, and how well.
struct Maker {
  AVCodecID id;
  const char* encoder;
  const char* options;
};
constexpr Maker kMakers[] = {
    {AV_CODEC_ID_H264, "libx264", "preset=veryfast:crf=18"},
    {AV_CODEC_ID_HEVC, "libx265", "preset=fast:crf=18"},
    {AV_CODEC_ID_VP9, "libvpx-vp9", "crf=20:deadline=good:cpu-used=5:row-mt=1"},
    {AV_CODEC_ID_VP8, "libvpx", "crf=6:deadline=good:cpu-used=5"},
    {AV_CODEC_ID_AV1, "libaom-av1", "crf=20:usage=realtime:cpu-used=7:row-mt=1"},
    {AV_CODEC_ID_MPEG4, "mpeg4", ""},
    {AV_CODEC_ID_MPEG2VIDEO, "mpeg2video", ""},
    {AV_CODEC_ID_MPEG1VIDEO, "mpeg1video", ""},
    {AV_CODEC_ID_MJPEG, "mjpeg", ""},
    {AV_CODEC_ID_FLV1, "flv", ""},
    {AV_CODEC_ID_H263, "h263", ""},
    {AV_CODEC_ID_PRORES, "prores_ks", ""},
};

/// What x265 is told of the screen that an HDR film was made on (ITU-T H.265, D.3.28 and D.3.35):
/// libavcodec does not hand it on.
std::string light_of(const AVFrame& frame) {
  std::string out;
  if (const auto* side = av_frame_get_side_data(&frame, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA)) {
    const auto& screen = *reinterpret_cast<const AVMasteringDisplayMetadata*>(side->data);
    const auto units = [](AVRational value, int unit) {
      return std::to_string(av_rescale(value.num, unit, std::max(1, value.den)));
    };
    const auto point = [&](const AVRational* xy) {
      return "(" + units(xy[0], 50000) + "," + units(xy[1], 50000) + ")";
    };
    if (screen.has_primaries != 0 && screen.has_luminance != 0) {
      out += ":master-display=G" + point(screen.display_primaries[1]) + "B" +
             point(screen.display_primaries[2]) + "R" + point(screen.display_primaries[0]) + "WP" +
             point(screen.white_point) + "L(" + units(screen.max_luminance, 10000) + "," +
             units(screen.min_luminance, 10000) + ")";
    }
  }
  if (const auto* side = av_frame_get_side_data(&frame, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL)) {
    const auto& light = *reinterpret_cast<const AVContentLightMetadata*>(side->data);
    out += ":max-cll=" + std::to_string(light.MaxCLL) + "," + std::to_string(light.MaxFALL);
  }
  return out;
}

class Remaker {
 public:
  Remaker(const RemakeWork& work, std::vector<Span> spans, Painter painter)
      : work_(work),
        spans_(std::move(spans)),
        painter_(std::move(painter)),
        film_(media_.film()),
        file_(work.container.data()) {
    open_decoder();
    open_output();
  }

  void run() {
    while (av_read_frame(&media_.context(), packet_.get()) >= 0) {
      const int index = packet_->stream_index;
      if (index == film_.index) {
        if (avcodec_send_packet(decoder_.get(), packet_.get()) < 0) damaged();
        av_packet_unref(packet_.get());
        take_frames();
      } else if (const int to = target_of(index); to >= 0 && header_written_) {
        copy(to);
      } else if (to >= 0) {
        waiting_.emplace_back(av_packet_clone(packet_.get()), to);
        if (waiting_.size() > kMostWaiting) throw Failed("its pictures start too late");
        av_packet_unref(packet_.get());
      } else {
        av_packet_unref(packet_.get());
      }
    }
    if (avcodec_send_packet(decoder_.get(), nullptr) < 0) damaged();
    take_frames();
    if (!encoder_) throw Failed("no picture of it can be decoded");
    encode(nullptr);
    if (av_write_trailer(&file_.context()) < 0) throw Failed("its container refuses the end");
    file_.flush();
    if (frames_in_ != frames_out_) throw Failed("a frame is missing");
  }

 private:
  static constexpr std::size_t kMostWaiting = 4096;
  [[noreturn]] static void damaged() { throw Failed("its pictures are damaged"); }

  void open_decoder() {
    const AVCodec* codec = avcodec_find_decoder(film_.codecpar->codec_id);
    if (codec == nullptr) throw Failed("there is no decoder for it");
    decoder_.reset(avcodec_alloc_context3(codec));
    if (!decoder_ || !packet_ || !coded_ || !frame_ ||
        avcodec_parameters_to_context(decoder_.get(), film_.codecpar) < 0) {
      throw Failed("there is no memory");
    }
    decoder_->thread_count = work_.threads;
    decoder_->max_pixels = 64LL << 20;
    decoder_->pkt_timebase = film_.time_base;
    decoder_->err_recognition = AV_EF_EXPLODE;
    if (avcodec_open2(decoder_.get(), codec, nullptr) < 0) throw Failed("its decoder refuses it");
  }

  void open_output() {
    const AVFormatContext& from = media_.context();
    AVFormatContext* context = &file_.context();
    av_dict_copy(&context->metadata, from.metadata, 0);
    for (unsigned i = 0; i < from.nb_streams; ++i) {
      const AVStream& old = *from.streams[i];
      const bool known = old.codecpar->codec_id != AV_CODEC_ID_NONE;
      if (!known) throw Failed("one of its tracks is of a kind that cannot be copied");
      (void)file_.add_like(old);
    }
    file_.copy_chapters(from, 0);
  }
  /// Every stream has its own; those that FFmpeg finds later have none.
  [[nodiscard]] int target_of(int index) const {
    return index >= 0 && static_cast<unsigned>(index) < file_.context().nb_streams ? index : -1;
  }

  void open_encoder(const AVFrame& frame) {
    const Maker* maker = std::find_if(std::begin(kMakers), std::end(kMakers), [&](const Maker& m) {
      return m.id == film_.codecpar->codec_id;
    });
    const AVCodec* codec =
        maker == std::end(kMakers) ? nullptr : avcodec_find_encoder_by_name(maker->encoder);
    if (codec == nullptr) throw Failed("there is no encoder for its kind of coding here");
    encoder_.reset(avcodec_alloc_context3(codec));
    if (!encoder_) throw Failed("there is no memory");
    AVCodecContext& to = *encoder_;
    to.width = frame.width;
    to.height = frame.height;
    to.pix_fmt = static_cast<AVPixelFormat>(frame.format);
    to.time_base = codec->id == AV_CODEC_ID_MPEG4 || codec->id == AV_CODEC_ID_MPEG2VIDEO ||
                           codec->id == AV_CODEC_ID_MPEG1VIDEO
                       ? av_inv_q(rate())
                       : film_.time_base;
    to.framerate = rate();
    to.sample_aspect_ratio =
        film_.sample_aspect_ratio.num > 0 ? film_.sample_aspect_ratio : frame.sample_aspect_ratio;
    to.color_range = frame.color_range;
    to.color_primaries = frame.color_primaries;
    to.color_trc = frame.color_trc;
    to.colorspace = frame.colorspace;
    to.chroma_sample_location = frame.chroma_location;
    to.thread_count = work_.threads;
    to.gop_size = std::max(1, static_cast<int>(std::lround(av_q2d(rate()) * 2)));
    to.max_b_frames = film_.codecpar->video_delay > 0 ? 2 : 0;
    if ((file_.context().oformat->flags & AVFMT_GLOBALHEADER) != 0) {
      to.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    if (frame.interlaced_frame != 0) {
      to.flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
      to.field_order = frame.top_field_first != 0 ? AV_FIELD_TT : AV_FIELD_BB;
    }
    if (*maker->options == '\0') {
      to.max_b_frames = 0;  // older containers and players know no other order
      to.flags |= AV_CODEC_FLAG_QSCALE;
      to.global_quality = 2 * FF_QP2LAMBDA;
    } else if (av_set_options_string(to.priv_data, maker->options, "=", ":") < 0) {
      throw Failed("its encoder does not know an option");
    }
    if (codec->id == AV_CODEC_ID_HEVC) {
      const std::string options = "log-level=none" + light_of(frame);
      av_opt_set(to.priv_data, "x265-params", options.c_str(), 0);
    }
    double rate = 0;
    if (work_.better > 0 && av_opt_get_double(to.priv_data, "crf", 0, &rate) >= 0) {
      (void)av_opt_set_double(to.priv_data, "crf", std::max(1.0, rate - work_.better), 0);
    }
    if (avcodec_open2(&to, codec, nullptr) < 0) throw Failed("its encoder refuses it");
    AVStream& stream = *file_.context().streams[film_.index];
    const unsigned tag = stream.codecpar->codec_tag;
    if (avcodec_parameters_from_context(stream.codecpar, &to) < 0) throw Failed("no memory");
    stream.codecpar->codec_tag = tag;
    AVDictionary* options = nullptr;
    av_dict_set(&options, "movflags", "use_metadata_tags", 0);
    const int begun = avformat_write_header(&file_.context(), &options);
    av_dict_free(&options);
    if (begun < 0) throw Failed("its container refuses one of its tracks");
    header_written_ = true;
    for (auto& [packet, to_stream] : waiting_) {
      av_packet_move_ref(packet_.get(), packet);
      av_packet_free(&packet);
      copy(to_stream);
    }
    waiting_.clear();
  }
  [[nodiscard]] AVRational rate() const {
    for (const AVRational rate : {film_.avg_frame_rate, film_.r_frame_rate}) {
      if (rate.num > 0 && rate.den > 0) return rate;
    }
    return {25, 1};
  }

  void take_frames() {
    for (;;) {
      const int got = avcodec_receive_frame(decoder_.get(), frame_.get());
      if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return;
      if (got < 0 || frame_->decode_error_flags != 0) damaged();
      AVFrame& frame = *frame_;
      frame.pts = frame.best_effort_timestamp;
      if (frame.pts == AV_NOPTS_VALUE) throw Failed("its frames have no time");
      if (!encoder_) {
        first_ = frame.pts;
        open_encoder(frame);
      }
      const std::int64_t at_us = av_rescale_q(frame.pts - first_, film_.time_base, kMicroseconds);
      const bool drawn = std::any_of(spans_.begin(), spans_.end(), [&](const Span& span) {
        return at_us >= span.from_us && at_us < span.to_us;
      });
      if (frame.width != encoder_->width || frame.height != encoder_->height ||
          frame.format != encoder_->pix_fmt) {
        throw Failed("its pictures change their size or kind");
      }
      if (drawn) painter_.paint(frame);
      frame.pict_type = AV_PICTURE_TYPE_NONE;
      frame.pts = av_rescale_q(frame.pts, film_.time_base, encoder_->time_base);
      ++frames_in_;
      encode(&frame);
      const double all = static_cast<double>(std::max<std::int64_t>(media_.context().duration, 1));
      const double share = std::clamp(static_cast<double>(at_us) / all, 0.0, 1.0);
      put_record(Record::Progress, &share, sizeof share);
    }
  }
  void encode(AVFrame* frame) {
    if (avcodec_send_frame(encoder_.get(), frame) < 0) throw Failed("its encoder fails");
    for (;;) {
      const int got = avcodec_receive_packet(encoder_.get(), coded_.get());
      if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return;
      if (got < 0) throw Failed("its encoder fails");
      ++frames_out_;
      const AVStream& stream = *file_.context().streams[film_.index];
      av_packet_rescale_ts(coded_.get(), encoder_->time_base, stream.time_base);
      coded_->stream_index = film_.index;
      if (av_interleaved_write_frame(&file_.context(), coded_.get()) < 0) {
        throw Failed("its container refuses a picture");
      }
    }
  }
  void copy(int to) {
    const AVStream& from = *media_.context().streams[packet_->stream_index];
    av_packet_rescale_ts(packet_.get(), from.time_base, file_.context().streams[to]->time_base);
    packet_->stream_index = to;
    packet_->pos = -1;
    if (av_interleaved_write_frame(&file_.context(), packet_.get()) < 0) {
      throw Failed("its container refuses a packet");
    }
  }

  const RemakeWork& work_;
  std::vector<Span> spans_;
  Painter painter_;
  Media media_;
  AVStream& film_;
  RemadeFile file_;
  Codec decoder_, encoder_;
  Packet packet_{av_packet_alloc()}, coded_{av_packet_alloc()};
  Frame frame_{av_frame_alloc()};
  std::vector<std::pair<AVPacket*, int>> waiting_;  // until the header can be written
  std::int64_t first_ = 0;
  std::uint64_t frames_in_ = 0, frames_out_ = 0;
  bool header_written_ = false;
};

}  // namespace

void film_remake(std::uint64_t parts_at) {
  Parts parts(parts_at);
  auto work = parts.take<RemakeWork>();
  work.container.back() = '\0';
  std::vector<Span> spans = parts.take_all<Span>(work.spans);
  Remaker(work, std::move(spans), Painter(take_layer(parts))).run();
}

}  // namespace colophon::worker
