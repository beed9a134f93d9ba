// SPDX-License-Identifier: Apache-2.0
// AVI (Microsoft, "AVI RIFF File Reference"; OpenDML AVI File Format Extensions 1.02). The label is
// the entry AIGC of LIST INFO (docs/gb45438.md).
#include "formats/avi.hpp"
#include "formats/box_map.hpp"

namespace colophon {
namespace avi {
namespace {

using namespace riff;

constexpr FourCc kHdrl = fourcc("hdrl");

/// Lists INFO that some writers put inside the header. What else is wrong there is the player's.
Status visit_header(Source& source, const Chunk& list, Budget& budget, const Limits& limits,
                    Layout& layout) {
  const Chunks inside = TRY(wire::riff::read_list(source, list, budget));
  for (const Chunk& chunk : inside.all) {
    if (!chunk.is_list(kInfo)) continue;
    (void)TRY(add_common(source, "avi", chunk, budget, limits, layout));
  }
  return {};
}

Status visit(Source& source, const Form& form, Budget& budget, const Limits& limits,
             Layout& layout) {
  note_size(form, layout);
  for (const Chunk& chunk : form.chunks.all) {
    if (chunk.is_list(kHdrl)) {
      TRY(visit_header(source, chunk, budget, limits, layout));
    } else {
      (void)TRY(add_common(source, "avi", chunk, budget, limits, layout));
    }
  }
  return check_whole(form);
}

Status walk(Source& source, const Limits& limits, Layout& layout) {
  Budget budget(limits);
  for (const Form& form : TRY(read_forms(source, budget))) {
    TRY(visit(source, form, budget, limits, layout));
  }
  return {};
}

}  // namespace

Result<std::vector<Form>> read_forms(Source& source, Budget& budget) {
  std::vector<Form> forms{TRY(wire::riff::read_form(source, 0, budget))};
  while (!forms.back().chunks.damage && budget.left > 0) {
    const std::uint64_t at = forms.back().whole.end();
    const Bytes head = view_some(source, {at, kFormHeader});
    if (!has_prefix(head, "RIFF") || !has_prefix(slice(head, kHeader), "AVIX")) break;
    --budget.left;
    forms.push_back(TRY(wire::riff::read_form(source, at, budget)));
  }
  return forms;
}

namespace {

constexpr std::string_view kMediaTypes[] = {"video/x-msvideo", "video/avi", "video/msvideo"};
constexpr std::string_view kExtensions[] = {"avi"};
constexpr CarrierKind kWrite[] = {CarrierKind::AigcKey, CarrierKind::C2paStore};

}  // namespace
}  // namespace avi

extern const Format kAvi;
constinit const Format kAvi{
    .id = "avi",
    .name = "AVI",
    .family = Family::Video,
    .media_types = avi::kMediaTypes,
    .extensions = avi::kExtensions,
    .can = {.write = avi::kWrite, .replace = {}, .in_place = true},
    .sniff =
        [](Source& source) noexcept {
          return wire::riff::starts_with_form(source, wire::fourcc("AVI "));
        },
    .inspect = [](Source& source, const Limits& limits) -> Result<Layout> {
      Layout layout;
      TRY(riff::keep_damage(avi::walk(source, limits, layout), "avi", layout));
      return layout;
    },
    .extract = extract_stored,
    .edit = avi::edit,
    .put_store = avi::put_store,
    .boxes = riff_boxes,
};

}  // namespace colophon
