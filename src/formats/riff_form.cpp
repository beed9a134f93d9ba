// SPDX-License-Identifier: Apache-2.0
#include "formats/riff_form.hpp"

#include "formats/id3_tags.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

namespace colophon::riff {
namespace {

Status add_info(Source& source, std::string_view container, const Chunk& list, Budget& budget,
                const Limits& limits, Layout& layout) {
  const Chunks entries = TRY(wire::riff::read_list(source, list, budget));
  for (const Chunk& entry : entries.all) {
    if (layout.carriers.size() >= limits.max_carriers) {
      return fail(ErrorCode::LimitExceeded, "too many metadata chunks", std::string(container),
                  entry.whole.offset);
    }
    if (entry.data.size > limits.max_inflated) continue;
    const std::string name = wire::to_string(entry.id);
    Carrier carrier = TRY(
        text_carrier(source, is_aigc(entry) ? CarrierKind::AigcKey : CarrierKind::Tag,
                     fmt::format("{}:LIST[INFO].{}", container, name), entry.whole, entry.data));
    carrier.key = name;
    layout.carriers.push_back(std::move(carrier));
  }
  if (!entries.damage) return {};
  add_oddity(layout, {"riff-info",
                      Severity::Warning,
                      {"the list INFO is broken: " + entries.damage->message,
                       "INFO 列表的结构已损坏，只读取了损坏处之前的条目"},
                      list.whole.offset});
  return {};
}

}  // namespace

bool is_aigc(const Chunk& chunk) noexcept {
  return (chunk.id & ~0x20202020U) == kAigc;  // 0x20 tells lower from upper case
}

Result<Carrier> text_carrier(Source& source, CarrierKind kind, std::string path, Range whole,
                             Range stored) {
  Carrier carrier{kind, std::move(path), {}, whole, stored, {}, std::nullopt};
  const std::string_view text = as_text(TRY(source.view(stored)));
  carrier.payload.size = std::min(text.find('\0'), text.size());
  const std::string_view shown = text.substr(0, carrier.payload.size);
  if (!is_utf8(shown)) carrier.value = to_buffer(latin1_to_utf8(as_bytes(shown)));
  return carrier;
}

Result<bool> add_common(Source& source, std::string_view container, const Chunk& chunk,
                        Budget& budget, const Limits& limits, Layout& layout) {
  if (layout.carriers.size() >= limits.max_carriers) {
    return fail(ErrorCode::LimitExceeded, "too many metadata chunks", std::string(container),
                chunk.whole.offset);
  }
  const auto add = [&](CarrierKind kind) {
    layout.carriers.push_back(chunk_carrier(
        kind, fmt::format("{}:{}", container, trim(wire::to_string(chunk.id))), chunk));
    return true;
  };
  if (chunk.is(fourcc("_PMX")) || chunk.is(fourcc("XMP "))) return add(CarrierKind::Xmp);
  if (chunk.is(kC2pa)) return add(CarrierKind::C2paStore);
  if (is_aigc(chunk) && chunk.data.size <= limits.max_payload) {
    layout.carriers.push_back(TRY(text_carrier(
        source, CarrierKind::AigcKey, fmt::format("{}:AIGC", container), chunk.whole, chunk.data)));
    layout.carriers.back().key = "AIGC";
    return true;
  }
  if (!chunk.is_list(kInfo)) return false;
  TRY(add_info(source, container, chunk, budget, limits, layout));
  return true;
}

Carrier chunk_carrier(CarrierKind kind, std::string path, const Chunk& chunk) {
  return {kind, std::move(path), {}, chunk.whole, chunk.data, {}, std::nullopt};
}

void note_size(const Form& form, Layout& layout) {
  if (form.size_is_right) return;
  add_oddity(layout,
             {"riff-size",
              Severity::Warning,
              {"the size in the RIFF header is wrong; what the file holds was taken instead",
               "RIFF 文件头中的长度有误，已改按文件的实际内容处理"},
              form.whole.offset + 4});
}

Status check_whole(const Form& form) {
  if (form.chunks.damage) return Failure(*form.chunks.damage);
  // Some writers count the header, too; less than a chunk cannot be missing.
  if (form.missing <= kHeader) return {};
  return fail(ErrorCode::Truncated,
              fmt::format("the header announces {} bytes more than the file has: what stood there, "
                          "perhaps a label, is missing, or the header is wrong; get the whole file",
                          form.missing),
              "riff", form.whole.offset + 4);
}

Status keep_damage(const Status& status, std::string_view where, Layout& layout) {
  if (status) return {};
  if (status.error().code == ErrorCode::Io) return status;
  layout.damage = status.error();
  if (layout.damage->where.empty() || layout.damage->where == "riff") layout.damage->where = where;
  return {};
}

Result<ByteBuffer> info_with_aigc(Source& source, const Chunk* list, std::optional<Range> old,
                                  Bytes value, Budget& budget, const Limits& limits) {
  ByteBuffer text = to_buffer(value);
  text.push_back(0);  // entries are zero-terminated strings
  const ByteBuffer entry = wire::riff::make_chunk(kAigc, text);
  if (list == nullptr) return wire::riff::make_list(kInfo, entry);
  const Chunks entries = TRY(wire::riff::read_list(source, *list, budget));
  if (entries.damage || list->data.size > limits.max_text) {
    return fail(ErrorCode::Malformed, "the list INFO is broken or too large to be changed", "riff",
                list->whole.offset);
  }
  ByteBuffer body;
  for (const Chunk& chunk : entries.all) {
    if (chunk.whole == old) {
      append(body, entry);
      continue;
    }
    append(body, TRY(source.view({chunk.whole.offset, chunk.data.end() - chunk.whole.offset})));
    // A padding byte that is not zero, and the new entry's name, would read as a name.
    if (chunk.data.size % 2 != 0) body.push_back(0);
  }
  if (!old) append(body, entry);
  return wire::riff::make_list(kInfo, body);
}

Replacement append_chunk(const Form& form, ByteBuffer chunk) {
  const Chunks& chunks = form.chunks;
  if (chunks.all.empty() || chunks.all.back().data.size % 2 == 0) {
    return {{chunks.tail, 0}, std::move(chunk)};
  }
  // A padding byte that is not zero, and the new chunk's name, would read as a name.
  chunk.insert(chunk.begin(), 0);
  const std::uint64_t old = chunks.all.back().pad_missing ? 0 : 1;
  return {{chunks.tail - old, old}, std::move(chunk)};
}

std::vector<Replacement> set_store(const Form& form, Bytes store) {
  const auto& all = form.chunks.all;
  ByteBuffer chunk = wire::riff::make_chunk(kC2pa, store);
  std::vector<Replacement> out;
  if (!all.empty() && all.back().is(kC2pa)) {
    out.push_back({all.back().whole, std::move(chunk)});
  } else {
    out.push_back(append_chunk(form, std::move(chunk)));
  }
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    if (all[i].is(kC2pa)) out.push_back({all[i].whole, {}});
  }
  return out;
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
