// SPDX-License-Identifier: Apache-2.0
// A sound made anew as a whole: a label in front and behind, everything coded again with the same
// codec into a file of the same kind. Lossless codecs keep every sample of the programme.
#include <algorithm>

#include "worker/film_reel.hpp"
#include "worker/remade_file.hpp"
#include "worker/sound_media.hpp"

extern "C" {
#include <libavutil/audio_fifo.h>
#include <libavutil/opt.h>
}

namespace colophon::worker {
namespace {

struct Maker {
  AVCodecID id;
  const char* encoder;
  std::int64_t least_rate;  ///< bits per second and channel; 0: lossless
};
constexpr Maker kMakers[] = {
    {AV_CODEC_ID_AAC, "aac", 64'000},
    {AV_CODEC_ID_ALAC, "alac", 0},
    {AV_CODEC_ID_FLAC, "flac", 0},
    {AV_CODEC_ID_OPUS, "libopus", 48'000},
    {AV_CODEC_ID_VORBIS, "libvorbis", 56'000},
};
constexpr int kBlockSamples = 4096;

struct FreeFifo {
  void operator()(AVAudioFifo* fifo) const { av_audio_fifo_free(fifo); }
};

[[noreturn]] void no_memory() {
  throw Failed("there is no memory");
}

class Remaker {
 public:
  Remaker(const SoundRemakeWork& work, std::vector<float> front, std::vector<float> back)
      : work_(work),
        front_(std::move(front)),
        back_(std::move(back)),
        file_(work.container.data()) {}

  void run() {
    find_sound();
    open_decoder();
    while (av_read_frame(&media_.context(), packet_.get()) >= 0) {
      if (packet_->stream_index == sound_->index) {
        if (avcodec_send_packet(decoder_.get(), packet_.get()) < 0) damaged();
        take_frames();
      }
      av_packet_unref(packet_.get());
    }
    if (avcodec_send_packet(decoder_.get(), nullptr) < 0) damaged();
    take_frames();
    if (!encoder_) throw Failed("no sound of it can be decoded");
    flush_converter();
    put_cue(back_);
    encode_waiting(true);
    send(nullptr);
    if (av_write_trailer(&file_.context()) < 0) throw Failed("its container refuses the end");
    file_.flush();
  }

 private:
  [[noreturn]] static void damaged() { throw Failed("its sound is damaged"); }

  /// The track behind a list of chapters is made anew with the list.
  [[nodiscard]] bool is_chapters(const AVStream& stream) const {
    return media_.context().nb_chapters > 0 && stream.codecpar->codec_type == AVMEDIA_TYPE_DATA &&
           stream.discard == AVDISCARD_ALL;
  }
  /// One sound, and covers, which are no stream of packets.
  void find_sound() {
    const AVFormatContext& from = media_.context();
    for (unsigned i = 0; i < from.nb_streams; ++i) {
      AVStream& stream = *from.streams[i];
      if ((stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0 || is_chapters(stream)) continue;
      if (stream.codecpar->codec_type != AVMEDIA_TYPE_AUDIO) {
        throw Failed("it holds more than sound");
      }
      if (sound_ != nullptr) throw Failed("it holds several sounds");
      sound_ = &stream;
    }
    if (sound_ == nullptr) throw Failed("there is no sound in it");
    maker_ = std::find_if(std::begin(kMakers), std::end(kMakers),
                          [&](const Maker& m) { return m.id == sound_->codecpar->codec_id; });
    if (maker_ == std::end(kMakers))
      throw Failed("there is no encoder for its kind of coding here");
  }

  void open_decoder() {
    const AVCodec* codec = avcodec_find_decoder(sound_->codecpar->codec_id);
    if (codec == nullptr) throw Failed("there is no decoder for it");
    decoder_.reset(avcodec_alloc_context3(codec));
    if (!decoder_ || !packet_ || !coded_ || !frame_ ||
        avcodec_parameters_to_context(decoder_.get(), sound_->codecpar) < 0) {
      no_memory();
    }
    decoder_->pkt_timebase = sound_->time_base;
    decoder_->err_recognition = AV_EF_CRCCHECK | AV_EF_EXPLODE;
    if (avcodec_open2(decoder_.get(), codec, nullptr) < 0) throw Failed("its decoder refuses it");
  }

  void open_encoder(const AVFrame& frame) {
    const AVCodec* codec = avcodec_find_encoder_by_name(maker_->encoder);
    if (codec == nullptr) throw Failed("there is no encoder for its kind of coding here");
    encoder_.reset(avcodec_alloc_context3(codec));
    if (!encoder_) no_memory();
    AVCodecContext& to = *encoder_;
    const int channels = frame.ch_layout.nb_channels;
    to.sample_rate = frame.sample_rate;
    to.time_base = {1, frame.sample_rate};
    to.sample_fmt = format_for(*codec, static_cast<AVSampleFormat>(frame.format));
    if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
      av_channel_layout_default(&to.ch_layout, channels);
    } else if (av_channel_layout_copy(&to.ch_layout, &frame.ch_layout) < 0) {
      no_memory();
    }
    if (maker_->least_rate > 0) {
      to.bit_rate = std::max(sound_->codecpar->bit_rate, maker_->least_rate * channels);
    } else {
      to.bits_per_raw_sample = decoder_->bits_per_raw_sample;
    }
    if (channels > 2 && sound_->codecpar->codec_id == AV_CODEC_ID_OPUS) {
      (void)av_opt_set_int(to.priv_data, "mapping_family", 1, 0);
    }
    if ((file_.context().oformat->flags & AVFMT_GLOBALHEADER) != 0) {
      to.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    if (avcodec_open2(&to, codec, nullptr) < 0) throw Failed("its encoder refuses it");
    fifo_.reset(av_audio_fifo_alloc(to.sample_fmt, channels, kBlockSamples));
    if (!fifo_) no_memory();
    sound_converter_ =
        converter(frame.ch_layout, static_cast<AVSampleFormat>(frame.format), frame.sample_rate);
    open_output();
  }
  /// That of the decoder where it can be, else one of as many bits.
  static AVSampleFormat format_for(const AVCodec& codec, AVSampleFormat wanted) {
    const AVSampleFormat planar = av_get_planar_sample_fmt(wanted);
    const AVSampleFormat packed = av_get_packed_sample_fmt(wanted);
    for (const AVSampleFormat each : {wanted, planar, packed}) {
      for (const AVSampleFormat* can = codec.sample_fmts;
           can != nullptr && *can != AV_SAMPLE_FMT_NONE; ++can) {
        if (*can == each) return each;
      }
    }
    return codec.sample_fmts != nullptr ? codec.sample_fmts[0] : wanted;
  }
  Held<SwrContext> converter(const AVChannelLayout& layout, AVSampleFormat format, int rate) const {
    SwrContext* made = nullptr;
    const bool known = layout.order != AV_CHANNEL_ORDER_UNSPEC;
    auto* from = known ? const_cast<AVChannelLayout*>(&layout) : &encoder_->ch_layout;
    if (swr_alloc_set_opts2(&made, &encoder_->ch_layout, encoder_->sample_fmt,
                            encoder_->sample_rate, from, format, rate, 0, nullptr) < 0) {
      no_memory();
    }
    Held<SwrContext> held(made);
    if (swr_init(made) < 0) throw Failed("its samples cannot be converted");
    return held;
  }

  void open_output() {
    const AVFormatContext& from = media_.context();
    AVFormatContext& to = file_.context();
    av_dict_copy(&to.metadata, from.metadata, 0);
    for (unsigned i = 0; i < from.nb_streams; ++i) {
      const AVStream& old = *from.streams[i];
      if (is_chapters(old)) continue;
      AVStream& stream = file_.add_like(old);
      if (&old != sound_) covers_.emplace_back(&old, stream.index);
      if (&old != sound_) continue;
      out_ = &stream;
      av_dict_set(&stream.metadata, "encoder", nullptr, 0);
      if (avcodec_parameters_from_context(stream.codecpar, encoder_.get()) < 0) no_memory();
      stream.codecpar->codec_tag = 0;
      stream.time_base = encoder_->time_base;
    }
    file_.copy_chapters(from, av_rescale(static_cast<std::int64_t>(front_.size()), AV_TIME_BASE,
                                         static_cast<std::int64_t>(work_.rate)));
    // Tags of M4A as players know them, with the cover.
    const int begun = avformat_write_header(&to, nullptr);
    if (begun < 0) throw Failed("its container refuses one of its tracks");
    for (const auto& [old, index] : covers_) {
      const Packet cover(av_packet_clone(&old->attached_pic));
      if (!cover) no_memory();
      cover->stream_index = index;
      if (av_interleaved_write_frame(&to, cover.get()) < 0) {
        throw Failed("its container refuses the cover");
      }
    }
  }

  void take_frames() {
    for (;;) {
      const int got = avcodec_receive_frame(decoder_.get(), frame_.get());
      if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return;
      if (got < 0 || frame_->decode_error_flags != 0) damaged();
      AVFrame& frame = *frame_;
      if (!encoder_) {
        open_encoder(frame);
        rate_ = frame.sample_rate;
        format_ = frame.format;
        channels_ = frame.ch_layout.nb_channels;
        put_cue(front_);
      }
      if (frame.sample_rate != rate_ || frame.format != format_ ||
          frame.ch_layout.nb_channels != channels_) {
        throw Failed("its sound changes its rate or channels");
      }
      convert(*sound_converter_, const_cast<const std::uint8_t**>(frame.extended_data),
              frame.nb_samples);
      encode_waiting(false);
    }
  }

  void convert(SwrContext& converter, const std::uint8_t** data, int count) {
    const Frame out(av_frame_alloc());
    if (!out) no_memory();
    out->format = encoder_->sample_fmt;
    out->sample_rate = encoder_->sample_rate;
    out->nb_samples = swr_get_out_samples(&converter, count);
    if (out->nb_samples <= 0) return;
    if (av_channel_layout_copy(&out->ch_layout, &encoder_->ch_layout) < 0 ||
        av_frame_get_buffer(out.get(), 0) < 0) {
      no_memory();
    }
    const int made = swr_convert(&converter, out->extended_data, out->nb_samples, data, count);
    if (made < 0 || av_audio_fifo_write(fifo_.get(), reinterpret_cast<void**>(out->extended_data),
                                        made) < made) {
      throw Failed("its samples cannot be converted");
    }
  }
  void flush_converter() { convert(*sound_converter_, nullptr, 0); }

  /// On the first two channels.
  void put_cue(const std::vector<float>& cue) {
    if (cue.empty()) return;
    const std::vector<float> silence(kBlockSamples);
    const Held<SwrContext> from =
        converter(encoder_->ch_layout, AV_SAMPLE_FMT_FLTP, static_cast<int>(work_.rate));
    for (std::size_t at = 0; at < cue.size(); at += kBlockSamples) {
      const auto count = static_cast<int>(std::min<std::size_t>(kBlockSamples, cue.size() - at));
      std::vector<const std::uint8_t*> planes(
          static_cast<std::size_t>(encoder_->ch_layout.nb_channels),
          reinterpret_cast<const std::uint8_t*>(silence.data()));
      for (std::size_t c = 0; c < std::min<std::size_t>(2, planes.size()); ++c) {
        planes[c] = reinterpret_cast<const std::uint8_t*>(cue.data() + at);
      }
      convert(*from, planes.data(), count);
      encode_waiting(false);
    }
    convert(*from, nullptr, 0);
  }

  void encode_waiting(bool all) {
    const bool any = (encoder_->codec->capabilities & AV_CODEC_CAP_VARIABLE_FRAME_SIZE) != 0;
    const int size = any || encoder_->frame_size <= 0 ? kBlockSamples : encoder_->frame_size;
    for (;;) {
      const int waiting = av_audio_fifo_size(fifo_.get());
      if (waiting < size && (!all || waiting == 0)) return;
      const Frame frame(av_frame_alloc());
      if (!frame) no_memory();
      frame->format = encoder_->sample_fmt;
      frame->sample_rate = encoder_->sample_rate;
      frame->nb_samples = std::min(size, waiting);
      if (av_channel_layout_copy(&frame->ch_layout, &encoder_->ch_layout) < 0 ||
          av_frame_get_buffer(frame.get(), 0) < 0 ||
          av_audio_fifo_read(fifo_.get(), reinterpret_cast<void**>(frame->extended_data),
                             frame->nb_samples) < frame->nb_samples) {
        no_memory();
      }
      frame->pts = next_;
      next_ += frame->nb_samples;
      send(frame.get());
    }
  }

  void send(AVFrame* frame) {
    if (avcodec_send_frame(encoder_.get(), frame) < 0) throw Failed("its encoder fails");
    for (;;) {
      const int got = avcodec_receive_packet(encoder_.get(), coded_.get());
      if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return;
      if (got < 0) throw Failed("its encoder fails");
      av_packet_rescale_ts(coded_.get(), encoder_->time_base, out_->time_base);
      coded_->stream_index = out_->index;
      if (av_interleaved_write_frame(&file_.context(), coded_.get()) < 0) {
        throw Failed("its container refuses a packet");
      }
    }
  }

  const SoundRemakeWork& work_;
  std::vector<float> front_, back_;
  Media media_;
  RemadeFile file_;
  AVStream *sound_ = nullptr, *out_ = nullptr;
  std::vector<std::pair<const AVStream*, int>> covers_;  ///< and where they go
  const Maker* maker_ = nullptr;
  Codec decoder_, encoder_;
  Packet packet_{av_packet_alloc()}, coded_{av_packet_alloc()};
  Frame frame_{av_frame_alloc()};
  std::unique_ptr<AVAudioFifo, FreeFifo> fifo_;
  Held<SwrContext> sound_converter_;
  std::int64_t next_ = 0;
  int rate_ = 0, format_ = -1, channels_ = 0;
};

}  // namespace

void sound_remake(std::uint64_t parts_at) {
  Parts parts(parts_at);
  auto work = parts.take<SoundRemakeWork>();
  work.container.back() = '\0';
  auto front = parts.take_all<float>(work.front), back = parts.take_all<float>(work.back);
  Remaker(work, std::move(front), std::move(back)).run();
}

}  // namespace colophon::worker
