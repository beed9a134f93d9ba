// SPDX-License-Identifier: Apache-2.0
// A new media file that goes back record by record while FFmpeg muxes it.
#pragma once

#include <memory>

#include "worker/film_media.hpp"

namespace colophon::worker {

class RemadeFile {
 public:
  /// `container`: as FFmpeg's muxers are named.
  explicit RemadeFile(const char* container);
  [[nodiscard]] AVFormatContext& context() const { return *context_; }
  /// A stream of the same kind, with what is said of it.
  [[nodiscard]] AVStream& add_like(const AVStream& old);
  /// So much later than they were.
  void copy_chapters(const AVFormatContext& from, std::int64_t later_us);
  void flush() { avio_flush(io_.get()); }

 private:
  struct Output {
    std::int64_t at = 0, size = 0;
  };
  struct FreeOutput {
    void operator()(AVFormatContext* context) const { avformat_free_context(context); }
  };
  static int write_some(void* opaque, std::uint8_t* bytes, int size);
  static std::int64_t seek_output(void* opaque, std::int64_t offset, int whence);

  Output output_;
  std::unique_ptr<AVIOContext, FreeIo> io_;  // outlives the context
  std::unique_ptr<AVFormatContext, FreeOutput> context_;
};

}  // namespace colophon::worker
