// SPDX-License-Identifier: Apache-2.0
// The words that front ends take for what is wished.
#include <fmt/core.h>

#include <array>
#include <charconv>
#include <cmath>

#include "marks/demand.hpp"

namespace colophon {
namespace {

constexpr std::array kPlaces = {Place2d::TopLeft,     Place2d::TopRight, Place2d::BottomLeft,
                                Place2d::BottomRight, Place2d::Top,      Place2d::Bottom,
                                Place2d::Left,        Place2d::Right};
constexpr double kLongest = 86400;
constexpr std::size_t kLongestText = 200;

Failure usage(std::string message) {
  return fail(ErrorCode::Usage, std::move(message));
}

Result<double> seconds_of(std::string_view text, const char* what) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || !std::isfinite(value) || value <= 0 || value > kLongest) {
    return usage(fmt::format("\"{}\" is no number of seconds {}", text, what));
  }
  return value;
}

Result<std::optional<Place2d>> place_of(std::string_view word) {
  if (word.empty()) return std::optional<Place2d>();
  for (const Place2d place : kPlaces) {
    if (to_string(place) == word) return std::optional<Place2d>(place);
  }
  return usage(fmt::format(
      "there is no place \"{}\"; there are: top-left, top-right, bottom-left, bottom-right, top, "
      "bottom, left, right",
      word));
}

bool one_of(std::string_view word, std::string_view one, std::string_view other) {
  return word == one || word == other || word == "both";
}

}  // namespace

Result<MarkWishes> parse_wishes(const WishWords& words) {
  MarkWishes wishes;
  wishes.label = MarkWishes::Label::Auto;
  if (words.label == "never") {
    wishes.label = MarkWishes::Label::Never;
  } else if (words.label != "auto" && !words.label.empty()) {
    wishes.label = MarkWishes::Label::Asked;
    wishes.text = words.label;
  }
  for (const char c : wishes.text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      return usage("the words of an explicit label stand in one line");
    }
  }
  if (wishes.text.size() > kLongestText) {
    return usage(fmt::format("an explicit label has at most {} bytes", kLongestText));
  }
  wishes.place = TRY(place_of(words.place));
  if (!words.at.empty()) {
    if (!one_of(words.at, "start", "end")) {
      return usage(fmt::format("\"{}\" is none of start, end and both", words.at));
    }
    wishes.at_start = words.at != "end";
    wishes.at_end = words.at != "start";
  }
  wishes.whole_film = words.span == "whole";
  if (!words.span.empty() && !wishes.whole_film) {
    wishes.seconds = TRY(seconds_of(words.span, "nor \"whole\""));
  }
  if (!words.every.empty()) wishes.every = TRY(seconds_of(words.every, "between two labels"));
  if (!words.cue.empty()) {
    if (!one_of(words.cue, "rhythm", "voice")) {
      return usage(fmt::format("\"{}\" is none of rhythm, voice and both", words.cue));
    }
    wishes.rhythm = words.cue != "voice";
    wishes.voice = words.cue != "rhythm";
  }
  return wishes;
}

}  // namespace colophon
