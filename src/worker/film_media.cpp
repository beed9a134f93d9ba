// SPDX-License-Identifier: Apache-2.0
#include "worker/film_media.hpp"

#include <unistd.h>

#include "media/worker_protocol.hpp"

namespace colophon::worker {
namespace {

constexpr const char* kDemuxers =
    "mov,matroska,webm,avi,flv,mpegts,mpeg,asf,ogg,mp3,aac,wav,w64,aiff,flac,ape,wv,amr,gif,apng,"
    "png_pipe,jpeg_pipe,tiff_pipe,bmp_pipe,webp_pipe,jpegxl_pipe,h264,hevc,ivf,mjpeg,ac3,caf";
constexpr int kBlock = 64 * 1024;

int open_nothing(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) {
  return AVERROR(EPERM);
}

}  // namespace

int Media::read_some(void* opaque, std::uint8_t* out, int size) {
  Input& input = *static_cast<Input*>(opaque);
  const ssize_t got =
      pread(kMediaDescriptor, out, static_cast<std::size_t>(size), static_cast<off_t>(input.at));
  if (got < 0) return AVERROR(EIO);
  if (got == 0) return AVERROR_EOF;
  input.at += got;
  return static_cast<int>(got);
}

std::int64_t Media::seek_input(void* opaque, std::int64_t offset, int whence) {
  Input& input = *static_cast<Input*>(opaque);
  if ((whence & AVSEEK_SIZE) != 0) return input.size;
  const int from = whence & 3;
  const std::int64_t base = from == SEEK_SET ? 0 : from == SEEK_CUR ? input.at : input.size;
  if (base + offset < 0) return AVERROR(EINVAL);
  return input.at = base + offset;
}

Media::Media() {
  av_log_set_level(AV_LOG_QUIET);
  input_.size = lseek(kMediaDescriptor, 0, SEEK_END);
  auto* buffer = static_cast<std::uint8_t*>(av_malloc(kBlock));
  io_.reset(avio_alloc_context(buffer, kBlock, 0, &input_, read_some, nullptr, seek_input));
  AVFormatContext* context = avformat_alloc_context();
  if (!io_ || context == nullptr) throw Failed("there is no memory");
  context->pb = io_.get();
  context->flags |= AVFMT_FLAG_CUSTOM_IO;
  context->io_open = open_nothing;
  context->format_whitelist = av_strdup(kDemuxers);
  if (avformat_open_input(&context, "", nullptr, nullptr) != 0) {
    throw Failed("it is no film, sound or picture that FFmpeg knows here");
  }
  context_.reset(context);
  if (avformat_find_stream_info(context, nullptr) < 0) throw Failed("its streams are broken");
}

AVStream& Media::film() const {
  const int best = av_find_best_stream(context_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (best < 0 || (context_->streams[best]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) {
    throw Failed("there is no picture in it");
  }
  return *context_->streams[best];
}

}  // namespace colophon::worker
