// SPDX-License-Identifier: Apache-2.0
// A film as its coded pictures: where each one stands in the file and when it is shown; and the
// plan that puts other coded pictures in the place of some. Everything else of the file stays.
#pragma once

#include "formats/format.hpp"

#include <array>

namespace colophon {

/// One coded picture, in the order of the file.
struct FilmSample {
  Range where;
  std::int64_t dts = 0, pts = 0;  ///< in ticks
  bool key = false;               ///< the container says that decoding can start here
};

/// A stretch of the film as it is shown, in seconds.
struct FilmStretch {
  double shown = 0, length = 0;
  double from = 0;  ///< on the clock of the samples
};

struct Film {
  std::string codec;  ///< as FFmpeg's decoders are named: "h264"
  std::uint32_t entry = 0;
  ByteBuffer config;  ///< what a decoder must have first, as the container holds it
  std::uint32_t width = 0, height = 0;  ///< as the container says; the pictures may differ
  /// Of a pixel; 0: the container does not say.
  std::uint32_t pixel_width = 0, pixel_height = 0;
  /// Where a step to the right and a step down in the coded picture go when it is shown: {right,
  /// down, right, down}. {1, 0, 0, 1}: nothing is turned.
  std::array<int, 4> turn{1, 0, 0, 1};
  std::uint32_t ticks = 1;  ///< in a second
  std::vector<FilmSample> samples;
  std::vector<FilmStretch> shown;  ///< in the order of showing
  std::uint64_t films = 1;         ///< in the file; this is the first
  [[nodiscard]] double duration() const noexcept;
};

/// The first film of a file. Errors: `not-found` (there is none), `unsupported` (it is there, but
/// not as a list of samples that can be changed; says why), `malformed`.
[[nodiscard]] Result<Film> read_film(Source& source, const Format& format, const Limits& limits);

struct NewSample {
  Range bytes;  ///< in the source of the new bytes
  std::int64_t pts = 0;
  bool key = false;
};
/// Samples `first` to `first + samples.size()` of the file get these bytes, times and keys.
struct NewSamples {
  std::size_t first = 0;
  std::vector<NewSample> samples;
};

/// The plan over `source`, with `fresh` behind it: its ranges from `source.size()` on are those of
/// `fresh`. Dts, edit lists and all other tracks stay what they are.
[[nodiscard]] Result<Splice> replace_samples(Source& source, const Format& format,
                                             const std::vector<NewSamples>& changes, Bytes config,
                                             const Limits& limits);

/// One source behind another. Both must outlive it.
class JoinedSource final : public Source {
 public:
  JoinedSource(Source& first, Source& second) : first_(first), second_(second) {}
  [[nodiscard]] std::uint64_t size() const noexcept override {
    return first_.size() + second_.size();
  }
  [[nodiscard]] Result<Bytes> view(Range range) override;

 private:
  Source& first_;
  Source& second_;
  ByteBuffer window_;
};

/// Every track's samples, to see that a plan keeps them: where each stands, and when it is shown.
[[nodiscard]] Result<std::vector<std::vector<FilmSample>>> all_samples(Source& source,
                                                                       const Format& format,
                                                                       const Limits& limits);

}  // namespace colophon
