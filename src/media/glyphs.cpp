// SPDX-License-Identifier: Apache-2.0
#include "media/glyphs.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace colophon {
namespace {

constexpr double kEm = 1000;
/// Reads the short paths that tools/make_label_glyphs writes.
class PathReader {
 public:
  explicit PathReader(std::string_view text) : text_(text) {}

  OutlinePath read() {
    char word = 0;
    while (skip_blanks()) {
      const char c = text_[at_];
      if (c >= 'a' && c <= 'z') {
        word = c;
        ++at_;
      }
      if (!step(word)) break;
    }
    return std::move(path_);
  }

 private:
  bool skip_blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return at_ < text_.size();
  }

  void move_to(double x, double y) {
    x_ = x;
    y_ = y;
  }

  /// Relative to where the step begins, as in SVG.
  bool point(double& x, double& y) {
    int steps[2] = {};
    for (int& value : steps) {
      if (!skip_blanks()) return false;
      const auto [end, error] =
          std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
      if (error != std::errc()) return false;
      at_ = static_cast<std::size_t>(end - text_.data());
    }
    x = x_ + steps[0] / kEm;
    y = y_ - steps[1] / kEm;
    return true;
  }

  bool step(char word) {
    PathStep step;
    double* at = step.at.data();
    if (word == 'z') {
      step.kind = PathStep::Kind::Close;
    } else if (word == 'm' || word == 'l') {
      step.kind = word == 'm' ? PathStep::Kind::Move : PathStep::Kind::Line;
      if (!point(at[0], at[1])) return false;
      move_to(at[0], at[1]);
    } else if (word == 'c') {
      step.kind = PathStep::Kind::Cubic;
      if (!point(at[0], at[1]) || !point(at[2], at[3]) || !point(at[4], at[5])) return false;
      move_to(at[4], at[5]);
    } else if (word == 'q') {  // as the cubic that is the same curve
      double cx = 0, cy = 0;
      step.kind = PathStep::Kind::Cubic;
      if (!point(cx, cy) || !point(at[4], at[5])) return false;
      at[0] = x_ + (cx - x_) * 2 / 3;
      at[1] = y_ + (cy - y_) * 2 / 3;
      at[2] = at[4] + (cx - at[4]) * 2 / 3;
      at[3] = at[5] + (cy - at[5]) * 2 / 3;
      move_to(at[4], at[5]);
    } else {
      return false;
    }
    path_.push_back(step);
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  double x_ = 0, y_ = 0;
  OutlinePath path_;
};

std::size_t letter_size(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
  return size;
}

char32_t code_point(std::string_view letter) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(letter[i]); };
  const std::size_t size = letter.size();
  if (size == 1) return byte(0);
  char32_t value = byte(0) & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) value = (value << 6) | (byte(i) & 0x3F);
  return value;
}

Script script_of(char32_t c) {
  const auto in = [c](char32_t from, char32_t to) { return c >= from && c <= to; };
  if (in('A', 'Z') || in('a', 'z') || in('0', '9') || (in(0xC0, 0x24F) && c != 0xD7 && c != 0xF7)) {
    return Script::Latin;
  }
  if (in(0x3400, 0x9FFF) || in(0xF900, 0xFAFF) || in(0x3041, 0x30FF) || in(0x20000, 0x3FFFF)) {
    return Script::Han;
  }
  if (in(0xAC00, 0xD7A3)) return Script::Hangul;
  if (in(0x900, 0x97F)) return Script::Devanagari;
  return c < 0x2B0 || in(0x2000, 0x206F) || in(0x3000, 0x303F) || in(0xFF00, 0xFF65)
             ? Script::Sign
             : Script::Other;
}

/// The row with the longest cluster that `text` starts with.
std::string_view row_for(std::string_view text, std::size_t& size) {
  std::string_view best;
  size = 0;
  for (const std::string_view row : builtin_glyph_rows()) {
    std::string_view cluster = row.substr(0, row.find(' '));
    if (cluster == "\\s") cluster = " ";
    if (cluster.size() > size && text.starts_with(cluster)) {
      best = row;
      size = cluster.size();
    }
  }
  return best;
}

Glyph read_row(std::string_view row, std::string_view cluster) {
  Glyph glyph;
  glyph.text = cluster;
  row.remove_prefix(std::min(row.size(), row.find(' ') + 1));
  int advance = 0;
  std::from_chars(row.data(), row.data() + row.size(), advance);
  glyph.advance = advance / kEm;
  glyph.path = PathReader(row.substr(std::min(row.size(), row.find(' ') + 1))).read();
  return glyph;
}

}  // namespace

double full_height(Script script) noexcept {
  const auto measured = [](std::string_view letter) {
    std::size_t size = 0;
    const PathBox box = box_of(read_row(row_for(letter, size), letter).path);
    return box.bottom - box.top;
  };
  static const double kLatin = measured("H"), kHan = measured("生"), kHangul = measured("생"),
                      kDevanagari = measured("क");
  switch (script) {
    case Script::Han:
      return kHan;
    case Script::Hangul:
      return kHangul;
    case Script::Devanagari:
      return kDevanagari;
    default:
      return kLatin;
  }
}

Result<std::vector<Glyph>> glyphs_of(std::string_view text) {
  std::vector<Glyph> glyphs;
  std::string missing;
  if (!is_utf8(text)) return fail(ErrorCode::Usage, "the label's text is not UTF-8");
  while (!text.empty()) {
    std::size_t size = 0;
    const std::string_view row = row_for(text, size);
    if (row.empty()) size = letter_size(text);
    const std::string_view letter = text.substr(0, size);
    const char32_t code = code_point(letter.substr(0, letter_size(letter)));
    text.remove_prefix(size);
    std::optional<Glyph> glyph;
    if (!row.empty()) {
      glyph = read_row(row, letter);
    } else {
      glyph = system_glyph(code);
    }
    if (!glyph) {
      missing += fmt::format("{}{} (U+{:04X})", missing.empty() ? "" : ", ", letter,
                             static_cast<std::uint32_t>(code));
      continue;
    }
    glyph->text = letter;
    glyph->script = script_of(code);
    glyphs.push_back(std::move(*glyph));
  }
  if (!missing.empty()) {
    return fail(ErrorCode::NotFound,
                fmt::format("no font on this machine can draw {}: install a font that has these "
                            "letters (and fontconfig), or use another text",
                            missing),
                "font");
  }
  return glyphs;
}

PathBox box_of(const OutlinePath& path) noexcept {
  PathBox box{1e30, 1e30, -1e30, -1e30};
  const auto take = [&box](double x, double y) {
    box.left = std::min(box.left, x);
    box.right = std::max(box.right, x);
    box.top = std::min(box.top, y);
    box.bottom = std::max(box.bottom, y);
  };
  double x0 = 0, y0 = 0;
  for (const PathStep& step : path) {
    const double* p = step.at.data();
    if (step.kind == PathStep::Kind::Close) continue;
    if (step.kind != PathStep::Kind::Cubic) {
      take(x0 = p[0], y0 = p[1]);
      continue;
    }
    constexpr int kSteps = 16;
    for (int i = 1; i <= kSteps; ++i) {
      const double t = static_cast<double>(i) / kSteps, s = 1 - t;
      const double a = s * s * s, b = 3 * s * s * t, c = 3 * s * t * t, d = t * t * t;
      take(a * x0 + b * p[0] + c * p[2] + d * p[4], a * y0 + b * p[1] + c * p[3] + d * p[5]);
    }
    x0 = p[4];
    y0 = p[5];
  }
  return box.right < box.left ? PathBox{} : box;
}

OutlinePath placed(const OutlinePath& path, double scale, double x, double y) {
  OutlinePath out = path;
  for (PathStep& step : out) {
    for (std::size_t i = 0; i < 6; i += 2) {
      step.at[i] = x + step.at[i] * scale;
      step.at[i + 1] = y + step.at[i + 1] * scale;
    }
  }
  return out;
}

void add_rounded_box(OutlinePath& path, const PathBox& box, double radius) {
  using Kind = PathStep::Kind;
  const double r = std::min({radius, (box.right - box.left) / 2, (box.bottom - box.top) / 2});
  const double k = r * 0.4477152;  // control points of a quarter circle, from its corner
  const double l = box.left, t = box.top, e = box.right, b = box.bottom;
  path.push_back({Kind::Move, {l + r, t}});
  path.push_back({Kind::Line, {e - r, t}});
  path.push_back({Kind::Cubic, {e - k, t, e, t + k, e, t + r}});
  path.push_back({Kind::Line, {e, b - r}});
  path.push_back({Kind::Cubic, {e, b - k, e - k, b, e - r, b}});
  path.push_back({Kind::Line, {l + r, b}});
  path.push_back({Kind::Cubic, {l + k, b, l, b - k, l, b - r}});
  path.push_back({Kind::Line, {l, t + r}});
  path.push_back({Kind::Cubic, {l, t + k, l + k, t, l + r, t}});
  path.push_back({Kind::Close, {}});
}

std::string svg_path(const OutlinePath& path) {
  std::string out;
  const auto number = [&out](double value) {
    std::string text = fmt::format("{:.2f}", value);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    if (text == "-0") text = "0";
    const char before = out.empty() ? 'M' : out.back();
    if (before >= '0' && before <= '9' && text[0] != '-') out += ' ';
    out += text;
  };
  for (const PathStep& step : path) {
    constexpr std::size_t kNumbers[] = {2, 2, 6, 0};
    out += "MLCZ"[static_cast<std::size_t>(step.kind)];
    for (std::size_t i = 0; i < kNumbers[static_cast<std::size_t>(step.kind)]; ++i) {
      number(step.at[i]);
    }
  }
  return out;
}

}  // namespace colophon
