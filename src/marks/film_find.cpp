// SPDX-License-Identifier: Apache-2.0
// Labels that anybody may have put into a film: the words of usual labels in corners and along
// edges, at one place in several frames. Where they come and go is found by halving.
#include "marks/film_eye.hpp"
#include "marks/picture_find.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace colophon {
namespace {

using film::Eye;

constexpr double kStillThere = 0.5;  // least score at a place where the same words were found
constexpr double kExact = 0.04;      // seconds: where a label comes and goes
constexpr int kMostRounds = 12;

bool overlap(const Mark& a, const Mark& b) {
  const double left = std::max(a.x, b.x), right = std::min(a.x + a.width, b.x + b.width);
  const double top = std::max(a.y, b.y), bottom = std::min(a.y + a.height, b.y + b.height);
  if (right <= left || bottom <= top) return false;
  const double common = (right - left) * (bottom - top);
  const double least =
      std::min(static_cast<double>(a.width) * a.height, static_cast<double>(b.width) * b.height);
  return common > 0.5 * least;
}

class Finder {
 public:
  explicit Finder(Eye& eye) : eye_(eye) {}

  [[nodiscard]] Result<std::vector<Mark>> run() {
    TRY(look({0, 0.5, 1, 1.5, 1.95}));
    const double all = eye_.duration();
    std::vector<double> later;
    for (const double at : {3.0, 5.0, 8.0, all / 4, all / 2, all * 3 / 4, all - 1, all - 0.05}) {
      if (at > 2 && at < all) later.push_back(at);
    }
    TRY(look(later));
    std::vector<Mark> marks;
    for (const Mark& words : places()) {
      for (const Mark& mark : TRY(stays(words))) marks.push_back(mark);
    }
    std::sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) {
      return a.begins != b.begins ? a.begins < b.begins : a.score > b.score;
    });
    return marks;
  }
  [[nodiscard]] const std::map<double, std::vector<Mark>>& seen() const { return seen_; }

 private:
  [[nodiscard]] Status look(std::vector<double> times) {
    std::erase_if(times, [this](double at) { return seen_.contains(at); });
    std::sort(times.begin(), times.end());
    if (times.empty()) return {};
    return eye_.look(times, [this](double at, const Plane& plane) {
      seen_[at] = find_marks_in_plane(plane, kStillThere);
    });
  }

  /// The same words at the same place in that frame.
  [[nodiscard]] const Mark* find(double at, const Mark& words) const {
    const auto frame = seen_.find(at);
    if (frame == seen_.end()) return nullptr;
    for (const Mark& mark : frame->second) {
      if (mark.text == words.text && overlap(mark, words)) return &mark;
    }
    return nullptr;
  }

  /// Words that stand at one place in two frames at least, and in one of them clearly; the best
  /// view of each. A film of one frame has no second one.
  [[nodiscard]] std::vector<Mark> places() const {
    std::vector<Mark> out;
    for (const auto& [at, marks] : seen_) {
      for (const Mark& mark : marks) {
        if (mark.score < kLeastScore) continue;
        const auto known = std::find_if(out.begin(), out.end(),
                                        [&](const Mark& one) { return overlap(one, mark); });
        if (known == out.end()) {
          out.push_back(mark);
        } else if (mark.score > known->score) {
          *known = mark;
        }
      }
    }
    std::erase_if(out, [this](const Mark& mark) {
      std::size_t frames = 0;
      for (const auto& frame : seen_) frames += find(frame.first, mark) != nullptr ? 1 : 0;
      return frames < 2 && eye_.duration() > 0.1;
    });
    return out;
  }

  /// The stretches of time in which words stand at their place.
  [[nodiscard]] Result<std::vector<Mark>> stays(const Mark& words) {
    std::vector<double> times;
    for (const auto& frame : seen_) times.push_back(frame.first);
    std::vector<Mark> out;
    for (std::size_t i = 0; i < times.size();) {
      if (find(times[i], words) == nullptr) {
        ++i;
        continue;
      }
      std::size_t end = i;
      while (end < times.size() && find(times[end], words) != nullptr) ++end;
      Mark mark = words;
      mark.begins = i == 0 ? 0 : TRY(edge(times[i - 1], times[i], words));
      mark.ends =
          end == times.size() ? eye_.duration() : TRY(edge(times[end], times[end - 1], words));
      mark.duration = eye_.duration();
      double sum = 0;
      std::size_t clear = 0;
      for (std::size_t k = i; k < end; ++k) {
        const Mark& view = *find(times[k], words);
        sum += view.score;
        if (view.score > mark.score) mark.score = view.score;
        clear += view.score >= kLeastScore ? 1 : 0;
      }
      mark.score = sum / static_cast<double>(end - i);
      mark.false_alarms = kFrameFalseAlarms;
      if (clear > 0) out.push_back(eye_.shown(mark));
      i = end;
    }
    return out;
  }

  /// Between a moment without the words and one with them: when they come or go.
  [[nodiscard]] Result<double> edge(double without, double with, const Mark& words) {
    for (int i = 0; i < kMostRounds && std::abs(with - without) > kExact; ++i) {
      // Three moments for one start of the worker.
      const double quarter = (with - without) / 4;
      std::vector<double> times = {without + quarter, without + 2 * quarter, without + 3 * quarter};
      TRY(look(times));
      for (const double at : times) {
        if (find(at, words) != nullptr) {
          with = at;
          break;
        }
        without = at;
      }
    }
    return (with + without) / 2;
  }

  Eye& eye_;
  std::map<double, std::vector<Mark>> seen_;  // in the frame's own pixels
};

/// Large enough, at an edge, with these words.
bool meets(const Mark& mark, const std::string& text, const MarkDemand& demand) {
  return equals_ignore_case(mark.text, text) && mark.score >= kLeastScore &&
         mark.height_share() >= demand.min_height_ratio;
}

}  // namespace

std::vector<Mark> film::standing_marks(Source& source, const MarkDemand& demand) {
  if (demand.whole_film || demand.at_end || demand.interval_seconds > 0) return {};
  Eye eye(source);
  std::vector<Mark> standing;
  bool first = true;
  const auto see = [&](double, const Plane& plane) {
    const std::vector<Mark> marks = find_marks_in_plane(plane);
    std::vector<Mark> here;
    for (const std::string& text : demand.texts) {
      const auto found = std::find_if(marks.begin(), marks.end(),
                                      [&](const Mark& mark) { return meets(mark, text, demand); });
      if (found != marks.end()) here.push_back(eye.shown(*found));
    }
    if (here.size() != demand.texts.size()) here.clear();
    if (first) standing = here;
    if (here.empty()) standing.clear();
    first = false;
  };
  // Most films have none, and the first picture tells.
  if (!eye.look({0}, see) || standing.empty()) return {};
  const double until = std::min(demand.min_seconds, eye.duration()) - kExact;
  std::vector<double> times;
  for (double at = 0.5; at < until; at += 0.5) times.push_back(at);
  if (until > 0) times.push_back(until);
  if (!times.empty() && (!eye.look(times, see) || standing.empty())) return {};
  for (Mark& mark : standing) {
    mark.ends = std::max(until + kExact, 0.0);
    mark.duration = eye.duration();
  }
  return standing;
}

Result<MarkSearch> find_film_marks(Source& source, const Format& format, const MarkEnv& env) {
  (void)format;
  (void)env;
  Eye eye(source);
  Finder finder(eye);
  MarkSearch search;
  search.marks = TRY(finder.run());
  search.looked.push_back(fmt::format("corners and edges of {} frames", finder.seen().size()));
  return search;
}

}  // namespace colophon
