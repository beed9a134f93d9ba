// SPDX-License-Identifier: Apache-2.0
// The sound of the media file, decoded by FFmpeg frame by frame.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "worker/worker.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswresample/swresample.h>
}

namespace colophon::worker {

struct FreeSound {
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
  void operator()(AVIOContext* io) const {
    av_freep(static_cast<void*>(&io->buffer));
    avio_context_free(&io);
  }
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(SwrContext* converter) const { swr_free(&converter); }
};
template <typename T>
using Held = std::unique_ptr<T, FreeSound>;

class SoundMedia {
 public:
  /// Opens the media descriptor and the decoder of its sound.
  SoundMedia();

  [[nodiscard]] const AVCodecParameters& parameters() const { return *stream_->codecpar; }
  [[nodiscard]] AVCodecContext& decoder() { return *decoder_; }
  /// Of the sound, as far as the file tells; else 0.
  [[nodiscard]] std::int64_t duration_us() const;
  /// Goes to a moment at or before this one, if the file can be entered there.
  void seek(std::int64_t at_us);
  /// Gives every frame with its time to `take` until that answers false. Frames that cannot be
  /// decoded are counted.
  void play(const std::function<bool(const AVFrame&, std::int64_t at_us)>& take);
  [[nodiscard]] std::int64_t broken() const { return broken_; }

 private:
  struct Input {
    std::int64_t at = 0, size = 0;
  };
  static int read_some(void* opaque, std::uint8_t* out, int size);
  static std::int64_t seek_input(void* opaque, std::int64_t offset, int whence);
  bool drain(const std::function<bool(const AVFrame&, std::int64_t)>& take);

  Input input_;
  Held<AVIOContext> io_;  // outlives the context
  Held<AVFormatContext> context_;
  AVStream* stream_ = nullptr;
  Held<AVCodecContext> decoder_;
  Held<AVFrame> frame_;
  std::int64_t next_us_ = 0, broken_ = 0;
};

}  // namespace colophon::worker
