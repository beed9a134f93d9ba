// SPDX-License-Identifier: Apache-2.0
#include "ops/seen.hpp"

#include <fmt/core.h>

#include "text/scan_text.hpp"

namespace colophon {
namespace {

/// The words say how much; a cue and words that are not understood say "generated", as the standard
/// has it for explicit labels.
Origin origin_of(const Mark& mark) {
  const text::TextFindings found = text::scan_text(as_bytes(mark.text));
  return found.labels.empty() ? Origin::Generated : found.labels.front().origin;
}

Evidence evidence_of(const Mark& mark, const Format& format) {
  Evidence evidence;
  evidence.layer = Layer::Explicit;
  evidence.standard = StandardId::VisibleLabel;
  evidence.where = mark.where;
  const bool text = mark.medium == MarkMedium::Text;
  const char* how = text ? "visible" : mark.medium == MarkMedium::Sound ? "heard" : "seen";
  evidence.carrier = fmt::format("{}:{}[{}]", format.id, how, text ? mark.language : mark.position);
  evidence.says = Label{};
  evidence.says->origin = origin_of(mark);
  auto& details = evidence.details;
  details = {{"phrase", mark.text}, {"position", mark.position}};
  if (!mark.language.empty()) details.emplace_back("language", mark.language);
  if (text) return evidence;
  if (mark.medium != MarkMedium::Sound) {
    details.emplace_back("box", fmt::format("{},{} {}x{} of {}x{}", mark.x, mark.y, mark.width,
                                            mark.height, mark.shown_width, mark.shown_height));
    details.emplace_back("height", fmt::format("{} px, {:.1f} % of the shorter side",
                                               mark.glyph_height, 100 * mark.height_share()));
  }
  if (mark.medium != MarkMedium::Picture) {
    details.emplace_back(
        "time", fmt::format("{:.2f}-{:.2f} s of {:.2f} s", mark.begins, mark.ends, mark.duration));
  }
  details.emplace_back("score", fmt::format("{:.2f}", mark.score));
  if (mark.false_alarms > 0) {
    details.emplace_back("false_alarms", fmt::format("{:.2g}", mark.false_alarms));
  }
  return evidence;
}

}  // namespace

MarkSearch look_for_marks(Source& source, const Format& format, const Env& env) {
  auto found = find_marks(source, format, {env.limits, nullptr});
  if (found) return *std::move(found);
  MarkSearch search;
  search.notes.push_back({"explicit-unseen",
                          Severity::Info,
                          {"no explicit label could be looked for: " + found.error().message,
                           "无法查找显式标识：" + found.error().message},
                          found.error().offset});
  return search;
}

void read_seen(const MarkSearch& search, const Format& format, bool text_told, Reading& reading,
               std::vector<std::string>& looked) {
  for (const Mark& mark : search.marks) {
    if (text_told && mark.medium == MarkMedium::Text) continue;
    reading.statements.push_back({evidence_of(mark, format), std::nullopt});
  }
  reading.findings.insert(reading.findings.end(), search.notes.begin(), search.notes.end());
  looked.insert(looked.end(), search.looked.begin(), search.looked.end());
}

}  // namespace colophon
