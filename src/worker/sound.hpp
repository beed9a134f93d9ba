// SPDX-License-Identifier: Apache-2.0
// What the worker does with sound (src/media/worker_protocol.hpp).
#pragma once

#include "worker/worker.hpp"

namespace colophon::worker {

struct SoundWanted {
  std::int64_t from_us = 0, span_us = 0;
  int rate = 8000;
};
/// The lines of the answer; `body` gets 16-bit samples, little-endian.
[[nodiscard]] std::string decode_sound(const SoundWanted& wanted, std::string& body);

}  // namespace colophon::worker
