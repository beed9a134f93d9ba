// SPDX-License-Identifier: Apache-2.0
#include "worker/sound_media.hpp"

#include <unistd.h>

#include <algorithm>

#include "media/worker_protocol.hpp"

namespace colophon::worker {
namespace {

// None that opens further files.
constexpr const char* kDemuxers =
    "mov,matroska,webm,avi,flv,mpegts,mpeg,asf,ogg,mp3,aac,wav,w64,aiff,flac,ape,wv,amr,ac3,caf";
constexpr int kBlock = 64 * 1024;
constexpr AVRational kMicroseconds{1, AV_TIME_BASE};

int open_nothing(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) {
  return AVERROR(EPERM);
}

}  // namespace

int SoundMedia::read_some(void* opaque, std::uint8_t* out, int size) {
  Input& input = *static_cast<Input*>(opaque);
  const ssize_t got =
      pread(kMediaDescriptor, out, static_cast<std::size_t>(size), static_cast<off_t>(input.at));
  if (got < 0) return AVERROR(EIO);
  if (got == 0) return AVERROR_EOF;
  input.at += got;
  return static_cast<int>(got);
}

std::int64_t SoundMedia::seek_input(void* opaque, std::int64_t offset, int whence) {
  Input& input = *static_cast<Input*>(opaque);
  if ((whence & AVSEEK_SIZE) != 0) return input.size;
  const int from = whence & 3;
  const std::int64_t base = from == SEEK_SET ? 0 : from == SEEK_CUR ? input.at : input.size;
  if (base + offset < 0) return AVERROR(EINVAL);
  return input.at = base + offset;
}

SoundMedia::SoundMedia() : frame_(av_frame_alloc()) {
  av_log_set_level(AV_LOG_QUIET);
  input_.size = lseek(kMediaDescriptor, 0, SEEK_END);
  auto* buffer = static_cast<std::uint8_t*>(av_malloc(kBlock));
  io_.reset(avio_alloc_context(buffer, kBlock, 0, &input_, read_some, nullptr, seek_input));
  AVFormatContext* context = avformat_alloc_context();
  if (!io_ || !frame_ || context == nullptr) throw Failed("there is no memory");
  context->pb = io_.get();
  context->flags |= AVFMT_FLAG_CUSTOM_IO;
  context->io_open = open_nothing;
  context->format_whitelist = av_strdup(kDemuxers);
  if (avformat_open_input(&context, "", nullptr, nullptr) != 0) {
    throw Failed("it is no sound that FFmpeg knows here");
  }
  context_.reset(context);
  if (avformat_find_stream_info(context, nullptr) < 0) throw Failed("its streams are broken");
  const int best = av_find_best_stream(context, AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
  if (best < 0) throw Failed("there is no sound in it");
  stream_ = context->streams[best];
  for (unsigned i = 0; i < context->nb_streams; ++i) {
    if (context->streams[i] != stream_) context->streams[i]->discard = AVDISCARD_ALL;
  }
  const AVCodec* codec = avcodec_find_decoder(stream_->codecpar->codec_id);
  if (codec == nullptr) throw Failed("there is no decoder for its sound");
  decoder_.reset(avcodec_alloc_context3(codec));
  if (!decoder_ || avcodec_parameters_to_context(decoder_.get(), stream_->codecpar) < 0) {
    throw Failed("there is no memory");
  }
  decoder_->thread_count = 1;
  decoder_->pkt_timebase = stream_->time_base;
  if (avcodec_open2(decoder_.get(), codec, nullptr) < 0) throw Failed("its decoder refuses it");
}

std::int64_t SoundMedia::duration_us() const {
  if (stream_->duration > 0) {
    return av_rescale_q(stream_->duration, stream_->time_base, kMicroseconds);
  }
  return std::max<std::int64_t>(context_->duration, 0);
}

void SoundMedia::seek(std::int64_t at_us) {
  const std::int64_t start = stream_->start_time == AV_NOPTS_VALUE ? 0 : stream_->start_time;
  const std::int64_t moment = av_rescale_q(at_us, kMicroseconds, stream_->time_base) + start;
  if (av_seek_frame(context_.get(), stream_->index, moment, AVSEEK_FLAG_BACKWARD) >= 0) {
    avcodec_flush_buffers(decoder_.get());
    next_us_ = at_us;
  }
}

bool SoundMedia::drain(const std::function<bool(const AVFrame&, std::int64_t)>& take) {
  for (;;) {
    const int code = avcodec_receive_frame(decoder_.get(), frame_.get());
    if (code != 0) {
      if (code != AVERROR(EAGAIN) && code != AVERROR_EOF) ++broken_;
      return true;
    }
    if (frame_->sample_rate <= 0 || frame_->nb_samples <= 0) continue;
    const std::int64_t start = stream_->start_time == AV_NOPTS_VALUE ? 0 : stream_->start_time;
    const std::int64_t pts = frame_->best_effort_timestamp;
    const std::int64_t at = pts == AV_NOPTS_VALUE
                                ? next_us_
                                : av_rescale_q(pts - start, stream_->time_base, kMicroseconds);
    next_us_ = at + av_rescale(frame_->nb_samples, AV_TIME_BASE, frame_->sample_rate);
    if (!take(*frame_, at)) return false;
  }
}

void SoundMedia::play(const std::function<bool(const AVFrame&, std::int64_t)>& take) {
  const Held<AVPacket> packet(av_packet_alloc());
  if (!packet) throw Failed("there is no memory");
  while (av_read_frame(context_.get(), packet.get()) >= 0) {
    if (packet->stream_index == stream_->index) {
      if (avcodec_send_packet(decoder_.get(), packet.get()) < 0) ++broken_;
    }
    const bool ours = packet->stream_index == stream_->index;
    av_packet_unref(packet.get());
    if (ours && !drain(take)) return;
  }
  (void)avcodec_send_packet(decoder_.get(), nullptr);
  (void)drain(take);
}

}  // namespace colophon::worker
