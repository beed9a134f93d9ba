// SPDX-License-Identifier: Apache-2.0
// Labels that people see in pictures: one label for every picture of the file.
#include "marks/marks.hpp"
#include "marks/picture_stamp.hpp"

namespace colophon {
namespace {

using StampFile = Result<Stamped> (*)(Source&, const MakeStamp&, const Limits&);

StampFile stamper_of(const Format& format) {
  if (format.id == "jpeg") return stamp_jpeg;
  if (format.id == "png") return stamp_png;
  return nullptr;
}

Finding shortened(const Mark& mark) {
  return {"mark-shortened",
          Severity::Info,
          {"there is no room for the whole label; this stands there: " + mark.text,
           "图片容不下完整的标识，实际写入的是：" + mark.text},
          std::nullopt};
}

}  // namespace

Result<MarkPlan> plan_picture_mark(Source& source, const Format& format, const MarkDemand& demand,
                                   const MarkEnv& env) {
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
    if (first->shortened) plan.notes.push_back(shortened(first->mark));
    plan.marks.push_back(first->mark);
  }
  plan.splice = TRY(replace_ranges(source.size(), std::move(stamped.changes)));
  return plan;
}

Result<MarkSearch> find_picture_marks(Source&, const Format&, const MarkEnv&) {
  return MarkSearch{};
}

}  // namespace colophon
