// SPDX-License-Identifier: Apache-2.0
// WAV: a RIFF, RF64 or BW64 form of type WAVE. The label is the chunk AIGC (docs/gb45438.md); other
// text stands in LIST INFO, an ID3 tag (chunk "id3 ") and the broadcast extension (EBU Tech 3285).
#include "formats/wav.hpp"
#include "formats/box_map.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace {

using namespace riff;

constexpr std::string_view kMediaTypes[] = {"audio/wav", "audio/x-wav", "audio/vnd.wave"};
constexpr std::string_view kExtensions[] = {"wav", "wave", "bwf", "rf64"};
constexpr CarrierKind kWrite[] = {CarrierKind::AigcKey, CarrierKind::C2paStore};

/// The text fields of `bext`.
struct BextField {
  std::string_view name;
  std::uint64_t offset, size;
};
constexpr BextField kBext[] = {
    {"Description", 0, 256}, {"Originator", 256, 32}, {"CodingHistory", 602, 64ULL << 10}};

Status add_bext(Source& source, const Chunk& chunk, Layout& layout) {
  for (const BextField& field : kBext) {
    if (field.offset >= chunk.data.size) return {};
    const Range stored{chunk.data.offset + field.offset,
                       std::min(field.size, chunk.data.size - field.offset)};
    Carrier carrier = TRY(text_carrier(
        source, CarrierKind::Tag, fmt::format("wav:bext[{}]", field.name), chunk.whole, stored));
    carrier.key = field.name;
    if (carrier.payload.size > 0) layout.carriers.push_back(std::move(carrier));
  }
  return {};
}

Status visit(Source& source, const Chunk& chunk, Budget& budget, const Limits& limits,
             Layout& layout) {
  if (TRY(add_common(source, "wav", chunk, budget, limits, layout))) return {};
  if (chunk.is(fourcc("bext"))) return add_bext(source, chunk, layout);
  if (!wav::is_id3(chunk)) return {};
  for (const wire::id3::Tag& tag : TRY(read_id3_tags(source, chunk.data, limits))) {
    TRY(add_id3_carriers(source, tag, "wav", limits, layout));
  }
  return {};
}

Status walk(Source& source, const Limits& limits, Layout& layout) {
  Budget budget(limits);
  const Form form = TRY(wire::riff::read_form(source, 0, budget));
  note_size(form, layout);
  for (const Chunk& chunk : form.chunks.all) TRY(visit(source, chunk, budget, limits, layout));
  TRY(check_whole(form));
  // A recorder that left the size open has written its sound last, if it came so far.
  if (!form.size_is_right && form.find(fourcc("data")) == nullptr) {
    return fail(ErrorCode::Truncated, "the file ends before its sound begins; get the whole file",
                "wav", source.size());
  }
  return {};
}

}  // namespace

extern const Format kWav;
constinit const Format kWav{
    .id = "wav",
    .name = "WAV / RF64 / BW64",
    .family = Family::Audio,
    .media_types = kMediaTypes,
    .extensions = kExtensions,
    .can = {.write = kWrite, .replace = {}, .in_place = true},
    .sniff =
        [](Source& source) noexcept {
          return wire::riff::starts_with_form(source, fourcc("WAVE"));
        },
    .inspect = [](Source& source, const Limits& limits) -> Result<Layout> {
      Layout layout;
      TRY(keep_damage(walk(source, limits, layout), "wav", layout));
      return layout;
    },
    .extract = extract_stored,
    .edit = wav::edit,
    .put_store = wav::put_store,
    .boxes = riff_boxes,
};

}  // namespace colophon
