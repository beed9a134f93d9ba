// SPDX-License-Identifier: Apache-2.0
// The segments of a JPEG as boxes (C2PA 18.7.3.1), named as in ITU-T T.81 table B.1. Scans and
// restart intervals include their entropy-coded data; a picture that follows at once (MPF) goes on.
#include "formats/box_map.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace colophon {
namespace {

constexpr std::uint64_t kWindow = 64 * 1024;
constexpr std::uint8_t kSoi = 0xD8, kEoi = 0xD9, kSos = 0xDA;

bool is_restart(std::uint8_t marker) noexcept {
  return marker >= 0xD0 && marker <= 0xD7;
}

std::string marker_symbol(std::uint8_t marker) {
  constexpr std::array<std::string_view, 8> kMisc = {"SOI", "EOI", "SOS", "DQT",
                                                     "DNL", "DRI", "DHP", "EXP"};
  if (marker == 0x01) return "TEM";
  if (marker == 0xC4) return "DHT";
  if (marker == 0xC8) return "JPG";
  if (marker == 0xCC) return "DAC";
  if (marker >= 0xC0 && marker <= 0xCF) return fmt::format("SOF{}", marker - 0xC0);
  if (is_restart(marker)) return fmt::format("RST{}", marker - 0xD0);
  if (marker >= kSoi && marker <= 0xDF) return std::string(kMisc[marker - kSoi]);
  if (marker >= 0xE0 && marker <= 0xEF) return fmt::format("APP{}", marker - 0xE0);
  if (marker == 0xFE) return "COM";
  return marker >= 0xF0 ? fmt::format("JPG{}", marker - 0xF0) : "RES";
}

/// Where the next marker stands, at or behind `at`: not a stuffed 0xFF.
Result<std::uint64_t> next_marker(Source& source, std::uint64_t at) {
  while (at < source.size()) {
    const Bytes window = TRY(source.view({at, std::min(kWindow, source.size() - at)}));
    for (std::size_t i = 0; i < window.size();) {
      const void* found = std::memchr(window.data() + i, 0xFF, window.size() - i);
      if (found == nullptr) break;
      i = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - window.data());
      if (i + 1 == window.size()) break;
      if (window[i + 1] != 0x00 && window[i + 1] != 0xFF) return at + i;
      ++i;
    }
    const bool split = window.back() == 0xFF && at + window.size() < source.size();
    at += window.size() - (split && window.size() > 1 ? 1 : 0);
  }
  return source.size();
}

}  // namespace

Result<BoxMap> jpeg_boxes(Source& source, const Layout& layout, const Limits& limits) {
  BoxMap map;
  const StorePlaces stores(layout);
  for (std::uint64_t at = 0; source.size() - at >= 2;) {
    const Bytes start = TRY(source.view({at, 2}));
    const std::uint8_t marker = start[1];
    const bool after_end = !map.boxes.empty() && map.boxes.back().name == "EOI";
    if (start[0] != 0xFF || (after_end && marker != kSoi)) break;
    if (marker == 0xFF) {  // a fill byte: in no box
      ++at;
      continue;
    }
    if (map.boxes.size() > limits.max_structures) {
      return fail(ErrorCode::LimitExceeded, "too many segments", "jpeg", at);
    }
    Range whole{at, 2};
    if (marker != 0x01 && !is_restart(marker) && marker != kSoi && marker != kEoi) {
      whole.size += TRY(read_be(source, at + 2, 2));
    }
    if (marker == kSos || is_restart(marker)) {
      whole.size = TRY(next_marker(source, whole.end())) - at;
    }
    if (whole.end() > source.size()) return truncated(whole, source.size());
    at = whole.end();
    if (!stores.any_in(whole)) {
      map.boxes.push_back({marker_symbol(marker), whole, {}, {}});
    } else if (map.boxes.back().name == kStoreBox) {
      map.boxes.back().whole.size += whole.size;
    } else {
      map.boxes.push_back({std::string(kStoreBox), whole, {}, {}});
    }
  }
  return map;
}

}  // namespace colophon
