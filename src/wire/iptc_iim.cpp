// SPDX-License-Identifier: Apache-2.0
#include "wire/iptc_iim.hpp"

namespace colophon::wire {

std::vector<IimField> read_iim(Bytes bytes, std::size_t max_fields) {
  std::vector<IimField> fields;
  for (std::uint64_t at = 0; fields.size() < max_fields;) {
    const Bytes head = slice(bytes, at, 5);
    if (head.size() < 5 || head[0] != 0x1C) break;
    std::uint64_t size = *load_be(head, 3, 2);
    at += 5;
    if (size >= 0x8000) {  // extended: the number of bytes that hold the size
      const std::uint64_t width = size & 0x7FFF;
      const auto extended = width >= 1 && width <= 4
                                ? load_be(bytes, at, static_cast<unsigned>(width))
                                : std::nullopt;
      if (!extended) break;
      size = *extended;
      at += width;
    }
    if (at > bytes.size() || size > bytes.size() - at) break;
    fields.push_back({head[1], head[2], {at, size}});
    at += size;
  }
  return fields;
}

std::optional<Range> find_photoshop_resource(Bytes bytes, std::uint16_t id) noexcept {
  for (std::uint64_t at = 0; has_prefix(slice(bytes, at), "8BIM");) {
    const auto found = load_be(bytes, at + 4, 2);
    const auto name = load_be(bytes, at + 6, 1);
    if (!found || !name) break;
    const std::uint64_t size_at = at + 6 + (*name + 2) / 2 * 2;  // Pascal string, padded to even
    const auto size = load_be(bytes, size_at, 4);
    if (!size || *size > bytes.size() - (size_at + 4)) break;
    if (*found == id) return Range{size_at + 4, *size};
    at = size_at + 4 + *size + *size % 2;
  }
  return std::nullopt;
}

}  // namespace colophon::wire
