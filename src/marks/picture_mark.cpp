// SPDX-License-Identifier: Apache-2.0
// Labels that people see in pictures: one label for every picture of the file.
#include "marks/marks.hpp"
#include "marks/picture_find.hpp"
#include "marks/picture_stamp.hpp"
#include "marks/picture_svg.hpp"
#include "media/worker.hpp"

#include <algorithm>

namespace colophon {
namespace {

using StampFile = Result<Stamped> (*)(Source&, const MakeStamp&, const Limits&);

StampFile stamper_of(const Format& format) {
  if (format.id == "jpeg") return stamp_jpeg;
  if (format.id == "png") return stamp_png;
  if (format.id == "webp") return stamp_webp;
  if (format.id == "gif") return stamp_gif;
  if (format.id == "bmp") return stamp_bmp;
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

/// The marks that say already what is demanded, where it is demanded and as large. Empty: one of
/// the texts is missing.
std::vector<Mark> standing(Source& source, const Format& format, const MarkDemand& demand,
                           const MarkEnv& env) {
  constexpr double kMeasured = 0.94;  // heights are measured on a small copy (docs/marks.md)
  const auto search = find_picture_marks(source, format, env);
  if (!search) return {};  // whoever draws says what is wrong with the file
  std::vector<Mark> found;
  for (const std::string& text : demand.texts) {
    const auto says = [&](const Mark& mark) {
      return mark.text.find(text) != std::string::npos &&
             mark.position == to_string(demand.place) &&
             mark.glyph_height >=
                 kMeasured * required_height(demand, mark.shown_width, mark.shown_height);
    };
    const auto mark = std::find_if(search->marks.begin(), search->marks.end(), says);
    if (mark == search->marks.end()) return {};
    found.push_back(*mark);
  }
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
  plan.splice = TRY(replace_ranges(source.size(), std::move(stamped.changes)));
  return plan;
}

namespace {

constexpr std::uint32_t kShortSide = 480, kLongSide = 1024;

Result<Picture> picture_of(Source& source, const Format& format) {
  if (decodes_here(format)) return decode_picture(source, format, {kLongSide, kShortSide});
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

}  // namespace

Result<MarkSearch> find_picture_marks(Source& source, const Format& format, const MarkEnv& env) {
  if (format.id == "svg") return find_svg_marks(source, env);
  MarkSearch search;
  const Picture picture = TRY(picture_of(source, format));
  const unsigned orientation = format.id == "jpeg" ? jpeg_orientation(source, env.limits) : 1;
  const PictureShape shape{picture.width, picture.height, orientation};
  const Plane plane = turned(picture.grey, orientation);
  search.marks = find_marks_in_plane(plane);
  search.looked.emplace_back("corners and edges of the picture");
  const double scale = static_cast<double>(shape.shown_width()) / plane.width;
  const auto scaled = [scale](std::uint32_t& value) {
    value = static_cast<std::uint32_t>(value * scale + 0.5);
  };
  for (Mark& mark : search.marks) {
    for (std::uint32_t* value : {&mark.x, &mark.y, &mark.width, &mark.height, &mark.glyph_height}) {
      scaled(*value);
    }
    mark.shown_width = shape.shown_width();
    mark.shown_height = shape.shown_height();
  }
  return search;
}

}  // namespace colophon
