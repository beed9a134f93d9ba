// SPDX-License-Identifier: Apache-2.0
// Writing: the chunk AIGC goes to the end of the form, so that the sound stays where it is; a label
// that stands in a list or a tag is replaced there.
#include "formats/wav.hpp"

namespace colophon::wav {
namespace {

using namespace riff;
namespace id3 = wire::id3;

/// The chunk's size and padding byte follow the tag's growth.
Result<std::vector<Replacement>> change_tag(Source& source, const Chunk& chunk, const id3::Tag& tag,
                                            std::size_t frame, Bytes value) {
  auto changes = TRY(set_id3_aigc(source, tag, frame, value));
  const std::int64_t growth = growth_of(changes);
  if (growth == 0) return changes;
  const std::uint64_t size = chunk.data.size + static_cast<std::uint64_t>(growth);
  ByteBuffer field;
  append_le(field, size, 4);
  changes.push_back({{chunk.whole.offset + 4, 4}, std::move(field)});
  changes.push_back(
      {{chunk.data.end(), chunk.whole.end() - chunk.data.end()}, ByteBuffer(size % 2, 0)});
  return changes;
}

/// Sets the label that stands in this chunk; nothing when it is elsewhere.
Result<std::vector<Replacement>> change_inside(Source& source, const Chunk& chunk,
                                               const Carrier& target, Bytes value, Budget& budget,
                                               const Limits& limits) {
  if (chunk.whole == target.whole) {
    return std::vector<Replacement>{{chunk.whole, wire::riff::make_chunk(kAigc, value)}};
  }
  if (chunk.is_list(kInfo)) {
    return std::vector<Replacement>{
        {chunk.whole, TRY(info_with_aigc(source, &chunk, target.whole, value, budget, limits))}};
  }
  for (const id3::Tag& tag : TRY(read_id3_tags(source, chunk.data, limits))) {
    if (const auto frame = id3_frame_of(tag, target)) {
      return change_tag(source, chunk, tag, *frame, value);
    }
  }
  return std::vector<Replacement>{};
}

Result<std::vector<Replacement>> plan(Source& source, const Form& form, const Carrier* target,
                                      Bytes value, Budget& budget, const Limits& limits) {
  if (target == nullptr) {
    return std::vector<Replacement>{append_chunk(form, wire::riff::make_chunk(kAigc, value))};
  }
  for (const Chunk& chunk : form.chunks.all) {
    const bool inside =
        chunk.whole.offset <= target->whole.offset && target->whole.end() <= chunk.whole.end();
    if (!inside) continue;
    auto changes = TRY(change_inside(source, chunk, *target, value, budget, limits));
    if (!changes.empty()) return changes;
  }
  return fail(ErrorCode::NotFound, "the label is not where it was found", target->path);
}

/// A recorder that could not seek back left the size of the sound open; what follows it from now on
/// must not be heard.
Status close_data(const Form& form, std::vector<Replacement>& replacements) {
  for (const Chunk& chunk : form.chunks.all) {
    if (!chunk.open) continue;
    const bool wide = form.data_size64.size > 0;
    if (!wide && chunk.data.size >= UINT32_MAX) {
      return fail(ErrorCode::LimitExceeded, "the sound is larger than a RIFF file can say", "wav");
    }
    const Range field = wide ? form.data_size64 : Range{chunk.whole.offset + 4, 4};
    ByteBuffer bytes;
    append_le(bytes, chunk.data.size, static_cast<unsigned>(field.size));
    replacements.push_back({field, std::move(bytes), 1});
  }
  return {};
}

Result<Form> writable_form(Source& source, Budget& budget) {
  Form form = TRY(wire::riff::read_form(source, 0, budget));
  if (form.size64.size == 0 && source.size() > UINT32_MAX) {
    return fail(ErrorCode::Unsupported,
                "the file is larger than its RIFF header can say; convert it to RF64 first", "wav");
  }
  return form;
}

Result<Splice> finish(Source& source, const Form& form, std::vector<Replacement> replacements) {
  if (replacements.empty()) return identity(source.size());
  TRY(fix_size(source, form, replacements));
  TRY(close_data(form, replacements));
  return replace_ranges(source.size(), std::move(replacements));
}

}  // namespace

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  Budget budget(limits);
  const Form form = TRY(writable_form(source, budget));
  return finish(
      source, form,
      TRY(text_changes(source, layout, edits, limits, [&](const Edit& edit, const Carrier* target) {
        return plan(source, form, target, edit.value, budget, limits);
      })));
}

Result<Splice> put_store(Source& source, const Layout&, Bytes store, const Limits& limits) {
  Budget budget(limits);
  const Form form = TRY(writable_form(source, budget));
  return finish(source, form, set_store(form, store));
}

}  // namespace colophon::wav
