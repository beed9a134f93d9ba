// SPDX-License-Identifier: Apache-2.0
// Film, sound and all pictures that FFmpeg knows: what they are, and small copies.
#include "worker/worker.hpp"

#include <algorithm>
#include <memory>

#include "media/worker_protocol.hpp"
#include "worker/film_media.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>
}

namespace colophon::worker {
namespace {

constexpr std::int64_t kMaxPixels = 256LL << 20;
constexpr int kMaxFrames = 5000;  // decoded on the way to a moment
constexpr int kMaxPackets = 200'000;
constexpr AVRational kMicroseconds{1, AV_TIME_BASE};

struct FreeDecoder {
  void operator()(AVCodecContext* decoder) const { avcodec_free_context(&decoder); }
};
struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FreeScaler {
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};

/// Decodes up to the picture that is shown at a moment; the last one when the film ends before.
class Player {
 public:
  Player(Media& media, std::int64_t at_us)
      : context_(media.context()), stream_(media.film()), at_us_(at_us) {
    const AVCodec* codec = avcodec_find_decoder(stream_.codecpar->codec_id);
    if (codec == nullptr) throw Failed("there is no decoder for it");
    decoder_.reset(avcodec_alloc_context3(codec));
    if (!decoder_ || avcodec_parameters_to_context(decoder_.get(), stream_.codecpar) < 0) {
      throw Failed("there is no memory");
    }
    decoder_->thread_count = 1;
    decoder_->max_pixels = kMaxPixels;
    if (avcodec_open2(decoder_.get(), codec, nullptr) < 0) throw Failed("its decoder refuses it");
    if (at_us_ > 0) {
      const std::int64_t moment =
          av_rescale_q(at_us_, kMicroseconds, stream_.time_base) + start_of(stream_);
      (void)av_seek_frame(&context_, stream_.index, moment, AVSEEK_FLAG_BACKWARD);
    }
  }

  [[nodiscard]] const AVFrame& run() {
    const std::unique_ptr<AVPacket, FreePacket> packet(av_packet_alloc());
    for (int i = 0; i < kMaxPackets && av_read_frame(&context_, packet.get()) >= 0; ++i) {
      const bool ours = packet->stream_index == stream_.index;
      if (ours) (void)avcodec_send_packet(decoder_.get(), packet.get());
      av_packet_unref(packet.get());
      if (ours && take()) return *shown_;
    }
    (void)avcodec_send_packet(decoder_.get(), nullptr);
    (void)take();
    if (!seen_) throw Failed("no picture of it can be decoded");
    return *shown_;
  }

 private:
  static std::int64_t start_of(const AVStream& stream) {
    return stream.start_time == AV_NOPTS_VALUE ? 0 : stream.start_time;
  }
  /// True when the picture is there.
  bool take() {
    while (avcodec_receive_frame(decoder_.get(), next_.get()) == 0) {
      std::swap(shown_, next_);
      seen_ = true;
      const std::int64_t pts = shown_->best_effort_timestamp;
      const std::int64_t time =
          pts == AV_NOPTS_VALUE
              ? at_us_
              : av_rescale_q(pts - start_of(stream_), stream_.time_base, kMicroseconds);
      if (time >= at_us_ || ++count_ >= kMaxFrames) return true;
    }
    return false;
  }

  AVFormatContext& context_;
  AVStream& stream_;
  std::int64_t at_us_;
  std::unique_ptr<AVCodecContext, FreeDecoder> decoder_;
  std::unique_ptr<AVFrame, FreeFrame> shown_{av_frame_alloc()}, next_{av_frame_alloc()};
  bool seen_ = false;
  int count_ = 0;
};

Copy copy_of(const AVFrame& frame, const Wanted& wanted) {
  Copy copy;
  copy.width = static_cast<unsigned>(std::max(frame.width, 0));
  copy.height = static_cast<unsigned>(std::max(frame.height, 0));
  scale_sides(copy, wanted.side);
  const AVPixelFormat format = wanted.channels == 3 ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_GRAY8;
  const std::unique_ptr<SwsContext, FreeScaler> scaler(
      sws_getContext(frame.width, frame.height, static_cast<AVPixelFormat>(frame.format),
                     static_cast<int>(copy.columns), static_cast<int>(copy.rows), format, SWS_AREA,
                     nullptr, nullptr, nullptr));
  if (!scaler) throw Failed("its pixels are of a kind that is not converted");
  // The scaler writes whole vectors, so each row has room behind it.
  const std::size_t stride = copy.columns * wanted.channels + 64;
  std::vector<std::uint8_t> padded(stride * copy.rows + 64);
  std::uint8_t* planes[4] = {padded.data(), nullptr, nullptr, nullptr};
  const int strides[4] = {static_cast<int>(stride), 0, 0, 0};
  sws_scale(scaler.get(), frame.data, frame.linesize, 0, frame.height, planes, strides);
  for (std::size_t y = 0; y < copy.rows; ++y) {
    const auto row = padded.begin() + static_cast<std::ptrdiff_t>(y * stride);
    copy.bytes.insert(copy.bytes.end(), row,
                      row + static_cast<std::ptrdiff_t>(copy.columns * wanted.channels));
  }
  return copy;
}

}  // namespace

std::string probe() {
  const Media media;
  const AVFormatContext& context = media.context();
  std::string out = "container=" + std::string(context.iformat->name) + "\n";
  std::int64_t duration = context.duration == AV_NOPTS_VALUE ? 0 : context.duration;
  const unsigned count = std::min<unsigned>(context.nb_streams, kMaxStreams);
  for (unsigned i = 0; i < count; ++i) {
    const AVStream& stream = *context.streams[i];
    const AVCodecParameters& codec = *stream.codecpar;
    const bool cover = (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
    const char* kind = codec.codec_type == AVMEDIA_TYPE_VIDEO && !cover ? "video"
                       : codec.codec_type == AVMEDIA_TYPE_AUDIO         ? "audio"
                                                                        : "other";
    const std::int64_t own = stream.duration == AV_NOPTS_VALUE
                                 ? 0
                                 : av_rescale_q(stream.duration, stream.time_base, kMicroseconds);
    duration = std::max(duration, own);
    out += "stream=" + std::string(kind) + " " + avcodec_get_name(codec.codec_id) + " " +
           std::to_string(std::max(codec.width, 0)) + "x" +
           std::to_string(std::max(codec.height, 0)) + " " + std::to_string(own) + "\n";
  }
  if (duration > 0) out += "duration_us=" + std::to_string(duration) + "\n";
  return out;
}

Copy film_picture(const Wanted& wanted) {
  Media media;
  Player player(media, wanted.at_us);
  return copy_of(player.run(), wanted);
}

}  // namespace colophon::worker
