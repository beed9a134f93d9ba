// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace colophon::worker {

/// What the work may cost. Whoever asks for it knows how much there is to do.
struct Budget {
  std::uint64_t memory_mib = 1536;  ///< of addresses, shared libraries included
  std::uint64_t seconds = 30;       ///< of processor time
};

/// Gives up everything that decoding does not need: memory, processor time, further files, the
/// network, other programs. Called before the first byte of the media is read. False: the system
/// refused, and nothing may be decoded.
[[nodiscard]] bool give_up_rights(const Budget& budget);

}  // namespace colophon::worker
