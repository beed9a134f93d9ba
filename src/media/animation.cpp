// SPDX-License-Identifier: Apache-2.0
#include "media/animation.hpp"

namespace colophon {

bool AnimationFrame::touches(const Stamp& stamp) const noexcept {
  return x < stamp.right() && y < stamp.bottom() && stamp.x < x + width && stamp.y < y + height;
}

bool AnimationFrame::covers(const Stamp& stamp) const noexcept {
  return x <= stamp.x && y <= stamp.y && stamp.right() <= x + width && stamp.bottom() <= y + height;
}

Status follow_label(std::span<AnimationFrame* const> frames, const Stamp& stamp) {
  bool labelled = false;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    AnimationFrame& frame = *frames[i];
    const bool before = labelled;
    frame.over_label = frame.touches(stamp) && frame.blends && labelled;
    if (!labelled && !frame.covers(stamp)) {
      return fail(ErrorCode::Unsupported,
                  "the animation clears the place of the label and paints only a part of it anew; "
                  "choose another place for the label",
                  "frames");
    }
    labelled = true;
    // There is nothing to restore before the first frame.
    const bool clears =
        frame.dispose == Dispose::Clear || (i == 0 && frame.dispose == Dispose::Restore);
    if (clears && frame.touches(stamp)) labelled = false;
    if (!clears && frame.dispose == Dispose::Restore) labelled = before;
  }
  return {};
}

}  // namespace colophon
