// SPDX-License-Identifier: Apache-2.0
// Two films side by side, frame by frame: how far what was drawn on is from what it was, outside
// the label, and whether what was not is the same.
#include "worker/film_reel.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace colophon::worker {
namespace {

struct Difference {
  double squares = 0, samples = 0;
  void add(const Difference& other) {
    squares += other.squares;
    samples += other.samples;
  }
  [[nodiscard]] double db(double most) const {
    if (samples == 0 || squares == 0) return 100;
    return std::min(100.0, 10 * std::log10(most * most * samples / squares));
  }
};

template <typename Sample>
double squares_of(const std::uint8_t* a, const std::uint8_t* b, int from, int to) {
  const auto* left = reinterpret_cast<const Sample*>(a);
  const auto* right = reinterpret_cast<const Sample*>(b);
  std::uint64_t sum = 0;
  for (int x = from; x < to; ++x) {
    const std::int32_t d = std::int32_t{left[x]} - std::int32_t{right[x]};
    sum += static_cast<std::uint64_t>(std::int64_t{d} * d);
  }
  return static_cast<double>(sum);
}

struct Sheet {
  const AVFrame& a;
  const AVFrame& b;
  const AVPixFmtDescriptor& kind;
  const Patch& without;

  [[nodiscard]] Difference plane(int index) const {
    const bool chroma = index == 1 || index == 2;
    const int shift_x = chroma ? kind.log2_chroma_w : 0, shift_y = chroma ? kind.log2_chroma_h : 0;
    const int width = AV_CEIL_RSHIFT(a.width, shift_x), height = AV_CEIL_RSHIFT(a.height, shift_y);
    const auto down = [](std::uint32_t value, int shift) {
      return static_cast<int>(value) >> shift;
    };
    const int left = std::min(down(without.x, shift_x), width);
    const int right =
        std::min(AV_CEIL_RSHIFT(static_cast<int>(without.x + without.width), shift_x), width);
    const int top = down(without.y, shift_y);
    const int bottom = AV_CEIL_RSHIFT(static_cast<int>(without.y + without.height), shift_y);
    const auto squares =
        kind.comp[index].depth > 8 ? squares_of<std::uint16_t> : squares_of<std::uint8_t>;
    Difference out;
    for (int y = 0; y < height; ++y) {
      const std::uint8_t* one = a.data[index] + std::ptrdiff_t{y} * a.linesize[index];
      const std::uint8_t* two = b.data[index] + std::ptrdiff_t{y} * b.linesize[index];
      const bool beside = y >= top && y < bottom;
      out.squares += squares(one, two, 0, beside ? left : width);
      if (beside) out.squares += squares(one, two, right, width);
      out.samples += width - (beside ? right - left : 0);
    }
    return out;
  }
};

void put_grey(const AVFrame& frame, const AVPixFmtDescriptor& kind) {
  const FrameRecord record{frame.pts, static_cast<std::uint32_t>(frame.width),
                           static_cast<std::uint32_t>(frame.height)};
  const std::size_t width = record.width;
  std::vector<std::uint8_t> grey(width * record.height);
  const int shift = kind.comp[0].depth - 8;
  for (std::size_t y = 0; y < record.height; ++y) {
    const std::uint8_t* row = frame.data[0] + static_cast<std::ptrdiff_t>(y) * frame.linesize[0];
    for (std::size_t x = 0; x < width; ++x) {
      grey[y * width + x] =
          shift > 0
              ? static_cast<std::uint8_t>(reinterpret_cast<const std::uint16_t*>(row)[x] >> shift)
              : row[x];
    }
  }
  put_record(Record::Frame, &record, sizeof record, grey.data(), grey.size());
}

}  // namespace

void film_compare(std::uint64_t parts_at) {
  Parts parts(parts_at);
  const auto work = parts.take<CompareWork>();
  const auto wanted = parts.take_all<std::int64_t>(work.frames);
  const Reel before = take_reel(parts);
  Reel after = take_reel(parts);
  after.here = parts.at();
  ReelPlayer one(before, work.threads), two(after, work.threads);
  CompareRecord report;
  Difference all;
  report.least_db = 100;
  double most = 255;
  for (;;) {
    const AVFrame* a = one.next();
    const AVFrame* b = two.next();
    if ((a == nullptr) != (b == nullptr)) throw Failed("a frame is missing");
    if (a == nullptr || (work.most > 0 && report.compared == work.most)) break;
    if (a->pts != b->pts || a->width != b->width || a->height != b->height ||
        a->format != b->format || a->interlaced_frame != b->interlaced_frame ||
        a->color_range != b->color_range ||
        av_cmp_q(a->sample_aspect_ratio, b->sample_aspect_ratio) != 0) {
      throw Failed("a frame is not what it was");
    }
    const AVPixFmtDescriptor* kind = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(a->format));
    if (kind == nullptr) throw Failed("its pixels are of an unknown kind");
    const bool label = two.packet().label != 0;
    const Patch nothing{};
    const Sheet sheet{*a, *b, *kind, label ? work.without : nothing};
    Difference frame;
    for (int i = 0; i < kind->nb_components; ++i) frame.add(sheet.plane(i));
    most = (1 << kind->comp[0].depth) - 1;
    if (label) {
      ++report.compared;
      all.add(frame);
      report.least_db = std::min(report.least_db, frame.db(most));
    } else if (frame.squares == 0) {
      ++report.equal;
    }
    if (std::find(wanted.begin(), wanted.end(), b->pts) != wanted.end()) put_grey(*b, *kind);
    const double share = static_cast<double>(report.compared + report.equal) /
                         static_cast<double>(work.most > 0 ? work.most : after.packets.size());
    put_record(Record::Progress, &share, sizeof share);
  }
  report.mean_db = all.db(most);
  put_record(Record::Report, &report, sizeof report);
}

}  // namespace colophon::worker
