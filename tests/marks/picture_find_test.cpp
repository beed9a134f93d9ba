// SPDX-License-Identifier: Apache-2.0
// How often drawn labels are found, and how often something else is taken for one. The figures in
// docs/marks.md come from COLOPHON_PICTURES=5000 with the samples.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "marks/jpeg_tools.hpp"
#include "marks/picture_find.hpp"
#include "marks/picture_stamp.hpp"
#include "marks/picture_templates.hpp"
#include "media/raster.hpp"
#include "support/support.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

using Dice = std::mt19937;

unsigned below(Dice& dice, unsigned end) {
  return static_cast<unsigned>(dice() % end);
}

std::size_t wanted_pictures(std::size_t usual) {
  const char* number = std::getenv("COLOPHON_PICTURES");
  return number != nullptr ? static_cast<std::size_t>(std::atoi(number)) : usual;
}

/// Photographs and drawings, where there are any.
const std::vector<Plane>& samples() {
  static const auto planes = [] {
    std::vector<Plane> all;
    const auto folder = samples_folder();
    if (folder.empty()) return all;
    std::error_code error;
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder + "/images", error)) {
      paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
      const ByteBuffer bytes = read_file(path.string());
      MemorySource source(bytes);
      const Format* format = detect(source, path.filename().string());
      if (format == nullptr || !decodes_here(*format)) continue;
      if (auto picture = decode_picture(source, *format, {1200, 0})) {
        all.push_back(std::move(picture->grey));
      }
    }
    return all;
  }();
  return planes;
}

Plane flat(std::uint32_t width, std::uint32_t height, unsigned level) {
  return {width, height,
          std::vector<std::uint8_t>(std::size_t{width} * height, static_cast<std::uint8_t>(level))};
}

/// Waves, blocks and noise.
Plane synthetic(Dice& dice, std::uint32_t width, std::uint32_t height) {
  Plane plane = flat(width, height, 0);
  const double a = 0.002 + below(dice, 100) * 0.001, b = 0.002 + below(dice, 100) * 0.001;
  const unsigned noise = 1 + below(dice, 60), kind = below(dice, 3), step = 5 + below(dice, 40);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      double value =
          128 + 90 * std::sin(static_cast<double>(x) * a) * std::cos(static_cast<double>(y) * b);
      if (kind == 1) value = static_cast<double>((x / step * 131 + y / step * 71) % 256);
      value += below(dice, noise) - noise / 2.0;
      plane.samples[y * width + x] = static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
    }
  }
  return plane;
}

/// A part of a photograph, maybe mirrored.
Plane cropped(Dice& dice, std::uint32_t width, std::uint32_t height) {
  const Plane& from = samples()[below(dice, static_cast<unsigned>(samples().size()))];
  const std::uint32_t part = 40 + below(dice, 61);  // percent
  const std::uint32_t w = std::max(64U, from.width * part / 100),
                      h = std::max(64U, from.height * part / 100);
  const std::uint32_t x0 = below(dice, from.width - w + 1), y0 = below(dice, from.height - h + 1);
  const bool mirrored = below(dice, 2) == 1, flipped = below(dice, 4) == 1;
  Plane crop = flat(w, h, 0);
  for (std::size_t y = 0; y < h; ++y) {
    for (std::size_t x = 0; x < w; ++x) {
      const std::size_t sx = x0 + (mirrored ? w - 1 - x : x), sy = y0 + (flipped ? h - 1 - y : y);
      crop.samples[y * w + x] = from.samples[sy * from.width + sx];
    }
  }
  return resized(crop, width, height);
}

void write(Plane& plane, std::string_view text, double height, double x, double y, unsigned level) {
  const std::string words[] = {std::string(text)};
  const auto drawing = draw_label(words, {height, 0, 1e6, 1e6, false});
  if (!drawing) return;
  const Plane ink = rasterise(placed(drawing->letters, 1, x, y), plane.width, plane.height);
  for (std::size_t i = 0; i < ink.samples.size(); ++i) {
    const unsigned part = ink.samples[i];
    plane.samples[i] =
        static_cast<std::uint8_t>((plane.samples[i] * (255 - part) + level * part) / 255);
  }
}

/// Lines of other words, as on a screen.
Plane page(Dice& dice, std::uint32_t width, std::uint32_t height) {
  constexpr std::string_view kWords[] = {"本图片仅供参考",
                                         "数字人语音",
                                         "请注意提示",
                                         "以上内容由人工编辑",
                                         "辅助工具",
                                         "All images",
                                         "General Editor",
                                         "ALGEBRA II",
                                         "GENERAL",
                                         "IN GENERAL",
                                         "AIR GENERATOR",
                                         "MODIFIED 2024",
                                         "AM-generated",
                                         "Auto-generated",
                                         "I generated",
                                         "成生",
                                         "生活",
                                         "合成材料",
                                         "人工智能",
                                         "智能生活",
                                         "AI",
                                         "AI助手",
                                         "하는 것",
                                         "생활 정보",
                                         "यह चित्र",
                                         "12:34 PM",
                                         "www.example.org",
                                         "© 2024",
                                         "Photo: A. I. Miller",
                                         "WAIT GENERATED",
                                         "Al Gore",
                                         "AI MODEL",
                                         "AI MODE"};
  const bool dark = below(dice, 2) == 0;
  Plane plane = below(dice, 3) == 0 && !samples().empty()
                    ? cropped(dice, width, height)
                    : flat(width, height, dark ? below(dice, 60) : 255 - below(dice, 60));
  const double side = std::min(width, height);
  const double size = side * (0.04 + below(dice, 60) * 0.001);
  for (double y = side * 0.02; y < height; y += size * (1.6 + below(dice, 30) * 0.1)) {
    double x = side * 0.02 + below(dice, 20);
    for (int word = 0; word < 6 && x < width; ++word) {
      const std::string_view text = kWords[below(dice, static_cast<unsigned>(std::size(kWords)))];
      write(plane, text, size, x, y, dark ? 255 - below(dice, 30) : below(dice, 30));
      x += size * 1.2 * static_cast<double>(text.size()) / (text[0] < 0 ? 2.2 : 1.5);
    }
    if (below(dice, 3) == 0) y += size * 4;
  }
  return plane;
}

Plane unmarked(Dice& dice) {
  const std::uint32_t width = 320 + below(dice, 700), height = 320 + below(dice, 700);
  const unsigned kind = below(dice, 8);
  Plane plane = kind == 0           ? synthetic(dice, width, height)
                : kind <= 2         ? page(dice, width, height)
                : samples().empty() ? synthetic(dice, width, height)
                                    : cropped(dice, width, height);
  return below(dice, 2) == 0 ? through_jpeg(plane, 40 + static_cast<int>(below(dice, 60))) : plane;
}

struct Labelled {
  Plane plane;
  Mark mark;
};
Labelled labelled(Dice& dice, const std::string& text) {
  const std::uint32_t width = 400 + below(dice, 900), height = 400 + below(dice, 900);
  Labelled out{samples().empty() || below(dice, 5) == 0 ? synthetic(dice, width, height)
                                                        : cropped(dice, width, height),
               {}};
  MarkDemand demand;
  demand.texts = {text};
  demand.place = static_cast<Place2d>(below(dice, 8));
  const auto label = place_label(demand, width, height);
  REQUIRE(label.has_value());
  out.mark = label->mark;
  const Stamp stamp = turned_stamp(label->bitmap, {width, height, 1}, label->x, label->y);
  for (std::uint32_t y = stamp.y; y < stamp.bottom(); ++y) {
    for (std::uint32_t x = stamp.x; x < stamp.right(); ++x) {
      const std::size_t at = std::size_t{y - stamp.y} * stamp.plate.width + (x - stamp.x);
      std::uint8_t& sample = out.plane.samples[std::size_t{y} * width + x];
      sample = static_cast<std::uint8_t>(
          under_label(sample, stamp.plate.samples[at], stamp.ink.samples[at], 255));
    }
  }
  return out;
}

constexpr std::string_view kTexts[] = {"AI生成",       "AI合成",         "AI GENERATED",
                                       "AI MODIFIED",  "AI-generated",   "AI 생성물",
                                       "人工智能生成", "本图片由AI生成", "AI-generated (synthetic)",
                                       "एआई जनित"};

}  // namespace

TEST_CASE("find marks: our labels after JPEG 70 and half the size") {
  Dice dice(7);
  std::size_t found = 0, right_words = 0, right_place = 0;
  std::vector<double> error, scores;
  const std::size_t count = wanted_pictures(40);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string text(kTexts[i % std::size(kTexts)]);
    const Labelled label = labelled(dice, text);
    const Plane small = through_jpeg(
        resized(through_jpeg(label.plane, 70), label.plane.width / 2, label.plane.height / 2), 70);
    const std::vector<Mark> marks = find_marks_in_plane(small);
    if (marks.empty()) {
      MESSAGE("missed: " << text << " " << label.mark.position << " of " << label.plane.width
                         << " x " << label.plane.height);
      continue;
    }
    ++found;
    scores.push_back(marks.front().score);
    const Mark& mark = marks.front();
    right_words += text.find(mark.text) != std::string::npos ? 1 : 0;
    const bool inside =
        mark.x * 2 + mark.width >= label.mark.x && mark.x * 2 <= label.mark.x + label.mark.width &&
        mark.y * 2 + mark.height >= label.mark.y && mark.y * 2 <= label.mark.y + label.mark.height;
    right_place += inside ? 1 : 0;
    error.push_back(std::fabs(mark.height_share() / label.mark.height_share() - 1));
  }
  std::sort(error.begin(), error.end());
  std::sort(scores.begin(), scores.end());
  MESSAGE("scores: " << scores.front() << ", 5 % " << scores[scores.size() / 20] << ", median "
                     << scores[scores.size() / 2]);
  MESSAGE(found << " of " << count << " found, " << right_words << " with the right words, "
                << right_place << " there; height wrong by " << error[error.size() * 95 / 100]
                << " (95 %)");
  CHECK(found * 100 >= count * 95);
  CHECK(right_place == found);
  CHECK(right_words * 100 >= count * 93);
  CHECK(error[error.size() * 95 / 100] < 0.1);
}

TEST_CASE("find marks: unmarked pictures, screens and other words") {
  if (samples().empty()) MESSAGE("skipped: photographs; there are no samples");
  Dice dice(11);
  std::vector<double> scores;
  const std::size_t count = wanted_pictures(50);
  for (std::size_t i = 0; i < count; ++i) {
    const Plane plane = unmarked(dice);
    const std::vector<Mark> marks = find_marks_in_plane(plane, 0.3);
    scores.push_back(marks.empty() ? 0 : marks.front().score);
    if (scores.back() >= kLeastScore)
      MESSAGE("false: " << marks.front().text << " " << scores.back());
  }
  std::sort(scores.begin(), scores.end());
  const auto over = [&](double score) {
    return std::distance(std::lower_bound(scores.begin(), scores.end(), score), scores.end());
  };
  MESSAGE("of " << count << ": over 0.4 " << over(0.4) << ", 0.5 " << over(0.5) << ", 0.55 "
                << over(0.55) << ", 0.6 " << over(0.6) << ", 0.65 " << over(0.65) << ", 0.7 "
                << over(0.7) << ", most " << scores.back());
  CHECK(over(kLeastScore) <= static_cast<std::ptrdiff_t>(count / 1000));
}

TEST_CASE("find marks: planes of any shape") {
  Dice dice(3);
  for (const auto& [width, height] :
       {std::pair{1U, 1U}, {16U, 16U}, {10000U, 100U}, {3U, 5000U}, {65535U, 14U}}) {
    CHECK(find_marks_in_plane(flat(width, height, 100)).empty());
    CHECK(find_marks_in_plane(synthetic(dice, width, height)).empty());
  }
  CHECK(find_marks_in_plane({}).empty());
}
