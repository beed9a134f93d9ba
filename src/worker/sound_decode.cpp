// SPDX-License-Identifier: Apache-2.0
// `sound`: a stretch of the sound in one channel, at the rate wanted.
#include "worker/sound.hpp"
#include "worker/sound_media.hpp"

#include <algorithm>
#include <limits>

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
}

namespace colophon::worker {
namespace {

/// One channel out of what the frames have; made anew when they change.
class Mixer {
 public:
  explicit Mixer(int rate) : rate_(rate) {}

  void take(const AVFrame& frame, std::vector<std::int16_t>& out) {
    if (!converter_ || frame.format != format_ || frame.sample_rate != from_ ||
        frame.ch_layout.nb_channels != channels_) {
      open(frame);
    }
    const std::int64_t room =
        swr_get_delay(converter_.get(), rate_) +
        av_rescale_rnd(frame.nb_samples, rate_, frame.sample_rate, AV_ROUND_UP) + 64;
    const std::size_t before = out.size();
    out.resize(before + static_cast<std::size_t>(room));
    auto* to = reinterpret_cast<std::uint8_t*>(out.data() + before);
    const int got =
        swr_convert(converter_.get(), &to, static_cast<int>(room),
                    const_cast<const std::uint8_t**>(frame.extended_data), frame.nb_samples);
    if (got < 0) throw Failed("its samples are of a kind that is not converted");
    out.resize(before + static_cast<std::size_t>(got));
  }

 private:
  void open(const AVFrame& frame) {
    format_ = frame.format;
    from_ = frame.sample_rate;
    channels_ = frame.ch_layout.nb_channels;
    AVChannelLayout layout{}, mono{};
    av_channel_layout_default(&mono, 1);
    if (av_channel_layout_check(&frame.ch_layout) == 0 ||
        frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
      av_channel_layout_default(&layout, channels_);
    } else if (av_channel_layout_copy(&layout, &frame.ch_layout) < 0) {
      throw Failed("there is no memory");
    }
    SwrContext* converter = nullptr;
    const int code = swr_alloc_set_opts2(&converter, &mono, AV_SAMPLE_FMT_S16, rate_, &layout,
                                         static_cast<AVSampleFormat>(format_), from_, 0, nullptr);
    av_channel_layout_uninit(&layout);
    converter_.reset(code < 0 ? nullptr : converter);
    if (!converter_ || swr_init(converter_.get()) < 0) {
      throw Failed("its samples are of a kind that is not converted");
    }
  }

  int rate_;
  int format_ = -1, from_ = 0, channels_ = 0;
  Held<SwrContext> converter_;
};

struct Stretch {
  std::vector<std::int16_t> samples;
  std::int64_t begins = 0;  ///< microseconds
};

Stretch stretch_of(SoundMedia& media, std::int64_t from_us, std::int64_t span_us, int rate) {
  if (from_us > 0) media.seek(std::max<std::int64_t>(0, from_us - 100'000));
  Mixer mixer(rate);
  Stretch out;
  std::int64_t begins = -1;
  const auto count = [&](std::int64_t microseconds) {
    return static_cast<std::size_t>(
        av_rescale(std::max<std::int64_t>(microseconds, 0), rate, AV_TIME_BASE));
  };
  const std::size_t most = count(span_us);
  media.play([&](const AVFrame& frame, std::int64_t at) {
    const std::int64_t length = av_rescale(frame.nb_samples, AV_TIME_BASE, frame.sample_rate);
    if (at + length <= from_us) return true;
    if (begins < 0) begins = at;
    mixer.take(frame, out.samples);
    return out.samples.size() < most + count(from_us - begins);
  });
  out.begins = std::max<std::int64_t>(begins, 0);
  if (begins >= 0 && begins < from_us) {
    const std::size_t early = std::min(count(from_us - begins), out.samples.size());
    out.samples.erase(out.samples.begin(),
                      out.samples.begin() + static_cast<std::ptrdiff_t>(early));
    out.begins = from_us;
  }
  if (out.samples.size() > most) out.samples.resize(most);
  return out;
}

void put_samples(const Stretch& stretch, std::string& body) {
  for (const std::int16_t sample : stretch.samples) {
    body.push_back(static_cast<char>(sample & 0xFF));
    body.push_back(static_cast<char>((sample >> 8) & 0xFF));
  }
}

}  // namespace

std::string decode_sound(const SoundWanted& wanted, std::string& body) {
  SoundMedia media;
  const std::int64_t duration = media.duration_us();
  const bool ends = wanted.ends_us > 0 && duration > wanted.span_us;
  const Stretch head =
      stretch_of(media, wanted.from_us, ends ? wanted.ends_us : wanted.span_us, wanted.rate);
  put_samples(head, body);
  std::string told = "head=" + std::to_string(head.samples.size()) +
                     "\nbegins_us=" + std::to_string(head.begins) + "\n";
  if (ends) {
    const Stretch tail =
        stretch_of(media, duration - wanted.ends_us, wanted.ends_us + 1'000'000, wanted.rate);
    put_samples(tail, body);
    told += "tail_begins_us=" + std::to_string(tail.begins) + "\n";
  }
  const AVCodecContext& decoder = media.decoder();
  const AVCodecParameters& parameters = media.parameters();
  return told + "codec=" + avcodec_get_name(parameters.codec_id) +
         "\nsource_rate=" + std::to_string(std::max(decoder.sample_rate, 0)) +
         "\nsource_channels=" + std::to_string(std::max(decoder.ch_layout.nb_channels, 0)) +
         "\nbit_rate=" + std::to_string(std::max<std::int64_t>(parameters.bit_rate, 0)) +
         "\nduration_us=" + std::to_string(duration) +
         "\nbroken=" + std::to_string(media.broken()) + "\n";
}

}  // namespace colophon::worker
