// SPDX-License-Identifier: Apache-2.0
// AAC as an ADTS stream (ISO/IEC 13818-7, 6.2), with or without an ID3v2 tag in front. The label is
// the ID3v2 user text frame AIGC (docs/decisions.md).
#include "formats/raw_sound.hpp"

namespace colophon {
namespace {

constexpr std::string_view kMediaTypes[] = {"audio/aac", "audio/aacp"};
constexpr std::string_view kExtensions[] = {"aac", "adts"};
constexpr CarrierKind kWrite[] = {CarrierKind::AigcKey, CarrierKind::C2paStore};

}  // namespace

extern const Format kAac;
constinit const Format kAac{
    .id = "aac",
    .name = "AAC (ADTS)",
    .family = Family::Audio,
    .media_types = kMediaTypes,
    .extensions = kExtensions,
    .can = {.write = kWrite, .replace = {}, .in_place = true},
    .sniff = [](Source& source) noexcept { return sniff_raw_sound(source, wire::adts_frame); },
    .inspect = [](Source& source,
                  const Limits& limits) { return inspect_raw_sound(source, "aac", limits); },
    .extract = extract_stored,
    .edit = edit_raw_sound,
    .put_store = put_store_raw_sound,
};

}  // namespace colophon
