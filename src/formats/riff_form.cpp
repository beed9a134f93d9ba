// SPDX-License-Identifier: Apache-2.0
#include "formats/riff_form.hpp"

#include "formats/id3_tags.hpp"

#include <fmt/core.h>

namespace colophon::riff {

Carrier chunk_carrier(CarrierKind kind, std::string path, const Chunk& chunk) {
  return {kind, std::move(path), {}, chunk.whole, chunk.data, {}, std::nullopt};
}

void note_size(const Form& form, Layout& layout) {
  if (form.size_is_right) return;
  layout.oddities.push_back(
      {"riff-size",
       Severity::Warning,
       {"the size in the RIFF header is wrong; what the file holds was taken instead",
        "RIFF 文件头中的长度有误，已改按文件的实际内容处理"},
       form.whole.offset + 4});
}

Status keep_damage(const Status& status, std::string_view where, Layout& layout) {
  if (status) return {};
  if (status.error().code == ErrorCode::Io) return status;
  layout.damage = status.error();
  if (layout.damage->where.empty() || layout.damage->where == "riff") layout.damage->where = where;
  return {};
}

Replacement append_chunk(const Form& form, ByteBuffer chunk) {
  const Chunks& chunks = form.chunks;
  if (!chunks.all.empty() && chunks.all.back().pad_missing) chunk.insert(chunk.begin(), 0);
  return {{chunks.tail, 0}, std::move(chunk)};
}

Status fix_size(Source& source, const Form& form, std::vector<Replacement>& replacements) {
  const std::int64_t growth = growth_of(replacements);
  const std::uint64_t size = form.whole.size - kHeader + static_cast<std::uint64_t>(growth);
  const bool wide = form.size64.size > 0;
  if (!wide && size >= UINT32_MAX) {
    return fail(ErrorCode::LimitExceeded, "a RIFF file cannot grow past 4 GiB", "riff");
  }
  const Range field = wide ? form.size64 : Range{form.whole.offset + 4, 4};
  const auto width = static_cast<unsigned>(field.size);
  if (TRY(read_le(source, field.offset, width)) == size) return {};
  ByteBuffer bytes;
  append_le(bytes, size, width);
  replacements.push_back({field, std::move(bytes), 1});
  return {};
}

}  // namespace colophon::riff
