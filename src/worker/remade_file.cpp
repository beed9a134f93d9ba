// SPDX-License-Identifier: Apache-2.0
#include "worker/remade_file.hpp"

#include <algorithm>

#include "worker/film_reel.hpp"

namespace colophon::worker {
namespace {

constexpr int kBlock = 256 * 1024;
constexpr AVRational kMicroseconds{1, AV_TIME_BASE};

}  // namespace

int RemadeFile::write_some(void* opaque, std::uint8_t* bytes, int size) {
  Output& output = *static_cast<Output*>(opaque);
  const WriteRecord record{static_cast<std::uint64_t>(output.at)};
  put_record(Record::Write, &record, sizeof record, bytes, static_cast<std::size_t>(size));
  output.at += size;
  output.size = std::max(output.size, output.at);
  return size;
}

std::int64_t RemadeFile::seek_output(void* opaque, std::int64_t offset, int whence) {
  Output& output = *static_cast<Output*>(opaque);
  if ((whence & AVSEEK_SIZE) != 0) return output.size;
  const int from = whence & 3;
  const std::int64_t base = from == SEEK_SET ? 0 : from == SEEK_CUR ? output.at : output.size;
  if (base + offset < 0) return AVERROR(EINVAL);
  return output.at = base + offset;
}

RemadeFile::RemadeFile(const char* container)
    : io_(avio_alloc_context(static_cast<std::uint8_t*>(av_malloc(kBlock)), kBlock, 1, &output_,
                             nullptr, write_some, seek_output)) {
  AVFormatContext* context = nullptr;
  if (!io_) throw Failed("there is no memory");
  if (avformat_alloc_output_context2(&context, nullptr, container, nullptr) < 0) {
    throw Failed("there is no writer for its container");
  }
  context_.reset(context);
  context->pb = io_.get();
  context->flags |= AVFMT_FLAG_CUSTOM_IO;
  context->strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL;
}

AVStream& RemadeFile::add_like(const AVStream& old) {
  AVStream* stream = avformat_new_stream(context_.get(), nullptr);
  if (stream == nullptr || avcodec_parameters_copy(stream->codecpar, old.codecpar) < 0) {
    throw Failed("there is no memory");
  }
  const unsigned tag = av_codec_get_tag(context_->oformat->codec_tag, old.codecpar->codec_id);
  // Apple's players want HEVC as hvc1, which is not the first name that FFmpeg knows.
  constexpr unsigned kHvc1 = MKTAG('h', 'v', 'c', '1');
  const bool may_stay =
      old.codecpar->codec_tag == kHvc1 &&
      av_codec_get_id(context_->oformat->codec_tag, kHvc1) == old.codecpar->codec_id;
  if (tag != old.codecpar->codec_tag && !may_stay) stream->codecpar->codec_tag = 0;
  stream->time_base = old.time_base;
  stream->avg_frame_rate = old.avg_frame_rate;
  stream->r_frame_rate = old.r_frame_rate;
  stream->sample_aspect_ratio = old.sample_aspect_ratio;
  stream->disposition = old.disposition;
  av_dict_copy(&stream->metadata, old.metadata, 0);
  for (int i = 0; i < old.nb_side_data; ++i) {
    const AVPacketSideData& side = old.side_data[i];
    std::uint8_t* copy = av_stream_new_side_data(stream, side.type, side.size);
    if (copy == nullptr) throw Failed("there is no memory");
    std::copy_n(side.data, side.size, copy);
  }
  return *stream;
}

void RemadeFile::copy_chapters(const AVFormatContext& from, std::int64_t later_us) {
  AVFormatContext& to = *context_;
  if (from.nb_chapters == 0) return;
  to.chapters = static_cast<AVChapter**>(av_calloc(from.nb_chapters, sizeof(AVChapter*)));
  for (unsigned i = 0; i < from.nb_chapters && to.chapters != nullptr; ++i) {
    auto* chapter = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
    if (chapter == nullptr) throw Failed("there is no memory");
    *chapter = *from.chapters[i];
    const std::int64_t later = av_rescale_q(later_us, kMicroseconds, chapter->time_base);
    chapter->start += later;
    chapter->end += later;
    chapter->metadata = nullptr;
    av_dict_copy(&chapter->metadata, from.chapters[i]->metadata, 0);
    to.chapters[i] = chapter;
    to.nb_chapters = i + 1;
  }
}

}  // namespace colophon::worker
