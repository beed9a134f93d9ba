// SPDX-License-Identifier: Apache-2.0
// Explicit labels: what people see and hear in a picture, a sound, a film or a text, drawn, spoken,
// and found again. A mark is asked for by profiles (`demand_of`), planned here for one container,
// and written by the one executor like every other change; the implicit label and the signature
// come after it. Nothing here removes a mark.
#pragma once

#include "formats/format.hpp"
#include "formats/splice.hpp"
#include "profiles/profiles.hpp"

#include <functional>
#include <memory>

namespace colophon {

enum class MarkMedium : std::uint8_t { Text, Picture, Sound, Film };
[[nodiscard]] std::string_view to_string(MarkMedium medium) noexcept;
/// Nothing: a container that shows and plays nothing (fonts, records, bare manifest stores).
[[nodiscard]] std::optional<MarkMedium> medium_of(const Format& format) noexcept;

/// Where a mark is drawn, as a person sees the picture: after EXIF orientation or film rotation.
enum class Place2d : std::uint8_t {
  TopLeft,
  TopRight,
  BottomLeft,
  BottomRight,
  Top,
  Bottom,
  Left,
  Right
};
[[nodiscard]] std::string_view to_string(Place2d place) noexcept;  ///< "top-right"

/// What all profiles together ask of one file: the stricter value wins.
struct MarkDemand {
  MarkMedium medium = MarkMedium::Picture;
  std::vector<std::string> profiles;     ///< whose demands these are
  std::vector<std::string> texts;        ///< words to show, most important first; drawn as one mark
  bool at_start = true, at_end = false;  ///< of the text or the time
  bool any_end = false;  ///< of texts and sounds: one that stands at the other end will do

  // Pictures and films.
  Place2d place = Place2d::BottomRight;
  double min_height_ratio = 0.05;  ///< inked glyphs over the shorter side (GB 45438-2025 5.2, 5.4)
  double min_contrast = 4.5;       ///< of text against what lies behind it (WCAG 2.2, house)

  // Films.
  double min_seconds = 2;       ///< from the first frame, at normal speed (GB 45438-2025 5.4)
  double interval_seconds = 0;  ///< returns after so long; 0: it does not
  bool whole_film = false;      ///< stays from the first frame to the last

  // Sounds.
  bool rhythm = true;               ///< short long, short short (GB 45438-2025 5.3)
  std::vector<std::string> spoken;  ///< languages of the spoken cue ("zh", "en"); empty: none
  double repeat_seconds = 0;        ///< said again after so long; 0: never
};

/// What is drawn, spoken or written in a file, or was found there.
struct Mark {
  MarkMedium medium = MarkMedium::Picture;
  std::string text;      ///< the words; "·− ··" for the rhythm cue
  std::string language;  ///< of words: "zh", "en"; empty: not told
  std::string position;  ///< "top-right"; "start", "end", "middle" of text and time
  Range where;           ///< in the file: texts only

  // Pictures and films; in pixels as shown (upright, square), origin at the top left.
  std::uint32_t x = 0, y = 0, width = 0, height = 0;  ///< box around the inked glyphs
  std::uint32_t shown_width = 0, shown_height = 0;    ///< of the whole picture
  std::uint32_t glyph_height = 0;                     ///< of the tallest full-height glyph, inked
  double contrast = 0;                                ///< least ratio of text to ground; 0: unknown

  // Films and sounds, in seconds from the beginning of the file.
  double begins = 0, ends = 0;
  double duration = 0;  ///< of the whole file

  // Found marks only.
  double score = 1;         ///< of the detector, 0 to 1
  double false_alarms = 0;  ///< measured share of unmarked files with such a score (docs/marks.md)

  /// Of the shorter side of the picture; 0 for other media.
  [[nodiscard]] double height_share() const noexcept;
};

/// How a file gets its mark. Nothing has been written yet.
struct MarkPlan {
  /// Null: `splice` is a plan for the file itself. Else a whole file that the worker made (in a
  /// temporary file without a name), and `splice` is a plan for that one.
  std::shared_ptr<Source> made;
  Splice splice;
  bool changes = false;        ///< false: such a mark stands there already, found by our detector
  std::vector<Mark> marks;     ///< that stand there afterwards
  std::vector<Finding> notes;  ///< "re-encoded as a whole because ..."
};

/// Share done (0 to 1) of a long work, now and then. May be null.
using MarkProgress = std::function<void(double)>;

struct MarkEnv {
  Limits limits;
  MarkProgress progress;
  /// False: nothing in the file speaks of a label, so none is looked for before one is drawn.
  bool may_be_marked = true;
};

/// The plan that gives the file the marks asked for. Errors: `unsupported` (this container cannot
/// carry one, and why), `malformed`, `not-found` (the worker or a font is missing), `io`.
[[nodiscard]] Result<MarkPlan> plan_mark(Source& source, const Format& format,
                                         std::string_view file_name, const MarkDemand& demand,
                                         const MarkEnv& env);

/// What detection saw, and what it could not look at.
struct MarkSearch {
  std::vector<Mark> marks;
  std::vector<std::string> looked;  ///< "corners and edges of the picture", for people
  std::vector<Finding> notes;       ///< what could not be looked at, and why
};
/// Looks for marks that anybody may have put there. Errors as above.
[[nodiscard]] Result<MarkSearch> find_marks(Source& source, const Format& format,
                                            const MarkEnv& env);

// One pair for each medium, called by the two above.
[[nodiscard]] Result<MarkPlan> plan_text_mark(Source&, const Format&, std::string_view file_name,
                                              const MarkDemand&, const MarkEnv&);
[[nodiscard]] Result<MarkPlan> plan_picture_mark(Source&, const Format&, const MarkDemand&,
                                                 const MarkEnv&);
[[nodiscard]] Result<MarkPlan> plan_sound_mark(Source&, const Format&, const MarkDemand&,
                                               const MarkEnv&);
[[nodiscard]] Result<MarkPlan> plan_film_mark(Source&, const Format&, const MarkDemand&,
                                              const MarkEnv&);
[[nodiscard]] Result<MarkSearch> find_text_marks(Source&, const Format&, const MarkEnv&);
[[nodiscard]] Result<MarkSearch> find_picture_marks(Source&, const Format&, const MarkEnv&);
[[nodiscard]] Result<MarkSearch> find_sound_marks(Source&, const Format&, const MarkEnv&);
[[nodiscard]] Result<MarkSearch> find_film_marks(Source&, const Format&, const MarkEnv&);

}  // namespace colophon
