// SPDX-License-Identifier: Apache-2.0
// A line with the profile's name, a line with its length, then its bytes as hexadecimal digits in
// lines (ImageMagick, coders/png.c). Read only: a new label goes into a chunk of its own.
#include "formats/png_raw_profile.hpp"

#include "base/text.hpp"
#include "formats/exif.hpp"

#include <algorithm>
#include <charconv>

namespace colophon::png {
namespace {

constexpr std::string_view kKeyword = "Raw profile type ";
constexpr std::string_view kXmpMark{"http://ns.adobe.com/xap/1.0/\0", 29};

int digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// As many bytes as there are, at most as many as were announced.
std::optional<ByteBuffer> decode(std::string_view text) {
  text = trim(text);
  const auto name_end = text.find('\n');
  if (name_end == std::string_view::npos) return std::nullopt;
  text = trim(text.substr(name_end));
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  ByteBuffer bytes;
  int high = -1;
  for (const char c : text) {
    const int value = digit(c);
    if (value < 0 && (c == '\n' || c == '\r' || c == ' ')) continue;
    if (value < 0 || bytes.size() == size) break;
    if (high < 0) {
      high = value;
    } else {
      bytes.push_back(static_cast<std::uint8_t>(high * 16 + value));
      high = -1;
    }
  }
  if (bytes.empty()) return std::nullopt;
  return bytes;
}

/// The entries' places are those of the whole chunk.
Result<std::vector<Carrier>> exif_texts(const Carrier& text, const ByteBuffer& bytes,
                                        const Limits& limits, Layout& layout) {
  MemorySource memory(bytes);
  Layout found;
  const Range block = skip_exif_prefix(memory, {0, bytes.size()});
  TRY(exif_carriers(memory, block, {text.path, std::nullopt}, limits, found));
  for (Carrier& carrier : found.carriers) {
    carrier.value = TRY(extract_stored(memory, carrier, limits));
    carrier.whole = text.whole;
    carrier.payload = text.payload;
    carrier.parts.clear();
  }
  for (Finding& oddity : found.oddities) {
    oddity.offset = text.whole.offset;
    add_oddity(layout, std::move(oddity));
  }
  return std::move(found.carriers);
}

}  // namespace

bool is_raw_profile(std::string_view keyword) noexcept {
  return keyword.starts_with(kKeyword);
}

Result<std::vector<Carrier>> open_raw_profile(Carrier text, Bytes stored, const Limits& limits,
                                              Layout& layout) {
  const std::string kind = lower_ascii(std::string_view(text.key).substr(kKeyword.size()));
  const bool known = kind == "xmp" || kind == "exif" || kind == "app1";
  auto bytes = known ? decode(as_text(text.value ? Bytes(*text.value) : stored)) : std::nullopt;
  if (!bytes) return std::vector<Carrier>{std::move(text)};
  const bool marked = has_prefix(*bytes, kXmpMark);
  if (kind != "xmp" && !marked) return exif_texts(text, *bytes, limits, layout);
  text.kind = CarrierKind::Xmp;
  text.key.clear();
  text.value = marked ? to_buffer(slice(*bytes, kXmpMark.size())) : std::move(*bytes);
  return std::vector<Carrier>{std::move(text)};
}

}  // namespace colophon::png
