// SPDX-License-Identifier: Apache-2.0
// Where in a text the mark stands: windows of doubling length at a quarter's stride over the scored
// tokens, each with its exact p-value, all of them counted (Bonferroni). What stands out is then
// trimmed to the stretch that speaks for the mark.
#include <algorithm>
#include <cmath>
#include <limits>

#include "text/detector.hpp"

namespace colophon::textmark {
namespace {

constexpr std::size_t kSmallest = 32;

struct Window {
  std::size_t begin = 0, end = 0;  ///< in scored tokens
  std::size_t key = 0;
  double log10_p = 0;
};

/// One key's scores, without the tokens that it does not count.
struct Scored {
  std::vector<std::uint32_t> positions;
  std::vector<double> sums;  ///< sums[i] of the first i scores
  [[nodiscard]] double sum(std::size_t begin, std::size_t end) const {
    return sums[end] - sums[begin];
  }
};

Scored scores_of(const SchemeDetector& scheme, std::size_t key, Workspace& work,
                 std::vector<double>& scores) {
  scheme.each(key, work, scores);
  Scored all;
  all.sums.push_back(0);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (std::isnan(scores[i])) continue;
    all.positions.push_back(work.selection.positions[i]);
    all.sums.push_back(all.sums.back() + scores[i]);
  }
  return all;
}

template <class Visit>
void each_window(std::size_t count, Visit visit) {
  for (std::size_t length = kSmallest; length <= count; length *= 2) {
    const std::size_t stride = length / 4;
    for (std::size_t begin = 0; begin + length <= count; begin += stride) {
      visit(begin, begin + length);
    }
  }
  if (count > 0) visit(std::size_t{0}, count);
}

/// The stretch of greatest evidence around a window: scores count above the middle between what an
/// unmarked token has and what the window's tokens have.
Window trimmed(const Scored& scored, const Window& window, double mean) {
  const std::size_t length = window.end - window.begin;
  const double inside = scored.sum(window.begin, window.end) / static_cast<double>(length);
  const double middle = (mean + inside) / 2;
  const std::size_t from = window.begin - std::min(window.begin, length);
  const std::size_t to = std::min(scored.positions.size(), window.end + length);
  double best = -1, sum = 0;
  std::size_t start = from;
  Window found = window;
  for (std::size_t i = from; i < to; ++i) {
    sum += scored.sum(i, i + 1) - middle;
    if (sum > best) best = sum, found.begin = start, found.end = i + 1;
    if (sum < 0) sum = 0, start = i + 1;
  }
  return found;
}

Span span_of(const Scored& scored, const Window& window, double log10_count) {
  Span span;
  span.begin = scored.positions[window.begin];
  span.end = std::uint64_t{scored.positions[window.end - 1]} + 1;
  span.scored = window.end - window.begin;
  span.key = window.key;
  span.log10_p = window.log10_p;
  span.log10_p_all = std::min(0.0, window.log10_p + log10_count);
  return span;
}

}  // namespace

Result<std::vector<Span>> Detector::find_spans(Tokens tokens) const {
  (void)TRY(check_tokens(scheme_->settings(), tokens));
  Workspace& work = workspace();
  select(tokens, scheme_->rule, scheme_->ignored, work.selection);
  scheme_->prepare(work);
  // As many as there could be: what a key leaves out makes fewer windows, never more.
  double windows = 0;
  each_window(work.selection.positions.size(), [&](std::size_t, std::size_t) { ++windows; });
  const double log10_count =
      std::log10(std::max(1.0, windows) * static_cast<double>(scheme_->keys));

  std::vector<Span> spans;
  std::vector<double> scores;
  for (std::size_t key = 0; key < scheme_->keys; ++key) {
    const Scored scored = scores_of(*scheme_, key, work, scores);
    std::vector<Window> found;
    each_window(scored.positions.size(), [&](std::size_t begin, std::size_t end) {
      const Total total{end - begin, scored.sum(begin, end)};
      if (scheme_->z(key, total) < 2) return;
      const double log10_p = scheme_->judge(key, total).log10_p;
      if (convinces(scheme_->settings(), total.scored, log10_p + log10_count)) {
        found.push_back({begin, end, key, log10_p});
      }
    });
    std::sort(found.begin(), found.end(),
              [](const Window& a, const Window& b) { return a.log10_p < b.log10_p; });
    std::vector<Window> taken;
    for (const Window& window : found) {
      const Window narrow = trimmed(scored, window, scheme_->mean(key));
      const auto touches = [&](const Window& other) {
        return (narrow.begin < other.end && other.begin < narrow.end) ||
               (window.begin < other.end && other.begin < window.end);
      };
      if (std::any_of(taken.begin(), taken.end(), touches)) continue;
      taken.push_back(narrow);
      spans.push_back(span_of(scored, narrow, log10_count));
    }
  }
  std::sort(spans.begin(), spans.end(),
            [](const Span& a, const Span& b) { return a.log10_p_all < b.log10_p_all; });
  return spans;
}

}  // namespace colophon::textmark
