// SPDX-License-Identifier: Apache-2.0
// Labels that people see in pictures: one label for every picture of the file.
#include "marks/marks.hpp"
#include "marks/picture_find.hpp"
#include "marks/picture_stamp.hpp"
#include "marks/picture_svg.hpp"
#include "marks/picture_templates.hpp"
#include "media/tiff_pixels.hpp"
#include "media/worker.hpp"

#include <algorithm>
#include <cmath>

namespace colophon {
namespace {

using StampFile = Result<Stamped> (*)(Source&, const MakeStamp&, const Limits&);

StampFile stamper_of(const Format& format) {
  if (format.id == "jpeg") return stamp_jpeg;
  if (format.id == "png") return stamp_png;
  if (format.id == "webp") return stamp_webp;
  if (format.id == "gif") return stamp_gif;
  if (format.id == "bmp") return stamp_bmp;
  if (format.id == "tiff") return stamp_tiff;
  if (format.id == "heif" || format.id == "avif") return stamp_heif;
  return nullptr;
}

}  // namespace

Finding mark_shortened(const Mark& mark) {
  return {"mark-shortened",
          Severity::Info,
          {"there is no room for the whole label; this stands there: " + mark.text,
           "图片容不下完整的标识，实际写入的是：" + mark.text},
          std::nullopt};
}

namespace {

constexpr std::uint32_t kShortSide = 480, kLongSide = 1024;

Result<Picture> picture_of(Source& source, const Format& format) {
  const CopySize size{kLongSide, kShortSide};
  if (decodes_here(format)) return decode_picture(source, format, size);
  if (format.id == "tiff") {
    auto picture = decode_tiff(source, size);
    if (picture || picture.error().code != ErrorCode::Unsupported) return picture;
  }
  return media_picture(source, format, 0, kLongSide);
}

/// The plane as it is shown.
Plane turned(const Plane& plane, unsigned orientation) {
  if (orientation <= 1) return plane;
  const PictureShape shape{plane.width, plane.height, orientation};
  Plane out{shape.shown_width(), shape.shown_height(), {}};
  out.samples.resize(plane.samples.size());
  for (std::uint32_t y = 0; y < out.height; ++y) {
    for (std::uint32_t x = 0; x < out.width; ++x) {
      const PixelPlace from = stored_place(shape, x, y);
      out.samples[std::size_t{y} * out.width + x] =
          plane.samples[std::size_t{from.y} * plane.width + from.x];
    }
  }
  return out;
}

/// As EXIF has it; HEIF is turned by its decoder.
unsigned orientation_of(Source& source, const Format& format, const Limits& limits) {
  if (format.id == "jpeg") return jpeg_orientation(source, limits);
  if (format.id == "png") return png_orientation(source, limits);
  if (format.id == "webp") return webp_orientation(source, limits);
  return format.id == "tiff" ? tiff_orientation(source, limits) : 1;
}

/// The picture as it is shown, small and grey.
struct Shown {
  PictureShape shape;
  Plane plane;
};

Result<Shown> shown_picture(Source& source, const Format& format, const MarkEnv& env) {
  const Picture picture = TRY(picture_of(source, format));
  const unsigned orientation = orientation_of(source, format, env.limits);
  return Shown{{picture.width, picture.height, orientation}, turned(picture.grey, orientation)};
}

/// A mark of the plane in pixels of the picture.
Mark enlarged(Mark mark, const Shown& shown) {
  const double scale = static_cast<double>(shown.shape.shown_width()) / shown.plane.width;
  for (std::uint32_t* value : {&mark.x, &mark.y, &mark.width, &mark.height, &mark.glyph_height}) {
    *value = static_cast<std::uint32_t>(std::lround(*value * scale));
  }
  mark.shown_width = shown.shape.shown_width();
  mark.shown_height = shown.shape.shown_height();
  return mark;
}

Plane columns(const Plane& plane, std::uint32_t first, std::uint32_t end) {
  Plane out{end - first, plane.height, {}};
  for (std::uint32_t y = 0; y < plane.height; ++y) {
    const auto row = plane.samples.begin() + static_cast<std::ptrdiff_t>(y) * plane.width;
    out.samples.insert(out.samples.end(), row + first, row + end);
  }
  return out;
}

/// Of several texts in one line the detector tells the one it is surest of: what stands to the left
/// and to the right of it is looked at on its own.
void find_in_line(const Plane& plane, std::uint32_t left, int depth, std::vector<Mark>& found) {
  if (depth == 0 || plane.width < plane.height / 8 + 16) return;
  for (Mark mark : find_marks_in_plane(plane)) {
    const std::uint32_t begins = mark.x, ends = std::min(mark.x + mark.width, plane.width);
    mark.x += left;
    found.push_back(mark);
    find_in_line(columns(plane, 0, begins), left, depth - 1, found);
    find_in_line(columns(plane, ends, plane.width), left + ends, depth - 1, found);
  }
}

Plane cut(const Plane& plane, std::uint32_t x, std::uint32_t y, std::uint32_t right,
          std::uint32_t bottom) {
  Plane out{right - x, bottom - y, {}};
  for (; y < bottom; ++y) {
    const auto row = plane.samples.begin() + static_cast<std::ptrdiff_t>(y) * plane.width;
    out.samples.insert(out.samples.end(), row + x, row + right);
  }
  return out;
}

/// The very label that would be drawn, in whatever words: it is known where its letters would lie
/// and how they would look. They must all be there, lighter than what is around them.
std::optional<Mark> same_label(const Shown& shown, const MarkDemand& demand) {
  constexpr double kAlike = 0.8, kEachLetter = 0.75;
  const std::uint32_t width = shown.shape.shown_width(), height = shown.shape.shown_height();
  const auto placed = place_label(demand, width, height);
  if (!placed) return std::nullopt;
  const double scale = static_cast<double>(shown.plane.width) / width;
  const LabelBitmap& bitmap = placed->bitmap;
  const auto small = [&](double length) {
    return static_cast<std::uint32_t>(std::max(1L, std::lround(length * scale)));
  };
  const Plane ink = resized(cut(bitmap.ink, bitmap.ink_x, bitmap.ink_y,
                                bitmap.ink_x + bitmap.ink_width, bitmap.ink_y + bitmap.ink_height),
                            small(bitmap.ink_width), small(bitmap.ink_height));
  const WordTemplate letters = template_of(ink, placed->mark.glyph_height * scale);
  constexpr std::uint32_t kRoom = 2;
  const auto left = static_cast<std::uint32_t>(placed->mark.x * scale);
  const auto top = static_cast<std::uint32_t>(placed->mark.y * scale);
  const std::uint32_t x = left - std::min(left, kRoom), y = top - std::min(top, kRoom);
  const std::uint32_t right = std::min(left + ink.width + kRoom, shown.plane.width);
  const std::uint32_t bottom = std::min(top + ink.height + kRoom, shown.plane.height);
  if (right < x + ink.width || bottom < y + ink.height || letters.norm <= 0) return std::nullopt;
  const WindowSums sums(cut(shown.plane, x, y, right, bottom));
  for (std::uint32_t v = 0; v + letters.height <= sums.height(); ++v) {
    for (std::uint32_t u = 0; u + letters.width <= sums.width(); ++u) {
      const double spread = sums.spread(u, v, letters.width, letters.height);
      const double alike = sums.correlation(letters, u, v, spread);
      if (alike < kAlike || sums.worst_slice(letters, u, v, false) < kEachLetter) continue;
      Mark mark = placed->mark;
      mark.score = alike;
      return mark;
    }
  }
  return std::nullopt;
}

/// The marks that say already what is demanded, in one line where it is demanded and as large.
/// Empty: one of the texts is missing.
std::vector<Mark> standing(Source& source, const Format& format, const MarkDemand& demand,
                           const MarkEnv& env) {
  constexpr double kMeasured = 0.94;  // heights are measured on a small copy (docs/marks.md)
  const auto shown = shown_picture(source, format, env);
  if (!shown) return {};  // whoever draws says what is wrong with the file
  if (const auto mark = same_label(*shown, demand)) return {*mark};
  std::vector<Mark> marks;
  find_in_line(shown->plane, 0, demand.texts.size() > 1 ? 3 : 1, marks);
  const std::uint32_t least =
      required_height(demand, shown->shape.shown_width(), shown->shape.shown_height());
  std::vector<Mark> found;
  for (const std::string& text : demand.texts) {
    for (const Mark& mark : marks) {
      const Mark large = enlarged(mark, *shown);
      if (mark.text.find(text) == std::string::npos || large.glyph_height < kMeasured * least) {
        continue;
      }
      // Only one of a line stands in the corner itself.
      const bool in_line = !found.empty() && large.y < found.front().y + found.front().height &&
                           found.front().y < large.y + large.height;
      if (!in_line && (!found.empty() || large.position != to_string(demand.place))) continue;
      found.push_back(large);
      break;
    }
  }
  if (found.size() < demand.texts.size()) found.clear();
  return found;
}

}  // namespace

Result<MarkPlan> plan_picture_mark(Source& source, const Format& format, const MarkDemand& demand,
                                   const MarkEnv& env) {
  if (format.id == "svg") return plan_svg_mark(source, demand, env);
  if (env.may_be_marked) {
    MarkPlan plan;
    plan.marks = standing(source, format, demand, env);
    plan.splice = identity(source.size());
    if (!plan.marks.empty()) return plan;
  }
  const StampFile stamp_file = stamper_of(format);
  if (stamp_file == nullptr) {
    return fail(ErrorCode::Unsupported,
                std::string(format.name) + ": no visible or audible label can be put here yet");
  }
  std::optional<PlacedLabel> first;  // small copies of the picture come after it
  const MakeStamp make = [&](const PictureShape& shape) -> Result<Stamp> {
    const PlacedLabel placed = TRY(place_label(demand, shape.shown_width(), shape.shown_height()));
    if (!first) first = placed;
    return turned_stamp(placed.bitmap, shape, placed.x, placed.y);
  };
  Stamped stamped = TRY(stamp_file(source, make, env.limits));
  MarkPlan plan;
  plan.changes = true;
  plan.notes = std::move(stamped.notes);
  if (first) {
    first->mark.contrast = stamped.contrast.ratio();
    if (first->shortened) plan.notes.push_back(mark_shortened(first->mark));
    plan.marks.push_back(first->mark);
  }
  plan.splice = stamped.splice ? std::move(*stamped.splice)
                               : TRY(replace_ranges(source.size(), std::move(stamped.changes)));
  return plan;
}

Result<MarkSearch> find_picture_marks(Source& source, const Format& format, const MarkEnv& env) {
  if (format.id == "svg") return find_svg_marks(source, env);
  MarkSearch search;
  const Shown shown = TRY(shown_picture(source, format, env));
  for (const Mark& mark : find_marks_in_plane(shown.plane)) {
    search.marks.push_back(enlarged(mark, shown));
  }
  search.looked.emplace_back("corners and edges of the picture");
  return search;
}

}  // namespace colophon
