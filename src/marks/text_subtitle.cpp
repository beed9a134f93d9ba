// SPDX-License-Identifier: Apache-2.0
// Labels as cues of subtitles: SubRip, and WebVTT (W3C, 4.1).
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "marks/text_mark.hpp"
#include "wire/yaml_front_matter.hpp"

namespace colophon::text_mark {
namespace {

constexpr std::uint64_t kShown = 3000;  // milliseconds

/// "01:02:03,004", "02:03.004".
std::optional<std::uint64_t> milliseconds_of(std::string_view text) {
  std::uint64_t parts[4] = {};
  std::size_t count = 0;
  const char* at = text.data();
  const char* end = text.data() + text.size();
  while (count < 4) {
    const auto [stop, error] = std::from_chars(at, end, parts[count]);
    if (error != std::errc() || parts[count] > 99'999) return std::nullopt;
    ++count;
    at = stop;
    if (at == end || (*at != ':' && *at != ',' && *at != '.')) break;
    ++at;
  }
  if (count < 3) return std::nullopt;
  const std::uint64_t hours = count == 4 ? parts[0] : 0;
  const std::size_t minutes = count - 3;
  return ((hours * 60 + parts[minutes]) * 60 + parts[minutes + 1]) * 1000 + parts[minutes + 2];
}

std::string time_text(std::uint64_t ms, char point) {
  return fmt::format("{:02}:{:02}:{:02}{}{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                     point, ms % 1000);
}

struct Cue {
  std::size_t at = 0;  ///< of its block: the number or name in front of its times
  std::uint64_t begins = 0, ends = 0;
  std::uint64_t number = 0;
};

/// The cues of a file, told by their line of times.
class Cues {
 public:
  explicit Cues(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      take(at, trim(text.substr(at, end - at)));
      at = end + 1;
    }
  }
  std::optional<Cue> first;
  std::uint64_t last_end = 0, last_number = 0;

 private:
  void take(std::size_t at, std::string_view line) {
    const std::size_t arrow = line.find("-->");
    if (arrow == std::string_view::npos) {
      if (line.empty()) {
        block_ = std::string_view::npos;
      } else if (block_ == std::string_view::npos) {
        block_ = at;
        number_ = 0;
        (void)std::from_chars(line.data(), line.data() + line.size(), number_);
      }
      return;
    }
    const std::string_view right = trim(line.substr(arrow + 3));
    const auto begins = milliseconds_of(trim(line.substr(0, arrow)));
    const auto ends = milliseconds_of(right.substr(0, right.find(' ')));
    if (!begins || !ends) return;
    const std::size_t block = block_ == std::string_view::npos ? at : block_;
    if (!first) first = Cue{block, *begins, *ends, number_};
    last_end = std::max(last_end, *ends);
    last_number = std::max(last_number, number_);
    block_ = at;
  }

  std::size_t block_ = std::string_view::npos;
  std::uint64_t number_ = 0;
};

std::string escaped_vtt(std::string_view words) {
  std::string out;
  for (const char c : words) {
    out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  }
  return out;
}

}  // namespace

/// Its numbers need not rise, so the cue in front has number 0 and no other changes.
Result<Insertion> into_subtitle(const TextDocument& document, std::string_view,
                                const std::string& words, End end) {
  const std::string_view text = document.text();
  const bool vtt = text.substr(document.start()).starts_with("WEBVTT");
  const Cues cues(text);
  if (!cues.first) {
    return fail(ErrorCode::Unsupported, "the file holds no subtitle with times");
  }
  const std::string eol(wire::line_ending(text));
  const std::uint64_t begins = end == End::Start ? 0 : cues.last_end;
  std::uint64_t ends = begins + kShown;
  // Not over the first line of speech, when that leaves the time to read it.
  const std::uint64_t first = cues.first->begins;
  if (end == End::Start && first >= 1000) ends = std::min(ends, first);
  const char point = vtt ? '.' : ',';
  std::string front;
  if (!vtt) {
    front = fmt::format("{}{}", end == End::Start ? 0 : cues.last_number + 1, eol);
  }
  front += fmt::format("{} --> {}{}{}", time_text(begins, point), time_text(ends, point),
                       vtt ? " line:0" : "", eol);
  const std::string shown = vtt ? escaped_vtt(words) : words;
  if (end == End::Start) {
    return paragraph(std::max(cues.first->at, document.start()), std::move(front), shown,
                     eol + eol);
  }
  return paragraph(text.size(), gap_before(text, eol) + front, shown, eol);
}

}  // namespace colophon::text_mark
