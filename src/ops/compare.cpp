// SPDX-License-Identifier: Apache-2.0
#include "ops/compare.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "media/likeness.hpp"
#include "media/worker.hpp"

namespace colophon {
namespace {

constexpr double kPictureLimit = 0.6;
constexpr double kTextLimit = 0.3;
constexpr double kSecondsApart = 0.5;  // or this share of the longer one:
constexpr double kShareApart = 0.02;
constexpr double kEdited = 0.9;    // of a whole picture; recompression alone stays above
constexpr double kCropped = 0.97;  // of a side
constexpr double kResized = 0.04;

struct Side {
  Source& source;
  const Format& format;

  [[nodiscard]] bool is_sound() const noexcept { return format.family == Family::Audio; }
  [[nodiscard]] bool is_film() const noexcept { return format.family == Family::Video; }
  [[nodiscard]] bool is_picture() const noexcept { return format.family == Family::Image; }
  [[nodiscard]] Result<Picture> picture(std::int64_t at_us) const {
    return decodes_here(format) ? decode_picture(source, format)
                                : media_picture(source, format, at_us);
  }
};

class Comparer {
 public:
  Comparer(Side from, Side to, const Limits& limits) : from_(from), to_(to), limits_(limits) {}

  Comparison run() {
    const Status status = choose();
    if (!status) {
      result_.measured.clear();
      result_.actions.clear();
      result_.why_not = status.error().message;
      return std::move(result_);
    }
    const auto failed = std::find_if(result_.measured.begin(), result_.measured.end(),
                                     [](const Measured& each) { return !each.holds; });
    result_.derived = failed == result_.measured.end() && !result_.measured.empty();
    if (result_.derived) return std::move(result_);
    result_.actions.clear();
    if (failed != result_.measured.end()) {
      result_.why_not =
          failed->name == "duration"
              ? fmt::format(
                    "they last {:.2f} s longer or shorter than each other, and {:.2f} s is "
                    "the limit",
                    failed->value, failed->limit)
              : fmt::format("their likeness ({}) is {:.2f}, and {:.2f} is the limit", failed->name,
                            failed->value, failed->limit);
    } else if (result_.why_not.empty()) {
      result_.why_not = "they have too little structure to be compared";
    }
    return std::move(result_);
  }

 private:
  Status choose() {
    if (from_.format.family == Family::Text && to_.format.family == Family::Text) return texts();
    if (from_.is_picture() && to_.is_picture()) return pictures();
    if (from_.is_film() && to_.is_film()) return films();
    const bool sounds = (from_.is_sound() && (to_.is_sound() || to_.is_film())) ||
                        (from_.is_film() && to_.is_sound());
    if (sounds) return timed();
    if (from_.is_picture() && to_.is_film()) return picture_and_film(from_, to_, false);
    if (from_.is_film() && to_.is_picture()) return picture_and_film(to_, from_, true);
    return fail(ErrorCode::Unsupported, fmt::format("{} and {} cannot be compared in this version",
                                                    from_.format.name, to_.format.name));
  }

  void measured(std::string name, double value, double limit, bool holds) {
    result_.measured.push_back({std::move(name), value, limit, holds});
  }
  void act(const char* action) {
    auto& all = result_.actions;
    if (std::find(all.begin(), all.end(), action) == all.end()) all.emplace_back(action);
  }
  void act_on_format() {
    if (from_.format.id != to_.format.id) act("c2pa.transcoded");
  }

  Status texts() {
    if (std::max(from_.source.size(), to_.source.size()) > limits_.max_text) {
      return fail(ErrorCode::LimitExceeded, "the texts are too long to be compared");
    }
    const ByteBuffer a = TRY(read(from_.source, {0, from_.source.size()}));
    const ByteBuffer b = TRY(read(to_.source, {0, to_.source.size()}));
    const auto share = shared_text(as_text(a), as_text(b));
    if (!share) return fail(ErrorCode::Unsupported, "the texts are too short to be compared");
    measured("text", *share, kTextLimit, *share >= kTextLimit);
    act_on_format();
    if (*share < 1) act("c2pa.edited");
    return {};
  }

  Status pictures() {
    const Picture from = TRY(from_.picture(0));
    const Picture to = TRY(to_.picture(0));
    const Likeness likeness = compare(from, to);
    if (!likeness.comparable) return {};
    measured("picture", likeness.value, kPictureLimit, likeness.value >= kPictureLimit);
    act_on(likeness, from, to);
    act_on_format();
    return {};
  }

  /// Only what the numbers carry: a crop of a crop is one, and noise is none.
  void act_on(const Likeness& likeness, const Picture& from, const Picture& to) {
    const bool part = likeness.width < kCropped || likeness.height < kCropped;
    if (likeness.turn != 0) act("c2pa.orientation");
    if (part && !likeness.padded) act("c2pa.cropped");
    const bool sideways = (likeness.turn & 4U) != 0;
    const double width = sideways ? to.height : to.width;
    const double height = sideways ? to.width : to.height;
    const double across = width / from.width, down = height / from.height;
    const double shown_across = likeness.padded ? across * likeness.width : across / likeness.width;
    const double shown_down = likeness.padded ? down * likeness.height : down / likeness.height;
    const double slack = part ? kResized : 0;
    if (std::abs(shown_across - 1) > slack || std::abs(shown_down - 1) > slack) act("c2pa.resized");
    if (likeness.padded || (!part && likeness.value < kEdited)) act("c2pa.edited");
  }

  Status compare_durations(const MediaFacts& from, const MediaFacts& to) {
    if (!from.duration_us || !to.duration_us) {
      return fail(ErrorCode::Unsupported, "one of the two does not say how long it lasts");
    }
    const auto seconds = [](std::int64_t us) { return static_cast<double>(us) / 1e6; };
    const double apart = std::abs(seconds(*from.duration_us) - seconds(*to.duration_us));
    const double limit = std::max(
        kSecondsApart, kShareApart * seconds(std::max(*from.duration_us, *to.duration_us)));
    measured("duration", apart, limit, apart <= limit);
    return {};
  }

  static const MediaStream* stream_of(const MediaFacts& facts, std::string_view kind) {
    for (const MediaStream& stream : facts.streams) {
      if (stream.kind == kind) return &stream;
    }
    return nullptr;
  }

  /// Same codecs in another container is repackaging.
  void act_on_streams(const MediaFacts& from, const MediaFacts& to) {
    bool recoded = false;
    for (const char* kind : {"video", "audio"}) {
      const MediaStream *a = stream_of(from, kind), *b = stream_of(to, kind);
      if (a != nullptr && b != nullptr && a->codec != b->codec) recoded = true;
    }
    if (recoded) {
      act("c2pa.transcoded");
    } else if (from_.format.id != to_.format.id) {
      act("c2pa.repackaged");
    }
    const MediaStream *a = stream_of(from, "video"), *b = stream_of(to, "video");
    if (a != nullptr && b != nullptr && (a->width != b->width || a->height != b->height) &&
        (a->width != b->height || a->height != b->width)) {
      act("c2pa.resized");
    }
  }

  Status timed() {
    const MediaFacts from = TRY(probe_media(from_.source));
    const MediaFacts to = TRY(probe_media(to_.source));
    TRY(compare_durations(from, to));
    act_on_streams(from, to);
    return {};
  }

  /// Clips of one service last alike, so three pictures of them are compared as well.
  Status films() {
    const MediaFacts from = TRY(probe_media(from_.source));
    const MediaFacts to = TRY(probe_media(to_.source));
    TRY(compare_durations(from, to));
    if (!result_.measured.back().holds) return {};
    std::vector<double> values;
    for (const int percent : {10, 50, 90}) {
      const Picture a = TRY(from_.picture(*from.duration_us / 100 * percent));
      const Picture b = TRY(to_.picture(*to.duration_us / 100 * percent));
      const Likeness likeness = compare(a, b);
      if (likeness.comparable) values.push_back(likeness.value);
    }
    act_on_streams(from, to);
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    const double middle = values[values.size() / 2];
    measured("picture", middle, kPictureLimit, middle >= kPictureLimit);
    return {};
  }

  Status picture_and_film(const Side& still, const Side& film, bool film_first) {
    const Picture picture = TRY(still.picture(0));
    const MediaFacts facts = TRY(probe_media(film.source));
    const std::int64_t length = facts.duration_us.value_or(0);
    Likeness best{.comparable = false};
    for (const int percent : {0, 50, 90}) {
      const Picture shown = TRY(film.picture(length / 100 * percent));
      const Likeness likeness = film_first ? compare(shown, picture) : compare(picture, shown);
      if (likeness.comparable && (!best.comparable || likeness.value > best.value)) best = likeness;
    }
    if (!best.comparable) return {};
    measured("picture", best.value, kPictureLimit, best.value >= kPictureLimit);
    act("c2pa.transcoded");
    return {};
  }

  Side from_, to_;
  const Limits& limits_;
  Comparison result_;
};

}  // namespace

Comparison compare_files(Source& from, const Format& from_format, Source& to,
                         const Format& to_format, const Limits& limits) {
  return Comparer({from, from_format}, {to, to_format}, limits).run();
}

}  // namespace colophon
