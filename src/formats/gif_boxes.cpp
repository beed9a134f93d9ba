// SPDX-License-Identifier: Apache-2.0
// The blocks of a GIF as boxes (C2PA 18.7.3.4): colour tables belong to the descriptor before them.
#include "formats/box_map.hpp"

#include <fmt/core.h>

namespace colophon {
namespace {

constexpr std::uint64_t kHeader = 6;
constexpr std::uint64_t kScreen = 7;
constexpr std::uint64_t kImageHead = 10;

Result<std::uint64_t> table_size(Source& source, std::uint64_t flags_at) {
  const std::uint64_t flags = TRY(read_be(source, flags_at, 1));
  return (flags & 0x80) != 0 ? std::uint64_t{3} << ((flags & 0x07) + 1) : 0;
}

/// Behind the zero that ends the sub-blocks at `at`.
Result<std::uint64_t> skip(Source& source, std::uint64_t at) {
  for (;;) {
    const std::uint64_t size = TRY(read_be(source, at, 1));
    at += 1 + size;
    if (size == 0) return at;
  }
}

}  // namespace

Result<BoxMap> gif_boxes(Source& source, const Layout& layout, const Limits& limits) {
  BoxMap map;
  const StorePlaces stores(layout);
  const auto add = [&](std::string name, std::uint64_t from, std::uint64_t to) {
    const Range whole{from, to - from};
    if (stores.any_in(whole)) name = kStoreBox;
    map.boxes.push_back({std::move(name), whole, {}, {}});
  };
  add("GIF89a", 0, kHeader);
  std::uint64_t at = kHeader + kScreen + TRY(table_size(source, kHeader + 4));
  add("LSD", kHeader, at);
  while (at < source.size()) {
    if (map.boxes.size() > limits.max_structures) {
      return fail(ErrorCode::LimitExceeded, "too many blocks", "gif", at);
    }
    const std::uint64_t introducer = TRY(read_be(source, at, 1));
    if (introducer == 0x3B) {
      add("3B", at, at + 1);
      break;
    }
    if (introducer == 0x2C) {
      const std::uint64_t data = at + kImageHead + TRY(table_size(source, at + kImageHead - 1));
      add("2C", at, data);
      const std::uint64_t end = TRY(skip(source, data + 1));  // behind the code size
      add("TBID", data, end);
      at = end;
    } else if (introducer == 0x21) {
      const std::uint64_t label = TRY(read_be(source, at + 1, 1));
      const std::uint64_t end = TRY(skip(source, at + 2));
      add(fmt::format("21{:02X}", label), at, end);
      at = end;
    } else {
      break;  // no block: what follows is in no box
    }
  }
  return map;
}

}  // namespace colophon
