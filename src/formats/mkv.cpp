// SPDX-License-Identifier: Apache-2.0
// Matroska (RFC 9559) and WebM. The label is a SimpleTag named AIGC for the whole file
// (docs/gb45438.md).
#include "formats/mkv.hpp"

namespace colophon {
namespace {

constexpr std::uint32_t kDocType = 0x4282;
constexpr std::uint64_t kLongestHeader = 4096;
constexpr std::string_view kMkvTypes[] = {"video/matroska", "video/x-matroska", "audio/matroska",
                                          "audio/x-matroska"};
constexpr std::string_view kMkvExtensions[] = {"mkv", "mka", "mks", "mk3d"};
constexpr std::string_view kWebmTypes[] = {"video/webm", "audio/webm"};
constexpr std::string_view kWebmExtensions[] = {"webm", "weba"};
constexpr CarrierKind kWrite[] = {CarrierKind::AigcKey};
constexpr CarrierKind kReplace[] = {CarrierKind::Tag};

bool sniff(Source& source, std::string_view type) noexcept {
  const auto header = wire::read_element(source, 0, source.size());
  if (!header || header->id != wire::kEbmlHeader || header->data.size > kLongestHeader) {
    return false;
  }
  for (std::uint64_t at = header->data.offset; at < header->data.end();) {
    const auto element = wire::read_element(source, at, header->data.end());
    if (!element) return false;
    if (element->id == kDocType) {
      const std::string_view text = as_text(view_some(source, element->data));
      return text.substr(0, text.find('\0')) == type;
    }
    at = element->data.end();
  }
  return false;
}

}  // namespace

extern const Format kMkv, kWebm;
constinit const Format kMkv{
    .id = "mkv",
    .name = "Matroska",
    .family = Family::Video,
    .media_types = kMkvTypes,
    .extensions = kMkvExtensions,
    .can = {.write = kWrite, .replace = kReplace, .in_place = true},
    .sniff = [](Source& source) noexcept { return sniff(source, "matroska"); },
    .inspect = [](Source& source,
                  const Limits& limits) { return mkv::inspect(source, "mkv", limits); },
    .extract = extract_stored,
    .edit = mkv::edit,
};
constinit const Format kWebm{
    .id = "webm",
    .name = "WebM",
    .family = Family::Video,
    .media_types = kWebmTypes,
    .extensions = kWebmExtensions,
    .can = {.write = kWrite, .replace = kReplace, .in_place = true},
    .sniff = [](Source& source) noexcept { return sniff(source, "webm"); },
    .inspect = [](Source& source,
                  const Limits& limits) { return mkv::inspect(source, "webm", limits); },
    .extract = extract_stored,
    .edit = mkv::edit,
};

}  // namespace colophon
