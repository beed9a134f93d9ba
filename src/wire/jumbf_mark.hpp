// SPDX-License-Identifier: Apache-2.0
// Telling a C2PA manifest store from other JUMBF boxes (ISO/IEC 19566-5, C2PA 11.1.4), also when it
// is damaged. Nothing more is known about boxes here.
#pragma once

#include "base/bytes.hpp"

namespace colophon::wire {

/// The type UUID of a manifest store.
inline constexpr std::string_view kC2paStoreUuid{
    "c2pa\x00\x11\x00\x10\x80\x00\x00\xAA\x00\x38\x9B\x71", 16};

/// What a JUMBF superbox is. `content` begins behind the superbox's own head.
enum class JumbfUse : std::uint8_t {
  C2pa,   ///< a manifest store: its type or its label says so
  Other,  ///< its description names something else
  Broken  ///< no description stands there
};
[[nodiscard]] JumbfUse jumbf_use(Bytes content) noexcept;

/// Words that only a manifest store has: what is left of one when its first boxes are damaged.
[[nodiscard]] bool bears_c2pa_words(Bytes bytes) noexcept;

}  // namespace colophon::wire
