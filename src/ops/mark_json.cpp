// SPDX-License-Identifier: Apache-2.0
#include "ops/mark_json.hpp"

#include <nlohmann/json.hpp>

namespace colophon {

nlohmann::ordered_json to_value(const Mark& mark) {
  using Json = nlohmann::ordered_json;
  Json json = {{"medium", to_string(mark.medium)},
               {"text", mark.text},
               {"language", mark.language.empty() ? Json() : Json(mark.language)},
               {"position", mark.position}};
  if (mark.medium == MarkMedium::Text) {
    json["offset"] = mark.where.offset;
    json["length"] = mark.where.size;
  }
  if (mark.medium == MarkMedium::Picture || mark.medium == MarkMedium::Film) {
    json["box"] = {mark.x, mark.y, mark.width, mark.height};
    json["picture"] = {mark.shown_width, mark.shown_height};
    json["glyph_height"] = mark.glyph_height;
    json["height_share"] = mark.height_share();
    if (mark.contrast > 0) json["contrast"] = mark.contrast;
  }
  if (mark.medium == MarkMedium::Sound || mark.medium == MarkMedium::Film) {
    json["begins"] = mark.begins;
    json["ends"] = mark.ends;
    json["duration"] = mark.duration;
  }
  return json;
}

}  // namespace colophon
