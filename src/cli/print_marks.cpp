// SPDX-License-Identifier: Apache-2.0
// Explicit labels for people.
#include <fmt/format.h>

#include "cli/print.hpp"

namespace colophon::cli {
namespace {

std::string place_of(const Mark& mark, const Terminal& terminal) {
  struct Word {
    const char *en, *zh;
  };
  constexpr Word kPlaces[] = {{"top-left", "左上角"},    {"top-right", "右上角"},
                              {"bottom-left", "左下角"}, {"bottom-right", "右下角"},
                              {"top", "上边"},           {"bottom", "下边"},
                              {"left", "左边"},          {"right", "右边"},
                              {"start", "开头"},         {"end", "结尾"},
                              {"middle", "中间"}};
  for (const Word& place : kPlaces) {
    if (mark.position == place.en) return terminal.say(place.en, place.zh);
  }
  return printable(mark.position);
}

}  // namespace

std::string describe(const Mark& mark, const Terminal& terminal) {
  std::string out = fmt::format("\"{}\" {}", printable(mark.text), place_of(mark, terminal));
  if (mark.glyph_height > 0) {
    out += fmt::format(", {} px ({:.1f} %)", mark.glyph_height, 100 * mark.height_share());
  }
  if (mark.contrast > 0) {
    out += fmt::format(", {} {:.1f}:1", terminal.say("contrast", "对比度"), mark.contrast);
  }
  const bool timed = mark.medium == MarkMedium::Film || mark.medium == MarkMedium::Sound;
  if (timed && mark.ends > mark.begins) {
    out += fmt::format(", {:.2f}-{:.2f} s", mark.begins, mark.ends);
  }
  return out;
}

std::string mark_lines(const Written& written, const Terminal& terminal) {
  std::string out;
  for (const Mark& mark : written.marks) {
    out +=
        fmt::format("      {}: {}\n",
                    written.marked ? terminal.say("explicit label", "显式标识")
                                   : terminal.say("explicit label, there already", "已有显式标识"),
                    describe(mark, terminal));
  }
  return out;
}

}  // namespace colophon::cli
