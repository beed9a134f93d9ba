// SPDX-License-Identifier: Apache-2.0
// MP4, MOV, M4A: where labels are written, and that every position still leads to its bytes.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/movie.hpp"
#include "support/support.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr std::string_view kLabel = R"({"Label":"1","ContentProducer":"p"})";
const Format& kFormat = *find_format("mp4");

Layout inspected(Bytes bytes, const Limits& limits = {}) {
  MemorySource source(bytes);
  auto layout = kFormat.inspect(source, limits);
  REQUIRE(layout);
  return std::move(*layout);
}

Result<Splice> planned(Bytes bytes, std::string_view value, CarrierKind kind = CarrierKind::AigcKey,
                       const Limits& limits = {}) {
  MemorySource source(bytes);
  const Edit edit{kind, "", std::nullopt, to_buffer(value)};
  return plan_edits(kFormat, source, inspected(bytes, limits), {&edit, 1}, limits);
}

ByteBuffer labelled(const ByteBuffer& bytes, std::string_view value = kLabel) {
  return edited(kFormat, bytes, {CarrierKind::AigcKey, "", std::nullopt, to_buffer(value)});
}

std::vector<std::string> paths(Bytes bytes) {
  std::vector<std::string> out;
  for (const Carrier& carrier : inspected(bytes).carriers) out.push_back(carrier.path);
  return out;
}

std::string top_level(Bytes bytes) {
  MemorySource source(bytes);
  wire::BoxBudget budget{Limits{}};
  wire::BoxWalker walker(source, {0, bytes.size()}, budget);
  std::string types;
  while (const auto found = walker.next().value()) types += wire::to_string(found->type) + " ";
  return types;
}

Film with(ByteBuffer in_moov, bool moov_first = false) {
  Film film;
  film.in_moov = std::move(in_moov);
  film.moov_first = moov_first;
  return film;
}

}  // namespace

TEST_CASE("mp4: the home of a new key") {
  CHECK(paths(labelled(film(with({})))) ==
        std::vector<std::string>{"mp4:moov.udta.meta.keys[AIGC]"});
  const ByteBuffer taken = film(with(box("udta", mdir({}))));
  CHECK(paths(labelled(taken)) == std::vector<std::string>{"mp4:moov.meta.keys[AIGC]"});
  const ByteBuffer apple = film(with(mdta({{"make", "x"}}, false)));
  CHECK(paths(labelled(apple)) ==
        std::vector<std::string>{"mp4:moov.meta.keys[make]", "mp4:moov.meta.keys[AIGC]"});
  const ByteBuffer both = film(with(
      box("udta", mdir({})) +
      full_box("meta", full_box("hdlr", number(0, 4) + to_buffer("mp7t") + ByteBuffer(13, 0)))));
  const auto refused = planned(both, kLabel);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::Unsupported);
}

TEST_CASE("mp4: the cheapest way is chosen") {
  const std::string longer = std::string(kLabel) + std::string(40, ' ');
  const std::string other = R"({"Label":"2","ContentProducer":"q"})";
  const auto in_place = [](const ByteBuffer& bytes, std::string_view value) {
    return planned(bytes, value).value().fits_in_place(bytes.size());
  };
  SUBCASE("the same length is overwritten") {
    const ByteBuffer bytes = labelled(film(with({}, true)));
    CHECK(planned(bytes, other).value().output_size() == bytes.size());
    CHECK(in_place(bytes, other));
  }
  SUBCASE("padding behind moov is used, and fast start stays") {
    Film padded = with({}, true);
    padded.behind_moov = padding(600);
    const ByteBuffer bytes = film(padded);
    REQUIRE(in_place(bytes, kLabel));
    const ByteBuffer out = labelled(bytes);
    CHECK(out.size() == bytes.size());
    CHECK(top_level(out) == "ftyp moov free mdat ");
    CHECK(in_place(out, longer));
  }
  SUBCASE("padding of exactly the size needed") {
    for (std::size_t size = 8; size < 300; ++size) {
      Film padded = with({}, true);
      padded.behind_moov = padding(size);
      const ByteBuffer bytes = film(padded);
      const ByteBuffer out = labelled(bytes);
      CHECK(pointed_at(out) == pointed_at(bytes));
      CHECK_FALSE(inspected(out).damage);
    }
  }
  SUBCASE("moov behind the media goes to the end") {
    const ByteBuffer bytes = film(with({}));
    REQUIRE(in_place(bytes, kLabel));
    CHECK(top_level(labelled(bytes)) == "ftyp mdat free moov ");
  }
  SUBCASE("fast start without room moves the media and leaves room") {
    const ByteBuffer bytes = film(with({}, true));
    CHECK_FALSE(in_place(bytes, kLabel));
    const ByteBuffer out = labelled(bytes);
    CHECK(top_level(out) == "ftyp moov free mdat ");
    CHECK(in_place(out, longer));
  }
}

TEST_CASE("mp4: an old label leaves no words behind") {
  for (const bool moov_first : {false, true}) {
    const std::string old = R"({"Label":"1","ContentProducer":"the first name"})";
    ByteBuffer bytes = labelled(film(with({}, moov_first)), old);
    for (const std::string_view next :
         {"{}", R"({"Label":"1","ContentProducer":"somebody else"})"}) {
      bytes = labelled(bytes, next);
      CHECK(to_string(bytes).find("the first name") == std::string::npos);
    }
  }
}

TEST_CASE("mp4: many labels one after another do not make the file grow without bound") {
  for (const bool moov_first : {false, true}) {
    const ByteBuffer original = film(with(box("udta", mdir({})), moov_first));
    ByteBuffer bytes = original;
    std::size_t largest = 0;
    for (int round = 0; round < 200; ++round) {
      const std::string value(static_cast<std::size_t>(40 + round * 37 % 400), 'x');
      bytes = labelled(bytes, value);
      REQUIRE(payload_of(kFormat, bytes, CarrierKind::AigcKey) == value);
      REQUIRE(pointed_at(bytes) == pointed_at(original));
      if (round == 20) largest = bytes.size();
    }
    CHECK(bytes.size() <= largest + 5000);
  }
}

TEST_CASE("mp4: a plan can stop after any phase and the film still plays") {
  Film padded = with(box("udta", mdta({{"AIGC", "old"}, {"title", "T"}})), true);
  padded.behind_moov = padding(900);
  const ByteBuffer inner = film(with(padding(900) + box("udta", mdta({{"AIGC", "old"}})), true));
  const ByteBuffer last = film(with(box("udta", mdta({{"AIGC", "old"}}))));
  for (const ByteBuffer& bytes : {film(padded), inner, last, labelled(last, "another one")}) {
    const Splice splice = planned(bytes, kLabel).value();
    REQUIRE(splice.fits_in_place(bytes.size()));
    ByteBuffer state = bytes;
    for (int phase = 0; phase < 6; ++phase) {
      std::uint64_t at = 0;
      for (const Piece& piece : splice.pieces) {
        if (const auto* kept = std::get_if<Range>(&piece)) {
          at += kept->size;
          continue;
        }
        const auto& put = std::get<Put>(piece);
        if (put.phase == phase) {
          state.resize(std::max<std::size_t>(state.size(), at + put.bytes.size()));
          std::copy(put.bytes.begin(), put.bytes.end(),
                    state.begin() + static_cast<std::ptrdiff_t>(at));
        }
        at += put.bytes.size();
      }
      CAPTURE(phase);
      const Layout layout = inspected(state);
      CHECK_FALSE(layout.damage);
      const std::string value = payload_of(kFormat, state, CarrierKind::AigcKey);
      CHECK((value == "old" || value == "another one" || value == kLabel));
      const auto found = pointed_at(state);
      const auto wanted = pointed_at(bytes);
      CHECK(std::search(found.begin(), found.end(), wanted.begin(), wanted.end()) != found.end());
    }
    CHECK(payload_of(kFormat, state, CarrierKind::AigcKey) == kLabel);
  }
}

TEST_CASE("mp4: positions point to the same bytes after every edit of random films") {
  Random random(20251123);
  for (int round = 0; round < 400; ++round) {
    const auto maybe = [&](ByteBuffer bytes) {
      return random.below(2) == 0 ? bytes : ByteBuffer{};
    };
    const auto some_padding = [&] { return maybe(padding(8 + random.below(700))); };
    ByteBuffer bytes;
    if (random.below(3) == 0) {
      Fragments fragments;
      fragments.absolute = random.below(2) == 0;
      fragments.index = random.below(2) == 0;
      fragments.index_before_moov = random.below(2) == 0;
      fragments.access = random.below(2) == 0;
      fragments.in_moov = some_padding() + maybe(box("udta", mdir({})));
      bytes = fragmented(fragments);
    } else {
      Film f;
      f.tracks = static_cast<int>(random.below(4));
      f.chunks = static_cast<int>(random.below(9));
      f.wide_offsets = random.below(2) == 0;
      f.large_mdat = random.below(2) == 0;
      f.moov_first = random.below(2) == 0;
      f.open_mdat = f.moov_first && random.below(4) == 0 && !f.large_mdat;
      f.aux_offsets = f.tracks * f.chunks > 0 && random.below(2) == 0;
      f.in_moov = some_padding() +
                  maybe(box("udta", mdta({{"a", "b"}}) + maybe(ByteBuffer(4, 0)))) +
                  some_padding() + maybe(mdta({{"c", "d"}}, false)) + some_padding();
      f.before_moov = some_padding();
      f.behind_moov = some_padding() + some_padding();
      f.at_end = f.open_mdat ? ByteBuffer{} : some_padding();
      bytes = film(f);
    }
    const auto wanted = pointed_at(bytes);
    for (int edit = 0; edit < 5; ++edit) {
      CAPTURE(round);
      CAPTURE(edit);
      const std::string value(1 + random.below(900), 'v');
      const CarrierKind kind = random.below(3) == 0 ? CarrierKind::Xmp : CarrierKind::AigcKey;
      bytes = edited(kFormat, bytes, {kind, "", std::nullopt, to_buffer(value)});
      REQUIRE(pointed_at(bytes) == wanted);
      REQUIRE_FALSE(inspected(bytes).damage);
      REQUIRE(payload_of(kFormat, bytes, kind) == value);
    }
  }
}

TEST_CASE("mp4: XMP goes behind the last box, but before the random access index") {
  const ByteBuffer bytes = fragmented({});
  const ByteBuffer out =
      edited(kFormat, bytes, {CarrierKind::Xmp, "", std::nullopt, to_buffer("<x/>")});
  CHECK(top_level(out) == "ftyp moov moof mdat moof mdat moof mdat uuid mfra ");
  CHECK(pointed_at(out) == pointed_at(bytes));
}

TEST_CASE("mp4: both kinds at once") {
  for (const bool moov_first : {false, true}) {
    const ByteBuffer bytes = film(with({}, moov_first));
    MemorySource source(bytes);
    const std::vector<Edit> edits = {{CarrierKind::Xmp, "", std::nullopt, to_buffer("<x/>")},
                                     {CarrierKind::AigcKey, "", std::nullopt, to_buffer(kLabel)}};
    const auto splice = plan_edits(kFormat, source, inspected(bytes), edits, Limits{});
    REQUIRE(splice);
    const ByteBuffer out = testing::apply(bytes, *splice);
    CHECK(payload_of(kFormat, out, CarrierKind::Xmp) == "<x/>");
    CHECK(payload_of(kFormat, out, CarrierKind::AigcKey) == kLabel);
    CHECK(pointed_at(out) == pointed_at(bytes));
  }
}

TEST_CASE("mp4: a media segment takes no key, but XMP") {
  const ByteBuffer segment = box("styp", to_buffer("msdh") + number(0, 4)) + box("moof", {}) +
                             box("mdat", to_buffer("media"));
  CHECK_FALSE(inspected(segment).damage);
  const auto refused = planned(segment, kLabel);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::Unsupported);
  CHECK(planned(segment, "<x/>", CarrierKind::Xmp));
}

TEST_CASE("mp4: several movie boxes: the first counts, and is labelled in its place") {
  Film f = with(box("udta", mdta({{"title", "first"}})));
  f.at_end = box("moov", box("udta", mdta({{"title", "second"}})));
  const ByteBuffer bytes = film(f);
  CHECK(paths(bytes) == std::vector<std::string>{"mp4:moov.udta.meta.keys[title]"});
  CHECK(inspected(bytes).oddities.size() == 1);
  const ByteBuffer out = labelled(bytes);
  CHECK(payload_of(kFormat, out, CarrierKind::AigcKey) == kLabel);
}

TEST_CASE("mp4: what must not be changed is refused") {
  const auto code = [](const ByteBuffer& bytes, const Limits& limits = {}) {
    const auto splice = planned(bytes, kLabel, CarrierKind::AigcKey, limits);
    REQUIRE_FALSE(splice);
    return splice.error().code;
  };
  CHECK(code(film(with(box("cmov", {})))) == ErrorCode::Unsupported);
  CHECK(code(film(with(number(0, 4) + to_buffer("abcdrest")))) == ErrorCode::Unsupported);
  Limits small;
  small.max_memory = 100;
  CHECK(code(film(with({})), small) == ErrorCode::LimitExceeded);
}

TEST_CASE("mp4: hostile tables end in a clean refusal") {
  const auto with_table = [](const ByteBuffer& table) {
    return film(with(box("trak", box("mdia", box("minf", box("stbl", table)))), true));
  };
  for (const ByteBuffer& table :
       {full_box("stco", {}), full_box("stco", number(UINT32_MAX, 4)),
        full_box("co64", number(2, 4) + number(1, 8)), full_box("saio", number(1, 4), 0, 1)}) {
    const auto splice = planned(with_table(table), kLabel);
    REQUIRE_FALSE(splice);
    CHECK(splice.error().code == ErrorCode::Malformed);
  }
  // Positions into the movie box itself or far outside are nobody's media: no overflow.
  CHECK(planned(with_table(full_box("stco", number(1, 4) + number(UINT32_MAX, 4))), kLabel));
}

TEST_CASE("mp4: items by position follow the media") {
  const auto locations = [](std::uint64_t position) {
    const ByteBuffer table = number(0x4400, 2) + number(1, 2) + number(1, 2) + number(0, 2) +
                             number(1, 2) + number(position, 4) + number(10, 4);
    return full_box("meta", full_box("hdlr", number(0, 4) + to_buffer("pict") + ByteBuffer(13, 0)) +
                                full_box("iloc", table));
  };
  Film f = with({}, true);
  f.before_moov = locations(0);
  const std::uint64_t position = film(f).size() - 24;  // the last chunk
  f.before_moov = locations(position);
  const ByteBuffer bytes = film(f);
  const ByteBuffer out = labelled(bytes);
  CHECK(pointed_at(out) == pointed_at(bytes));
  const std::uint64_t field = f.ftyp.size() + f.before_moov.size() - 8;
  const std::uint64_t moved = load_be(out, field, 4).value();
  CHECK(moved > position);
  CHECK(to_string(slice(out, moved, 10)) == to_string(slice(bytes, position, 10)));
}
