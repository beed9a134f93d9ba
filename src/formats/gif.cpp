// SPDX-License-Identifier: Apache-2.0
// GIF 87a and 89a. XMP stands unchunked in the application extension "XMP Data" (XMP part 3, GIF),
// followed by a trailer that leads every reader of sub-blocks to the end; comments and the C2PA
// store (C2PA 2.x A.3) stand in sub-blocks.
#include "formats/gif.hpp"
#include "formats/box_map.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace colophon {
namespace gif {
namespace {

constexpr std::string_view kMediaTypes[] = {"image/gif"};
constexpr std::string_view kExtensions[] = {"gif"};
constexpr CarrierKind kWrite[] = {CarrierKind::Xmp, CarrierKind::C2paStore};
constexpr CarrierKind kReplace[] = {CarrierKind::TextChunk};
constexpr std::string_view kC2paHead{
    "\x21\xFF\x0B"
    "C2PA_GIF\x01\0\0",
    14};
constexpr std::string_view kXmpHead{"\x21\xFF\x0BXMP DataXMP", 14};
constexpr std::uint64_t kMagicTrailer = 258;  // with the terminator of the extension

/// 01, FF down to 00, and the terminator: any byte, read as a length, leads to the terminator.
ByteBuffer magic_trailer() {
  ByteBuffer trailer{1};
  for (int value = 0xFF; value >= 0; --value) trailer.push_back(static_cast<std::uint8_t>(value));
  trailer.push_back(0);
  return trailer;
}

bool ends_with_trailer(Source& source, Range whole) {
  if (whole.size < kMagicTrailer) return false;
  const ByteBuffer trailer = magic_trailer();
  const Bytes end = view_some(source, {whole.end() - kMagicTrailer, kMagicTrailer});
  return std::equal(end.begin(), end.end(), trailer.begin(), trailer.end());
}

Result<ByteBuffer> join(Source& source, Range body, const Limits& limits) {
  const std::vector<Range> parts = TRY(sub_blocks(source, body, limits));
  ByteBuffer joined;
  for (const Range& part : parts) append(joined, TRY(source.view(part)));
  return joined;
}

/// The packet as it stands before the trailer, or before the first byte that no XML holds. Some
/// writers cut it into sub-blocks like any data.
Status fill_xmp(Source& source, const Block& block, const Limits& limits, Carrier& carrier) {
  if (ends_with_trailer(source, block.whole)) {
    carrier.payload = {block.body.offset, block.whole.end() - kMagicTrailer - block.body.offset};
    return {};
  }
  const std::string_view raw = as_text(TRY(source.view(block.body)));
  if (raw.starts_with('<') && !raw.starts_with("<<")) {
    const auto end = std::find_if(raw.begin(), raw.end(), [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return byte >= 0xFE || (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r');
    });
    const std::string_view text = raw.substr(0, static_cast<std::size_t>(end - raw.begin()));
    carrier.payload.size = text.rfind('>') + 1;  // 0 where there is none
    return {};
  }
  carrier.value = TRY(join(source, block.body, limits));
  return {};
}

Status fill_comment(Source& source, const Block& block, const Limits& limits, Carrier& carrier) {
  const ByteBuffer text = TRY(join(source, block.body, limits));
  carrier.value = is_utf8(as_text(text)) ? text : to_buffer(latin1_to_utf8(text));
  return {};
}

Status visit(Source& source, const Block& block, const Limits& limits, Layout& layout) {
  if (layout.carriers.size() >= limits.max_carriers || block.body.size > limits.max_payload) {
    return fail(ErrorCode::LimitExceeded, "too much metadata", "gif", block.whole.offset);
  }
  Carrier carrier;
  carrier.whole = block.whole;
  carrier.payload = block.body;
  switch (block.kind) {
    case BlockKind::Xmp:
      carrier.kind = CarrierKind::Xmp;
      carrier.path = "gif:XMP";
      TRY(fill_xmp(source, block, limits, carrier));
      break;
    case BlockKind::Comment:
      carrier.kind = CarrierKind::TextChunk;
      carrier.path = "gif:comment";
      carrier.key = "comment";
      TRY(fill_comment(source, block, limits, carrier));
      break;
    case BlockKind::C2pa:
      carrier.kind = CarrierKind::C2paStore;
      carrier.path = "gif:C2PA_GIF";
      carrier.parts = TRY(sub_blocks(source, block.body, limits));
      break;
    case BlockKind::Image:
    case BlockKind::Other:
      return {};
  }
  layout.carriers.push_back(std::move(carrier));
  return {};
}

Status visit_all(Source& source, const Blocks& blocks, const Limits& limits, Layout& layout) {
  std::uint64_t budget = limits.max_payload;
  for (const Block& block : blocks.all) {
    if (block.body.size > budget) {
      return fail(ErrorCode::LimitExceeded, "too much metadata", "gif", block.whole.offset);
    }
    budget -= block.body.size;
    TRY(visit(source, block, limits, layout));
  }
  return {};
}

Result<Layout> inspect(Source& source, const Limits& limits) {
  Layout layout;
  const Blocks blocks = TRY(read_blocks(source, limits));
  layout.damage = blocks.damage;
  if (const Status status = visit_all(source, blocks, limits, layout); !status) {
    if (status.error().code == ErrorCode::Io) return Failure(status.error());
    layout.damage = status.error();
  }
  if (!layout.damage && !blocks.trailer) {
    add_oddity(layout, {"gif-trailer",
                        Severity::Info,
                        {"the file ends without the trailer byte 3B", "文件末尾缺少结束符字节 3B"},
                        source.size()});
  }
  return layout;
}

Result<ByteBuffer> make_xmp(Bytes packet) {
  if (!is_utf8(as_text(packet)) || as_text(packet).find('\0') != std::string_view::npos) {
    return fail(ErrorCode::Usage, "the XMP packet is not text in UTF-8", "gif");
  }
  ByteBuffer block = to_buffer(kXmpHead);
  append(block, packet);
  append(block, magic_trailer());
  return block;
}

ByteBuffer in_sub_blocks(ByteBuffer block, Bytes data) {
  for (std::uint64_t at = 0; at < data.size(); at += 255) {
    const Bytes part = slice(data, at, 255);
    block.push_back(static_cast<std::uint8_t>(part.size()));
    append(block, part);
  }
  block.push_back(0);
  return block;
}

ByteBuffer make_comment(Bytes text) {
  return in_sub_blocks({0x21, 0xFE}, text);
}

/// Extensions came with 89a.
void raise_version(Source& source, std::vector<Replacement>& replacements) {
  if (!replacements.empty() && has_prefix(view_some(source, {0, 6}), "GIF87a")) {
    replacements.push_back({{4, 1}, {'9'}});
  }
}

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  const Blocks blocks = TRY(read_blocks(source, limits));
  std::vector<Replacement> replacements;
  for (const Edit& edit : edits) {
    const Carrier* target = target_of(layout, edit);
    if (target != nullptr && TRY(extract_stored(source, *target, limits)) == edit.value) continue;
    const Range range = target != nullptr ? target->whole : Range{blocks.first_image, 0};
    replacements.push_back({range, edit.kind == CarrierKind::Xmp ? TRY(make_xmp(edit.value))
                                                                 : make_comment(edit.value)});
  }
  raise_version(source, replacements);
  return replace_ranges(source.size(), std::move(replacements));
}

Result<Splice> put_store(Source& source, const Layout& layout, Bytes store, const Limits& limits) {
  const Blocks blocks = TRY(read_blocks(source, limits));
  std::vector<Replacement> replacements{
      {{blocks.first_image, 0}, in_sub_blocks(to_buffer(kC2paHead), store)}};
  for (const Carrier* old : stores_of(layout)) replacements.push_back({old->whole, {}});
  raise_version(source, replacements);
  return replace_ranges(source.size(), std::move(replacements));
}

}  // namespace
}  // namespace gif

extern const Format kGif;
constinit const Format kGif{
    .id = "gif",
    .name = "GIF",
    .family = Family::Image,
    .media_types = gif::kMediaTypes,
    .extensions = gif::kExtensions,
    .can = {.write = gif::kWrite, .replace = gif::kReplace},
    .sniff =
        [](Source& source) noexcept {
          const Bytes head = view_some(source, {0, 6});
          return has_prefix(head, "GIF87a") || has_prefix(head, "GIF89a");
        },
    .inspect = gif::inspect,
    .extract = extract_stored,
    .edit = gif::edit,
    .put_store = gif::put_store,
    .boxes = gif_boxes,
};

}  // namespace colophon
