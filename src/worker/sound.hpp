// SPDX-License-Identifier: Apache-2.0
// What the worker does with sound (src/media/worker_protocol.hpp).
#pragma once

#include "worker/worker.hpp"

namespace colophon::worker {

struct SoundWanted {
  std::int64_t from_us = 0, span_us = 0;
  std::int64_t ends_us = 0;  ///< of a sound longer than the span: so much of its start and its end
  int rate = 8000;
};
/// The lines of the answer; `body` gets 16-bit samples, little-endian.
[[nodiscard]] std::string decode_sound(const SoundWanted& wanted, std::string& body);

struct SoundEncoding {
  std::string codec;  ///< "mp3", "mp2", "aac", "opus", "vorbis"
  int rate = 0, channels = 0;
  std::int64_t bit_rate = 0;
  bool joint = true;    ///< mp3
  int quality = -1000;  ///< tenths, instead of the bit rate; below -100: not given
};
/// `body` gets the size of the codec's header, the header, and of each packet its samples, its size
/// and its bytes; numbers have four bytes, little-endian.
[[nodiscard]] std::string encode_sound(const SoundEncoding& wanted, std::string& body);
/// MD5 of all samples, and of `count` of them from `from` on.
[[nodiscard]] std::string digest_sound(std::int64_t from, std::int64_t count);
/// Error when there are more than `most` numbers.
[[nodiscard]] std::string exact_samples(std::int64_t most, std::string& body);

}  // namespace colophon::worker
