// SPDX-License-Identifier: Apache-2.0
#include "marks/marks.hpp"

namespace colophon {

Result<MarkPlan> plan_sound_mark(Source&, const Format& format, const MarkDemand&, const MarkEnv&) {
  return fail(ErrorCode::Unsupported,
              std::string(format.name) + ": no visible or audible label can be put here yet");
}

Result<MarkSearch> find_sound_marks(Source&, const Format&, const MarkEnv&) {
  return MarkSearch{};
}

}  // namespace colophon
