// SPDX-License-Identifier: Apache-2.0
#include "formats/text_store.hpp"

#include "base/text.hpp"
#include "formats/text_regions.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace {

constexpr std::string_view kMarker = "\xEF\xBB\xBF";  // U+FEFF
constexpr std::string_view kMagic{"C2PATXT\0", 8};
constexpr std::size_t kHead = 8 + 1 + 4;  // magic, version, length
constexpr std::string_view kBegin = "-----BEGIN C2PA MANIFEST-----";
constexpr std::string_view kEnd = "-----END C2PA MANIFEST-----";
constexpr std::string_view kData = "data:application/c2pa;base64,";
constexpr std::size_t kMaxStores = 16;

/// The byte of the variation selector at `at`, which is moved behind it: U+FE00 to U+FE0F, U+E0100
/// to U+E01EF.
std::optional<std::uint8_t> selector(std::string_view text, std::size_t& at) noexcept {
  const Bytes bytes = slice(as_bytes(text), at);
  if (bytes.size() >= 3 && bytes[0] == 0xEF && bytes[1] == 0xB8 && (bytes[2] & 0xF0) == 0x80) {
    at += 3;
    return static_cast<std::uint8_t>(bytes[2] & 0x0F);
  }
  if (bytes.size() < 4 || bytes[0] != 0xF3 || bytes[1] != 0xA0 || bytes[2] < 0x84 ||
      bytes[2] > 0x87 || (bytes[3] & 0xC0) != 0x80) {
    return std::nullopt;
  }
  const unsigned value = (bytes[2] - 0x84U) * 64 + (bytes[3] & 0x3FU) + 16;
  if (value > 0xFF) return std::nullopt;
  at += 4;
  return static_cast<std::uint8_t>(value);
}

/// A path says how the store is written.
constexpr std::string_view kSelectors = ":c2pa-text[";

Carrier carrier_at(const TextDocument& document, std::string path, Range whole, ByteBuffer store) {
  Carrier carrier;
  carrier.kind = CarrierKind::C2paStore;
  carrier.path = std::move(path);
  carrier.whole = carrier.payload = whole;
  carrier.value = std::move(store);
  document.place(carrier);
  return carrier;
}

void add_wrappers(const TextDocument& document, std::string_view format, const Limits& limits,
                  Layout& layout) {
  const std::string_view text = document.text();
  LineCounter lines(text);
  for (std::size_t at = text.find(kMarker), found = 0;
       at != std::string_view::npos && found < kMaxStores; at = text.find(kMarker, at + 1)) {
    std::size_t end = at + kMarker.size();
    ByteBuffer bytes;
    while (bytes.size() < limits.max_payload) {
      const auto byte = selector(text, end);
      if (!byte) break;
      bytes.push_back(*byte);
    }
    if (!has_prefix(bytes, kMagic)) continue;
    ++found;
    const std::uint64_t size = load_be(bytes, 9, 4).value_or(UINT64_MAX);
    const bool whole = bytes.size() >= kHead && bytes[8] == 1 && size <= bytes.size() - kHead;
    if (!whole) {
      add_oddity(layout, "text-c2pa",
                 {"the wrapper of a C2PA store is damaged", "C2PA 清单存储的文本封装已损坏"}, at);
    }
    add_carrier(
        layout,
        carrier_at(document, fmt::format("{}{}{}]", format, kSelectors, lines.line_of(at)),
                   {at, end - at}, whole ? to_buffer(slice(bytes, kHead, size)) : ByteBuffer{}),
        limits);
  }
}

void add_lines(const TextDocument& document, std::string_view format, const Limits& limits,
               Layout& layout) {
  const std::string_view text = document.text();
  LineCounter lines(text);
  std::size_t found = 0;
  for (std::size_t at = text.find(kBegin); at != std::string_view::npos && found < kMaxStores;
       at = text.find(kBegin, at)) {
    const std::size_t start = at, content = at + kBegin.size();
    const std::size_t end_of_line = std::min(text.find('\n', content), text.size());
    const std::size_t size = text.substr(content, end_of_line - content).find(kEnd);
    at = end_of_line;
    if (size == std::string_view::npos) continue;
    const std::string_view reference = trim(text.substr(content, size));
    if (!reference.starts_with(kData)) continue;  // elsewhere: nothing is fetched
    ++found;
    const std::size_t before = text.rfind('\n', start);
    const std::size_t from = before == std::string_view::npos ? document.start() : before + 1;
    const std::size_t to = std::min(end_of_line + 1, text.size());
    add_carrier(layout,
                carrier_at(document, fmt::format("{}:c2pa[{}]", format, lines.line_of(start)),
                           {from, to - from},
                           base64_decode(reference.substr(kData.size())).value_or(ByteBuffer{})),
                limits);
  }
}

}  // namespace

void add_text_stores(const TextDocument& document, std::string_view format, const Limits& limits,
                     Layout& layout) {
  add_wrappers(document, format, limits, layout);
  add_lines(document, format, limits, layout);
}

bool is_in_selectors(const Carrier& carrier) noexcept {
  return carrier.kind == CarrierKind::C2paStore &&
         carrier.path.find(kSelectors) != std::string::npos;
}

}  // namespace colophon
