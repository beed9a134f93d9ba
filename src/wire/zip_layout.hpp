// SPDX-License-Identifier: Apache-2.0
// Private to zip*.cpp: signatures and field offsets of the ZIP records (APPNOTE 4.3).
#pragma once

#include <cstdint>
#include <string_view>

namespace colophon::wire::zip {

inline constexpr std::string_view kLocalSignature{"PK\x03\x04", 4};
inline constexpr std::string_view kCentralSignature{"PK\x01\x02", 4};
inline constexpr std::string_view kEndSignature{"PK\x05\x06", 4};
inline constexpr std::string_view kEnd64Signature{"PK\x06\x06", 4};
inline constexpr std::string_view kLocatorSignature{"PK\x06\x07", 4};
inline constexpr std::string_view kDescriptorSignature{"PK\x07\x08", 4};

inline constexpr std::uint64_t kLocalSize = 30;
inline constexpr std::uint64_t kCentralSize = 46;
inline constexpr std::uint64_t kEndSize = 22;
inline constexpr std::uint64_t kEnd64Size = 56;
inline constexpr std::uint64_t kLocatorSize = 20;

inline constexpr std::uint16_t kEncrypted = 0x0001;
inline constexpr std::uint16_t kHasDescriptor = 0x0008;
inline constexpr std::uint16_t kStrongEncryption = 0x0040;
inline constexpr std::uint16_t kUtf8Name = 0x0800;
inline constexpr std::uint16_t kMaskedHeader = 0x2000;

inline constexpr std::uint16_t kStored = 0;
inline constexpr std::uint16_t kDeflated = 8;
inline constexpr std::uint16_t kExtra64 = 0x0001;
inline constexpr std::uint64_t kMax16 = 0xFFFF;
inline constexpr std::uint64_t kMax32 = 0xFFFFFFFF;

}  // namespace colophon::wire::zip
