// SPDX-License-Identifier: Apache-2.0
#include "text/scan_block.hpp"

#include <algorithm>
#include <cstring>

#include "text/scan_anchors.hpp"
#include "text/scan_utf8.hpp"

namespace colophon::text {
namespace {

/// Hits nearer than this become one: a flood of them costs no more memory than the block.
constexpr std::size_t kNear = 64;

class BlockScan {
 public:
  BlockScan(Bytes block, BlockFindings& out) : block_(block), out_(out) {}

  void run(StretchScanner vector) {
    out_.hits.clear();
    out_.specials.resize((block_.size() + 63) / 64);
    Suspects suspects;
    for (std::size_t at = 0, size = 0; at < block_.size(); at += size) {
      const std::size_t left = block_.size() - at;
      suspects.count = 0;
      if (vector != nullptr && left >= 64 + 2) {
        size = std::min((left - 2) / 64 * 64, kStretch);
        vector(block_.data() + at, size, at > 0, suspects, out_.specials.data() + at / 64);
        if (suspects.nul || suspects.bad_utf8) add_damage(at, size);
      } else {
        size = std::min(left, kStretch);
        find_suspects(block_.data() + at, size, left, suspects);
        find_specials(at, size);
        if (is_damaged(at, size)) add_damage(at, size);
      }
      for (std::size_t i = 0; i < suspects.count; ++i) look_at(at + suspects.at[i]);
    }
  }

 private:
  void find_specials(std::size_t from, std::size_t size) {
    for (std::size_t at = from; at < from + size; at += 64) {
      std::uint64_t word = 0;
      for (std::size_t i = 0; i < 64 && at + i < from + size; ++i) {
        word |= static_cast<std::uint64_t>(is_special_in_json(block_[at + i])) << i;
      }
      out_.specials[at / 64] = word;
    }
  }

  bool is_damaged(std::size_t from, std::size_t size) const {
    if (std::memchr(block_.data() + from, 0, size) != nullptr) return true;
    std::size_t at = boundary_at(block_, from < 3 ? 0 : from - 3);
    while (at < from + size) {
      const std::size_t length = sequence_at(block_, at);
      if (length == 0) return true;
      at += length;
    }
    return false;
  }

  /// A sequence may be broken by what follows it in the next stretch.
  void add_damage(std::size_t from, std::size_t size) {
    const std::size_t begin = from < 3 ? 0 : from - 3;
    out_.hits.push_back({.begin = begin, .end = from + size, .damage = true});
  }

  void look_at(std::size_t suspect) {
    const auto [literal, at] = literal_at(block_, suspect, true);
    if (literal == nullptr) return;
    const std::size_t end = at + literal->text.size();
    const bool merge = !out_.hits.empty() && !out_.hits.back().damage &&
                       at >= out_.hits.back().begin && at < out_.hits.back().end + kNear;
    if (!merge) out_.hits.push_back({.begin = at, .end = end});
    BlockHit& hit = out_.hits.back();
    hit.end = std::max(hit.end, end);
    hit.in_text = true;
    hit.aigc = hit.aigc || literal->anchor == Anchor::Aigc;
  }

  Bytes block_;
  BlockFindings& out_;
};

}  // namespace

void scan_block(Bytes block, BlockFindings& out, bool scalar) {
  BlockScan(block, out).run(scalar ? nullptr : vector_scanner());
}

}  // namespace colophon::text
