// SPDX-License-Identifier: Apache-2.0
// Film that comes as a list of packets, decoded; and records that go back.
#pragma once

#include "media/film_protocol.hpp"
#include "worker/worker.hpp"

#include <memory>

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace colophon::worker {

struct FreeCodec {
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
};
struct FreeFilmFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct FreeFilmPacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
using Codec = std::unique_ptr<AVCodecContext, FreeCodec>;
using Frame = std::unique_ptr<AVFrame, FreeFilmFrame>;
using Packet = std::unique_ptr<AVPacket, FreeFilmPacket>;

/// The parts behind the request's line on descriptor 0, read in order.
class Parts {
 public:
  explicit Parts(std::uint64_t line) : at_(line) {}
  template <typename T>
  [[nodiscard]] T take() {
    T value;
    read(&value, sizeof value);
    return value;
  }
  template <typename T>
  [[nodiscard]] std::vector<T> take_all(std::size_t count) {
    std::vector<T> values(count);
    read(values.data(), count * sizeof(T));
    return values;
  }
  void read(void* out, std::size_t size);
  [[nodiscard]] std::uint64_t at() const { return at_; }

 private:
  std::uint64_t at_;
};

struct Reel {
  ReelHead head;
  std::vector<std::uint8_t> config;
  std::vector<ReelPacket> packets;
  std::uint64_t here = 0;  ///< where the bytes of packets start that stand on descriptor 0
};
[[nodiscard]] Reel take_reel(Parts& parts);

/// Decodes a reel run by run. Damage ends it: what is shown must be what is in the file.
class ReelPlayer {
 public:
  ReelPlayer(const Reel& reel, int threads);
  /// The next frame in the order of showing; null at the end. Valid until the next call.
  [[nodiscard]] AVFrame* next();
  /// Of the frame that `next` gave.
  [[nodiscard]] const ReelPacket& packet() const { return *shown_; }
  [[nodiscard]] const AVCodecContext& decoder() const { return *decoder_; }

 private:
  void send();
  const ReelPacket& packet_of(std::int64_t pts) const;

  const Reel& reel_;
  Codec decoder_;
  Packet coded_{av_packet_alloc()};
  Frame frame_{av_frame_alloc()};
  std::size_t at_ = 0, run_ = 0;  // the next packet; where the current run starts
  bool draining_ = false;
  std::vector<std::pair<std::int64_t, std::size_t>> order_;  // of each run, by time
  const ReelPacket* shown_ = nullptr;
};

void put_record(Record kind, const void* bytes, std::size_t size, const void* more = nullptr,
                std::size_t more_size = 0);

}  // namespace colophon::worker
