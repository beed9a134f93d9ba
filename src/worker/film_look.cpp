// SPDX-License-Identifier: Apache-2.0
// Grey copies of the frames that are shown at some moments, and what a viewer makes of them: how
// they are turned, and the shape of their pixels.
#include <algorithm>
#include <cmath>
#include <optional>

#include "worker/film_media.hpp"
#include "worker/film_reel.hpp"

extern "C" {
#include <libavutil/display.h>
#include <libswscale/swscale.h>
}

namespace colophon::worker {
namespace {

constexpr AVRational kMicroseconds{1, AV_TIME_BASE};
constexpr std::int64_t kMaxPixels = 64LL << 20;
constexpr std::int64_t kNear = 3 * AV_TIME_BASE;  // decoded on the way rather than sought
constexpr int kMaxFrames = 2000;                  // decoded for one moment
constexpr int kMaxPackets = 100'000;

struct FreeLookScaler {
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};

class Looker {
 public:
  explicit Looker(std::uint32_t side) : stream_(media_.film()), side_(side) {
    const AVCodec* codec = avcodec_find_decoder(stream_.codecpar->codec_id);
    if (codec == nullptr) throw Failed("there is no decoder for it");
    decoder_.reset(avcodec_alloc_context3(codec));
    if (!decoder_ || avcodec_parameters_to_context(decoder_.get(), stream_.codecpar) < 0) {
      throw Failed("there is no memory");
    }
    decoder_->thread_count = 1;
    decoder_->max_pixels = kMaxPixels;
    decoder_->pkt_timebase = stream_.time_base;
    if (avcodec_open2(decoder_.get(), codec, nullptr) < 0) throw Failed("its decoder refuses it");
    start_ = stream_.start_time == AV_NOPTS_VALUE ? 0 : stream_.start_time;
  }

  void put_facts() const {
    FilmFacts facts;
    const AVFormatContext& context = media_.context();
    facts.duration_us = stream_.duration == AV_NOPTS_VALUE
                            ? std::max<std::int64_t>(context.duration, 0)
                            : av_rescale_q(stream_.duration, stream_.time_base, kMicroseconds);
    facts.width = static_cast<std::uint32_t>(std::max(stream_.codecpar->width, 0));
    facts.height = static_cast<std::uint32_t>(std::max(stream_.codecpar->height, 0));
    const AVRational pixel = av_guess_sample_aspect_ratio(&media_.context(), &stream_, nullptr);
    facts.pixel = pixel.num > 0 && pixel.den > 0 ? av_q2d(pixel) : 1;
    const auto* matrix = reinterpret_cast<const std::int32_t*>(
        av_stream_get_side_data(&stream_, AV_PKT_DATA_DISPLAYMATRIX, nullptr));
    if (matrix != nullptr) {
      const int places[] = {0, 1, 3, 4};
      for (std::size_t i = 0; i < 4; ++i) {
        const std::int32_t value = matrix[places[i]];
        facts.turn[i] = value > 0x4000 ? 1 : value < -0x4000 ? -1 : 0;
      }
    }
    put_record(Record::Facts, &facts, sizeof facts);
  }

  /// The frame that is shown at that moment; the last one behind the end.
  void look(std::int64_t at_us) {
    const std::int64_t wanted = av_rescale_q(at_us, kMicroseconds, stream_.time_base) + start_;
    if (!shown_ || *shown_ > wanted || time_us(*shown_) + kNear < at_us) seek(wanted);
    for (int i = 0; i < kMaxFrames && !ended_; ++i) {
      if (!have_next_ && !decode()) break;
      if (shown_ && next_pts_ > wanted) break;
      std::swap(frame_, next_);
      shown_ = next_pts_;
      have_next_ = false;
    }
    if (!shown_) throw Failed("no picture of it can be decoded");
    put(at_us);
  }

 private:
  std::int64_t time_us(std::int64_t pts) const {
    return av_rescale_q(pts - start_, stream_.time_base, kMicroseconds);
  }

  void seek(std::int64_t pts) {
    shown_.reset();
    have_next_ = ended_ = draining_ = false;
    avcodec_flush_buffers(decoder_.get());
    if (begun_ || pts > start_) {
      (void)av_seek_frame(&media_.context(), stream_.index, pts, AVSEEK_FLAG_BACKWARD);
    }
    begun_ = true;
  }

  /// The next frame in the order of showing into `next_`.
  bool decode() {
    for (int i = 0; i < kMaxPackets; ++i) {
      const int got = avcodec_receive_frame(decoder_.get(), next_.get());
      if (got >= 0) {
        next_pts_ = next_->best_effort_timestamp != AV_NOPTS_VALUE
                        ? next_->best_effort_timestamp
                        : shown_.value_or(start_ - 1) + 1;
        return have_next_ = true;
      }
      if (got == AVERROR_EOF) break;
      feed();
    }
    ended_ = true;
    return false;
  }
  void feed() {
    if (draining_) return;
    while (av_read_frame(&media_.context(), packet_.get()) >= 0) {
      const bool ours = packet_->stream_index == stream_.index;
      if (ours) (void)avcodec_send_packet(decoder_.get(), packet_.get());
      av_packet_unref(packet_.get());
      if (ours) return;
    }
    draining_ = true;
    (void)avcodec_send_packet(decoder_.get(), nullptr);
  }

  void put(std::int64_t at_us) {
    const AVFrame& frame = *frame_;
    Copy copy;
    copy.width = static_cast<unsigned>(std::max(frame.width, 0));
    copy.height = static_cast<unsigned>(std::max(frame.height, 0));
    scale_sides(copy, side_);
    const std::unique_ptr<SwsContext, FreeLookScaler> scaler(
        sws_getContext(frame.width, frame.height, static_cast<AVPixelFormat>(frame.format),
                       static_cast<int>(copy.columns), static_cast<int>(copy.rows),
                       AV_PIX_FMT_GRAY8, SWS_AREA, nullptr, nullptr, nullptr));
    if (!scaler) throw Failed("its pixels are of a kind that is not converted");
    // The scaler writes whole vectors, so each row has room behind it.
    const std::size_t stride = copy.columns + 64;
    std::vector<std::uint8_t> padded(stride * copy.rows + 64);
    std::uint8_t* planes[4] = {padded.data(), nullptr, nullptr, nullptr};
    const int strides[4] = {static_cast<int>(stride), 0, 0, 0};
    sws_scale(scaler.get(), frame.data, frame.linesize, 0, frame.height, planes, strides);
    for (std::size_t y = 0; y < copy.rows; ++y) {
      const auto row = padded.begin() + static_cast<std::ptrdiff_t>(y * stride);
      copy.bytes.insert(copy.bytes.end(), row, row + static_cast<std::ptrdiff_t>(copy.columns));
    }
    FrameRecord record{at_us, copy.columns, copy.rows};
    put_record(Record::Frame, &record, sizeof record, copy.bytes.data(), copy.bytes.size());
  }

  Media media_;
  AVStream& stream_;
  std::uint32_t side_;
  Codec decoder_;
  Packet packet_{av_packet_alloc()};
  Frame frame_{av_frame_alloc()}, next_{av_frame_alloc()};
  std::optional<std::int64_t> shown_;  // the time stamp of `frame_`
  std::int64_t start_ = 0, next_pts_ = 0;
  bool have_next_ = false, ended_ = false, draining_ = false, begun_ = false;
};

}  // namespace

void film_look(std::uint64_t parts_at) {
  Parts parts(parts_at);
  const auto work = parts.take<LookWork>();
  const auto times = parts.take_all<std::int64_t>(work.times);
  Looker looker(work.side);
  looker.put_facts();
  for (const std::int64_t at_us : times) looker.look(at_us);
}

}  // namespace colophon::worker
