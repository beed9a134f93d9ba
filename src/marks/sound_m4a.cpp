// SPDX-License-Identifier: Apache-2.0
// M4A: packets of AAC-LC with the label stand in `mdat` boxes of their own, in front of the
// programme's and behind them, and the tables of the movie box name them.
#include <fmt/core.h>

#include <algorithm>

#include "formats/mp4.hpp"
#include "formats/shift.hpp"
#include "marks/sound_aac.hpp"
#include "marks/sound_m4a_track.hpp"

namespace colophon::sound {
namespace {

using wire::Box;
using wire::fourcc;

class M4aFile final : public WorkerFile {
 public:
  M4aFile(Source& source, const Limits& limits) : WorkerFile(source), limits_(limits) {}

  Status open();
  Result<Inserted> insert(std::span<const Insertion> insertions) override;
  std::optional<Text> no_middle() const override {
    return Text{"in an M4A file the label is not said again in the middle",
                "M4A 文件中不在中间重复标识"};
  }

 private:
  using Changes = std::vector<Replacement>;
  /// Packets of a label as the file gets them.
  struct Label {
    NewPackets packets;
    ByteBuffer box;
  };

  Status check_boxes();
  Result<Label> encode(const Insertion& insertion) const;
  /// The size of a box that runs to the end of the file, once something stands behind it.
  Status close_last(Changes& changes) const;

  const Limits& limits_;
  mp4::FileMap map_;
  BoxNode moov_;
  AacTrack track_;
  const Box* media_ = nullptr;  ///< the first `mdat`
};

Status M4aFile::check_boxes() {
  for (const Box& box : map_.boxes) {
    for (const wire::FourCc type :
         {fourcc("moof"), fourcc("sidx"), fourcc("meta"), fourcc("mfra")}) {
      if (!box.is(type)) continue;
      return fail(ErrorCode::Unsupported,
                  fmt::format("m4a: the file has a box {} whose positions a label would make wrong",
                              wire::to_string(type)),
                  "m4a", box.whole.offset);
    }
    if (box.is(fourcc("mdat")) && media_ == nullptr) media_ = &box;
  }
  if (map_.moov_count == 1 && media_ != nullptr) return {};
  return fail(ErrorCode::Unsupported,
              "there is no sound in the file: a label would be all that is heard", "m4a");
}

Status M4aFile::open() {
  map_ = TRY(mp4::map_file(source_, limits_));
  if (map_.damage) return Failure(*map_.damage);
  TRY(check_boxes());
  const Range whole = map_.boxes[*map_.moov].whole;
  if (whole.size > limits_.max_memory / 4) {
    return fail(ErrorCode::LimitExceeded, "the movie box is larger than the cap", "m4a",
                whole.offset);
  }
  const Bytes movie = TRY(source_.view(whole));
  moov_ = TRY(read_tree(movie, limits_));
  track_ = TRY(read_aac_track(moov_));
  TRY(listen_first());
  TRY(check_plain(*first_, {track_.rate, track_.channels}));
  rate_ = track_.rate;
  duration_ = static_cast<double>(track_.edit_length) / track_.scale;
  return {};
}

Result<M4aFile::Label> M4aFile::encode(const Insertion& insertion) const {
  const EncodedSound encoded = TRY(encode_aac(insertion.samples, track_.config, first_->bit_rate));
  Label out;
  ByteBuffer bytes;
  for (const EncodedSound::Packet& packet : encoded.packets) {
    append(bytes, packet.bytes);
    out.packets.sizes.push_back(static_cast<std::uint32_t>(packet.bytes.size()));
  }
  out.packets.delay = encoded.delay;
  out.packets.unheard = unheard_behind(encoded, insertion.samples.size());
  wire::append_box(out.box, fourcc("mdat"), bytes);
  return out;
}

Status M4aFile::close_last(Changes& changes) const {
  const Box& last = map_.boxes.back();
  if (!last.to_end) return {};
  if (last.whole.size > UINT32_MAX) {
    return fail(ErrorCode::Unsupported, "m4a: the last box has no size, and none would fit", "m4a",
                last.whole.offset);
  }
  ByteBuffer size;
  append_be(size, last.whole.size, 4);
  changes.push_back({{last.whole.offset, 4}, std::move(size)});
  return {};
}

Result<Inserted> M4aFile::insert(std::span<const Insertion> insertions) {
  Label front, back;
  for (const Insertion& insertion : insertions) {
    (insertion.moment == Moment::Start ? front : back) = TRY(encode(insertion));
  }
  const Range old = map_.boxes[*map_.moov].whole;
  const std::uint64_t end = map_.boxes.back().whole.end();
  bool wide = end + front.box.size() + back.box.size() + (1U << 20) > UINT32_MAX;
  for (BoxNode& child : moov_.children) {
    wide = wide || child.find({fourcc("mdia"), fourcc("minf"), fourcc("stbl"), fourcc("co64")});
  }
  // Once for the size, once with the places that follow from it.
  BoxNode sized = moov_;
  (void)TRY(put_packets(
      sized, track_, front.packets, back.packets, [](std::uint64_t position) { return position; },
      wide));
  Changes changes;
  if (!front.box.empty()) changes.push_back({{media_->whole.offset, 0}, front.box});
  changes.push_back({old, ByteBuffer(static_cast<std::size_t>(sized.size()), 0)});
  const Shift shift(changes);
  const auto moved = [&](std::uint64_t position) { return shift.moved(position); };
  front.packets.at = moved(media_->whole.offset) - front.box.size() + 8;
  back.packets.at = moved(end) + 8;
  const NewTimes times = TRY(put_packets(moov_, track_, front.packets, back.packets, moved, wide));
  changes.back().bytes.clear();
  moov_.write(changes.back().bytes);
  if (!back.box.empty()) {
    TRY(close_last(changes));
    changes.push_back({{end, 0}, back.box});
  }
  Inserted inserted;
  for (const Insertion& insertion : insertions) {
    inserted.begins.push_back(insertion.moment == Moment::Start ? times.front : times.back);
  }
  inserted.programme_begins = front.box.empty() ? 0 : times.programme;
  inserted.duration = times.duration;
  inserted.splice = TRY(replace_ranges(source_.size(), std::move(changes)));
  return inserted;
}

}  // namespace

OpenedSound open_m4a(Source& source, const Limits& limits) {
  auto file = std::make_unique<M4aFile>(source, limits);
  TRY(file->open());
  return file;
}

}  // namespace colophon::sound
