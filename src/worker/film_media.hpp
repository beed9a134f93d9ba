// SPDX-License-Identifier: Apache-2.0
// The media file as FFmpeg demuxes it. Only demuxers of media files are let in: none that opens
// further files.
#pragma once

#include <memory>

#include "worker/worker.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace colophon::worker {

struct CloseFormat {
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
};
struct FreeIo {
  void operator()(AVIOContext* io) const {
    av_freep(static_cast<void*>(&io->buffer));
    avio_context_free(&io);
  }
};

class Media {
 public:
  Media();
  [[nodiscard]] AVFormatContext& context() const { return *context_; }
  /// Of the picture: covers of sound files are none of it.
  [[nodiscard]] AVStream& film() const;

 private:
  struct Input {
    std::int64_t at = 0, size = 0;
  };
  static int read_some(void* opaque, std::uint8_t* out, int size);
  static std::int64_t seek_input(void* opaque, std::int64_t offset, int whence);

  Input input_;
  std::unique_ptr<AVIOContext, FreeIo> io_;  // outlives the context
  std::unique_ptr<AVFormatContext, CloseFormat> context_;
};

}  // namespace colophon::worker
