// SPDX-License-Identifier: Apache-2.0
// FLAC frames (RFC 9639, section 9): headers with their numbers and checksums, and a small encoder
// for labels: constant, verbatim and fixed predictors with Rice codes.
#pragma once

#include "base/source.hpp"

#include <span>
#include <vector>

namespace colophon::sound {

struct FlacHeader {
  bool variable = false;  ///< the number is that of the first sample, not of the frame
  std::uint64_t number = 0;
  std::uint32_t block = 0;  ///< samples
  std::uint8_t rate_code = 0, size_code = 0, channels_code = 0;
  ByteBuffer rate_bytes;  ///< behind the block size, for some codes
  std::size_t size = 0;   ///< of the header, with its checksum
};
/// Nothing: no header starts there, or its checksum is wrong.
[[nodiscard]] std::optional<FlacHeader> flac_header(Bytes head);
constexpr std::size_t kLongestFlacHeader = 16;
/// The header of a frame with this number and these channels.
[[nodiscard]] ByteBuffer flac_header_bytes(const FlacHeader& like, std::uint64_t number,
                                           std::uint32_t block, std::uint8_t channels_code);

/// CRC-16 of frames: polynomial 8005. At the end of a frame with its own checksum it is 0.
[[nodiscard]] std::uint16_t flac_crc(Bytes bytes, std::uint16_t start = 0) noexcept;
/// The checksum of a frame that changes its header and nothing else.
[[nodiscard]] std::uint16_t moved_flac_crc(std::uint16_t crc, Bytes old_header, Bytes new_header,
                                           std::uint64_t rest) noexcept;

/// A frame of these samples (one row per channel, all of `block` numbers of `bits` bits).
[[nodiscard]] ByteBuffer flac_frame(const FlacHeader& like, std::uint64_t number, unsigned bits,
                                    std::span<const std::vector<std::int32_t>> channels);

}  // namespace colophon::sound
