// SPDX-License-Identifier: Apache-2.0
#include "formats/text_store.hpp"

#include "base/text.hpp"
#include "formats/text_regions.hpp"
#include "wire/yaml_front_matter.hpp"

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
    Carrier carrier =
        carrier_at(document, fmt::format("{}{}{}]", format, kSelectors, lines.line_of(at)),
                   {at, end - at}, whole ? to_buffer(slice(bytes, kHead, size)) : ByteBuffer{});
    if (!whole) carrier.key = "corruptedWrapper";
    add_carrier(layout, std::move(carrier), limits);
  }
}

/// The line is the first or the last that says something (A.9.2), in front matter the first in it.
bool is_at_an_end(const TextDocument& document, Range line) {
  const std::string_view text = document.text();
  const std::string_view before = trim(text.substr(0, line.offset));
  const std::string_view after = trim(text.substr(line.end()));
  return before.empty() || after.empty() || before == "\xEF\xBB\xBF" || before == "---" ||
         before.starts_with("#!");
}

bool is_address(std::string_view reference) noexcept {
  const std::size_t colon = reference.find(':');
  const auto is_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '-' || c == '.';
  };
  return colon != std::string_view::npos && colon > 0 && colon + 1 < reference.size() &&
         std::ranges::all_of(reference.substr(0, colon), is_name) &&
         reference.find_first_of(" \t") == std::string_view::npos &&
         !reference.starts_with("data:");
}

/// The store in a line, or the link to one, or a store that says what is wrong with its line.
Carrier in_line(const TextDocument& document, std::string_view format, Range line,
                std::string_view reference, std::uint64_t number) {
  if (is_address(reference)) {
    Carrier link = carrier_at(document, fmt::format("{}:c2pa-link[{}]", format, number), line,
                              to_buffer(reference));
    link.kind = CarrierKind::Tag;
    link.key = kStoreLink;
    return link;
  }
  std::optional<ByteBuffer> store;
  if (reference.starts_with(kData)) store = base64_decode(reference.substr(kData.size()));
  Carrier carrier = carrier_at(document, fmt::format("{}:c2pa[{}]", format, number), line,
                               store.value_or(ByteBuffer{}));
  if (!store) carrier.key = reference.empty() ? "emptyReference" : "malformedReference";
  return carrier;
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
    const std::size_t before = text.rfind('\n', start);
    const std::size_t from = before == std::string_view::npos ? document.start() : before + 1;
    const Range line{from, std::min(end_of_line + 1, text.size()) - from};
    const std::string_view reference = trim(text.substr(content, size));
    // What stands among other text may as well speak of such lines.
    if (!reference.starts_with(kData) && !is_at_an_end(document, line)) continue;
    ++found;
    add_carrier(layout, in_line(document, format, line, reference, lines.line_of(start)), limits);
  }
}

bool is_space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void append_selector(std::string& out, std::uint8_t byte) {
  append_utf8(out, byte < 16 ? 0xFE00U + byte : 0xE0100U + byte - 16U);
}

/// Another store in the line of the carrier.
Replacement replaced_in_line(const TextDocument& document, const Carrier& line, Bytes store) {
  const std::string_view text = document.at(line.whole);
  const std::size_t from = text.find(kBegin) + kBegin.size();
  const std::size_t to = text.find(kEnd, from);
  const std::size_t data = text.find(kData, from);
  if (data >= to) {  // nothing that could be read stood there
    return {{line.whole.offset + from, to - from},
            to_buffer(fmt::format(" {}{} ", kData, base64_encode(store)))};
  }
  std::size_t end = to;
  while (end > data + kData.size() && is_space(text[end - 1])) --end;
  return {{line.whole.offset + data + kData.size(), end - data - kData.size()},
          to_buffer(base64_encode(store))};
}

/// Adds a range to others, of which none touches another; selectors may stand in a line that goes.
void add_apart(std::vector<Range>& ranges, Range range) {
  std::erase_if(ranges, [&](const Range& other) {
    const bool apart = other.offset > range.end() || range.offset > other.end();
    if (apart) return false;
    const std::uint64_t end = std::max(range.end(), other.end());
    range.offset = std::min(range.offset, other.offset);
    range.size = end - range.offset;
    return true;
  });
  ranges.push_back(range);
}

/// Where the text ends when those ranges are gone, and the white space there if wanted.
std::size_t end_without(const TextDocument& document, std::span<const Range> gone, bool space) {
  const std::string_view text = document.text();
  std::size_t end = text.size();
  for (bool moved = true; moved;) {
    moved = false;
    for (const Range& range : gone) {
      if (range.size == 0 || range.end() != end) continue;
      end = static_cast<std::size_t>(range.offset);
      moved = true;
    }
    while (space && end > document.start() && is_space(text[end - 1])) {
      --end;
      moved = true;
    }
  }
  return end;
}

/// `text` is the document's start.
std::string without(std::string_view text, std::span<const Range> gone) {
  std::string out(text);
  std::vector<Range> order(gone.begin(), gone.end());
  std::sort(order.begin(), order.end(),
            [](const Range& a, const Range& b) { return a.offset > b.offset; });
  for (const Range& range : order) {
    if (range.offset < out.size()) {
      out.erase(static_cast<std::size_t>(range.offset), static_cast<std::size_t>(range.size));
    }
  }
  return out;
}

/// What has to stand between the text and the wrapper.
std::string lead_of(std::string_view text, TextStorePlace place) {
  const std::string eol(wire::line_ending(text));
  const std::string_view last = text.substr(text.rfind('\n') + 1);
  switch (place) {
    case TextStorePlace::LastWord:
      return {};
    case TextStorePlace::End:
      return last.starts_with("---") ? eol : std::string();
    case TextStorePlace::Paragraph:
      break;
  }
  if (trim(text).empty()) return {};
  if (!last.empty()) return eol + eol;
  const std::string_view before = text.substr(0, text.size() - 1);
  return trim(before.substr(before.rfind('\n') + 1)).empty() ? std::string() : eol;
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

std::uint64_t wrapped_size(std::uint64_t size) noexcept {
  constexpr std::uint64_t kLongest = 4, kMostShort = 6;  // from 6 up, threes and fours make it up
  return kMarker.size() + (kHead + size) * kLongest + kMostShort;
}

std::string wrap_store(Bytes store) {
  constexpr std::uint8_t kShort = 0, kLong = 16;  // padding of three bytes and of four
  ByteBuffer bytes = to_buffer(kMagic);
  append_be(bytes, 1, 1);
  append_be(bytes, store.size(), 4);
  append(bytes, store);
  std::string out(kMarker);
  for (const std::uint8_t byte : bytes) append_selector(out, byte);
  const std::uint64_t wanted = wrapped_size(store.size());
  while ((wanted - out.size()) % 4 != 0) append_selector(out, kShort);
  while (out.size() < wanted) append_selector(out, kLong);
  return out;
}

Result<Splice> put_text_store(Source& source, const Layout& layout, Bytes store,
                              TextStorePlace place, const Limits& limits) {
  const TextDocument document = TRY(TextDocument::open(source, limits));
  TRY(document.check_writable());
  const std::vector<const Carrier*> old = stores_of(layout);
  const auto line = std::find_if(old.begin(), old.end(),
                                 [](const Carrier* each) { return !is_in_selectors(*each); });
  const bool in_selectors = line == old.end();
  if (in_selectors && place == TextStorePlace::End &&
      trim(document.text().substr(document.start())).starts_with('<')) {
    return fail(ErrorCode::Unsupported,
                "markup bears no C2PA store behind its end; put the store beside the file", "text");
  }
  const std::uint64_t room = limits.max_text - document.text().size();
  if (store.size() + kHead > limits.max_payload || wrapped_size(store.size()) > room) {
    return fail(ErrorCode::LimitExceeded, "the text is too long to be read with the store", "text");
  }
  std::vector<Range> gone;
  for (const Carrier* each : old) {
    if (in_selectors || each != *line) add_apart(gone, each->whole);
  }
  std::vector<Replacement> replacements;
  if (in_selectors) {
    const std::size_t end = end_without(document, gone, place == TextStorePlace::LastWord);
    const std::string lead = lead_of(without(document.text().substr(0, end), gone), place);
    replacements.push_back({{end, 0}, to_buffer(lead + wrap_store(store))});
  } else {
    replacements.push_back(replaced_in_line(document, **line, store));
  }
  for (const Range& range : gone) replacements.push_back({range, {}});
  return replace_ranges(source.size(), std::move(replacements));
}

}  // namespace colophon
