// SPDX-License-Identifier: Apache-2.0
// A grey patch laid over decoded frames.
#pragma once

#include "worker/film_reel.hpp"

namespace colophon::worker {

struct Layer {
  Patch patch;
  std::vector<std::uint8_t> grey, opacity;
};
[[nodiscard]] Layer take_layer(Parts& parts);

/// What the patch does to the samples of one plane, worked out once: new = old * keep + add.
struct PlaneMix {
  std::uint32_t x = 0, y = 0, width = 0, height = 0;
  std::vector<float> keep, add;
};

class Painter {
 public:
  explicit Painter(Layer layer) : layer_(std::move(layer)) {}
  void paint(AVFrame& frame);

 private:
  void prepare(const AVFrame& frame);

  Layer layer_;
  bool wide_ = false;
  int width_ = 0, height_ = 0, format_ = -1;  // of the frames that `mixes_` is for
  std::vector<PlaneMix> mixes_;
};

}  // namespace colophon::worker
