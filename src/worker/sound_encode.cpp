// SPDX-License-Identifier: Apache-2.0
// `encode`: one channel of samples (32-bit floats, little-endian: the media file of this request)
// as packets of a codec. The first two channels get it, others stay silent.
#include "worker/sound.hpp"
#include "worker/sound_media.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "media/worker_protocol.hpp"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
}

namespace colophon::worker {
namespace {

constexpr off_t kMaxInput = 64 << 20;
constexpr int kFreeFrame = 1024;  // of codecs that take frames of any size

/// What may be asked for, and the encoder that does it.
struct Codec {
  const char *name, *encoder;
};
constexpr Codec kCodecs[] = {{"mp3", "libmp3lame"},
                             {"mp2", "mp2"},
                             {"aac", "aac"},
                             {"opus", "libopus"},
                             {"vorbis", "libvorbis"}};

std::vector<float> read_samples() {
  const off_t size = lseek(kMediaDescriptor, 0, SEEK_END);
  if (size < 0 || size > kMaxInput || size % 4 != 0) throw Failed("the samples are too many");
  std::vector<float> samples(static_cast<std::size_t>(size) / 4);
  auto* to = reinterpret_cast<char*>(samples.data());
  for (off_t at = 0; at < size;) {
    const ssize_t got = pread(kMediaDescriptor, to + at, static_cast<std::size_t>(size - at), at);
    if (got <= 0) throw Failed("the samples cannot be read");
    at += got;
  }
  for (float& sample : samples) {
    if (!std::isfinite(sample)) sample = 0;
  }
  return samples;
}

void append_number(std::string& out, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

/// A sample format that is filled here.
AVSampleFormat format_of(const AVCodec& codec) {
  constexpr AVSampleFormat kKnown[] = {AV_SAMPLE_FMT_FLTP, AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_S16P,
                                       AV_SAMPLE_FMT_S16};
  for (const AVSampleFormat wanted : kKnown) {
    for (const AVSampleFormat* each = codec.sample_fmts; each && *each != AV_SAMPLE_FMT_NONE;
         ++each) {
      if (*each == wanted) return wanted;
    }
  }
  throw Failed("its encoder takes no samples that are made here");
}

class Encoder {
 public:
  explicit Encoder(const SoundEncoding& wanted) : packet_(av_packet_alloc()) {
    av_log_set_level(AV_LOG_QUIET);
    const auto* row = std::find_if(std::begin(kCodecs), std::end(kCodecs),
                                   [&](const Codec& codec) { return wanted.codec == codec.name; });
    if (row == std::end(kCodecs)) throw Failed("the codec is unknown");
    const AVCodec* codec = avcodec_find_encoder_by_name(row->encoder);
    if (codec == nullptr) {
      throw Failed("FFmpeg here has no encoder " + std::string(row->encoder));
    }
    context_.reset(avcodec_alloc_context3(codec));
    if (!context_ || !packet_) throw Failed("there is no memory");
    context_->sample_fmt = format_of(*codec);
    context_->sample_rate = wanted.rate;
    context_->time_base = {1, wanted.rate};
    context_->bit_rate = wanted.bit_rate;
    context_->thread_count = 1;
    context_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    if (wanted.quality >= -100) {
      context_->flags |= AV_CODEC_FLAG_QSCALE;
      context_->global_quality = wanted.quality * FF_QP2LAMBDA / 10;
    }
    av_channel_layout_default(&context_->ch_layout, wanted.channels);
    if (wanted.codec == "mp3") {
      (void)av_opt_set_int(context_->priv_data, "reservoir", 0, 0);
      (void)av_opt_set_int(context_->priv_data, "joint_stereo", wanted.joint ? 1 : 0, 0);
    }
    if (avcodec_open2(context_.get(), codec, nullptr) < 0) {
      throw Failed("the encoder takes no sound of this rate, these channels and this bit rate");
    }
  }

  void run(std::span<const float> samples) {
    const auto size =
        static_cast<std::size_t>(context_->frame_size > 0 ? context_->frame_size : kFreeFrame);
    std::int64_t at = 0;
    for (std::size_t from = 0; from < samples.size(); from += size) {
      send(samples.subspan(from, std::min(size, samples.size() - from)), size, at);
      at += static_cast<std::int64_t>(size);
    }
    if (avcodec_send_frame(context_.get(), nullptr) < 0) throw Failed("the encoder failed");
    receive();
  }

  [[nodiscard]] const AVCodecContext& context() const { return *context_; }
  std::string packets;
  int count = 0;

 private:
  void send(std::span<const float> samples, std::size_t size, std::int64_t at) {
    const Held<AVFrame> frame(av_frame_alloc());
    if (!frame) throw Failed("there is no memory");
    frame->nb_samples = static_cast<int>(size);
    frame->format = context_->sample_fmt;
    frame->sample_rate = context_->sample_rate;
    frame->pts = at;
    if (av_channel_layout_copy(&frame->ch_layout, &context_->ch_layout) < 0 ||
        av_frame_get_buffer(frame.get(), 0) < 0) {
      throw Failed("there is no memory");
    }
    const int channels = context_->ch_layout.nb_channels;
    for (int c = 0; c < channels; ++c) {
      for (std::size_t n = 0; n < size; ++n) {
        put(*frame, c, n, n < samples.size() && c < 2 ? samples[n] : 0.0F);
      }
    }
    if (avcodec_send_frame(context_.get(), frame.get()) < 0) throw Failed("the encoder failed");
    receive();
  }

  void put(AVFrame& frame, int channel, std::size_t n, float sample) const {
    const bool planar = av_sample_fmt_is_planar(context_->sample_fmt) != 0;
    const int channels = context_->ch_layout.nb_channels;
    std::uint8_t* plane = frame.extended_data[planar ? channel : 0];
    const std::size_t place =
        planar ? n : n * static_cast<std::size_t>(channels) + static_cast<std::size_t>(channel);
    if (av_get_bytes_per_sample(context_->sample_fmt) == 4) {
      reinterpret_cast<float*>(plane)[place] = sample;
    } else {
      const float scaled = std::clamp(sample * 32767.0F, -32768.0F, 32767.0F);
      reinterpret_cast<std::int16_t*>(plane)[place] =
          static_cast<std::int16_t>(std::lround(scaled));
    }
  }

  void receive() {
    while (avcodec_receive_packet(context_.get(), packet_.get()) == 0) {
      append_number(packets,
                    static_cast<std::uint32_t>(std::max<std::int64_t>(packet_->duration, 0)));
      append_number(packets, static_cast<std::uint32_t>(packet_->size));
      packets.append(reinterpret_cast<const char*>(packet_->data),
                     static_cast<std::size_t>(packet_->size));
      ++count;
      av_packet_unref(packet_.get());
    }
  }

  Held<AVCodecContext> context_;
  Held<AVPacket> packet_;
};

}  // namespace

std::string encode_sound(const SoundEncoding& wanted, std::string& body) {
  Encoder encoder(wanted);
  encoder.run(read_samples());
  const AVCodecContext& context = encoder.context();
  const auto size = static_cast<std::size_t>(std::max(context.extradata_size, 0));
  append_number(body, static_cast<std::uint32_t>(size));
  if (size > 0) body.append(reinterpret_cast<const char*>(context.extradata), size);
  body += encoder.packets;
  return "packets=" + std::to_string(encoder.count) +
         "\ndelay=" + std::to_string(std::max(context.initial_padding, 0)) +
         "\nframe=" + std::to_string(std::max(context.frame_size, 0)) + "\n";
}

}  // namespace colophon::worker
