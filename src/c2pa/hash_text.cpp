// SPDX-License-Identifier: Apache-2.0
// The data hash of plain text (C2PA 2.4 A.8): what the exclusion leaves, in Unicode normalization
// form C, so that an editor that normalizes breaks nothing.
#include "c2pa/binding_check.hpp"
#include "c2pa/text_normalizer.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

namespace colophon::c2pa {
namespace {

constexpr std::size_t kChunk = 1 << 20;

struct Free {
  void operator()(utf8proc_uint8_t* text) const noexcept { std::free(text); }
};

/// Bytes that are no UTF-8 have no form.
Status add_normalized(std::string_view text, Digest& digest) {
  const bool ascii = std::ranges::all_of(text, [](char c) { return (c & 0x80) == 0; });
  if (ascii) {
    digest.update(as_bytes(text));
    return {};
  }
  utf8proc_uint8_t* made = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(as_bytes(text).data(), static_cast<utf8proc_ssize_t>(text.size()), &made,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, Free> owned(made);
  if (size < 0) return mismatch("the text is no UTF-8");
  digest.update(Bytes(made, static_cast<std::size_t>(size)));
  return {};
}

}  // namespace

Status TextNormalizer::add(Bytes next, Digest& digest) {
  held_ += as_text(next);
  std::size_t cut = held_.size();
  while (cut > 0 && (cut == held_.size() || (held_[cut] & 0x80) != 0)) --cut;
  if (cut == 0) {
    if (held_.size() <= longest_) return {};
    return fail(ErrorCode::LimitExceeded, "the text is too long to be normalized");
  }
  TRY(add_normalized(std::string_view(held_).substr(0, cut), digest));
  held_.erase(0, cut);
  return {};
}

Status TextNormalizer::finish(Digest& digest) {
  return add_normalized(std::exchange(held_, {}), digest);
}

Status hash_text(Source& source, const std::vector<Range>& exclusions, const Limits& limits,
                 Digest& digest) {
  TextNormalizer normalizer(limits.max_text);
  const auto add = [&](Range range) -> Status {
    while (range.size > 0) {
      const Bytes block =
          TRY(of_asset(source.view({range.offset, std::min<std::uint64_t>(range.size, kChunk)})));
      TRY(normalizer.add(block, digest));
      range = {range.offset + block.size(), range.size - block.size()};
    }
    return {};
  };
  std::uint64_t at = 0;
  for (const Range& each : exclusions) {
    TRY(add({at, each.offset - at}));
    at = each.end();
  }
  TRY(add({at, source.size() - at}));
  return normalizer.finish(digest);
}

}  // namespace colophon::c2pa
