// SPDX-License-Identifier: Apache-2.0
#include "media/film_worker.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.hpp"
#include "media/worker_start.hpp"

namespace colophon {
namespace {

constexpr std::uint64_t kMaxRecord = 256ULL << 20;
constexpr int kPatienceMs = 120'000;  // without a word
constexpr const char* kName = "colophon-media";

Failure broken(const char* message) {
  return fail(ErrorCode::Io, message, kName);
}

/// Exactly so many bytes from the worker.
Status hear_bytes(int pipe, std::uint8_t* out, std::size_t size) {
  while (size > 0) {
    pollfd wanted{pipe, POLLIN, 0};
    const int ready = poll(&wanted, 1, kPatienceMs);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return broken("the worker colophon-media took too long over this file");
    const ssize_t got = ::read(pipe, out, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      return broken(
          "the worker colophon-media broke down over this file, or passed its limits of memory and "
          "time");
    }
    out += got;
    size -= static_cast<std::size_t>(got);
  }
  return {};
}

std::string line_of(const std::string& word, const FilmBudget& budget) {
  const std::uint64_t pixels = std::uint64_t{budget.width} * budget.height;
  // Up to six bytes a pixel; decoders hold some twenty frames, the encoder some sixty.
  const std::uint64_t frame_mib = (pixels * 6 >> 20) + 1;
  const std::uint64_t memory = 1024 + frame_mib * (budget.encodes ? 100 : 60);
  // A slow processor needs half a second for coding one frame of two million pixels.
  const double each = static_cast<double>(pixels) / 2e6 * (budget.encodes ? 1.0 : 0.2) + 0.01;
  const auto seconds = 60 + static_cast<std::uint64_t>(static_cast<double>(budget.frames) * each);
  return fmt::format("{} memory_mib={} seconds={}", word, std::min<std::uint64_t>(memory, 16384),
                     std::min<std::uint64_t>(seconds, 1 << 20));
}

Failure told(Bytes message) {
  std::string text = to_string(message.first(std::min<std::size_t>(message.size(), 200)));
  for (char& c : text) c = static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  return fail(ErrorCode::Malformed,
              fmt::format("the content of the file cannot be worked on: {}", to_valid_utf8(text)),
              kName);
}

}  // namespace

Status film_work(Source& media, const std::string& word, Bytes parts, const FilmBudget& budget,
                 const HearRecord& hear) {
  auto worker = TRY(start_worker(media, line_of(word, budget), parts));
  ByteBuffer bytes;
  for (;;) {
    worker::RecordHead head;
    TRY(hear_bytes(worker->output.get(), reinterpret_cast<std::uint8_t*>(&head), sizeof head));
    if (head.kind > static_cast<std::uint64_t>(worker::Record::Done) || head.size > kMaxRecord) {
      return broken("the worker colophon-media gave an answer that cannot be read");
    }
    bytes.resize(static_cast<std::size_t>(head.size));
    TRY(hear_bytes(worker->output.get(), bytes.data(), bytes.size()));
    const auto kind = static_cast<worker::Record>(head.kind);
    if (kind == worker::Record::Done) return {};
    if (kind == worker::Record::Error) return told(bytes);
    TRY(hear(kind, bytes));
  }
}

}  // namespace colophon
