// SPDX-License-Identifier: Apache-2.0
// Private to src/marks: the steps from a film to a film with a label. Which pictures are coded
// again, what is drawn on them, the coding, the check of what came out.
#pragma once

#include "formats/film.hpp"
#include "io/unnamed.hpp"
#include "marks/marks.hpp"
#include "media/film_worker.hpp"
#include "wire/h264.hpp"

namespace colophon::film {

/// Samples that are coded again: from a clean join, or the first, up to one, or the last.
struct Part {
  std::size_t first = 0, count = 0;
  double begins = 0, ends = 0;  ///< as shown, in seconds
  [[nodiscard]] std::size_t end() const noexcept { return first + count; }
};

/// Where decoding can start without anything before: a real IDR picture behind which nothing is
/// shown earlier, and before which nothing is shown later.
class Joins {
 public:
  Joins(Source& source, const Film& film, unsigned length_size);
  [[nodiscard]] Result<bool> is_clean(std::size_t sample);
  /// The last one at or before `time`; the first sample when there is none.
  [[nodiscard]] Result<std::size_t> before(std::int64_t time);
  /// The first one at or behind `time`; past the last sample when there is none.
  [[nodiscard]] Result<std::size_t> behind(std::int64_t time);

 private:
  Source& source_;
  const Film& film_;
  unsigned length_size_;
  std::vector<std::size_t> keys_;  // key samples at which the order of showing is cut
};

struct Span {
  double from = 0, to = 0;
};
/// When the label is shown, in seconds: in a film whose first picture is shown at `first`, and
/// which ends at `all`.
[[nodiscard]] std::vector<Span> shown_spans(double first, double all, const MarkDemand& demand);
/// The parts that hold everything shown at these times.
[[nodiscard]] Result<std::vector<Part>> parts_of(const Film& film, Joins& joins,
                                                 const MarkDemand& demand);

/// A label for pictures of one shape, drawn and placed.
struct DrawnLabel {
  worker::Patch patch;                      ///< in the coded picture
  std::vector<std::uint8_t> grey, opacity;  ///< as above
  Mark mark;                                ///< as shown
};
/// The coded picture and how it is shown.
struct Shape {
  std::uint32_t width = 0, height = 0;
  double pixel = 1;  ///< width of a pixel over its height
  std::array<int, 4> turn{1, 0, 0, 1};
  [[nodiscard]] std::uint32_t shown_width() const noexcept;
  [[nodiscard]] std::uint32_t shown_height() const noexcept;
};
struct Spot {
  double x = 0, y = 0;
};
/// Between places in the coded picture and in the shown one.
class Turning {
 public:
  explicit Turning(const Shape& shape);
  [[nodiscard]] Spot shown(Spot coded) const noexcept;
  [[nodiscard]] Spot coded(Spot shown) const noexcept;

 private:
  std::array<int, 4> turn_;
  double pixel_, move_x_ = 0, move_y_ = 0;
};
[[nodiscard]] Result<DrawnLabel> make_label(const Shape& shape, const MarkDemand& demand);

/// What the film's own coding is, from its first sequence parameter set.
struct Coding {
  wire::AvcConfig config;
  wire::SequenceSet set;
  unsigned reorder = 0;           ///< pictures that stand before one that is shown earlier
  std::int64_t least_offset = 0;  ///< of pts over dts
  std::uint32_t set_id = 0;       ///< that no set of the film has
};
[[nodiscard]] Result<Coding> coding_of(Source& source, const Film& film);

/// New samples, their bytes and what a decoder must have for both them and the old ones.
struct Coded {
  std::vector<NewSamples> samples;
  std::shared_ptr<FileSource> bytes;
  ByteBuffer config;
};
struct EncodeChoice {
  unsigned b_frames = 0;
  int quality = 17;  ///< constant rate factor
};
/// Codes the parts again with the label on every picture of them.
[[nodiscard]] Result<Coded> encode(Source& source, const Film& film, const Coding& coding,
                                   const std::vector<Part>& parts, const DrawnLabel& label,
                                   EncodeChoice choice, const MarkProgress& progress);

/// Error: the outcome is not the film with a label on some of its pictures; says what is wrong.
struct Outcome {
  double mean_db = 0, least_db = 0;
  std::vector<std::pair<double, Plane>> looks;  ///< frames for the detector
};
[[nodiscard]] Result<Outcome> check(Source& source, const Format& format, const Film& film,
                                    const std::vector<Part>& parts, const Coded& coded,
                                    const Splice& splice, const DrawnLabel& label, Joins& joins,
                                    const MarkEnv& env);

/// A film with new pictures in a file behind it.
class BehindSource final : public Source {
 public:
  BehindSource(Source& film, std::shared_ptr<FileSource> fresh)
      : fresh_(std::move(fresh)), joined_(film, *fresh_) {}
  [[nodiscard]] std::uint64_t size() const noexcept override { return joined_.size(); }
  [[nodiscard]] Result<Bytes> view(Range range) override { return joined_.view(range); }

 private:
  std::shared_ptr<FileSource> fresh_;
  JoinedSource joined_;
};

/// How well the label's letters are seen in a frame of the coded picture, -1 to 1.
[[nodiscard]] double likeness_of(const Plane& frame, const DrawnLabel& label);

[[nodiscard]] worker::ReelHead reel_head(const Film& film, const Coding& coding,
                                         std::size_t packets);

}  // namespace colophon::film
