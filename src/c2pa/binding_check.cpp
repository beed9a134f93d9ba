// SPDX-License-Identifier: Apache-2.0
#include "c2pa/binding_check.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::c2pa {

using wire::CborItem;
using wire::CborType;

Failure malformed(std::string why) {
  return fail(ErrorCode::Malformed, std::move(why));
}
Failure mismatch(std::string why) {
  return fail(ErrorCode::Mismatch, std::move(why));
}

std::optional<std::uint64_t> number_of(const CborItem* item) noexcept {
  if (item == nullptr || item->untagged().type != CborType::Unsigned) return std::nullopt;
  return item->untagged().number;
}

std::optional<ByteBuffer> bytes_of(const CborItem* item) {
  if (item == nullptr) return std::nullopt;
  const CborItem& plain = item->untagged();
  if (plain.type == CborType::Bytes) return to_buffer(plain.text);
  if (plain.type != CborType::Array) return std::nullopt;
  ByteBuffer bytes;
  for (const CborItem& each : plain.items) {
    const auto value = number_of(&each);
    if (!value || *value > 0xFF) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(*value));
  }
  return bytes;
}

bool is_array(const CborItem* item) noexcept {
  return item != nullptr && item->untagged().type == CborType::Array;
}

std::span<const CborItem> elements(const CborItem* item) noexcept {
  if (!is_array(item)) return {};
  return item->untagged().items;
}

std::string_view algorithm_name(const CborItem& map, std::string_view fallback) noexcept {
  const CborItem* own = map.find("alg");
  return own == nullptr ? fallback : own->as_text();
}

Result<DigestAlgorithm> algorithm_of(const CborItem& map, std::string_view fallback) {
  const std::string_view name = algorithm_name(map, fallback);
  if (name == "sha256") return DigestAlgorithm::Sha256;
  if (name == "sha384") return DigestAlgorithm::Sha384;
  if (name == "sha512") return DigestAlgorithm::Sha512;
  return fail(ErrorCode::Unsupported, name.empty()
                                          ? "no hash algorithm is named"
                                          : fmt::format("the hash algorithm \"{}\" is not allowed",
                                                        to_valid_utf8(name.substr(0, 40))));
}

bool equal(const ByteBuffer& computed, const ByteBuffer& stored) noexcept {
  return !computed.empty() && computed == stored;
}

void normalize(std::vector<Range>& ranges) {
  std::erase_if(ranges, [](const Range& range) { return range.size == 0; });
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& a, const Range& b) { return a.offset < b.offset; });
  std::size_t kept = 0;
  for (const Range& range : ranges) {
    if (kept > 0 && range.offset <= ranges[kept - 1].end()) {
      Range& last = ranges[kept - 1];
      last.size = std::max(last.end(), range.end()) - last.offset;
    } else {
      ranges[kept++] = range;
    }
  }
  ranges.resize(kept);
}

namespace {

/// The last range that starts at or before `at`; null when there is none.
const Range* last_up_to(const std::vector<Range>& ranges, std::uint64_t at) noexcept {
  const auto next = std::upper_bound(
      ranges.begin(), ranges.end(), at,
      [](std::uint64_t value, const Range& range) { return value < range.offset; });
  return next == ranges.begin() ? nullptr : &*(next - 1);
}

}  // namespace

bool covers(const std::vector<Range>& normalized, Range range) noexcept {
  const Range* holder = last_up_to(normalized, range.offset);
  return range.size == 0 || (holder != nullptr && range.end() <= holder->end());
}

bool touches(const std::vector<Range>& normalized, Range range) noexcept {
  if (range.size == 0) return false;
  const Range* last = last_up_to(normalized, range.end() - 1);
  return last != nullptr && last->end() > range.offset;
}

}  // namespace colophon::c2pa
