// SPDX-License-Identifier: Apache-2.0
// Films as lists of samples, and other samples in the place of some: tables of every kind, boxes
// that grow past 4 GiB, and files that lie.
#include "formats/film.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "formats/format.hpp"
#include "support/movie.hpp"
#include "support/support.hpp"

using namespace colophon;
using testing::box;
using testing::full_box;
using testing::number;
using testing::operator+;

namespace {

using Numbers = std::vector<std::uint64_t>;

ByteBuffer rows(const Numbers& values, std::size_t columns) {
  ByteBuffer out = number(values.size() / columns, 4);
  for (const std::uint64_t value : values) out = out + number(value, 4);
  return out;
}

struct Options {
  bool moov_first = false, compact = false, wide = false, groups = false;
  std::uint64_t data_at = 0;  ///< where the media data start, for those that stand far off
};

constexpr std::size_t kPictures = 6, kSounds = 3;
constexpr std::size_t kPictureSize = 10, kSoundSize = 5;

ByteBuffer header(const char (&type)[5], std::uint32_t ticks) {
  return full_box(type, number(0, 8) + number(ticks, 4) + number(0, 8));
}

ByteBuffer track(bool film, const Numbers& chunks, const Options& options) {
  ByteBuffer entry, tables;
  if (film) {
    const ByteBuffer config = box("avcC", to_buffer("\x01"
                                                    "config"));
    const ByteBuffer rates = box("btrt", number(1, 4) + number(2, 4) + number(3, 4));
    entry = box("avc1", ByteBuffer(24, 0) + number(480, 2) + number(272, 2) + ByteBuffer(50, 0) +
                            config + box("pasp", number(2, 4) + number(1, 4)) + rates);
    tables = full_box("stts", rows({kPictures, 100}, 2)) +
             full_box("ctts", rows({1, 100, 1, 300, 1, 0, 1, 100, 1, 300, 1, 0}, 2)) +
             full_box("stss", rows({1, 4}, 1)) + full_box("stsc", rows({1, 2, 1}, 3)) +
             full_box("sdtp", ByteBuffer(kPictures, 0x55));
    if (options.groups) {
      tables = tables + full_box("sbgp", to_buffer("roll") + rows({2, 1, 4, 0}, 2)) +
               full_box("cslg", number(0, 4) + number(0, 4) + number(300, 4) + number(0, 8));
    }
  } else {
    entry = box("mp4a", ByteBuffer(28, 0));
    tables = full_box("stts", rows({kSounds, 200}, 2)) + full_box("stsc", rows({1, 1, 1}, 3));
  }
  const std::size_t count = film ? kPictures : kSounds;
  if (film && options.compact) {
    tables = tables +
             full_box("stz2", number(8, 4) + number(count, 4) + ByteBuffer(count, kPictureSize));
  } else {
    tables =
        tables + full_box("stsz", number(film ? kPictureSize : kSoundSize, 4) + number(count, 4));
  }
  ByteBuffer positions = number(chunks.size(), 4);
  for (const std::uint64_t at : chunks) positions = positions + number(at, options.wide ? 8 : 4);
  tables = tables + (options.wide ? full_box("co64", positions) : full_box("stco", positions));
  const ByteBuffer turned = number(0, 4) + number(0x10000, 4) + number(0, 4) +
                            number(0xFFFF0000, 4) + number(0, 4) + number(0, 4);
  const ByteBuffer head = full_box("tkhd", ByteBuffer(36, 0) + turned + ByteBuffer(20, 0), 0, 1);
  const ByteBuffer handler =
      full_box("hdlr", number(0, 4) + to_buffer(film ? "vide" : "soun") + ByteBuffer(13, 0));
  const ByteBuffer edits =
      film ? box("edts", full_box("elst", number(1, 4) + number(500, 4) + number(100, 4) +
                                              number(0x10000, 4)))
           : ByteBuffer{};
  const ByteBuffer stbl = box("stbl", full_box("stsd", number(1, 4) + entry) + tables);
  return box(
      "trak",
      head + edits + box("mdia", header("mdhd", film ? 1000 : 600) + handler + box("minf", stbl)));
}

/// Chunks of two pictures and one sound, in turns: P P S P P S P P S.
ByteBuffer media() {
  ByteBuffer out;
  for (std::size_t i = 0; i < kSounds; ++i) {
    for (std::size_t j = 0; j < 2; ++j) {
      out.insert(out.end(), kPictureSize, static_cast<std::uint8_t>('0' + 2 * i + j));
    }
    out.insert(out.end(), kSoundSize, static_cast<std::uint8_t>('a' + i));
  }
  return out;
}

ByteBuffer moov(std::uint64_t data, const Options& options) {
  Numbers films, sounds;
  for (std::size_t i = 0; i < kSounds; ++i) {
    films.push_back(data + i * (2 * kPictureSize + kSoundSize));
    sounds.push_back(films.back() + 2 * kPictureSize);
  }
  return box("moov",
             header("mvhd", 1000) + track(true, films, options) + track(false, sounds, options));
}

ByteBuffer movie(const Options& options) {
  const ByteBuffer ftyp = box("ftyp", to_buffer("isom") + number(512, 4) + to_buffer("isom"));
  if (!options.moov_first) {
    return ftyp + box("mdat", media()) + moov(ftyp.size() + 8, options);
  }
  const std::uint64_t data = ftyp.size() + moov(0, options).size() + 8;
  return ftyp + moov(data, options) + box("mdat", media());
}

std::vector<NewSamples> changes(const std::vector<std::size_t>& sizes) {
  NewSamples change;
  std::uint64_t at = 0;
  constexpr std::int64_t kTimes[] = {100, 200, 400};
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    change.samples.push_back({{at, sizes[i]}, kTimes[i], i == 0});
    at += sizes[i];
  }
  return {change};
}

std::vector<std::string> payloads(Source& source, const std::vector<FilmSample>& samples) {
  std::vector<std::string> out;
  for (const FilmSample& sample : samples) {
    const auto bytes = read(source, sample.where);
    REQUIRE(bytes);
    out.push_back(to_string(*bytes));
  }
  return out;
}

const Format& mp4() {
  return *find_format("mp4");
}

}  // namespace

TEST_CASE("a film is read as its samples, its turn, its pixels and its edits") {
  for (const bool compact : {false, true}) {
    Options options;
    options.compact = compact;
    const ByteBuffer file = movie(options);
    MemorySource source(file);
    const auto film = read_film(source, mp4(), {});
    REQUIRE(film);
    CHECK(film->codec == "h264");
    CHECK(to_string(film->config) ==
          "\x01"
          "config");
    CHECK(film->ticks == 1000);
    CHECK(film->pixel_width == 2);
    CHECK(film->turn == std::array<int, 4>{0, 1, -1, 0});
    REQUIRE(film->samples.size() == kPictures);
    CHECK(film->samples[1].pts == 400);
    CHECK(film->samples[3].key);
    CHECK_FALSE(film->samples[2].key);
    CHECK(payloads(source, film->samples)[4] == std::string(kPictureSize, '4'));
    REQUIRE(film->shown.size() == 1);
    CHECK(film->shown[0].from == doctest::Approx(0.1));
    CHECK(film->duration() == doctest::Approx(0.5));
  }
}

TEST_CASE("new samples stand where the old ones stood, and every table follows") {
  for (const bool first : {false, true}) {
    for (const bool wide : {false, true}) {
      for (const bool groups : {false, true}) {
        CAPTURE(first);
        CAPTURE(wide);
        Options options;
        options.moov_first = first;
        options.compact = wide != groups;
        options.wide = wide;
        options.groups = groups;
        const ByteBuffer file = movie(options);
        MemorySource source(file);
        const ByteBuffer fresh(300 + 1 + 20, 'n');
        MemorySource behind(fresh);
        const auto plan =
            replace_samples(source, mp4(), changes({300, 1, 20}), to_buffer("another"), {});
        REQUIRE(plan);
        JoinedSource joined(source, behind);
        SplicedSource output(joined, *plan);
        const auto before = all_samples(source, mp4(), {});
        const auto after = all_samples(output, mp4(), {});
        REQUIRE(before);
        REQUIRE(after);
        auto expected = payloads(source, (*before)[0]);
        expected[0] = std::string(300, 'n');
        expected[1] = "n";
        expected[2] = std::string(20, 'n');
        CHECK(payloads(output, (*after)[0]) == expected);
        CHECK(payloads(output, (*after)[1]) == payloads(source, (*before)[1]));
        const auto film = read_film(output, mp4(), {});
        REQUIRE(film);
        CHECK(to_string(film->config) == "another");
        CHECK(film->samples[0].pts == 100);
        CHECK(film->samples[1].pts == 200);
        CHECK(film->samples[2].pts == 400);
        CHECK(film->samples[4].pts == (*before)[0][4].pts);
        CHECK(film->samples[4].dts == (*before)[0][4].dts);
        const auto bytes = read(output, {0, output.size()});
        REQUIRE(bytes);
        const std::string_view text = as_text(*bytes);
        // What new samples depend on is not known; the largest sample and the rate are told.
        const auto depends = text.find("sdtp") + 8;
        CHECK(to_buffer(text.substr(depends, 6)) == ByteBuffer{0, 0, 0, 0x55, 0x55, 0x55});
        CHECK(*load_be(*bytes, text.find("btrt") + 4, 4) == 300);
        if (groups) {
          const auto runs = text.find("sbgp") + 12;
          CHECK(*load_be(*bytes, runs, 4) == 1);
          CHECK(*load_be(*bytes, runs + 8, 4) == 0);
        }
        const auto layout = mp4().inspect(output, {});
        REQUIRE(layout);
        CHECK_FALSE(layout->damage);
      }
    }
  }
}

namespace {

/// A movie box in front, data far behind it, nothing between.
class Sparse final : public Source {
 public:
  Sparse(ByteBuffer head, std::uint64_t size) : head_(std::move(head)), size_(size) {}
  [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
  [[nodiscard]] Result<Bytes> view(Range range) override {
    if (range.offset > size_ || size_ - range.offset < range.size) return truncated(range, size_);
    window_.assign(static_cast<std::size_t>(range.size), 0);
    for (std::size_t i = 0; i < window_.size() && range.offset + i < head_.size(); ++i) {
      window_[i] = head_[static_cast<std::size_t>(range.offset) + i];
    }
    return Bytes(window_);
  }

 private:
  ByteBuffer head_, window_;
  std::uint64_t size_;
};

}  // namespace

TEST_CASE("positions and sizes that pass 4 GiB get wider fields") {
  const ByteBuffer ftyp = box("ftyp", to_buffer("isom") + number(512, 4) + to_buffer("isom"));
  const std::uint64_t size = UINT32_MAX - 40;  // of the media data's box
  const std::uint64_t mdat_at = ftyp.size() + moov(0, {}).size();
  const std::uint64_t data = UINT32_MAX - 700;
  REQUIRE(data + media().size() < mdat_at + size);
  const ByteBuffer head = ftyp + moov(data, {}) + number(size, 4) + to_buffer("mdat");
  Sparse source(head, mdat_at + size);
  const ByteBuffer fresh(900, 'n');
  MemorySource behind(fresh);
  const auto plan =
      replace_samples(source, mp4(), changes({500, 300, 100}), to_buffer("another"), {});
  REQUIRE(plan);
  JoinedSource joined(source, behind);
  SplicedSource output(joined, *plan);
  const auto after = all_samples(output, mp4(), {});
  REQUIRE(after);
  const auto film = payloads(output, (*after)[0]);
  CHECK(film[0] == std::string(500, 'n'));
  CHECK(film[2] == std::string(100, 'n'));
  CHECK(film[3] == std::string(kPictureSize, '\0'));
  CHECK((*after)[1][2].where.offset > UINT32_MAX);
  const auto start = read(output, {0, 4096});
  REQUIRE(start);
  CHECK(as_text(*start).find("co64") != std::string_view::npos);
  CHECK(as_text(*start).find("stco") == std::string_view::npos);
  const auto layout = mp4().inspect(output, {});
  REQUIRE(layout);
  CHECK_FALSE(layout->damage);
}

TEST_CASE("tables that lie are an error, and cost nothing") {
  testing::Random random(14);
  const ByteBuffer file = movie({true, false, false, true, 0});
  for (int i = 0; i < 3000; ++i) {
    const ByteBuffer changed = testing::mutate(file, random);
    MemorySource source(changed);
    const auto film = read_film(source, mp4(), {});
    if (!film || film->samples.size() < 3) continue;
    const auto plan = replace_samples(source, mp4(), changes({9, 9, 9}), to_buffer("x"), {});
    if (!plan) continue;
    // Whatever the plan is, all that it keeps is in the file.
    for (const Piece& piece : plan->pieces) {
      const auto* range = std::get_if<Range>(&piece);
      if (range != nullptr) CHECK(range->end() <= changed.size() + 27);
    }
  }
  const ByteBuffer good = movie({});
  MemorySource source(good);
  CHECK_FALSE(replace_samples(source, mp4(), {{5, {{}, {}}}}, {}, {}));
  const auto none = read_film(source, *find_format("png"), {});
  REQUIRE_FALSE(none);
  CHECK(none.error().code == ErrorCode::Unsupported);
}
