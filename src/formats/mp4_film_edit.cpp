// SPDX-License-Identifier: Apache-2.0
// Other coded pictures in the place of some, inside the file as it is: the data, the tables of the
// film, the positions of every track. Each other byte stays.
#include "formats/mp4_film.hpp"
#include "formats/mp4_tables.hpp"

#include <algorithm>

namespace colophon::mp4 {
namespace {

/// Bytes of the file and where those that replace them stand in the joined source.
struct Data {
  Range old, fresh;
};

class SampleEditor {
 public:
  SampleEditor(Source& source, const Limits& limits, const FileMap& map)
      : source_(source),
        limits_(limits),
        map_(map),
        moov_(map.boxes[*map.moov]),
        tables_(source, map, limits) {}

  [[nodiscard]] Result<Splice> run(const Track& track, const std::vector<NewSamples>& changes,
                                   Bytes config) {
    auto samples = TRY(read_samples(source_, track, limits_));
    TRY(take(samples, changes));
    for (auto& [box, bytes] : TRY(changed_tables(source_, track, samples, changes))) {
      replace(track.chain, box, std::move(bytes));
    }
    TRY(describe(track, samples, config));
    TRY(resize_data());
    TRY(tables_.find(moov_, 0));
    widen();
    return join();
  }

 private:
  void replace(const std::vector<Box>& chain, const Box& box, ByteBuffer bytes) {
    change_.grow(
        chain, static_cast<std::int64_t>(bytes.size()) - static_cast<std::int64_t>(box.whole.size));
    change_.content.push_back({box.whole, std::move(bytes)});
  }

  /// The samples as they are going to be, and their bytes.
  [[nodiscard]] Status take(std::vector<FilmSample>& samples,
                            const std::vector<NewSamples>& changes) {
    for (const NewSamples& change : changes) {
      if (change.first > samples.size() || samples.size() - change.first < change.samples.size()) {
        return fail(ErrorCode::Conflict, "the film is not the one that was read", "moov");
      }
      for (std::size_t i = 0; i < change.samples.size(); ++i) {
        FilmSample& sample = samples[change.first + i];
        const NewSample& fresh = change.samples[i];
        if (sample.where.size == 0 || fresh.bytes.size > UINT32_MAX) {
          return fail(ErrorCode::Unsupported, "a picture of the film has no bytes", "stsz");
        }
        data_.push_back({sample.where, fresh.bytes});
        sample.where.size = fresh.bytes.size;
        sample.pts = fresh.pts;
        sample.key = fresh.key;
      }
    }
    std::sort(data_.begin(), data_.end(),
              [](const Data& a, const Data& b) { return a.old.offset < b.old.offset; });
    return {};
  }

  /// The sample entry: what a decoder must have, and the rates that it says.
  [[nodiscard]] Status describe(const Track& track, const std::vector<FilmSample>& samples,
                                Bytes config) {
    const Entry entry = TRY(read_entry(source_, track, limits_));
    std::vector<Box> chain = track.chain;
    chain.push_back(*track.table(fourcc("stsd")));
    chain.push_back(entry.box);
    ByteBuffer box;
    wire::append_box(box, entry.config.type, config);
    replace(chain, entry.config, std::move(box));
    for (const Box& child : entry.children) {
      if (child.is(fourcc("btrt")) && child.body.size >= 12) TRY(rate(track, child, samples));
    }
    return {};
  }
  /// 8.5.2.2: the size of the largest sample, the most in one second, the mean.
  [[nodiscard]] Status rate(const Track& track, const Box& box,
                            const std::vector<FilmSample>& samples) {
    const wire::FullBox header = TRY(wire::read_full_box(source_, track.media_header));
    const std::uint64_t ticks =
        TRY(read_be(source_, header.body.offset + (header.version == 1 ? 16 : 8), 4));
    std::uint64_t all = 0, largest = 0, most = 0, window = 0;
    std::size_t from = 0;
    for (const FilmSample& sample : samples) {
      all += sample.where.size;
      largest = std::max(largest, sample.where.size);
      window += sample.where.size;
      while (sample.dts - samples[from].dts >= static_cast<std::int64_t>(ticks)) {
        window -= samples[from++].where.size;
      }
      most = std::max(most, window * 8);
    }
    const double seconds =
        samples.size() < 2 ? 0
                           : static_cast<double>(samples.back().dts - samples[0].dts) /
                                 static_cast<double>(ticks) * static_cast<double>(samples.size()) /
                                 static_cast<double>(samples.size() - 1);
    ByteBuffer body = TRY(read(source_, {box.body.offset, 12}));
    const auto raise = [&](std::size_t at, std::uint64_t value) {
      store_be(body, at, std::clamp<std::uint64_t>(value, *load_be(body, at, 4), UINT32_MAX), 4);
    };
    raise(0, largest);
    raise(4, most);
    if (seconds > 0) {
      const double mean = static_cast<double>(all) * 8 / seconds;
      store_be(body, 8, static_cast<std::uint64_t>(std::min(mean, 4294967295.0)), 4);
    }
    change_.content.push_back({{box.body.offset, 12}, std::move(body)});
    return {};
  }

  /// The boxes that hold the data become longer or shorter.
  [[nodiscard]] Status resize_data() {
    std::size_t at = 0;
    for (const Box& box : map_.boxes) {
      std::int64_t by = 0;
      for (; at < data_.size() && data_[at].old.offset < box.whole.end(); ++at) {
        const Data& one = data_[at];
        if (!box.is(fourcc("mdat")) || one.old.offset < box.body.offset ||
            one.old.end() > box.body.end()) {
          return fail(ErrorCode::Malformed, "pictures of the film lie outside the media data",
                      "stco", one.old.offset);
        }
        by += static_cast<std::int64_t>(one.fresh.size) - static_cast<std::int64_t>(one.old.size);
      }
      if (by == 0 || box.to_end) continue;
      const std::uint64_t size = box.whole.size + static_cast<std::uint64_t>(by);
      if (box.large || size <= UINT32_MAX) {
        outside_.push_back(TRY(size_field(box, size)));
        continue;
      }
      ByteBuffer header;
      append_be(header, 1, 4);
      append_be(header, box.type, 4);
      append_be(header, size + 8, 8);
      outside_.push_back({{box.whole.offset, 8}, std::move(header)});
    }
    if (at == data_.size()) return {};
    return fail(ErrorCode::Malformed, "pictures of the film lie outside the media data", "stco");
  }

  [[nodiscard]] std::int64_t growth() const {
    std::int64_t by = 0;
    for (const auto* list : {&change_.content, &outside_}) {
      for (const Replacement& r : *list) {
        by += static_cast<std::int64_t>(r.bytes.size()) - static_cast<std::int64_t>(r.range.size);
      }
    }
    for (const Data& one : data_) {
      by += static_cast<std::int64_t>(one.fresh.size) - static_cast<std::int64_t>(one.old.size);
    }
    return by;
  }
  /// Positions that might pass 4 GiB get wider tables, which move the rest further.
  void widen() {
    std::int64_t by = std::max<std::int64_t>(growth(), 0);
    for (bool again = true; again;) {
      again = false;
      for (Table& table : tables_.in_moov()) {
        const bool narrow = !table.widen && table.width == 4 && table.box().is(fourcc("stco"));
        if (!narrow || table.highest + static_cast<std::uint64_t>(by) <= UINT32_MAX) continue;
        table.widen = again = true;
        by += static_cast<std::int64_t>(table.count * 4);
        change_.grow(table.chain, static_cast<std::int64_t>(table.count * 4));
        widened_ += table.count * 4;
      }
    }
  }

  [[nodiscard]] Result<Splice> join() {
    std::vector<Replacement> bytes = change_.replacements();
    std::uint64_t moov_size = moov_.whole.size + widened_;
    for (const Replacement& r : change_.content) moov_size += r.bytes.size() - r.range.size;
    bytes.push_back(TRY(size_field(moov_, moov_size)));
    std::move(outside_.begin(), outside_.end(), std::back_inserter(bytes));
    std::vector<Shift::Move> moves;
    for (const Replacement& r : bytes) moves.push_back({r.range, r.bytes.size()});
    for (const Data& one : data_) moves.push_back({one.old, one.fresh.size});
    for (const Table& table : tables_.in_moov()) {
      if (table.widen) moves.push_back({table.entries(), table.count * 8});
    }
    TRY(tables_.follow(Shift(std::move(moves)), bytes));
    return merge(std::move(bytes));
  }

  [[nodiscard]] Result<Splice> merge(std::vector<Replacement> bytes) {
    struct Change {
      Range old;
      Piece fresh;
    };
    std::vector<Change> all;
    for (Replacement& r : bytes) all.push_back({r.range, Put{std::move(r.bytes)}});
    for (const Data& one : data_) {
      all.push_back({one.old, Range{source_.size() + one.fresh.offset, one.fresh.size}});
    }
    std::vector<Change*> order;
    for (Change& change : all) order.push_back(&change);
    std::sort(order.begin(), order.end(),
              [](const Change* a, const Change* b) { return a->old.offset < b->old.offset; });
    Splice splice;
    std::uint64_t at = 0;
    for (Change* each : order) {
      Change& change = *each;
      if (change.old.offset < at) {
        return fail(ErrorCode::Malformed, "two pictures or tables of the film share bytes", "moov",
                    change.old.offset);
      }
      if (change.old.offset > at) splice.pieces.emplace_back(Range{at, change.old.offset - at});
      auto* last = splice.pieces.empty() ? nullptr : std::get_if<Range>(&splice.pieces.back());
      const auto* next = std::get_if<Range>(&change.fresh);
      if (last != nullptr && next != nullptr && last->end() == next->offset) {
        last->size += next->size;
      } else {
        splice.pieces.push_back(std::move(change.fresh));
      }
      at = change.old.end();
    }
    if (at < source_.size()) splice.pieces.emplace_back(Range{at, source_.size() - at});
    return splice;
  }

  Source& source_;
  const Limits& limits_;
  const FileMap& map_;
  const Box& moov_;
  Tables tables_;
  MovieChange change_;
  std::vector<Replacement> outside_;  // moov
  std::vector<Data> data_;            // by offset
  std::uint64_t widened_ = 0;
};

}  // namespace

Result<Splice> replace_samples(Source& source, const std::vector<NewSamples>& changes, Bytes config,
                               const Limits& limits) {
  const FileMap map = TRY(map_file(source, limits));
  if (map.damage) return Failure(*map.damage);
  std::uint64_t films = 0;
  const Track track = TRY(film_track(source, map, limits, films));
  return SampleEditor(source, limits, map).run(track, changes, config);
}

}  // namespace colophon::mp4
