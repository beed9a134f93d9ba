// SPDX-License-Identifier: Apache-2.0
// What a label needs to know of MPEG audio frames (ISO/IEC 11172-3, 13818-3, MPEG 2.5), and the
// frame without sound in front of many files that says how long they are (Xing, Info, LAME, VBRI).
#pragma once

#include "base/source.hpp"

#include <vector>

namespace colophon::sound {

struct MpegHeader {
  unsigned version = 1;  ///< 1, 2, or 25 (2.5)
  unsigned layer = 3;
  std::uint32_t rate = 0, channels = 0;
  std::uint32_t bit_rate = 0;  ///< per second
  std::uint32_t samples = 0;   ///< of the frame
  std::uint32_t size = 0;      ///< of the frame, header included
  bool crc = false, joint = false;

  /// Of the side information behind header and checksum; layer III only.
  [[nodiscard]] std::uint32_t side_info() const noexcept {
    return version == 1 ? (channels == 1 ? 17U : 32U) : (channels == 1 ? 9U : 17U);
  }
  /// Frames of one stream that a decoder takes one after the other.
  [[nodiscard]] bool like(const MpegHeader& other) const noexcept {
    return version == other.version && layer == other.layer && rate == other.rate &&
           channels == other.channels;
  }
};
/// Nothing: no frame starts there, or one of a size that it does not tell (free format).
[[nodiscard]] std::optional<MpegHeader> mpeg_header(Bytes head) noexcept;
/// How many bytes of earlier frames a frame of layer III needs.
[[nodiscard]] std::uint32_t main_data_begin(const MpegHeader& header, Bytes frame) noexcept;

/// The frame that tells of the others.
struct InfoFrame {
  enum class Kind : std::uint8_t { Xing, Vbri };
  Kind kind = Kind::Xing;
  ByteBuffer bytes;                      ///< the whole frame
  std::size_t at = 0;                    ///< of "Xing", "Info" or "VBRI" in it
  std::size_t lame = 0;                  ///< of the encoder's part behind it; 0: none
  std::uint32_t delay = 0, padding = 0;  ///< of the encoder's part
};
[[nodiscard]] std::optional<InfoFrame> info_frame(const MpegHeader& header, Bytes frame);

/// What the frame has to say now.
struct InfoFacts {
  /// Where each frame with sound begins, from the info frame on; and the end of the last.
  std::vector<std::uint64_t> places;
  std::uint16_t crc = 0;  ///< of all their bytes (music_crc)
  std::uint32_t delay = 0, padding = 0;
};
/// The frame with these facts; everything else in it stays.
[[nodiscard]] ByteBuffer rewritten(const InfoFrame& frame, const InfoFacts& facts);
/// CRC-16 of the encoder's part: polynomial 8005, reflected.
[[nodiscard]] std::uint16_t music_crc(Bytes bytes, std::uint16_t start) noexcept;

}  // namespace colophon::sound
