// SPDX-License-Identifier: Apache-2.0
#include "worker/film_reel.hpp"

#include <unistd.h>

#include <algorithm>

#include "media/worker_protocol.hpp"

namespace colophon::worker {
namespace {

constexpr std::int64_t kMaxFilmPixels = 64LL << 20;
constexpr std::uint32_t kMaxPacket = 256U << 20;

void read_at(int descriptor, std::uint64_t at, void* out, std::size_t size) {
  auto* to = static_cast<std::uint8_t*>(out);
  while (size > 0) {
    const ssize_t got = pread(descriptor, to, size, static_cast<off_t>(at));
    if (got <= 0) throw Failed("the film ends too early");
    to += got;
    at += static_cast<std::uint64_t>(got);
    size -= static_cast<std::size_t>(got);
  }
}

void write_all(const void* bytes, std::size_t size) {
  const auto* from = static_cast<const std::uint8_t*>(bytes);
  while (size > 0) {
    const ssize_t done = write(STDOUT_FILENO, from, size);
    if (done <= 0) _exit(1);  // nobody listens any more
    from += done;
    size -= static_cast<std::size_t>(done);
  }
}

}  // namespace

void Parts::read(void* out, std::size_t size) {
  read_at(STDIN_FILENO, at_, out, size);
  at_ += size;
}

Reel take_reel(Parts& parts) {
  Reel reel;
  reel.head = parts.take<ReelHead>();
  reel.head.codec.back() = '\0';
  reel.config = parts.take_all<std::uint8_t>(reel.head.config_size);
  reel.packets = parts.take_all<ReelPacket>(reel.head.packets);
  return reel;
}

ReelPlayer::ReelPlayer(const Reel& reel, int threads) : reel_(reel) {
  const AVCodec* codec = avcodec_find_decoder_by_name(reel.head.codec.data());
  if (codec == nullptr) throw Failed("there is no decoder for it");
  decoder_.reset(avcodec_alloc_context3(codec));
  const std::size_t size = reel.config.size();
  if (reel.packets.empty()) throw Failed("there is no picture in it");
  if (!decoder_ || !coded_ || !frame_) throw Failed("there is no memory");
  decoder_->extradata = static_cast<std::uint8_t*>(av_mallocz(size + AV_INPUT_BUFFER_PADDING_SIZE));
  if (decoder_->extradata == nullptr) throw Failed("there is no memory");
  std::copy(reel.config.begin(), reel.config.end(), decoder_->extradata);
  decoder_->extradata_size = static_cast<int>(size);
  decoder_->width = static_cast<int>(reel.head.width);
  decoder_->height = static_cast<int>(reel.head.height);
  decoder_->has_b_frames = reel.head.delay;
  decoder_->pkt_timebase = {reel.head.time_num, reel.head.time_den};
  decoder_->thread_count = threads;
  decoder_->max_pixels = kMaxFilmPixels;
  decoder_->err_recognition = AV_EF_EXPLODE | AV_EF_CAREFUL | AV_EF_BITSTREAM | AV_EF_BUFFER;
  if (avcodec_open2(decoder_.get(), codec, nullptr) < 0) throw Failed("its decoder refuses it");
}

const ReelPacket& ReelPlayer::packet_of(std::int64_t pts) const {
  const auto found = std::lower_bound(order_.begin(), order_.end(), std::pair{pts, std::size_t{0}});
  if (found == order_.end() || found->first != pts) {
    throw Failed("its frames do not follow the time stamps of its packets");
  }
  return reel_.packets[found->second];
}

/// Gives the decoder the next packet, or the end of a run.
void ReelPlayer::send() {
  const auto& packets = reel_.packets;
  const bool run_ends = at_ == packets.size() || packets[at_].run != packets[run_].run;
  if (at_ == run_ || (run_ends && draining_)) {
    run_ = at_;
    draining_ = false;
    order_.clear();
    avcodec_flush_buffers(decoder_.get());
    for (std::size_t i = run_; i < packets.size() && packets[i].run == packets[run_].run; ++i) {
      order_.emplace_back(packets[i].pts, i);
    }
    std::sort(order_.begin(), order_.end());
  } else if (run_ends) {
    draining_ = true;
    if (avcodec_send_packet(decoder_.get(), nullptr) < 0) throw Failed("its pictures are damaged");
    return;
  }
  if (at_ == packets.size()) return;
  const ReelPacket& packet = packets[at_++];
  if (packet.size > kMaxPacket || av_new_packet(coded_.get(), static_cast<int>(packet.size)) < 0) {
    throw Failed("a packet of it is too large");
  }
  const bool here = (packet.offset & kHere) != 0;
  read_at(here ? STDIN_FILENO : kMediaDescriptor,
          (packet.offset & ~kHere) + (here ? reel_.here : 0), coded_->data, packet.size);
  coded_->pts = packet.pts;
  coded_->dts = packet.dts;
  coded_->flags = packet.key != 0 ? AV_PKT_FLAG_KEY : 0;
  const int sent = avcodec_send_packet(decoder_.get(), coded_.get());
  av_packet_unref(coded_.get());
  if (sent < 0) throw Failed("its pictures are damaged");
}

AVFrame* ReelPlayer::next() {
  for (;;) {
    const int got =
        at_ == 0 ? AVERROR(EAGAIN) : avcodec_receive_frame(decoder_.get(), frame_.get());
    if (got >= 0) {
      const bool damaged =
          frame_->decode_error_flags != 0 || (frame_->flags & AV_FRAME_FLAG_CORRUPT) != 0;
      if (damaged) throw Failed("its pictures are damaged");
      shown_ = &packet_of(frame_->pts);
      return frame_.get();
    }
    if (got != AVERROR(EAGAIN) && got != AVERROR_EOF) throw Failed("its pictures are damaged");
    if (got == AVERROR_EOF && at_ == reel_.packets.size()) return nullptr;
    send();
  }
}

void put_record(Record kind, const void* bytes, std::size_t size, const void* more,
                std::size_t more_size) {
  const RecordHead head{static_cast<std::uint64_t>(kind), size + more_size};
  write_all(&head, sizeof head);
  write_all(bytes, size);
  write_all(more, more_size);
}

}  // namespace colophon::worker
