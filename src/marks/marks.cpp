// SPDX-License-Identifier: Apache-2.0
#include "marks/marks.hpp"

#include <algorithm>

namespace colophon {

std::string_view to_string(MarkMedium medium) noexcept {
  constexpr std::string_view kWords[] = {"text", "picture", "sound", "film"};
  return kWords[static_cast<std::size_t>(medium)];
}

std::string_view to_string(Place2d place) noexcept {
  constexpr std::string_view kWords[] = {"top-left", "top-right", "bottom-left", "bottom-right",
                                         "top",      "bottom",    "left",        "right"};
  return kWords[static_cast<std::size_t>(place)];
}

std::optional<MarkMedium> medium_of(const Format& format) noexcept {
  if (format.id == "font" || format.id == "c2pa" || format.can.per_record) return std::nullopt;
  switch (format.family) {
    case Family::Image:
      return MarkMedium::Picture;
    case Family::Audio:
      return MarkMedium::Sound;
    case Family::Video:
      return MarkMedium::Film;
    default:
      return MarkMedium::Text;
  }
}

double Mark::height_share() const noexcept {
  const std::uint32_t side = std::min(shown_width, shown_height);
  return side == 0 ? 0 : static_cast<double>(glyph_height) / side;
}

Result<MarkPlan> plan_mark(Source& source, const Format& format, std::string_view file_name,
                           const MarkDemand& demand, const MarkEnv& env) {
  switch (demand.medium) {
    case MarkMedium::Text:
      return plan_text_mark(source, format, file_name, demand, env);
    case MarkMedium::Picture:
      return plan_picture_mark(source, format, demand, env);
    case MarkMedium::Sound:
      return plan_sound_mark(source, format, demand, env);
    default:
      return plan_film_mark(source, format, demand, env);
  }
}

Result<MarkSearch> find_marks(Source& source, const Format& format, const MarkEnv& env) {
  const auto medium = medium_of(format);
  if (!medium) return MarkSearch{};
  switch (*medium) {
    case MarkMedium::Text:
      return find_text_marks(source, format, env);
    case MarkMedium::Picture:
      return find_picture_marks(source, format, env);
    case MarkMedium::Sound:
      return find_sound_marks(source, format, env);
    default:
      return find_film_marks(source, format, env);
  }
}

}  // namespace colophon
