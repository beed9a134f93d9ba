// SPDX-License-Identifier: Apache-2.0
// SVG 2: 5.1 (structure), 7 (coordinate systems), 5.6 (title), WAI-ARIA Graphics Module.
#include "marks/picture_svg.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.hpp"
#include "formats/text_document.hpp"
#include "marks/picture_stamp.hpp"
#include "wire/markup.hpp"

namespace colophon {
namespace {

using wire::MarkupKind;
using wire::MarkupToken;

constexpr std::string_view kHeight = "data-glyph-height";

std::string_view local_name(std::string_view name) {
  return name.substr(name.rfind(':') == std::string_view::npos ? 0 : name.rfind(':') + 1);
}

/// Numbers between spaces and commas; what follows the first strange character is left out.
std::vector<double> numbers_in(std::string_view text) {
  std::vector<double> out;
  while (true) {
    while (!text.empty() &&
           (text[0] == ' ' || text[0] == ',' || text[0] == '\n' || text[0] == '\t')) {
      text.remove_prefix(1);
    }
    if (!text.empty() && text[0] == '+') text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || !std::isfinite(value)) return out;
    out.push_back(value);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
}

/// A length in CSS pixels. Nothing for shares of something else.
std::optional<double> length_of(std::string_view text) {
  text = trim(text);
  const std::vector<double> numbers = numbers_in(text);
  if (numbers.size() != 1 || numbers[0] <= 0) return std::nullopt;
  constexpr std::pair<std::string_view, double> kUnits[] = {
      {"px", 1}, {"pt", 4.0 / 3}, {"pc", 16}, {"mm", 96 / 25.4}, {"cm", 96 / 2.54}, {"in", 96}};
  const char last = text.back();
  if ((last >= '0' && last <= '9') || last == '.') return numbers[0];
  for (const auto& [unit, pixels] : kUnits) {
    if (text.ends_with(unit)) return numbers[0] * pixels;
  }
  return std::nullopt;
}

/// The part of the plane that is shown, in the units of its drawings.
struct Shown {
  double x = 0, y = 0, width = 0, height = 0;
};

struct Root {
  Shown shown;
  std::string prefix;     ///< "svg:"
  std::uint64_t end = 0;  ///< where its end tag begins
  bool self_closing = false;
  Range tag;
};

std::string_view value_of(const TextDocument& document, const MarkupToken& token,
                          std::string_view name) {
  const wire::MarkupAttribute* attribute = token.attribute(name);
  return attribute == nullptr ? std::string_view() : document.at(attribute->value);
}

std::optional<Shown> shown_by(const TextDocument& document, const MarkupToken& root) {
  const auto width = length_of(value_of(document, root, "width"));
  const auto height = length_of(value_of(document, root, "height"));
  const std::vector<double> box = numbers_in(value_of(document, root, "viewBox"));
  if (box.size() == 4 && box[2] > 0 && box[3] > 0) {
    Shown shown{box[0], box[1], box[2], box[3]};
    const std::string_view fit = value_of(document, root, "preserveAspectRatio");
    if (width && height && fit.find("slice") != std::string_view::npos) {  // sides are cut off
      const double scale = std::max(*width / box[2], *height / box[3]);
      shown.width = *width / scale;
      shown.height = *height / scale;
      const auto shift = [&](std::string_view axis, double room) {
        if (fit.find(std::string(axis) + "Min") != std::string_view::npos) return 0.0;
        return fit.find(std::string(axis) + "Max") != std::string_view::npos ? room : room / 2;
      };
      shown.x += shift("x", box[2] - shown.width);
      shown.y += shift("Y", box[3] - shown.height);
    }
    return shown;
  }
  if (width && height) return Shown{0, 0, *width, *height};
  return std::nullopt;
}

Failure malformed(std::string message, std::uint64_t at) {
  return fail(ErrorCode::Malformed, std::move(message), "svg", at);
}

Result<Root> read_root(const TextDocument& document) {
  wire::MarkupReader reader(document.text(), wire::MarkupMode::Xml, document.start());
  MarkupToken token;
  Root root;
  std::size_t depth = 0;
  while (reader.next(token)) {
    if (!token.complete) break;
    if (token.kind == MarkupKind::StartTag) {
      if (depth == 0) {
        if (local_name(token.name) != "svg")
          return malformed("the root element is not svg", token.whole.offset);
        const auto shown = shown_by(document, token);
        if (!shown) {
          return fail(
              ErrorCode::Unsupported,
              "the SVG tells neither a viewBox nor a width and height, so that nobody knows "
              "where its edges are",
              "svg", token.whole.offset);
        }
        root.shown = *shown;
        root.prefix = token.name.substr(0, token.name.size() - 3);
        root.tag = token.whole;
        root.self_closing = token.self_closing;
        if (token.self_closing) return root;
      }
      if (!token.self_closing) ++depth;
    } else if (token.kind == MarkupKind::EndTag && depth > 0 && --depth == 0) {
      root.end = token.whole.offset;
      return root;
    }
  }
  return malformed("the SVG ends before its root element does", document.text().size());
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string number(double value) {
  std::string text = fmt::format("{:.3f}", value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

struct Drawn {
  std::string markup;
  Mark mark;
  bool shortened = false;
};

/// Style attributes go before the document's own rules.
Result<Drawn> draw(const MarkDemand& demand, const Root& root) {
  // A unit of the drawing may be anything, so heights are shares, and nothing is rounded up.
  const double side = std::min(root.shown.width, root.shown.height);
  const double margin = 0.02 * side;
  LabelRoom room;
  room.glyph_height =
      demand.min_height_ratio * side * 1.0005;  // numbers are written with few digits
  room.width = root.shown.width - 2 * margin;
  room.height = root.shown.height - 2 * margin;
  room.whole_pixels = false;
  // Layout has pixels in mind; a side of 1,000 serves every unit.
  const double scale = 1000 / side;
  for (double* value : {&room.glyph_height, &room.width, &room.height}) *value *= scale;
  const LabelDrawing drawing = TRY(draw_label(demand.texts, room));
  const double width = drawing.width / scale, height = drawing.height / scale;
  const PlatePlace place =
      place_plate(demand.place, root.shown.width, root.shown.height, width, height, false);
  const double x = root.shown.x + place.x, y = root.shown.y + place.y;
  const std::string& p = root.prefix;
  Drawn out;
  const std::string text = escaped(drawing.text);
  out.markup = fmt::format(
      "<{0}g role=\"img\" aria-label=\"{1}\" {2}=\"{3}\" "
      "transform=\"translate({4} {5}) scale({6})\" "
      "style=\"display:inline;visibility:visible;opacity:1\">"
      "<{0}title>{1}</{0}title>"
      "<{0}rect width=\"{7}\" height=\"{8}\" rx=\"{9}\" "
      "style=\"fill:#000;fill-opacity:{10};stroke:none\"/>"
      "<{0}path style=\"fill:#fff;fill-opacity:1;fill-rule:nonzero;stroke:none\" "
      "d=\"{11}\"/></{0}g>",
      p, text, kHeight, number(drawing.glyph_height / scale), number(x), number(y),
      fmt::format("{:.8g}", 1 / scale), number(drawing.width), number(drawing.height),
      number(drawing.corner), number(kPlateOpacity), svg_path(drawing.letters));
  out.shortened = drawing.shortened;
  Mark& mark = out.mark;
  mark.medium = MarkMedium::Picture;
  mark.text = drawing.text;
  mark.language = language_of(drawing.text);
  mark.position = to_string(demand.place);
  const auto pixel = [](double value) {
    return static_cast<std::uint32_t>(std::clamp(std::lround(value), 0L, 0x7FFFFFFFL));
  };
  // In thousandths of the shorter side, which is as good a pixel as any.
  mark.x = pixel((place.x * scale) + drawing.ink.left);
  mark.y = pixel((place.y * scale) + drawing.ink.top);
  mark.width = pixel(drawing.ink.right - drawing.ink.left);
  mark.height = pixel(drawing.ink.bottom - drawing.ink.top);
  mark.shown_width = pixel(root.shown.width * scale);
  mark.shown_height = pixel(root.shown.height * scale);
  mark.glyph_height = pixel(drawing.glyph_height);
  const double ground = 1 - kPlateOpacity;
  mark.contrast = contrast_ratio(1, relative_luminance(ground, ground, ground));
  return out;
}

/// The very label stands there, and nothing is drawn over it.
bool stands_last(const TextDocument& document, const Root& root, std::string_view markup) {
  return !root.self_closing && trim(document.text().substr(0, root.end)).ends_with(markup);
}

bool says_it(std::string_view text) {
  const std::string lower = lower_ascii(text);
  const auto has = [&](std::string_view word) { return lower.find(word) != std::string::npos; };
  if ((has("ai") || has("人工智能")) && (has("生成") || has("合成"))) return true;
  return has("ai generated") || has("ai-generated") || has("ai modified") || has("ai 생성") ||
         has("एआई जनित");
}

Mark found_mark(std::string text, double glyph_height, const Root& root) {
  const double side = std::min(root.shown.width, root.shown.height), scale = 1000 / side;
  Mark mark;
  mark.medium = MarkMedium::Picture;
  mark.language = language_of(text);
  mark.text = std::move(text);
  mark.shown_width = static_cast<std::uint32_t>(std::min(root.shown.width * scale, 1e9));
  mark.shown_height = static_cast<std::uint32_t>(std::min(root.shown.height * scale, 1e9));
  mark.glyph_height = static_cast<std::uint32_t>(std::clamp(glyph_height * scale + 0.5, 0.0, 1e9));
  return mark;
}

/// x, y and the factor of "translate(x y) scale(s)".
std::vector<double> transform_of(std::string_view text) {
  const auto behind = [text](std::string_view word) {
    const std::size_t at = text.find(word);
    return at == std::string_view::npos ? std::vector<double>()
                                        : numbers_in(text.substr(at + word.size()));
  };
  const std::vector<double> moved = behind("translate("), scaled = behind("scale(");
  return {moved.empty() ? 0 : moved[0], moved.size() < 2 ? 0 : moved[1],
          scaled.empty() ? 1 : scaled[0]};
}

/// The box of its plate, which is a little larger than that of the letters.
void put_box(Mark& mark, const std::vector<double>& place, double width, double height,
             const Root& root) {
  const double scale = 1000 / std::min(root.shown.width, root.shown.height);
  const auto pixel = [scale](double value) {
    return static_cast<std::uint32_t>(std::clamp(value * scale + 0.5, 0.0, 1e9));
  };
  mark.x = pixel(place[0] - root.shown.x);
  mark.y = pixel(place[1] - root.shown.y);
  mark.width = pixel(width * place[2]);
  mark.height = pixel(height * place[2]);
  mark.position = place_of(mark);
}

double first_number(std::string_view text) {
  const std::vector<double> numbers = numbers_in(text);
  return numbers.empty() ? 0 : numbers[0];
}

}  // namespace

Result<MarkPlan> plan_svg_mark(Source& source, const MarkDemand& demand, const MarkEnv& env) {
  const TextDocument document = TRY(TextDocument::open(source, env.limits));
  TRY(document.check_writable());
  const Root root = TRY(read_root(document));
  Drawn drawn = TRY(draw(demand, root));
  MarkPlan plan;
  plan.marks.push_back(drawn.mark);
  if (env.may_be_marked && stands_last(document, root, drawn.markup)) {
    plan.splice = identity(source.size());
    return plan;
  }
  plan.changes = true;
  if (drawn.shortened) plan.notes.push_back(mark_shortened(drawn.mark));
  Replacement change;
  if (root.self_closing) {
    const std::uint64_t slash = root.tag.end() - 2;
    change = {{slash, 2}, to_buffer(">" + drawn.markup + "</" + root.prefix + "svg>")};
  } else {
    change = {{root.end, 0}, to_buffer(drawn.markup + "\n")};
  }
  plan.splice = TRY(replace_ranges(source.size(), {std::move(change)}));
  return plan;
}

Result<MarkSearch> find_svg_marks(Source& source, const MarkEnv& env) {
  const TextDocument document = TRY(TextDocument::open(source, env.limits));
  const Root root = TRY(read_root(document));
  MarkSearch search;
  search.looked.emplace_back("groups and texts of the SVG");
  wire::MarkupReader reader(document.text(), wire::MarkupMode::Xml, document.start());
  MarkupToken token;
  std::uint64_t text_from = 0;
  double text_size = 0;
  std::optional<std::vector<double>> place;  // of the group whose plate comes next
  while (reader.next(token) && token.complete) {
    const std::string_view name = local_name(token.name);
    if (token.kind == MarkupKind::StartTag && name == "g") {
      const std::string_view label = value_of(document, token, "aria-label");
      const double height = first_number(value_of(document, token, kHeight));
      if (height > 0 && says_it(label)) {
        search.marks.push_back(found_mark(std::string(label), height, root));
        place = transform_of(value_of(document, token, "transform"));
      }
    } else if (token.kind == MarkupKind::StartTag && name == "rect" && place) {
      put_box(search.marks.back(), *place, first_number(value_of(document, token, "width")),
              first_number(value_of(document, token, "height")), root);
      place.reset();
    } else if (token.kind == MarkupKind::StartTag && name == "text" && !token.self_closing) {
      text_from = token.whole.end();
      text_size = first_number(value_of(document, token, "font-size"));
    } else if (token.kind == MarkupKind::EndTag && name == "text" && text_from != 0) {
      const std::string_view text = document.at({text_from, token.whole.offset - text_from});
      if (text.size() < 400 && says_it(text) && text.find('<') == std::string_view::npos) {
        const double share = full_height(language_of(text) == "en" ? Script::Latin : Script::Han);
        search.marks.push_back(found_mark(std::string(trim(text)), text_size * share, root));
      }
      text_from = 0;
    }
  }
  return search;
}

}  // namespace colophon
