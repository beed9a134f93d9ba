// SPDX-License-Identifier: Apache-2.0
// `digest`: checksums of all samples as FLAC keeps them (RFC 9639, 8.2: whole bytes, little-endian,
// channels interleaved). `samples`: a short sound as it is, in 32-bit numbers.
#include "worker/sound.hpp"
#include "worker/sound_media.hpp"

#include <algorithm>

extern "C" {
#include <libavutil/md5.h>
#include <libavutil/mem.h>
}

namespace colophon::worker {
namespace {

struct FreeMd5 {
  void operator()(AVMD5* state) const { av_free(state); }
};

class Md5 {
 public:
  Md5() : state_(av_md5_alloc()) {
    if (!state_) throw Failed("there is no memory");
    av_md5_init(state_.get());
  }
  void take(const std::vector<std::uint8_t>& bytes, std::size_t from, std::size_t size) {
    av_md5_update(state_.get(), bytes.data() + from, size);
  }
  std::string text() {
    std::uint8_t sum[16];
    av_md5_final(state_.get(), sum);
    std::string out;
    for (const std::uint8_t byte : sum) {
      out.push_back("0123456789abcdef"[byte >> 4]);
      out.push_back("0123456789abcdef"[byte & 15]);
    }
    return out;
  }

 private:
  std::unique_ptr<AVMD5, FreeMd5> state_;
};

/// Integer samples with their own bits.
class Numbers {
 public:
  Numbers(const AVFrame& frame, int bits) : frame_(frame) {
    const auto format = static_cast<AVSampleFormat>(frame.format);
    const AVSampleFormat packed = av_get_packed_sample_fmt(format);
    if (packed != AV_SAMPLE_FMT_S16 && packed != AV_SAMPLE_FMT_S32 && packed != AV_SAMPLE_FMT_U8) {
      throw Failed("its samples are no whole numbers");
    }
    planar_ = format != packed;
    size_ = av_get_bytes_per_sample(format);
    shift_ = std::clamp(8 * size_ - bits, 0, 31);
  }
  [[nodiscard]] std::int32_t at(int n, int channel) const {
    const int channels = frame_.ch_layout.nb_channels;
    const std::uint8_t* plane = frame_.extended_data[planar_ ? channel : 0];
    const int place = planar_ ? n : n * channels + channel;
    const std::int32_t value = size_ == 4   ? reinterpret_cast<const std::int32_t*>(plane)[place]
                               : size_ == 2 ? reinterpret_cast<const std::int16_t*>(plane)[place]
                                            : plane[place] - 128;
    return value >> shift_;
  }

 private:
  const AVFrame& frame_;
  bool planar_ = false;
  int size_ = 2, shift_ = 0;
};

int bits_of(SoundMedia& media) {
  const int raw = media.decoder().bits_per_raw_sample;
  if (raw > 0) return raw;
  if (media.parameters().bits_per_raw_sample > 0) return media.parameters().bits_per_raw_sample;
  return 8 * av_get_bytes_per_sample(media.decoder().sample_fmt);
}

}  // namespace

std::string digest_sound(std::int64_t from, std::int64_t count) {
  SoundMedia media;
  Md5 whole, part;
  std::int64_t samples = 0;
  std::vector<std::uint8_t> bytes;
  media.play([&](const AVFrame& frame, std::int64_t) {
    const int bits = bits_of(media), width = (bits + 7) / 8;
    const Numbers numbers(frame, bits);
    const int channels = frame.ch_layout.nb_channels;
    bytes.resize(static_cast<std::size_t>(frame.nb_samples) *
                 static_cast<std::size_t>(channels * width));
    if (frame.format == AV_SAMPLE_FMT_S16 && bits == 16) {
      std::copy_n(frame.data[0], bytes.size(), bytes.begin());  // as they lie there
    } else {
      std::uint8_t* to = bytes.data();
      for (int n = 0; n < frame.nb_samples; ++n) {
        for (int c = 0; c < channels; ++c) {
          const auto value = static_cast<std::uint32_t>(numbers.at(n, c));
          for (int i = 0; i < width; ++i) *to++ = static_cast<std::uint8_t>(value >> (8 * i));
        }
      }
    }
    whole.take(bytes, 0, bytes.size());
    const std::int64_t begin = std::clamp<std::int64_t>(from - samples, 0, frame.nb_samples);
    const std::int64_t end =
        std::clamp<std::int64_t>(from + count - samples, begin, frame.nb_samples);
    const auto step = static_cast<std::size_t>(width * channels);
    part.take(bytes, static_cast<std::size_t>(begin) * step,
              static_cast<std::size_t>(end - begin) * step);
    samples += frame.nb_samples;
    return true;
  });
  return "md5=" + whole.text() + "\npart=" + part.text() + "\nsamples=" + std::to_string(samples) +
         "\nbroken=" + std::to_string(media.broken()) + "\n";
}

std::string exact_samples(std::int64_t most, std::string& body) {
  SoundMedia media;
  std::int64_t samples = 0;
  int channels = 0;
  media.play([&](const AVFrame& frame, std::int64_t) {
    const Numbers numbers(frame, bits_of(media));
    channels = frame.ch_layout.nb_channels;
    for (int n = 0; n < frame.nb_samples; ++n) {
      for (int c = 0; c < channels; ++c) {
        const auto value = static_cast<std::uint32_t>(numbers.at(n, c));
        for (int i = 0; i < 4; ++i) body.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
      }
    }
    samples += frame.nb_samples;
    if (static_cast<std::int64_t>(body.size()) > 4 * most) throw Failed("it is too long");
    return true;
  });
  return "samples=" + std::to_string(samples) + "\nchannels=" + std::to_string(channels) +
         "\nbits=" + std::to_string(bits_of(media)) + "\n";
}

}  // namespace colophon::worker
