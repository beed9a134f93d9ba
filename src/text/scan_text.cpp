// SPDX-License-Identifier: Apache-2.0
#include "text/scan_text.hpp"

#include "text/invisible.hpp"
#include "text/phrases.hpp"
#include "text/scan_anchors.hpp"
#include "text/scan_utf8.hpp"

#include <algorithm>
#include <cstring>

namespace colophon::text {
namespace {

bool is_ascii(const std::uint8_t* eight) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, eight, sizeof word);
  return (word & 0x8080808080808080U) == 0;
}
class Scan {
 public:
  Scan(Bytes text, const ScanOptions& options)
      : text_(text), options_(options), phrases_(text, options), hidden_(text, options) {}

  TextFindings run() {
    const StretchScanner vector = options_.scalar ? nullptr : vector_scanner();
    Suspects suspects;
    std::size_t at = 0;
    while (at < text_.size()) {
      const std::size_t left = text_.size() - at;
      std::size_t size = std::min(left, kStretch);
      suspects.count = 0;
      if (vector != nullptr && left >= 64 + 2) {
        size = std::min((left - 2) / 64 * 64, kStretch);
        vector(text_.data() + at, size, at > 0, suspects, nullptr);
        if (suspects.nul) count_nuls(at, size);
        if (suspects.bad_utf8) count_bad(at, size);
      } else {
        find_suspects(text_.data() + at, size, left, suspects);
        count_nuls(at, size);
        count_bad(at, size);
      }
      for (std::size_t i = 0; i < suspects.count; ++i) look_at(at + suspects.at[i]);
      at += size;
    }
    return std::move(found_);
  }

 private:
  void count_nuls(std::size_t from, std::size_t size) {
    const std::uint8_t* const end = text_.data() + from + size;
    for (const std::uint8_t* p = text_.data() + from;
         (p = static_cast<const std::uint8_t*>(
              std::memchr(p, 0, static_cast<std::size_t>(end - p)))) != nullptr;
         ++p) {
      found_.nuls.add(static_cast<std::uint64_t>(p - text_.data()));
    }
  }

  /// Counts on from what was counted last; the three bytes before a stretch may start a sequence
  /// that the stretch breaks.
  void count_bad(std::size_t from, std::size_t size) {
    const std::size_t start = boundary_at(text_, from < 3 ? 0 : from - 3);
    const std::size_t end = boundary_at(text_, from + size);
    std::size_t at = std::max(counted_, start);
    while (at < end) {
      if (end - at >= 8 && is_ascii(text_.data() + at)) {
        at += 8;
        continue;
      }
      const std::size_t length = sequence_at(text_, at);
      if (length == 0) found_.bad_utf8.add(at);
      at += std::max<std::size_t>(length, 1);
    }
    counted_ = end;
  }

  void look_at(std::size_t suspect) {
    if (suspect < done_) return;
    const auto [literal, at] = literal_at(text_, suspect);
    if (literal == nullptr) return;
    switch (literal->anchor) {
      case Anchor::Term:
      case Anchor::Trailer:
      case Anchor::Link:
      case Anchor::Aigc:
        done_ = std::max(done_, phrases_.look_at(at, literal->anchor, found_));
        break;
      case Anchor::Selector:
      case Anchor::Plane14:
      case Anchor::ZeroWidth:
        done_ = std::max(done_, hidden_.look_at(at, found_));
        break;
      default:
        done_ = std::max(done_, phrases_.mark(at, literal->anchor, found_));
    }
  }

  Bytes text_;
  const ScanOptions& options_;
  PhraseJudge phrases_;
  HiddenCharacters hidden_;
  TextFindings found_;
  std::size_t counted_ = 0;  // damage before this has been counted
  std::size_t done_ = 0;     // suspects before this belong to what was found
};

}  // namespace

std::string_view to_string(MarkKind kind) noexcept {
  constexpr std::string_view kWords[] = {
      "aigc",         "disclosure",   "notice",        "source-type", "c2pa-line",
      "c2pa-link",    "c2pa-wrapper", "c2pa-unmarked", "trailer",     "selector-run",
      "odd-selector", "zero-width",   "tags"};
  return kWords[static_cast<std::size_t>(kind)];
}

TextFindings scan_text(Bytes text, const ScanOptions& options) {
  return Scan(text, options).run();
}

}  // namespace colophon::text
