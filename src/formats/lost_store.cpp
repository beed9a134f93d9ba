// SPDX-License-Identifier: Apache-2.0
#include "formats/lost_store.hpp"

#include "base/text.hpp"
#include "formats/zip_document.hpp"
#include "wire/jumbf_mark.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace colophon {
namespace {

constexpr std::uint64_t kFront = 512 << 10, kBack = 1 << 20;  // of media
constexpr std::uint64_t kWindow = 256 << 10;
constexpr std::uint64_t kBefore = 96;  // bytes in front of a store that tell what holds it
/// A store is box head, box head, description (ISO/IEC 19566-5): "jumb", 8 bytes on "jumd", type.
constexpr std::uint64_t kTypeAt = 16;
/// The same 16 bytes on in Base64, which always begins with the store.
constexpr std::string_view kMarkInText = "anVtZGMycGEAEQAQgAAAqgA4m3E";
constexpr std::uint64_t kTextTypeAt = 16;
/// "jumdc2pa" as a text holds it in characters that nobody sees (C2PA A.8): U+E0100 and on.
constexpr std::string_view kMarkInSelectors =
    "\xF3\xA0\x85\x9A\xF3\xA0\x85\xA5\xF3\xA0\x85\x9D\xF3\xA0\x85\x94"
    "\xF3\xA0\x85\x93\xF3\xA0\x84\xA2\xF3\xA0\x85\xA0\xF3\xA0\x85\x91";
constexpr std::size_t kMostTries = 64;

/// How a container begins, and what it puts in front of a store.
struct Frame {
  std::uint64_t start_at;
  std::string_view start;
  std::string_view words;
  std::uint64_t reach;  ///< how far in front of the store the words may begin
  std::array<std::string_view, 7> rows;
};
constexpr Frame kFrames[] = {
    {0, "\xFF\xD8\xFF", "JP", 8, {"jpeg"}},
    {0, "\x89PNG\r\n\x1A\n", "caBX", 4, {"png"}},
    {0, "GIF8", "C2PA_GIF", 16, {"gif"}},
    {0, "RIFF", "C2PA", 8, {"wav", "avi", "webp"}},
    {4, "ftyp", {"manifest\0", 9}, 24, {"mp4", "mov", "m4a", "heif", "avif"}},
    {0, "ID3", {"application/c2pa\0", 17}, 80, {"mp3", "aac", "flac"}},
    {0, "ID3", "application/x-c2pa-manifest-store", 80, {"mp3", "aac", "flac"}},
    {0, {"PK\3\4", 4}, "content_credential.c2pa", 80, {"docx", "xlsx", "pptx", "epub"}},
};

const Frame* frame_of(Bytes before) noexcept {
  for (const Frame& frame : kFrames) {
    const std::uint64_t reach = std::min<std::uint64_t>(frame.reach, before.size());
    const std::string_view near = as_text(slice(before, before.size() - reach, reach));
    if (near.find(frame.words) != std::string_view::npos) return &frame;
  }
  return nullptr;
}

/// But for one byte.
bool begins_nearly(Source& source, const Frame& frame) noexcept {
  const Bytes head = view_some(source, {frame.start_at, frame.start.size()});
  std::size_t others = frame.start.size() - head.size();
  for (std::size_t i = 0; i < head.size(); ++i) {
    others += head[i] != static_cast<std::uint8_t>(frame.start[i]) ? 1 : 0;
  }
  return others <= 1;
}

/// The store whose surroundings are `before` is this file's own, not that of a file inside it.
bool is_its_own(Source& source, Bytes before, const Format* detected, const Format* named) {
  const Frame* frame = frame_of(before);
  if (detected == nullptr && named == nullptr) {
    return frame != nullptr && begins_nearly(source, *frame);
  }
  const auto is_of = [&](const Format* format) {
    return format != nullptr &&
           std::find(frame->rows.begin(), frame->rows.end(), format->id) != frame->rows.end();
  };
  return frame == nullptr || is_of(detected) || is_of(named);
}

/// The row that the extension of the name belongs to.
const Format* named_format(std::string_view file_name) {
  const auto dot = file_name.rfind('.');
  if (dot == std::string_view::npos) return nullptr;
  const std::string extension = lower_ascii(file_name.substr(dot + 1));
  for (const Format* format : formats()) {
    if (std::find(format->extensions.begin(), format->extensions.end(), extension) !=
        format->extensions.end()) {
      return format;
    }
  }
  return nullptr;
}

bool can_hold(const Format* format) {
  return format != nullptr && format->put_store != nullptr;
}
bool is_text(const Format* format) {
  return can_hold(format) && (format->family == Family::Text || format->id == "svg");
}

/// Every place of `mark` in these parts of the file, up to a cap.
std::vector<std::uint64_t> places_of(Source& source, const std::vector<Range>& parts,
                                     std::string_view mark) {
  std::vector<std::uint64_t> places;
  for (const Range& part : parts) {
    for (std::uint64_t at = part.offset; at < part.end(); at += kWindow) {
      const Bytes window =
          view_some(source, {at, std::min(kWindow + mark.size() - 1, part.end() - at)});
      for (Bytes rest = window;;) {
        // memmem, because the first byte of a mark is common in text.
        const void* found = memmem(rest.data(), rest.size(), mark.data(), mark.size());
        if (found == nullptr) break;
        rest = rest.subspan(
            static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - rest.data()) + 1);
        places.push_back(at + (window.size() - rest.size()) - 1);
        if (places.size() >= kMostTries) return places;
      }
    }
  }
  return places;
}

/// `row`: null when nobody knows what the file is.
std::vector<Range> searched(const Source& source, const Format* row, const Limits& limits) {
  const std::uint64_t size = source.size();
  const bool whole =
      row != nullptr && (row->family == Family::Text || row->family == Family::Document);
  if (whole || size <= kFront + kBack) {
    return {{0, std::min(size, limits.max_text)}};
  }
  return {{0, kFront}, {size - kBack, kBack}};
}

/// The store at `at`, as long as it says; less where the file or the cap ends first.
LostStore store_at(Source& source, std::uint64_t at, const Limits& limits) {
  const std::uint64_t announced = load_be(view_some(source, {at, 4}), 0, 4).value_or(0);
  const std::uint64_t size = std::min({announced, source.size() - at, limits.max_payload});
  LostStore lost{{at, size}, {}};
  if (auto bytes = read(source, lost.where)) lost.bytes = *std::move(bytes);
  return lost;
}

/// The members of an archive. A store inside a member that agrees with the directory is that
/// member's own affair, unless the member's name is nearly the one that C2PA gives it.
class Members {
 public:
  Members(Source& source, const Limits& limits)
      : source_(source), limits_(limits), left_(limits.max_inflated) {
    if (!wire::looks_like_zip(source)) return;
    auto zip = wire::read_zip(source, limits);
    if (!zip) return;
    zip_ = *std::move(zip);
    for (const wire::ZipMember& member : zip_.members) {
      const auto data = wire::zip_data(source, zip_, member);
      if (data && data->size > 0) places_.push_back({*data, &member, std::nullopt});
    }
  }

  [[nodiscard]] bool hold(std::uint64_t at) {
    for (Place& place : places_) {
      if (at < place.data.offset || at >= place.data.end()) continue;
      if (!place.is_whole) place.is_whole = is_whole(*place.member);
      return *place.is_whole;
    }
    return false;
  }

 private:
  struct Place {
    Range data;
    const wire::ZipMember* member;
    std::optional<bool> is_whole;
  };

  bool is_whole(const wire::ZipMember& member) {
    if (zip_document::is_nearly_store(member.name)) return false;
    if (member.size > left_) return true;  // nobody says that it is not
    left_ -= member.size;
    return wire::read_member(source_, zip_, member, limits_).has_value();
  }

  Source& source_;
  const Limits& limits_;
  std::uint64_t left_;  ///< so much more is unpacked
  wire::ZipArchive zip_;
  std::vector<Place> places_;
};

std::optional<LostStore> find_in_bytes(Source& source, const Format* detected, const Format* named,
                                       const Limits& limits) {
  const Format* row = can_hold(detected) ? detected : named;
  const auto places = places_of(source, searched(source, row, limits), wire::kC2paStoreUuid);
  if (places.empty()) return std::nullopt;
  Members members(source, limits);
  for (const std::uint64_t place : places) {
    if (place < kTypeAt) continue;
    const std::uint64_t at = place - kTypeAt;
    const Bytes head = view_some(source, {at, kTypeAt});
    if (as_text(slice(head, 12, 4)) != "jumd") continue;
    const std::uint64_t reach = std::min(at, kBefore);
    const ByteBuffer before = to_buffer(view_some(source, {at - reach, reach}));
    if (!is_its_own(source, before, detected, named)) continue;
    if (members.hold(place)) continue;
    return store_at(source, at, limits);
  }
  return std::nullopt;
}

bool is_base64(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

/// `words` stand in `before`, but for two signs at most.
bool nearly_has(std::string_view before, std::string_view words) {
  for (std::size_t at = 0; at + words.size() <= before.size(); ++at) {
    std::size_t others = 0;
    for (std::size_t i = 0; i < words.size(); ++i) others += before[at + i] != words[i] ? 1 : 0;
    if (others <= 2) return true;
  }
  return false;
}

/// What stands in front of a store's Base64 (C2PA A.7, A.9); a text may well quote another's.
bool is_announced(std::string_view before, const Format& row) {
  if (row.id == "svg") return true;
  return nearly_has(before, row.id == "html" ? "application/c2pa" : "C2PA MANIFEST");
}

LostStore base64_store(Source& source, std::uint64_t at, const Limits& limits) {
  const Bytes rest = view_some(source, {at, std::min(source.size() - at, limits.max_text)});
  const std::string_view text = as_text(rest);
  const auto end = std::find_if_not(text.begin(), text.end(), is_base64);
  auto length = static_cast<std::size_t>(end - text.begin());
  while (length < text.size() && text[length] == '=' && length % 4 != 0) ++length;
  LostStore lost{{at, length}, {}};
  lost.bytes = base64_decode(text.substr(0, length)).value_or(ByteBuffer{});
  return lost;
}

std::optional<LostStore> find_in_text(Source& source, const Format& row, const Limits& limits) {
  const std::vector<Range> parts = searched(source, &row, limits);
  for (const std::uint64_t place : places_of(source, parts, kMarkInText)) {
    if (place <= kTextTypeAt) continue;
    const std::uint64_t at = place - kTextTypeAt;
    const std::uint64_t reach = std::min(at, kBefore);
    const std::string before(as_text(view_some(source, {at - reach, reach})));
    if (is_base64(before.back()) || !is_announced(before, row)) continue;
    return base64_store(source, at, limits);
  }
  const auto hidden = places_of(source, parts, kMarkInSelectors);
  if (hidden.empty()) return std::nullopt;
  return LostStore{{hidden.front(), kMarkInSelectors.size()}, {}};
}

}  // namespace

std::optional<LostStore> find_lost_store(Source& source, const Format* detected,
                                         std::string_view file_name, const Limits& limits) {
  const Format* named = named_format(file_name);
  if (detected == nullptr || detected->family == Family::Text || is_text(detected)) {
    for (const Format* row : {named, detected}) {
      if (!is_text(row)) continue;
      if (auto lost = find_in_text(source, *row, limits)) return lost;
    }
    if (detected != nullptr || is_text(named)) return std::nullopt;
  }
  const bool unknown = detected == nullptr && named == nullptr;
  if (!unknown && !can_hold(detected) && !can_hold(named)) return std::nullopt;
  return find_in_bytes(source, detected, named, limits);
}

}  // namespace colophon
