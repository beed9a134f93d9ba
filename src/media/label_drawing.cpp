// SPDX-License-Identifier: Apache-2.0
// Laying out the words of a label.
#include "media/label_drawing.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "media/raster.hpp"

namespace colophon {
namespace {

/// How much larger "AI" stands than the other capitals of its text (Code of Practice of the EU,
/// 2026-06-10: the acronym is dominant).
constexpr double kDominance = 1.4;
constexpr std::size_t kMaxLines = 4;

/// Letters that stay together on a line.
struct Word {
  std::vector<Glyph> glyphs;
  std::string text;
  double scale = 1;
  double space = 0;   ///< in em, before it, unless it begins a line
  bool soft = false;  ///< a line may break before it only when nothing else helps
};

struct Layout {
  std::vector<std::vector<const Word*>> lines;
};

bool is_capital_text(std::string_view text) {
  return text.starts_with("AI ") && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || c == ' ';
         });
}

bool wide(Script script) {
  return script == Script::Han || script == Script::Hangul;
}

/// Words of one text. Han text may be broken anywhere, but no sign begins a line.
Result<std::vector<Word>> words_of(const std::string& text) {
  const std::vector<Glyph> glyphs = TRY(glyphs_of(text));
  const bool dominant = is_capital_text(text);
  std::vector<Word> words;
  double space = 0;
  bool fresh = true;
  for (const Glyph& glyph : glyphs) {
    if (glyph.text == " ") {
      space = glyph.advance;
      fresh = true;
      continue;
    }
    const bool breakable = !fresh && glyph.script != Script::Sign &&
                           (wide(glyph.script) || wide(words.back().glyphs.back().script)) &&
                           glyph.script != Script::Hangul;
    if (fresh || breakable) words.push_back({{}, {}, 1, fresh ? space : 0, !fresh});
    words.back().glyphs.push_back(glyph);
    words.back().text += glyph.text;
    fresh = false;
    space = 0;
  }
  if (dominant && !words.empty()) words.front().scale = kDominance;
  return words;
}

double advance_of(const Word& word) {
  double sum = 0;
  for (const Glyph& glyph : word.glyphs) sum += glyph.advance * word.scale;
  return sum;
}

/// The font's size that gives every full letter of the words at least `height`.
double em_for(const std::vector<Word>& words, double height) {
  double least = 0;
  for (const Word& word : words) {
    for (const Glyph& glyph : word.glyphs) {
      if (glyph.script == Script::Sign) continue;
      const double full = full_height(glyph.script) * word.scale;
      least = least == 0 ? full : std::min(least, full);
    }
  }
  return height / (least == 0 ? full_height(Script::Latin) : least);
}

struct Attempt {
  double glyph_height;
  bool soft;   ///< break inside Han text
  bool tight;  ///< hardly a plate around the letters
};

class Composer {
 public:
  Composer(const std::vector<Word>& words, const LabelRoom& room, Attempt attempt)
      : words_(words),
        room_(room),
        attempt_(attempt),
        em_(em_for(words, attempt.glyph_height)),
        pad_x_(attempt.tight ? 1 : pad(0.42)),
        pad_y_(attempt.tight ? 1 : pad(0.34)),
        gap_(attempt.tight ? 1 : pad(0.3)) {}

  std::optional<LabelDrawing> compose() {
    if (!break_lines()) return std::nullopt;
    LabelDrawing drawing;
    double y = pad_y_, widest = 0;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (i != 0) {
        y += gap_;
        drawing.text += ' ';
      }
      widest = std::max(widest, add_line(lines_[i], y, drawing));
    }
    drawing.ink = box_of(drawing.letters);
    drawing.width = whole(widest + pad_x_);
    drawing.height = whole(y + pad_y_);
    drawing.corner = attempt_.tight ? 0 : pad_y_ * 0.7;
    if (drawing.width > room_.width || drawing.height > room_.height) return std::nullopt;
    return drawing;
  }

 private:
  [[nodiscard]] double whole(double value) const {
    return room_.whole_pixels ? std::ceil(value - 1e-6) : value;
  }
  [[nodiscard]] double pad(double share) const {
    return room_.whole_pixels ? std::max(1.0, std::round(attempt_.glyph_height * share))
                              : attempt_.glyph_height * share;
  }

  bool break_lines() {
    const double most = room_.width - 2 * pad_x_;
    double used = 0;
    for (const Word& word : words_) {
      const double size = advance_of(word) * em_;
      const bool may = lines_.empty() || !word.soft || attempt_.soft;
      const bool over = !lines_.empty() && used + word.space * em_ + size > most;
      if (lines_.empty() || (over && may)) {
        lines_.emplace_back();
        used = size;
      } else {
        used += word.space * em_ + size;
      }
      lines_.back().push_back(&word);
    }
    return !lines_.empty() && lines_.size() <= kMaxLines;
  }

  /// Returns where the line's last letter ends; `y` goes from its top to its bottom.
  double add_line(const std::vector<const Word*>& line, double& y, LabelDrawing& drawing) {
    double top = 0, bottom = 0;
    for (const Word* word : line) {
      for (const Glyph& glyph : word->glyphs) {
        const PathBox box = box_of(glyph.path);
        top = std::min(top, box.top * word->scale * em_);
        bottom = std::max(bottom, box.bottom * word->scale * em_);
      }
    }
    const double base = room_.whole_pixels ? std::ceil(y - top - 1e-6) : y - top;
    double x = pad_x_;
    bool first = true;
    for (const Word* word : line) {
      const double em = em_ * word->scale;
      if (!first) x += word->space * em_;
      if (!first && word->space > 0) drawing.text += ' ';
      for (const Glyph& glyph : word->glyphs) {
        if (first)
          x -= box_of(glyph.path).left * em;  // ink, not its bearing, meets the plate's pad
        first = false;
        const OutlinePath path = placed(glyph.path, em, x, base);
        drawing.letters.insert(drawing.letters.end(), path.begin(), path.end());
        x += glyph.advance * em;
        if (glyph.script != Script::Sign) {
          drawing.glyph_height = std::max(drawing.glyph_height, full_height(glyph.script) * em);
        }
      }
      drawing.text += word->text;
    }
    y = room_.whole_pixels ? std::ceil(base + bottom - 1e-6) : base + bottom;
    return box_of(drawing.letters).right;
  }

  const std::vector<Word>& words_;
  const LabelRoom& room_;
  Attempt attempt_;
  double em_, pad_x_, pad_y_, gap_;
  std::vector<std::vector<const Word*>> lines_;
};

/// A form that says the same in fewer letters; the text itself where there is none.
std::string short_form(const std::string& text) {
  constexpr std::pair<std::string_view, std::string_view> kForms[] = {
      {"AI生成", "AI生成"},
      {"AI合成", "AI合成"},
      {"人工智能生成", "AI生成"},
      {"人工智能合成", "AI合成"},
      {"AI-generated", "AI-generated"},
      {"AI 생성물", "AI 생성물"},
  };
  for (const auto& [whole, form] : kForms) {
    if (text.find(whole) != std::string::npos) return std::string(form);
  }
  return text;
}

Result<std::vector<Word>> words_of_all(std::span<const std::string> texts, bool brief) {
  std::vector<Word> all;
  std::vector<std::string> done;
  for (const std::string& text : texts) {
    const std::string form = brief ? short_form(text) : text;
    if (form.empty() || std::find(done.begin(), done.end(), form) != done.end()) continue;
    done.push_back(form);
    std::vector<Word> words = TRY(words_of(form));
    if (!all.empty() && !words.empty()) words.front().space = 0.6;
    std::move(words.begin(), words.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace

Result<LabelDrawing> draw_label(std::span<const std::string> texts, const LabelRoom& room) {
  const std::vector<Word> whole = TRY(words_of_all(texts, false));
  const std::vector<Word> brief = TRY(words_of_all(texts, true));
  if (whole.empty()) return fail(ErrorCode::Usage, "the label has no text");
  const double least = room.least_height > 0 ? room.least_height : room.glyph_height;
  for (const bool tight : {false, true}) {
    for (const bool soft : {false, true}) {
      for (const auto* words : {&whole, &brief}) {
        auto drawing = Composer(*words, room, {room.glyph_height, soft, tight}).compose();
        if (!drawing) continue;
        drawing->shortened =
            words == &brief && drawing->text.size() != 0 && brief.size() != whole.size();
        return *std::move(drawing);
      }
    }
  }
  for (double height = room.glyph_height - 1; height >= std::max(least, 4.0); height -= 1) {
    for (const bool soft : {false, true}) {
      auto drawing = Composer(brief, room, {height, soft, true}).compose();
      if (!drawing) continue;
      drawing->shortened = true;
      return *std::move(drawing);
    }
  }
  return fail(ErrorCode::Unsupported,
              fmt::format("{:.0f} x {:.0f} pixels are too small for a label that can be read: it "
                          "needs letters of {:.0f} pixels",
                          room.width, room.height, std::max(least, 4.0)),
              "pixels");
}

LabelBitmap bitmap_of(const LabelDrawing& drawing) {
  const auto width = static_cast<std::uint32_t>(std::ceil(drawing.width));
  const auto height = static_cast<std::uint32_t>(std::ceil(drawing.height));
  OutlinePath plate;
  add_rounded_box(plate, {0, 0, drawing.width, drawing.height}, drawing.corner);
  LabelBitmap bitmap{rasterise(plate, width, height), rasterise(drawing.letters, width, height)};
  std::uint32_t left = width, top = height, right = 0, bottom = 0;
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      if (bitmap.ink.samples[std::size_t{y} * width + x] < 128) continue;
      left = std::min(left, x);
      right = std::max(right, x + 1);
      top = std::min(top, y);
      bottom = std::max(bottom, y + 1);
    }
  }
  if (right > left) {
    bitmap.ink_x = left;
    bitmap.ink_y = top;
    bitmap.ink_width = right - left;
    bitmap.ink_height = bottom - top;
  }
  return bitmap;
}

double relative_luminance(double red, double green, double blue) noexcept {
  const auto linear = [](double value) {
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

double contrast_ratio(double a, double b) noexcept {
  return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

}  // namespace colophon
