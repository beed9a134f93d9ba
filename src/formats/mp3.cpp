// SPDX-License-Identifier: Apache-2.0
// MP3 and the other MPEG audio layers (ISO/IEC 11172-3, 13818-3) with ID3v2, APEv2 and ID3v1 tags.
// The label is the ID3v2 user text frame AIGC (docs/gb45438.md).
#include "formats/raw_sound.hpp"

namespace colophon {
namespace {

constexpr std::string_view kMediaTypes[] = {"audio/mpeg", "audio/mp3"};
constexpr std::string_view kExtensions[] = {"mp3", "mp2", "mp1", "mpga"};
constexpr CarrierKind kWrite[] = {CarrierKind::AigcKey, CarrierKind::C2paStore};

/// An ID3 tag alone counts too: its labels are worth telling, and nearly all such files are MP3.
bool sniff(Source& source) noexcept {
  return sniff_raw_sound(source, wire::mpeg_frame) || is_only_id3(source);
}

}  // namespace

extern const Format kMp3;
constinit const Format kMp3{
    .id = "mp3",
    .name = "MP3",
    .family = Family::Audio,
    .media_types = kMediaTypes,
    .extensions = kExtensions,
    .can = {.write = kWrite, .replace = {}, .in_place = true},
    .sniff = sniff,
    .inspect = [](Source& source,
                  const Limits& limits) { return inspect_raw_sound(source, "mp3", limits); },
    .extract = extract_stored,
    .edit = edit_raw_sound,
    .put_store = put_store_raw_sound,
};

}  // namespace colophon
