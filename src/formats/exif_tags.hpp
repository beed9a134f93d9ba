// SPDX-License-Identifier: Apache-2.0
// What reading and writing EXIF text share: tag numbers, names and the UserComment's charset prefix
// (CIPA DC-008-2023 4.6.5, table 9).
#pragma once

#include "base/bytes.hpp"

namespace colophon {

inline constexpr std::uint16_t kUserComment = 0x9286;
inline constexpr std::uint16_t kMakerNote = 0x927C;
inline constexpr std::uint64_t kCharsetPrefix = 8;

enum class CommentCharset : std::uint8_t { None, Ascii, Unicode, Jis, Undefined };
[[nodiscard]] CommentCharset comment_charset(Bytes stored) noexcept;

/// The name of a tag that holds text; empty for any other tag.
[[nodiscard]] std::string_view exif_text_tag(std::uint16_t tag) noexcept;
/// XPTitle .. XPSubject: UTF-16, little-endian whatever the block's byte order.
[[nodiscard]] inline bool is_xp_tag(std::uint16_t tag) noexcept {
  return tag >= 0x9C9B && tag <= 0x9C9F;
}

}  // namespace colophon
