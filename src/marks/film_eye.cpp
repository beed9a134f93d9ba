// SPDX-License-Identifier: Apache-2.0
#include "marks/film_eye.hpp"

#include <algorithm>
#include <cmath>

namespace colophon::film {
namespace {

constexpr std::uint32_t kSide = 1280;

Failure strange() {
  return fail(ErrorCode::Io, "the worker colophon-media gave an answer that cannot be read",
              "film");
}

/// Steps go along the axes, each along its own; else nothing is turned.
std::array<int, 4> checked(const std::array<std::int32_t, 4>& turn) {
  for (const std::int32_t step : turn) {
    if (step < -1 || step > 1) return {1, 0, 0, 1};
  }
  const bool straight = turn[0] != 0 && turn[1] == 0 && turn[2] == 0 && turn[3] != 0;
  const bool crossed = turn[0] == 0 && turn[1] != 0 && turn[2] != 0 && turn[3] == 0;
  return straight || crossed ? turn : std::array<int, 4>{1, 0, 0, 1};
}

/// Between the two nearest samples of a row.
std::uint8_t sample(const Plane& plane, double x, std::uint32_t y) {
  const double left = std::clamp(x - 0.5, 0.0, static_cast<double>(plane.width - 1));
  const auto column = static_cast<std::uint32_t>(left);
  const std::uint32_t next = std::min(column + 1, plane.width - 1);
  const double part = left - column;
  const std::uint8_t* row = plane.samples.data() + std::size_t{y} * plane.width;
  return static_cast<std::uint8_t>(std::lround(row[column] * (1 - part) + row[next] * part));
}

}  // namespace

Plane upright(const Plane& plane, const Shape& shape) {
  const bool straight = shape.turn == std::array<int, 4>{1, 0, 0, 1};
  if (plane.width == 0 || plane.height == 0 || (straight && shape.pixel == 1)) return plane;
  Shape small = shape;
  small.width = plane.width;
  small.height = plane.height;
  Plane out;
  out.width = std::clamp(small.shown_width(), 1U, 16384U);
  out.height = std::clamp(small.shown_height(), 1U, 16384U);
  out.samples.resize(std::size_t{out.width} * out.height);
  const Turning turning(small);
  for (std::uint32_t y = 0; y < out.height; ++y) {
    for (std::uint32_t x = 0; x < out.width; ++x) {
      const Spot at = turning.coded({x + 0.5, y + 0.5});
      const double row = std::clamp(at.y, 0.0, static_cast<double>(plane.height - 1));
      out.samples[std::size_t{y} * out.width + x] =
          sample(plane, at.x, static_cast<std::uint32_t>(row));
    }
  }
  return out;
}

Status Eye::look(const std::vector<double>& times,
                 const std::function<void(double at, const Plane&)>& see) {
  return look_at(kSide, times,
                 [&](double at, const Plane& plane) { see(at, upright(plane, shape_)); });
}

Status Eye::look_coded(const std::vector<double>& times,
                       const std::function<void(double at, const Plane&)>& see) {
  return look_at(UINT16_MAX, times, [&](double at, const Plane& plane) { see(at, plane); });
}

Status Eye::look_at(std::uint32_t side, const std::vector<double>& times,
                    const std::function<void(double at, Plane)>& see) {
  worker::LookWork work;
  work.side = side;
  work.times = static_cast<std::uint32_t>(times.size());
  ByteBuffer request;
  append_part(request, work);
  for (const double at : times) {
    append_part(request, static_cast<std::int64_t>(std::llround(at * 1e6)));
  }
  std::size_t seen = 0;
  const FilmBudget budget{400 * times.size(), 3840, 2160, false};
  TRY(film_work(
      source_, "film-look", request, budget, [&](worker::Record kind, Bytes bytes) -> Status {
        if (kind == worker::Record::Facts) {
          const auto facts = record_of<worker::FilmFacts>(bytes);
          const bool sane = facts && facts->width > 0 && facts->width < 65536 &&
                            facts->height > 0 && facts->height < 65536 && facts->duration_us >= 0;
          if (!sane) return strange();
          shape_.width = facts->width;
          shape_.height = facts->height;
          shape_.pixel = facts->pixel >= 0.05 && facts->pixel <= 20 ? facts->pixel : 1;
          shape_.turn = checked(facts->turn);
          duration_ = static_cast<double>(facts->duration_us) / 1e6;
          return {};
        }
        const auto frame = record_of<worker::FrameRecord>(bytes);
        if (kind != worker::Record::Frame) return {};
        const Bytes grey = slice(bytes, sizeof(worker::FrameRecord));
        if (!frame || seen == times.size() || frame->width == 0 ||
            grey.size() != std::uint64_t{frame->width} * frame->height) {
          return strange();
        }
        see(times[seen++], Plane{frame->width, frame->height, to_buffer(grey)});
        return {};
      }));
  return seen == times.size() ? Status{} : strange();
}

Mark Eye::shown(Mark mark) const {
  const double scale =
      mark.shown_width == 0 ? 1 : static_cast<double>(shape_.shown_width()) / mark.shown_width;
  for (std::uint32_t* value : {&mark.x, &mark.y, &mark.width, &mark.height, &mark.glyph_height}) {
    *value = static_cast<std::uint32_t>(std::lround(*value * scale));
  }
  mark.shown_width = shape_.shown_width();
  mark.shown_height = shape_.shown_height();
  mark.medium = MarkMedium::Film;
  return mark;
}

}  // namespace colophon::film
