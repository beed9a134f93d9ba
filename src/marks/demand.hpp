// SPDX-License-Identifier: Apache-2.0
// What profiles and whoever asks want of the explicit label of one file, put together: the stricter
// value wins, and what cannot be met together is an error that names both.
#pragma once

#include "marks/marks.hpp"

namespace colophon {

/// What was asked for beside the profiles.
struct MarkWishes {
  enum class Label : std::uint8_t {
    Never,
    Auto,  ///< as the profiles demand
    Asked  ///< in any case
  };
  Label label = Label::Never;
  std::string text;  ///< with Asked: the words to show; empty: those of the profiles
  std::optional<Place2d> place;
  std::optional<bool> at_start, at_end;
  std::optional<double> seconds;  ///< how long it stays in a film
  bool whole_film = false;
  std::optional<double> every;        ///< seconds after which it comes again
  std::optional<bool> rhythm, voice;  ///< kinds of cue in sounds
};

/// Reads "auto", "never", or the words to show, and the names that the command takes. Empty texts
/// ask for nothing. Error `usage`.
struct WishWords {
  std::string label = "auto";
  std::string place;  ///< "top-right"
  std::string at;     ///< "start", "end", "both"
  std::string span;   ///< seconds, or "whole"
  std::string every;  ///< seconds
  std::string cue;    ///< "rhythm", "voice", "both"
};
[[nodiscard]] Result<MarkWishes> parse_wishes(const WishWords& words);

/// What all of them together demand of a file of this medium that says `origin`; nothing when
/// nobody wants a label there. `notes`: what should be known about it. Errors: `conflict` where two
/// profiles, or a profile's law and a wish, exclude each other; `malformed` for a profile whose
/// values make no sense.
[[nodiscard]] Result<std::optional<MarkDemand>> demand_of(const std::vector<Profile>& profiles,
                                                          MarkMedium medium, Origin origin,
                                                          const MarkWishes& wishes,
                                                          std::vector<Finding>& notes);

/// "image", "audio", "video", "text": the word of a medium in the keys of a profile.
[[nodiscard]] std::string_view profile_word(MarkMedium medium) noexcept;
/// Does a text hold one word of each group ("人工智能|AI")? Latin letters in any case.
[[nodiscard]] bool holds_words(std::string_view text, const std::vector<std::string>& groups);
/// "corner", "edge" or the name of a place: is it allowed by the list? An empty one allows all.
[[nodiscard]] bool allows(const std::vector<std::string>& positions, Place2d place);

}  // namespace colophon
