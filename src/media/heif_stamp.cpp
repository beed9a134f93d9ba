// SPDX-License-Identifier: Apache-2.0
// A label in HEIC and AVIF: only the coded picture, or of a grid the tiles under the label, and
// what makes them transparent, are coded again (by the worker); every other item keeps its bytes.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "formats/heif_picture.hpp"
#include "media/film_worker.hpp"
#include "media/stamp.hpp"

namespace colophon {
namespace {

constexpr double kLeastDb = 40;
constexpr std::uint64_t kMaxCoded = 128ULL << 20;

/// What the patch does to the light of a picture, or to how opaque it is.
enum class Layer : std::uint8_t { Picture, Alpha };

struct Cut {
  worker::Patch patch;  ///< in pixels of the part
  std::uint32_t stamp_x = 0, stamp_y = 0;
};
Cut cut_of(const Stamp& stamp, const heif::CodedPicture& part) {
  Cut cut;
  const std::uint32_t left = std::max(stamp.x, part.x), top = std::max(stamp.y, part.y);
  const std::uint32_t right = std::min(stamp.right(), part.x + part.width);
  const std::uint32_t bottom = std::min(stamp.bottom(), part.y + part.height);
  if (right <= left || bottom <= top) return cut;
  cut.patch = {left - part.x, top - part.y, right - left, bottom - top};
  cut.stamp_x = left - stamp.x;
  cut.stamp_y = top - stamp.y;
  return cut;
}

class Stamper {
 public:
  Stamper(Source& source, const Stamp& stamp, Stamped& out)
      : source_(source), stamp_(stamp), out_(out) {}

  Status run(const heif::HeifPicture& picture) {
    for (const heif::CodedPicture& part : picture.parts) TRY(draw(part, Layer::Picture));
    for (const heif::CodedPicture& part : picture.alpha) TRY(draw(part, Layer::Alpha));
    return {};
  }
  [[nodiscard]] const std::vector<heif::CodedChange>& changes() const { return changes_; }

 private:
  Status draw(const heif::CodedPicture& part, Layer layer) {
    const Cut cut = cut_of(stamp_, part);
    if (cut.patch.width == 0) return {};
    const ByteBuffer request = TRY(request_for(part, cut, layer));
    heif::CodedChange change{part.id, part.type, {}, {}};
    bool reported = false;
    const FilmBudget budget{4, part.width, part.height, true};
    TRY(film_work(source_, "still-label", request, budget,
                  [&](worker::Record kind, Bytes bytes) -> Status {
                    if (kind == worker::Record::Config) change.config = to_buffer(bytes);
                    if (kind == worker::Record::Packet) {
                      change.bytes = to_buffer(slice(bytes, sizeof(worker::PacketRecord)));
                    }
                    if (kind == worker::Record::Frame && layer == Layer::Picture) {
                      measure(cut, slice(bytes, sizeof(worker::FrameRecord)));
                    }
                    const auto report = record_of<worker::CompareRecord>(bytes);
                    if (kind == worker::Record::Report && report) {
                      reported = report->least_db >= kLeastDb;
                    }
                    return {};
                  }));
    if (!reported || change.bytes.empty() || change.config.empty()) {
      return fail(ErrorCode::Io, "the worker colophon-media gave an answer that cannot be read",
                  "colophon-media");
    }
    changes_.push_back(std::move(change));
    return {};
  }

  Result<ByteBuffer> request_for(const heif::CodedPicture& part, const Cut& cut, Layer layer) {
    ByteBuffer request;
    worker::StillWork work;
    work.threads = 2;
    work.least_db = kLeastDb;
    append_part(request, work);
    append_part(request, cut.patch);
    append_coverage(cut, layer, request);
    const ByteBuffer config = TRY(read(source_, part.config));
    ByteBuffer coded;
    for (const Range& range : part.bytes) {
      if (range.size > kMaxCoded - coded.size()) {
        return fail(ErrorCode::LimitExceeded, "the coded picture is too large to be labelled",
                    "heif", range.offset);
      }
      append(coded, TRY(source_.view(range)));
    }
    worker::ReelHead head;
    const std::string_view codec = part.type == wire::fourcc("av01") ? "libdav1d" : "hevc";
    std::copy(codec.begin(), codec.end(), head.codec.begin());
    head.width = part.width;
    head.height = part.height;
    head.config_size = static_cast<std::uint32_t>(config.size());
    head.packets = 1;
    append_part(request, head);
    append(request, config);
    worker::ReelPacket packet;
    packet.offset = worker::kHere;
    packet.size = static_cast<std::uint32_t>(coded.size());
    packet.key = packet.label = 1;
    append_part(request, packet);
    append(request, coded);
    return request;
  }

  /// Grey and opacity of the patch: `under_label` as one layer.
  void append_coverage(const Cut& cut, Layer layer, ByteBuffer& request) const {
    ByteBuffer grey, opacity;
    for (std::uint32_t y = 0; y < cut.patch.height; ++y) {
      for (std::uint32_t x = 0; x < cut.patch.width; ++x) {
        const std::size_t at = place(cut, x, y);
        const double plate = stamp_.plate.samples[at] / 255.0, ink = stamp_.ink.samples[at] / 255.0;
        const bool alpha = layer == Layer::Alpha;
        const double covers =
            alpha ? std::max(plate, ink) : 1 - (1 - plate * kPlateAlpha / 255.0) * (1 - ink);
        const double white = alpha || covers == 0 ? 1 : ink / covers;
        grey.push_back(static_cast<std::uint8_t>(std::lround(std::min(white, 1.0) * 255)));
        opacity.push_back(static_cast<std::uint8_t>(std::lround(covers * 255)));
      }
    }
    append(request, grey);
    append(request, opacity);
  }

  void measure(const Cut& cut, Bytes light) {
    if (light.size() != std::size_t{cut.patch.width} * cut.patch.height) return;
    for (std::size_t i = 0; i < light.size(); ++i) {
      const std::size_t at = place(cut, static_cast<std::uint32_t>(i % cut.patch.width),
                                   static_cast<std::uint32_t>(i / cut.patch.width));
      out_.contrast.add(light[i], stamp_.plate.samples[at], stamp_.ink.samples[at]);
    }
  }
  [[nodiscard]] std::size_t place(const Cut& cut, std::uint32_t x, std::uint32_t y) const {
    return std::size_t{cut.stamp_y + y} * stamp_.plate.width + cut.stamp_x + x;
  }

  Source& source_;
  const Stamp& stamp_;
  Stamped& out_;
  std::vector<heif::CodedChange> changes_;
};

Finding note(std::string rule, std::string en, std::string zh) {
  return {std::move(rule), Severity::Info, {std::move(en), std::move(zh)}, std::nullopt};
}

}  // namespace

Result<Stamped> stamp_heif(Source& source, const MakeStamp& make, const Limits& limits) {
  const heif::HeifPicture picture = TRY(heif::read_heif_picture(source, limits));
  TRY(check_sides(picture.width, picture.height));
  Stamp stamp = TRY(make({picture.shown_width, picture.shown_height, picture.orientation}));
  stamp.x += picture.left;
  stamp.y += picture.top;
  Stamped out;
  Stamper stamper(source, stamp, out);
  TRY(stamper.run(picture));
  const std::size_t count = stamper.changes().size();
  out.splice = TRY(heif::change_pictures(source, stamper.changes(), limits));
  const std::size_t all = picture.parts.size() + picture.alpha.size();
  out.notes.push_back(note(
      "mark-reencoded",
      fmt::format("{} of {} coded parts of the picture were coded again, at 40 dB and more outside "
                  "the label",
                  count, all),
      fmt::format("图像的 {} 个编码部分中有 {} 个重新编码，标识以外不低于 40 dB", all, count)));
  if (picture.further) {
    out.notes.push_back(note("mark-further-pictures",
                             "the file holds further pictures (a small copy, a gain map, a depth "
                             "map); they keep their pixels",
                             "文件中还有其他图像（缩略图、增益图、深度图），它们的像素保持不变"));
  }
  return out;
}

}  // namespace colophon
