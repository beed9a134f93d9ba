// SPDX-License-Identifier: Apache-2.0
// Coarse to fine: letters of eight pixels on copies of all sizes, then the best places at twice
// that height or more, where every letter must be there.
#include "marks/picture_find.hpp"

#include <algorithm>
#include <cmath>

#include "marks/picture_stamp.hpp"
#include "marks/picture_templates.hpp"

namespace colophon {
namespace {

constexpr double kCoarse = 8, kFine = 18;          ///< heights of capitals, in pixels
constexpr double kSmallest = 0.036, kStep = 1.08;  ///< of the shorter side
constexpr double kLargest = 0.15, kLargestPixels = 20, kMostOfSide = 0.6;
constexpr std::uint32_t kWorkingSide = 480;  ///< shorter side of the largest copy
constexpr std::uint64_t kWorkingPixels = 6U << 20;
constexpr double kBand = 0.14;          ///< how far from an edge, of the shorter side
constexpr double kBeside = 7;           ///< heights of other words before or behind these
constexpr double kLeastDeviation = 17;  ///< of 255: fainter words are not read
constexpr double kCoarseScore = 0.5;
constexpr std::size_t kMaxCandidates = 48;

struct Candidate {
  std::size_t word = 0;
  double x = 0, y = 0;  ///< in the working plane
  double width = 0, height = 0;
  double size = 0;  ///< of capitals there
  double score = 0;
  bool dark = false;
};

bool overlap(const Candidate& a, const Candidate& b) {
  const double width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
  const double height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  return width > 0 && height > 0 &&
         width * height > 0.3 * std::min(a.width * a.height, b.width * b.height);
}

class Search {
 public:
  Search(const Plane& working, double least_score)
      : plane_(working), side_(std::min(working.width, working.height)), least_(least_score) {}

  std::vector<Candidate> run() {
    if (side_ < 14) return {};
    static const std::vector<WordTemplate> kWords = word_templates(kCoarse);
    const double largest = std::min(kMostOfSide, std::max(kLargest, kLargestPixels / side_));
    const double smallest = std::max(kSmallest, 6.0 / side_);
    Plane half;
    for (double share = smallest; share <= largest; share *= kStep) {
      const double scale = kCoarse / (share * side_);
      if (scale < 0.5 && half.samples.empty()) half = copy(plane_, 0.5);
      look(scale < 0.5 ? half : plane_, scale, kWords);
    }
    thin();
    for (Candidate& candidate : found_) refine(candidate);
    std::erase_if(found_, [this](const Candidate& c) { return c.score < least_; });
    thin();
    return std::move(found_);
  }

 private:
  static Plane copy(const Plane& from, double scale) {
    const auto scaled = [&](std::uint32_t side) {
      return static_cast<std::uint32_t>(std::max(1L, std::lround(side * scale)));
    };
    return resized(from, scaled(from.width), scaled(from.height));
  }

  /// `scale`: of the copy that is looked at, against the working plane.
  void look(const Plane& from, double scale, const std::vector<WordTemplate>& words) {
    const double of_from = scale * plane_.width / from.width;
    const WindowSums sums(copy(from, of_from));
    const double exact = static_cast<double>(sums.width()) / plane_.width;
    const double band = kBand * std::min(sums.width(), sums.height()) + 1;
    const double side_band = band + kBeside * kCoarse;
    for (std::size_t w = 0; w < words.size(); ++w) {
      const WordTemplate& word = words[w];
      if (word.width > sums.width() || word.height > sums.height()) continue;
      const double least = kLeastDeviation * std::sqrt(double{1} * word.width * word.height);
      const std::uint32_t last_x = sums.width() - word.width, last_y = sums.height() - word.height;
      for (std::uint32_t y = 0; y <= last_y; ++y) {
        const bool row = y <= band || last_y - y <= band;
        for (std::uint32_t x = 0; x <= last_x; ++x) {
          if (!row && x > side_band && last_x - x > side_band) {  // to the right band
            x = std::max(x,
                         last_x - static_cast<std::uint32_t>(std::min<double>(side_band, last_x)));
          }
          const double spread = sums.spread(x, y, word.width, word.height);
          if (spread < least) continue;
          const double value = sums.correlation(word, x, y, spread);
          if (std::fabs(value) < kCoarseScore) continue;
          keep({w, x / exact, y / exact, word.width / exact, word.height / exact, kCoarse / exact,
                std::fabs(value), value < 0});
        }
      }
    }
  }

  void keep(const Candidate& candidate) {
    found_.push_back(candidate);
    if (found_.size() >= 4096) thin();
  }

  /// The best of those at one place; of all, the best.
  void thin() {
    std::sort(found_.begin(), found_.end(),
              [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
    std::vector<Candidate> best;
    for (const Candidate& candidate : found_) {
      const auto same = std::count_if(best.begin(), best.end(), [&](const Candidate& other) {
        return overlap(candidate, other) && (fine_ || candidate.word == other.word);
      });
      if (same == 0) best.push_back(candidate);
      if (best.size() == kMaxCandidates) break;
    }
    found_ = std::move(best);
  }

  /// Looks again, larger, around the place, at sizes close to the one that was found.
  void refine(Candidate& candidate) {
    fine_ = true;
    const double size = std::min(kFine, std::max(candidate.size, kCoarse));
    const WordTemplate& word = fine_words(std::lround(size))[candidate.word];
    const auto drawn = static_cast<double>(std::lround(size));
    Candidate best = candidate;
    best.score = 0;
    for (double change = 0.92; change < 1.085; change += 0.02) {
      const double scale = drawn / (candidate.size * change);
      const double room = drawn * 0.4;
      const Plane crop = crop_of(candidate, room / scale);
      const WindowSums sums(copy(crop, scale));
      if (word.width > sums.width() || word.height > sums.height()) continue;
      for (std::uint32_t y = 0; y + word.height <= sums.height(); ++y) {
        for (std::uint32_t x = 0; x + word.width <= sums.width(); ++x) {
          const double spread = sums.spread(x, y, word.width, word.height);
          const double value = sums.correlation(word, x, y, spread);
          if ((value < 0) != candidate.dark || std::fabs(value) <= best.score) continue;
          best.score = std::fabs(value);
          best.x = crop_x_ + x / scale;
          best.y = crop_y_ + y / scale;
          best.width = word.width / scale;
          best.height = word.height / scale;
          best.size = drawn / scale;
          worst_ = sums.worst_slice(word, x, y, candidate.dark);
        }
      }
    }
    // A word of other letters is as alike as a whole, but not letter by letter.
    best.score = best.score <= 0 ? 0 : std::max(0.0, best.score * 0.35 + worst_ * 0.65);
    candidate = best;
  }

  Plane crop_of(const Candidate& candidate, double room) {
    const auto clamp = [](double value, std::uint32_t side) {
      return static_cast<std::uint32_t>(std::clamp(value, 0.0, static_cast<double>(side)));
    };
    crop_x_ = clamp(std::floor(candidate.x - room), plane_.width);
    crop_y_ = clamp(std::floor(candidate.y - room), plane_.height);
    const std::uint32_t right =
        clamp(std::ceil(candidate.x + candidate.width * 1.09 + room), plane_.width);
    const std::uint32_t bottom =
        clamp(std::ceil(candidate.y + candidate.height * 1.09 + room), plane_.height);
    Plane crop{right - crop_x_, bottom - crop_y_, {}};
    for (std::uint32_t y = crop_y_; y < bottom; ++y) {
      const auto row =
          plane_.samples.begin() + static_cast<std::ptrdiff_t>(std::size_t{y} * plane_.width);
      crop.samples.insert(crop.samples.end(), row + crop_x_, row + right);
    }
    return crop;
  }

  const std::vector<WordTemplate>& fine_words(long size) {
    auto& words = fine_words_[static_cast<std::size_t>(size)];
    if (words.empty()) words = word_templates(static_cast<double>(size));
    return words;
  }

  const Plane& plane_;
  double side_, least_;
  std::vector<Candidate> found_;
  std::array<std::vector<WordTemplate>, 32> fine_words_;
  std::uint32_t crop_x_ = 0, crop_y_ = 0;
  double worst_ = 0;
  bool fine_ = false;
};

}  // namespace

std::vector<Mark> find_marks_in_plane(const Plane& plane, double least_score) {
  if (plane.width == 0 || plane.height == 0) return {};
  const double side = std::min(plane.width, plane.height);
  const double pixels = static_cast<double>(plane.width) * plane.height;
  const double scale = std::min({1.0, kWorkingSide / side, std::sqrt(kWorkingPixels / pixels)});
  Plane smaller;
  if (scale < 1) {
    smaller = resized(plane, static_cast<std::uint32_t>(std::max(1.0, plane.width * scale)),
                      static_cast<std::uint32_t>(std::max(1.0, plane.height * scale)));
  }
  const Plane& working = scale < 1 ? smaller : plane;
  static const std::vector<WordTemplate> kWords = word_templates(kFine);
  std::vector<Mark> marks;
  for (const Candidate& found : Search(working, least_score).run()) {
    const double up = static_cast<double>(plane.width) / working.width;
    const WordTemplate& word = kWords[found.word];
    Mark& mark = marks.emplace_back();
    mark.medium = MarkMedium::Picture;
    mark.text = word.text;
    mark.language = word.language;
    const double rim = found.size * up / kFine;  // one pixel of the template
    const auto pixel = [](double value) {
      return static_cast<std::uint32_t>(std::max(0L, std::lround(value)));
    };
    mark.x = pixel(found.x * up + rim);
    mark.y = pixel(found.y * up + rim);
    mark.width = pixel(found.width * up - 2 * rim);
    mark.height = pixel(found.height * up - 2 * rim);
    mark.shown_width = plane.width;
    mark.shown_height = plane.height;
    mark.glyph_height = pixel(word.full_height * found.size * up / kFine);
    mark.score = found.score;
    mark.false_alarms = kPictureFalseAlarms;
    mark.position = place_of(mark);
  }
  return marks;
}

}  // namespace colophon
