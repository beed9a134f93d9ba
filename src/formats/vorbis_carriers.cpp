// SPDX-License-Identifier: Apache-2.0
#include "formats/vorbis_carriers.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"

namespace colophon {
namespace {

/// Pictures in base64 are no text.
bool is_picture(std::string_view key) noexcept {
  return equals_ignore_case(key, "METADATA_BLOCK_PICTURE") || equals_ignore_case(key, "COVERART");
}

Range span_of(const std::vector<Range>& parts) noexcept {
  return parts.empty() ? Range{}
                       : Range{parts.front().offset, parts.back().end() - parts.front().offset};
}

}  // namespace

std::vector<Range> sub_pieces(std::span<const Range> pieces, std::uint64_t offset,
                              std::uint64_t size) {
  std::vector<Range> parts;
  for (const Range& piece : pieces) {
    if (offset >= piece.size) {
      offset -= piece.size;
      continue;
    }
    const std::uint64_t count = std::min(size, piece.size - offset);
    if (count > 0 || parts.empty()) parts.push_back({piece.offset + offset, count});
    size -= count;
    offset = 0;
    if (size == 0) break;
  }
  return parts;
}

Status add_vorbis_carriers(Bytes header, const wire::VorbisComments& comments,
                           std::span<const Range> pieces, std::string_view place,
                           const Limits& limits, Layout& layout) {
  for (const wire::VorbisComment& entry : comments.entries) {
    if (entry.key.empty() || is_picture(entry.key)) continue;
    if (layout.carriers.size() >= limits.max_carriers) {
      return fail(ErrorCode::LimitExceeded, "too many comments", std::string(place));
    }
    Carrier carrier;
    carrier.kind = equals_ignore_case(entry.key, "AIGC") ? CarrierKind::AigcKey : CarrierKind::Tag;
    carrier.path = fmt::format("{}[{}]", place, entry.key);
    carrier.key = entry.key;
    carrier.whole = span_of(sub_pieces(pieces, entry.whole.offset, entry.whole.size));
    carrier.parts = sub_pieces(pieces, entry.value.offset, entry.value.size);
    if (!carrier.parts.empty()) carrier.payload = carrier.parts.front();
    if (carrier.parts.size() == 1) carrier.parts.clear();
    const std::string_view text = as_text(slice(header, entry.value.offset, entry.value.size));
    if (!is_utf8(text)) carrier.value = to_buffer(to_valid_utf8(text));
    layout.carriers.push_back(std::move(carrier));
  }
  return comments.damage ? Status(Failure(*comments.damage)) : Status{};
}

std::optional<std::size_t> vorbis_entry_of(const wire::VorbisComments& comments,
                                           std::span<const Range> pieces, const Carrier& carrier) {
  for (std::size_t i = 0; i < comments.entries.size(); ++i) {
    const Range& whole = comments.entries[i].whole;
    if (comments.entries[i].key == carrier.key &&
        span_of(sub_pieces(pieces, whole.offset, whole.size)) == carrier.whole) {
      return i;
    }
  }
  return std::nullopt;
}

}  // namespace colophon
