// SPDX-License-Identifier: Apache-2.0
// A coded picture of HEIC or AVIF, or a tile of one: decoded, drawn on, coded again as well as it
// takes to stay close to the old one, and looked at once more before it goes back.
#include <algorithm>
#include <cmath>

#include "worker/film_paint.hpp"
#include "worker/film_reel.hpp"

extern "C" {
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
}

namespace colophon::worker {
namespace {

constexpr int kHandBuffer = 1 << 16;

struct Maker {
  AVCodecID id;
  const char *encoder, *options;
  int quality[4];  ///< tried in turn
};
constexpr Maker kMakers[] = {
    {AV_CODEC_ID_HEVC, "libx265", "preset=medium:x265-params=log-level=none", {16, 10, 5, 1}},
    {AV_CODEC_ID_AV1,
     "libaom-av1",
     "usage=allintra:cpu-used=6:row-mt=1:still-picture=1",
     {18, 10, 5, 1}},
};

struct FreeContext {
  void operator()(AVFormatContext* context) const { avformat_free_context(context); }
};
struct FreeInput {
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
};
struct FreeBuffered {
  void operator()(AVIOContext* io) const {
    av_freep(static_cast<void*>(&io->buffer));
    avio_context_free(&io);
  }
};

/// A picture as MP4 and HEIF store it.
struct Stored {
  std::vector<std::uint8_t> config, bytes;
};

std::vector<std::uint8_t> encoded_file(const AVFrame& frame, const AVCodecContext& source,
                                       const Maker& maker, int quality, int threads) {
  const AVCodec* codec = avcodec_find_encoder_by_name(maker.encoder);
  if (codec == nullptr) throw Failed("there is no encoder for its kind of coding here");
  const Codec encoder(avcodec_alloc_context3(codec));
  const Packet packet(av_packet_alloc());
  const Frame input(av_frame_clone(&frame));
  if (!encoder || !packet || !input) throw Failed("there is no memory");
  AVCodecContext& to = *encoder;
  to.width = frame.width;
  to.height = frame.height;
  to.pix_fmt = static_cast<AVPixelFormat>(frame.format);
  to.time_base = {1, 25};
  to.framerate = {25, 1};
  to.color_range = source.color_range;
  to.color_primaries = source.color_primaries;
  to.color_trc = source.color_trc;
  to.colorspace = source.colorspace;
  to.chroma_sample_location = source.chroma_sample_location;
  to.gop_size = 0;
  to.max_b_frames = 0;
  to.thread_count = threads;
  to.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (av_set_options_string(to.priv_data, maker.options, "=", ":") < 0 ||
      av_opt_set(to.priv_data, "crf", std::to_string(quality).c_str(), 0) < 0) {
    throw Failed("its encoder does not know an option");
  }
  if (avcodec_open2(&to, codec, nullptr) < 0) throw Failed("its encoder refuses it");
  input->pts = 0;
  input->pict_type = AV_PICTURE_TYPE_I;
  if (avcodec_send_frame(&to, input.get()) < 0 || avcodec_send_frame(&to, nullptr) < 0 ||
      avcodec_receive_packet(&to, packet.get()) < 0) {
    throw Failed("its encoder fails");
  }
  AVFormatContext* made = nullptr;
  if (avformat_alloc_output_context2(&made, nullptr, "mp4", nullptr) < 0) {
    throw Failed("there is no memory");
  }
  const std::unique_ptr<AVFormatContext, FreeContext> context(made);
  AVStream* stream = avformat_new_stream(made, nullptr);
  if (stream == nullptr || avio_open_dyn_buf(&made->pb) < 0 ||
      avcodec_parameters_from_context(stream->codecpar, &to) < 0) {
    throw Failed("there is no memory");
  }
  stream->time_base = to.time_base;
  packet->pts = packet->dts = 0;
  packet->duration = 1;
  const bool written = avformat_write_header(made, nullptr) >= 0 &&
                       av_write_frame(made, packet.get()) >= 0 && av_write_trailer(made) >= 0;
  std::uint8_t* bytes = nullptr;
  const int size = avio_close_dyn_buf(made->pb, &bytes);
  made->pb = nullptr;
  std::vector<std::uint8_t> file(bytes, bytes + std::max(size, 0));
  av_free(bytes);
  if (!written) throw Failed("its encoder's output cannot be stored");
  return file;
}

struct Hand {
  const std::vector<std::uint8_t>& bytes;
  std::size_t at = 0;
};
int give(void* opaque, std::uint8_t* out, int size) {
  auto& hand = *static_cast<Hand*>(opaque);
  const std::size_t count = std::min(static_cast<std::size_t>(size), hand.bytes.size() - hand.at);
  if (count == 0) return AVERROR_EOF;
  std::copy_n(hand.bytes.begin() + static_cast<std::ptrdiff_t>(hand.at), count, out);
  hand.at += count;
  return static_cast<int>(count);
}
std::int64_t move(void* opaque, std::int64_t to, int whence) {
  auto& hand = *static_cast<Hand*>(opaque);
  const auto size = static_cast<std::int64_t>(hand.bytes.size());
  if (whence == AVSEEK_SIZE) return size;
  if (whence == SEEK_CUR) to += static_cast<std::int64_t>(hand.at);
  if (whence == SEEK_END) to += size;
  if (to < 0 || to > size) return AVERROR(EINVAL);
  hand.at = static_cast<std::size_t>(to);
  return to;
}

Stored stored_in(const std::vector<std::uint8_t>& file) {
  Hand hand{file, 0};
  const std::unique_ptr<AVIOContext, FreeBuffered> io(
      avio_alloc_context(static_cast<std::uint8_t*>(av_malloc(kHandBuffer)), kHandBuffer, 0, &hand,
                         give, nullptr, move));
  AVFormatContext* opened = avformat_alloc_context();
  const Packet packet(av_packet_alloc());
  if (!io || opened == nullptr || !packet) throw Failed("there is no memory");
  opened->pb = io.get();
  if (avformat_open_input(&opened, nullptr, av_find_input_format("mov"), nullptr) < 0) {
    throw Failed("its encoder's output cannot be read");
  }
  const std::unique_ptr<AVFormatContext, FreeInput> context(opened);
  if (opened->nb_streams != 1 || av_read_frame(opened, packet.get()) < 0) {
    throw Failed("its encoder's output cannot be read");
  }
  const AVCodecParameters& kind = *opened->streams[0]->codecpar;
  Stored stored;
  stored.config.assign(kind.extradata, kind.extradata + kind.extradata_size);
  stored.bytes.assign(packet->data, packet->data + packet->size);
  return stored;
}

Frame decoded(const Stored& stored, const Reel& like, int threads) {
  const Codec decoder(avcodec_alloc_context3(avcodec_find_decoder_by_name(like.head.codec.data())));
  const Packet packet(av_packet_alloc());
  Frame frame(av_frame_alloc());
  if (!decoder || !packet || !frame) throw Failed("there is no memory");
  decoder->extradata =
      static_cast<std::uint8_t*>(av_mallocz(stored.config.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (decoder->extradata == nullptr ||
      av_new_packet(packet.get(), static_cast<int>(stored.bytes.size())) < 0) {
    throw Failed("there is no memory");
  }
  std::copy(stored.config.begin(), stored.config.end(), decoder->extradata);
  decoder->extradata_size = static_cast<int>(stored.config.size());
  decoder->thread_count = threads;
  std::copy(stored.bytes.begin(), stored.bytes.end(), packet->data);
  if (avcodec_open2(decoder.get(), decoder->codec, nullptr) < 0 ||
      avcodec_send_packet(decoder.get(), packet.get()) < 0 ||
      avcodec_send_packet(decoder.get(), nullptr) < 0 ||
      avcodec_receive_frame(decoder.get(), frame.get()) < 0) {
    throw Failed("what was coded cannot be decoded");
  }
  return frame;
}

template <typename Sample>
double squares(const AVFrame& a, const AVFrame& b, int plane, const AVPixFmtDescriptor& kind,
               const Patch& patch, std::uint64_t& count) {
  const int shift_x = plane == 0 ? 0 : kind.log2_chroma_w;
  const int shift_y = plane == 0 ? 0 : kind.log2_chroma_h;
  const int width = AV_CEIL_RSHIFT(a.width, shift_x), height = AV_CEIL_RSHIFT(a.height, shift_y);
  double sum = 0;
  for (int y = 0; y < height; ++y) {
    const auto v = static_cast<std::uint32_t>(y << shift_y);
    const bool beside = v + 1 >= patch.y && v <= patch.y + patch.height;
    const auto* p =
        reinterpret_cast<const Sample*>(a.data[plane] + std::ptrdiff_t{a.linesize[plane]} * y);
    const auto* q =
        reinterpret_cast<const Sample*>(b.data[plane] + std::ptrdiff_t{b.linesize[plane]} * y);
    for (int x = 0; x < width; ++x) {
      const auto u = static_cast<std::uint32_t>(x << shift_x);
      if (beside && u + 1 >= patch.x && u <= patch.x + patch.width) continue;
      const double difference = static_cast<double>(p[x]) - static_cast<double>(q[x]);
      sum += difference * difference;
      ++count;
    }
  }
  return sum;
}

/// Signal to noise outside the patch, over all planes together; 100: no difference.
double likeness(const AVFrame& a, const AVFrame& b, const Patch& patch) {
  if (a.width != b.width || a.height != b.height || a.format != b.format) return 0;
  const AVPixFmtDescriptor& kind = *av_pix_fmt_desc_get(static_cast<AVPixelFormat>(a.format));
  double sum = 0;
  std::uint64_t count = 0;
  for (int plane = 0; plane < kind.nb_components; ++plane) {
    sum += kind.comp[0].depth > 8 ? squares<std::uint16_t>(a, b, plane, kind, patch, count)
                                  : squares<std::uint8_t>(a, b, plane, kind, patch, count);
  }
  if (count == 0 || sum == 0) return 100;
  const double high = (1U << kind.comp[0].depth) - 1;
  return 10 * std::log10(high * high * static_cast<double>(count) / sum);
}

/// The light of the picture under the patch, in 8 bits from black to white.
void put_light(const AVFrame& frame, const Patch& patch) {
  const AVPixFmtDescriptor& kind = *av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  const unsigned depth = static_cast<unsigned>(kind.comp[0].depth), unit = 1U << (depth - 8);
  const bool full = frame.color_range == AVCOL_RANGE_JPEG;
  const double black = full ? 0 : 16 * unit, white = full ? 256 * unit - 1 : 235 * unit;
  std::vector<std::uint8_t> light;
  for (std::uint32_t y = patch.y; y < patch.y + patch.height; ++y) {
    const std::uint8_t* row = frame.data[0] + std::ptrdiff_t{frame.linesize[0]} * y;
    for (std::uint32_t x = patch.x; x < patch.x + patch.width; ++x) {
      const double value =
          depth > 8 ? reinterpret_cast<const std::uint16_t*>(row)[x] : double{1} * row[x];
      const double share = std::clamp((value - black) / (white - black), 0.0, 1.0);
      light.push_back(static_cast<std::uint8_t>(std::lround(share * 255)));
    }
  }
  const FrameRecord record{0, patch.width, patch.height};
  put_record(Record::Frame, &record, sizeof record, light.data(), light.size());
}

}  // namespace

void still_label(std::uint64_t parts_at) {
  Parts parts(parts_at);
  const auto work = parts.take<StillWork>();
  Layer layer = take_layer(parts);
  const Patch patch = layer.patch;
  Reel reel = take_reel(parts);
  reel.here = parts.at();
  ReelPlayer player(reel, work.threads);
  AVFrame* frame = player.next();
  if (frame == nullptr) throw Failed("there is no picture in it");
  const Frame before(av_frame_clone(frame));
  if (!before) throw Failed("there is no memory");
  Painter(std::move(layer)).paint(*frame);
  const auto* maker = std::find_if(std::begin(kMakers), std::end(kMakers), [&](const Maker& m) {
    return m.id == player.decoder().codec_id;
  });
  if (maker == std::end(kMakers)) throw Failed("there is no encoder for its kind of coding here");
  for (const int quality : maker->quality) {
    const Stored stored =
        stored_in(encoded_file(*frame, player.decoder(), *maker, quality, work.threads));
    CompareRecord report;
    report.compared = 1;
    const Frame after = decoded(stored, reel, work.threads);
    report.mean_db = report.least_db = likeness(*before, *after, patch);
    // A picture that was coded with great care is not made much smaller either.
    const bool last = quality == maker->quality[std::size(maker->quality) - 1];
    const bool careful = stored.bytes.size() * 10 >= std::size_t{reel.packets[0].size} * 7;
    if (report.least_db < work.least_db || (!careful && !last)) continue;
    const PacketRecord record{0, 0, 1};
    put_record(Record::Config, stored.config.data(), stored.config.size());
    put_record(Record::Packet, &record, sizeof record, stored.bytes.data(), stored.bytes.size());
    put_light(*after, patch);
    put_record(Record::Report, &report, sizeof report);
    return;
  }
  throw Failed("it cannot be coded again as well as it was");
}

}  // namespace colophon::worker
