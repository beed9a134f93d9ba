// SPDX-License-Identifier: Apache-2.0
// The block grammar of GIF (CompuServe, "Graphics Interchange Format 89a", appendix B): a block is
// an image or an extension, and each ends with a chain of sub-blocks (length, data) and a zero.
#include "formats/gif.hpp"

#include <fmt/core.h>

namespace colophon::gif {
namespace {

constexpr std::uint64_t kScreenEnd = 13;  // signature, logical screen descriptor
constexpr std::uint8_t kImage = 0x2C;
constexpr std::uint8_t kExtension = 0x21;
constexpr std::uint8_t kTrailer = 0x3B;
constexpr std::uint8_t kControl = 0xF9;
constexpr std::uint8_t kComment = 0xFE;
constexpr std::uint8_t kApplication = 0xFF;
constexpr std::uint64_t kImageHead = 10;
constexpr std::uint64_t kApplicationHead = 14;  // 21 FF 0B, identifier, authentication code
constexpr std::uint64_t kWindow = 64 * 1024;

/// Bytes one by one from large views of the source.
class Window {
 public:
  explicit Window(Source& source) : source_(source) {}
  Result<std::uint8_t> byte(std::uint64_t at) {
    if (at < range_.offset || at >= range_.end()) {
      if (at >= source_.size()) return truncated({at, 1}, source_.size());
      range_ = {at, std::min(kWindow, source_.size() - at)};
      bytes_ = TRY(source_.view(range_));
    }
    return bytes_[static_cast<std::size_t>(at - range_.offset)];
  }

  /// Another view of the source ended this one.
  void forget() noexcept { range_ = {}; }

 private:
  Source& source_;
  Range range_;
  Bytes bytes_;
};

/// Bytes of the colour table that the flags of a descriptor announce.
std::uint64_t table_size(std::uint8_t flags) noexcept {
  return (flags & 0x80) != 0 ? std::uint64_t{3} << ((flags & 0x07) + 1) : 0;
}

class Reader {
 public:
  Reader(Source& source, const Limits& limits, Blocks& blocks)
      : source_(source), limits_(limits), window_(source), blocks_(blocks) {}

  Status read() {
    std::uint64_t at = kScreenEnd + table_size(TRY(window_.byte(10)));
    std::uint64_t control = 0;  // of the image that comes next
    for (std::uint32_t count = 0; count < limits_.max_structures; ++count) {
      if (at == source_.size() && has_image_) return {};  // many files lack the trailer
      const std::uint8_t introducer = TRY(window_.byte(at));
      if (introducer == kTrailer) {
        blocks_.trailer = true;
        if (!has_image_) blocks_.first_image = at;
        return {};
      }
      if (introducer == 0) {  // a terminator too many
        ++at;
        continue;
      }
      const Block block = TRY(read_block(at, introducer));
      at = block.whole.end();
      if (block.control && control == 0) control = block.whole.offset;
      if (block.kind == BlockKind::Image) note_image(block, control);
      if (block.kind == BlockKind::Image) control = 0;
      if (block.kind != BlockKind::Image && block.kind != BlockKind::Other) {
        blocks_.all.push_back(block);
      }
    }
    return fail(ErrorCode::LimitExceeded, "too many blocks", "gif", at);
  }

 private:
  void note_image(const Block& block, std::uint64_t control) {
    if (has_image_) return;
    has_image_ = true;
    blocks_.first_image = control != 0 ? control : block.whole.offset;
  }

  Result<Block> read_block(std::uint64_t at, std::uint8_t introducer) {
    Block block;
    std::uint64_t body = 0;
    if (introducer == kImage) {
      block.kind = BlockKind::Image;
      // descriptor, local colour table, code size
      body = at + kImageHead + table_size(TRY(window_.byte(at + kImageHead - 1))) + 1;
    } else if (introducer == kExtension) {
      const std::uint8_t label = TRY(window_.byte(at + 1));
      block.control = label == kControl;
      if (label == kComment) block.kind = BlockKind::Comment;
      body = at + 2;
      if (label == kApplication) body = classify(at, block);
    } else {
      return fail(ErrorCode::Malformed,
                  fmt::format("byte {:#04x} stands where a block must start", introducer), "gif",
                  at);
    }
    const std::uint64_t end = TRY(skip(body));
    block.body = {body, end - body};
    block.whole = {at, end + 1 - at};
    return block;
  }

  /// Where the sub-blocks of an application extension start, behind its name where that is known.
  std::uint64_t classify(std::uint64_t at, Block& block) {
    const Bytes head = view_some(source_, {at, kApplicationHead});
    window_.forget();
    if (head.size() < kApplicationHead || head[2] != 11) return at + 2;
    if (has_prefix(slice(head, 3), "XMP DataXMP")) block.kind = BlockKind::Xmp;
    if (has_prefix(slice(head, 3), "C2PA_GIF")) block.kind = BlockKind::C2pa;
    return at + kApplicationHead;
  }

  /// The offset of the zero that ends the sub-blocks at `at`.
  Result<std::uint64_t> skip(std::uint64_t at) {
    for (;;) {
      const std::uint8_t size = TRY(window_.byte(at));
      if (size == 0) return at;
      at += 1 + std::uint64_t{size};
    }
  }

  Source& source_;
  const Limits& limits_;
  Window window_;
  Blocks& blocks_;
  bool has_image_ = false;
};

}  // namespace

Result<Blocks> read_blocks(Source& source, const Limits& limits) {
  Blocks blocks;
  if (const Status status = Reader(source, limits, blocks).read(); !status) {
    if (status.error().code == ErrorCode::Io) return Failure(status.error());
    blocks.damage = status.error();
    if (blocks.damage->where.empty()) blocks.damage->where = "gif";
  }
  return blocks;
}

Result<std::vector<Range>> sub_blocks(Source& source, Range body, const Limits& limits) {
  std::vector<Range> parts;
  Window window(source);
  for (std::uint64_t at = body.offset; at < body.end();) {
    const std::uint8_t size = TRY(window.byte(at));
    if (size == 0) break;
    if (parts.size() >= limits.max_structures) {
      return fail(ErrorCode::LimitExceeded, "too many sub-blocks", "gif", at);
    }
    parts.push_back({at + 1, size});
    at += 1 + std::uint64_t{size};
  }
  return parts;
}

}  // namespace colophon::gif
