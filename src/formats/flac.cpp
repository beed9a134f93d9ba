// SPDX-License-Identifier: Apache-2.0
// FLAC (RFC 9639, section 8). The label is the Vorbis comment AIGC (docs/gb45438.md); an ID3 tag in
// front of the stream may hold a C2PA store (docs/c2pa.md).
#include "formats/flac.hpp"

#include <fmt/core.h>

#include "formats/id3_tags.hpp"
#include "formats/vorbis_carriers.hpp"

namespace colophon {
namespace flac {
namespace {

constexpr std::string_view kMark = "fLaC";
constexpr std::string_view kMediaTypes[] = {"audio/flac", "audio/x-flac"};
constexpr std::string_view kExtensions[] = {"flac"};
constexpr CarrierKind kWrite[] = {CarrierKind::AigcKey, CarrierKind::C2paStore};

Status read_blocks(Source& source, std::uint64_t at, const Limits& limits, Stream& stream) {
  if (!has_prefix(view_some(source, {at, 4}), kMark)) {
    return fail(ErrorCode::Malformed, "\"fLaC\" is missing behind the ID3 tag", "flac", at);
  }
  at += kMark.size();
  for (bool last = false; !last;) {
    if (stream.blocks.size() >= limits.max_structures) {
      return fail(ErrorCode::LimitExceeded, "too many metadata blocks", "flac", at);
    }
    const Bytes head = TRY(source.view({at, kBlockHeader}));
    const std::uint64_t size = *load_be(head, 1, 3);
    last = (head[0] & kLastBlock) != 0;
    const Block block{static_cast<std::uint8_t>(head[0] & 0x7F),
                      last,
                      {at, kBlockHeader + size},
                      {at + kBlockHeader, size}};
    if (block.whole.end() > source.size()) return truncated(block.whole, source.size());
    at = block.whole.end();
    stream.blocks.push_back(block);
  }
  return {};
}

Status add_carriers(Source& source, const Stream& stream, const Limits& limits, Layout& layout) {
  for (const wire::id3::Tag& tag : stream.tags) {
    TRY(add_id3_carriers(source, tag, "flac", limits, layout));
  }
  for (const Block& block : stream.blocks) {
    if (block.type != kVorbisComment) continue;
    const Bytes header = TRY(source.view(block.data));
    const auto comments = wire::parse_vorbis_comments(header, limits);
    TRY(add_vorbis_carriers(header, comments, {&block.data, 1}, "flac:VORBIS_COMMENT", limits,
                            layout));
  }
  return stream.damage ? Status(Failure(*stream.damage)) : Status{};
}

/// The place of "fLaC": at the start, or behind ID3 tags.
std::uint64_t start_of(Source& source) noexcept {
  std::uint64_t at = 0;
  for (int i = 0; i < 16; ++i) {
    const Bytes head = view_some(source, {at, wire::id3::kHeader});
    if (!wire::id3::starts(head)) break;
    at += wire::id3::whole_size(head);
  }
  return at;
}

Result<Layout> inspect(Source& source, const Limits& limits) {
  Layout layout;
  const Stream stream = TRY(read_stream(source, limits));
  if (const Status status = add_carriers(source, stream, limits, layout); !status) {
    if (status.error().code == ErrorCode::Io) return Failure(status.error());
    layout.damage = status.error();
    if (layout.damage->where.empty()) layout.damage->where = "flac";
  }
  return layout;
}

/// In the ID3 tag in front of the stream (C2PA A.3.4), which is made where there is none.
Result<Splice> put_store(Source& source, const Layout& layout, Bytes store, const Limits& limits) {
  const Stream stream = TRY(read_stream(source, limits));
  return replace_ranges(source.size(), TRY(set_id3_store(source, stream.tags, layout, store)));
}

}  // namespace

std::optional<std::size_t> Stream::find(std::uint8_t type) const noexcept {
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].type == type) return i;
  }
  return std::nullopt;
}

Result<Stream> read_stream(Source& source, const Limits& limits) {
  Stream stream;
  stream.tags = TRY(read_id3_tags(source, {0, source.size()}, limits));
  const std::uint64_t at = stream.tags.empty() ? 0 : stream.tags.back().whole.end();
  const Status status = read_blocks(source, at, limits, stream);
  if (!status && status.error().code == ErrorCode::Io) return Failure(status.error());
  if (!status) stream.damage = status.error();
  return stream;
}

}  // namespace flac

extern const Format kFlac;
constinit const Format kFlac{
    .id = "flac",
    .name = "FLAC",
    .family = Family::Audio,
    .media_types = flac::kMediaTypes,
    .extensions = flac::kExtensions,
    .can = {.write = flac::kWrite, .replace = {}, .in_place = true},
    .sniff =
        [](Source& source) noexcept {
          return has_prefix(view_some(source, {flac::start_of(source), 4}), flac::kMark);
        },
    .inspect = flac::inspect,
    .extract = extract_stored,
    .edit = flac::edit,
    .put_store = flac::put_store,
};

}  // namespace colophon
