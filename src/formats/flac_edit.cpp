// SPDX-License-Identifier: Apache-2.0
// Setting a comment of a FLAC file: out of padding when there is enough, so that the sound stays
// where it is. SEEKTABLE and CUESHEET count from the first frame and need no change.
#include "formats/flac.hpp"
#include "formats/id3_tags.hpp"
#include "formats/vorbis_carriers.hpp"

namespace colophon::flac {
namespace {

constexpr std::uint64_t kNewPadding = 1024;

using Changes = std::vector<Replacement>;

ByteBuffer block_header(std::uint8_t type, bool last, std::uint64_t size) {
  ByteBuffer header{static_cast<std::uint8_t>(type | (last ? kLastBlock : 0))};
  append_be(header, size, 3);
  return header;
}

ByteBuffer zeros(std::uint64_t size) {
  return ByteBuffer(static_cast<std::size_t>(size), 0);
}

/// The padding block that can give `need` bytes (negative: take them): behind `from` if possible.
const Block* padding_for(const Stream& stream, std::size_t from, std::int64_t need) noexcept {
  const Block* found = nullptr;
  for (std::size_t i = 0; i < stream.blocks.size(); ++i) {
    const Block& block = stream.blocks[i];
    const std::int64_t left = static_cast<std::int64_t>(block.data.size) - need;
    if (block.type != kPadding || left < 0 || left > static_cast<std::int64_t>(kMaxBlock)) continue;
    if (found == nullptr || (i > from && found->whole.offset < stream.blocks[from].whole.offset)) {
      found = &block;
    }
  }
  return found;
}

/// Comments and the padding behind them share one stretch. Bytes behind the last comment are
/// ignored by readers, so a block may be longer than its comments for a while; the order of the
/// writes rests on that and keeps the chain of blocks whole after each.
Changes overlay(const Block& comments, const Block& padding, Bytes data) {
  const std::uint64_t at = comments.data.offset;
  const std::uint64_t old_size = comments.data.size;
  const std::uint64_t left = padding.data.size + old_size - data.size();
  const ByteBuffer size = block_header(comments.type, false, data.size());
  const ByteBuffer rest = block_header(kPadding, padding.last, left);
  const std::uint64_t freed = old_size > data.size() ? old_size - data.size() : 0;
  const std::uint64_t moved = freed > 0 ? freed : data.size() - old_size;
  if (moved < kBlockHeader) {
    // The old and the new padding header overlap, so all is written at once.
    ByteBuffer all = size;
    append(all, data);
    append(all, rest);
    append(all, zeros(freed));
    return {{{comments.whole.offset, all.size()}, std::move(all)}};
  }
  if (freed == 0) {
    return {{{comments.whole.offset, kBlockHeader}, size, 1},
            {{at, data.size()}, to_buffer(data), 2},
            {{at + data.size(), kBlockHeader}, rest, 0}};
  }
  ByteBuffer shorter = to_buffer(data);
  append(shorter, rest);
  append(shorter, zeros(freed - kBlockHeader));
  return {{{comments.whole.offset, kBlockHeader}, size, 1},
          {{at, old_size}, std::move(shorter), 0},
          {{padding.whole.offset, kBlockHeader}, zeros(kBlockHeader), 2}};
}

/// The padding block with another size; its bytes are taken from or added to its start.
void resize_padding(const Block& padding, std::int64_t need, Changes& changes) {
  const std::uint64_t left = padding.data.size - static_cast<std::uint64_t>(need);
  changes.push_back(
      {{padding.whole.offset, kBlockHeader}, block_header(kPadding, padding.last, left)});
  if (need > 0) changes.push_back({{padding.data.offset, std::uint64_t(need)}, {}});
  if (need < 0) changes.push_back({{padding.data.offset, 0}, zeros(std::uint64_t(-need))});
}

/// Other comments in the block that is there.
Changes replace_comments(const Stream& stream, std::size_t index, Bytes data) {
  const Block& block = stream.blocks[index];
  const std::int64_t need =
      static_cast<std::int64_t>(data.size()) - static_cast<std::int64_t>(block.data.size);
  if (need == 0) return {{block.data, to_buffer(data)}};
  const Block* padding = padding_for(stream, index, need);
  if (padding != nullptr && padding->whole.offset == block.whole.end()) {
    return overlay(block, *padding, data);
  }
  ByteBuffer bytes = block_header(kVorbisComment, block.last, data.size());
  append(bytes, data);
  Changes changes;
  if (padding != nullptr) {
    resize_padding(*padding, need, changes);
  } else if (const bool shrinks = need <= -static_cast<std::int64_t>(kBlockHeader);
             shrinks || !stream.find(kPadding)) {
    // A new padding block: what was freed, or room for the next time.
    const std::uint64_t size =
        shrinks ? static_cast<std::uint64_t>(-need) - kBlockHeader : kNewPadding;
    bytes[0] = kVorbisComment;
    append(bytes, block_header(kPadding, block.last, size));
    append(bytes, zeros(size));
  }
  changes.push_back({block.whole, std::move(bytes)});
  return changes;
}

/// A first comment block: in the place of padding, else behind STREAMINFO.
Changes insert_comments(const Stream& stream, Bytes data) {
  const std::int64_t need = static_cast<std::int64_t>(kBlockHeader + data.size());
  if (const Block* padding = padding_for(stream, 0, need)) {
    ByteBuffer inside = to_buffer(data);
    append(inside, block_header(kPadding, padding->last,
                                padding->data.size - static_cast<std::uint64_t>(need)));
    return {{{padding->whole.offset, kBlockHeader},
             block_header(kVorbisComment, false, data.size()),
             1},
            {{padding->data.offset, inside.size()}, inside, 0}};
  }
  const Block& first = stream.blocks.front();
  const bool has_padding = stream.find(kPadding).has_value();
  ByteBuffer bytes = block_header(kVorbisComment, first.last && has_padding, data.size());
  append(bytes, data);
  if (!has_padding) {
    append(bytes, block_header(kPadding, first.last, kNewPadding));
    append(bytes, zeros(kNewPadding));
  }
  Changes changes{{{first.whole.end(), 0}, std::move(bytes)}};
  if (first.last) changes.push_back({{first.whole.offset, 1}, ByteBuffer{first.type}});
  return changes;
}

Result<Changes> set_comment(Source& source, const Stream& stream, std::optional<std::size_t> block,
                            std::optional<std::size_t> entry, Bytes value, const Limits& limits) {
  const ByteBuffer header = block ? TRY(read(source, stream.blocks[*block].data))
                                  : wire::make_vorbis_comments("Colophon");
  const auto comments = wire::parse_vorbis_comments(header, limits);
  const ByteBuffer data = wire::set_vorbis_comment(header, comments, entry, "AIGC", value);
  if (data.size() > kMaxBlock) {
    return fail(ErrorCode::LimitExceeded, "the comments would not fit into a metadata block",
                "flac");
  }
  return block ? replace_comments(stream, *block, data) : insert_comments(stream, data);
}

Result<Changes> plan(Source& source, const Stream& stream, const Carrier* target, Bytes value,
                     const Limits& limits) {
  if (target == nullptr) {
    return set_comment(source, stream, stream.find(kVorbisComment), std::nullopt, value, limits);
  }
  for (const wire::id3::Tag& tag : stream.tags) {
    if (const auto frame = id3_frame_of(tag, *target)) {
      return set_id3_aigc(source, tag, frame, value);
    }
  }
  for (std::size_t i = 0; i < stream.blocks.size(); ++i) {
    const Block& block = stream.blocks[i];
    if (block.type != kVorbisComment) continue;
    const auto comments = wire::parse_vorbis_comments(TRY(source.view(block.data)), limits);
    if (const auto entry = vorbis_entry_of(comments, {&block.data, 1}, *target)) {
      return set_comment(source, stream, i, entry, value, limits);
    }
  }
  return fail(ErrorCode::NotFound, "the label is not where it was found", target->path);
}

}  // namespace

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  const Stream stream = TRY(read_stream(source, limits));
  auto changes =
      TRY(text_changes(source, layout, edits, limits, [&](const Edit& edit, const Carrier* target) {
        return plan(source, stream, target, edit.value, limits);
      }));
  return replace_ranges(source.size(), std::move(changes));
}

}  // namespace colophon::flac
