// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace colophon::worker {

/// Gives up everything that decoding does not need: memory, processor time, further files, the
/// network, other programs. Called before the first byte of the media is read. False: the system
/// refused, and nothing may be decoded.
[[nodiscard]] bool give_up_rights();

}  // namespace colophon::worker
