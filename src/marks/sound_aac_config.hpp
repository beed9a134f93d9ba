// SPDX-License-Identifier: Apache-2.0
// What sort of AAC it is.
#pragma once

#include "base/source.hpp"

namespace colophon::sound {

constexpr std::uint32_t kAacPacket = 1024;  ///< samples

struct AacConfig {
  std::uint32_t rate = 0, channels = 0;
};
/// AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) of plain AAC-LC. Error `unsupported` for all
/// else.
[[nodiscard]] Result<AacConfig> read_aac_config(Bytes config);
/// The configuration in the `esds` of a sample entry: descriptors 3, 4 and 5 of ISO/IEC 14496-1,
/// 7.2.6.
[[nodiscard]] Result<ByteBuffer> aac_config_in(Bytes entry);
/// The same object type, rate and channels.
[[nodiscard]] bool same_aac(Bytes a, Bytes b) noexcept;

}  // namespace colophon::sound
