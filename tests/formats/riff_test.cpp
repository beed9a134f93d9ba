// SPDX-License-Identifier: Apache-2.0
// WAV and AVI by name: which places are read, where the label goes, what does not move.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/audio.hpp"
#include "support/riff_builder.hpp"
#include "support/support.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace std::string_view_literals;

namespace {

const std::string kLabel = R"({"Label":"1","ContentProducer":"p"})";  // odd size

const Format& row(std::string_view id) {
  return *find_format(id);
}
ByteBuffer wav(std::initializer_list<ByteBuffer> chunks) {
  return riff_form("WAVE", together(chunks));
}
ByteBuffer junk(std::size_t size) {
  return riff_chunk("JUNK", ByteBuffer(size, 0));
}
Edit set_label(std::string_view value = kLabel) {
  return {CarrierKind::AigcKey, "", std::nullopt, to_buffer(value)};
}
Layout inspected(std::string_view id, Bytes bytes) {
  MemorySource source(bytes);
  const auto layout = row(id).inspect(source, Limits{});
  REQUIRE(layout);
  return *layout;
}
Result<Splice> planned(std::string_view id, Bytes bytes, const Edit& edit = set_label()) {
  MemorySource source(bytes);
  const auto layout = row(id).inspect(source, Limits{});
  REQUIRE(layout);
  return plan_edits(row(id), source, *layout, {&edit, 1}, Limits{});
}
bool in_place(std::string_view id, Bytes bytes, const Edit& edit = set_label()) {
  const auto splice = planned(id, bytes, edit);
  REQUIRE(splice);
  return splice->fits_in_place(bytes.size());
}
/// "path=payload" per carrier.
std::vector<std::string> listed(std::string_view id, Bytes bytes) {
  std::vector<std::string> out;
  MemorySource source(bytes);
  for (const Carrier& carrier : inspected(id, bytes).carriers) {
    const auto payload = row(id).extract(source, carrier, Limits{});
    REQUIRE(payload);
    out.push_back(std::string(to_string(carrier.kind)) + " " + carrier.path + "=" +
                  to_string(*payload));
  }
  return out;
}
ByteBuffer info(std::string_view extra = {}) {
  ByteBuffer entries = riff_chunk("ISFT", "hand\0"sv);
  if (!extra.empty()) append(entries, riff_chunk("AIGC", std::string(extra) + '\0'));
  return riff_list("INFO", entries);
}
ByteBuffer label_list() {
  return riff_list("INFO", riff_chunk("AIGC", kLabel + '\0'));
}

}  // namespace

TEST_CASE("wav: every place of text is read") {
  ByteBuffer bext(610, 0);
  std::copy_n("made by a machine", 17, bext.begin());
  std::copy_n("tool", 4, bext.begin() + 256);
  std::copy_n("A=PCM", 5, bext.begin() + 602);
  const ByteBuffer id3 =
      riff_chunk("id3 ", audio::tag(4, 0, audio::frame4("TXXX", "\0AIGC\0{\"Label\":\"2\"}"sv), 0));
  const auto found =
      listed("wav", wav({riff_chunk("bext", bext), wav_format(),
                         riff_list("INFO", riff_chunk("ICMT", "caf\xE9\0junk"sv)), wav_data(), id3,
                         riff_chunk("_PMX", "<x/>"), riff_chunk("C2PA", "store"),
                         riff_chunk("iXML", "<BWFXML/>"), riff_chunk("AIGC", kLabel)}));
  const std::vector<std::string> expected{"tag wav:bext[Description]=made by a machine",
                                          "tag wav:bext[Originator]=tool",
                                          "tag wav:bext[CodingHistory]=A=PCM",
                                          "tag wav:LIST[INFO].ICMT=caf\u00e9",
                                          "aigc-key wav:ID3v2.TXXX[AIGC]={\"Label\":\"2\"}",
                                          "xmp wav:_PMX=<x/>",
                                          "c2pa wav:C2PA=store",
                                          "aigc-key wav:AIGC=" + kLabel};
  CHECK(found == expected);
}

TEST_CASE("wav: a new label is a chunk at the end of the form, and fits in place") {
  const ByteBuffer bytes = wav({wav_format(), wav_data()});
  CHECK(edited(row("wav"), bytes, set_label()) ==
        wav({wav_format(), wav_data(), riff_chunk("AIGC", kLabel)}));
  CHECK(in_place("wav", bytes));
}

TEST_CASE("wav: odd sound gets the padding byte that it lacked") {
  ByteBuffer bytes = wav({wav_format(), riff_chunk("data", "abcde")});
  const ByteBuffer expected =
      wav({wav_format(), riff_chunk("data", "abcde"), riff_chunk("AIGC", kLabel)});
  bytes.pop_back();
  store_le(bytes, 4, bytes.size() - 8, 4);
  CHECK(edited(row("wav"), bytes, set_label()) == expected);
}

TEST_CASE("wav: bytes behind the form stay behind it") {
  ByteBuffer bytes = wav({wav_format(), wav_data()});
  append(bytes, "TAG left over"sv);
  ByteBuffer expected = wav({wav_format(), wav_data(), riff_chunk("AIGC", kLabel)});
  append(expected, "TAG left over"sv);
  CHECK(edited(row("wav"), bytes, set_label()) == expected);
}

TEST_CASE("wav: a recording that was cut before its sound is damaged") {
  ByteBuffer bytes = wav({riff_chunk("fmt ", ByteBuffer(16, 0)), riff_chunk("data", junk(4))});
  store_le(bytes, 4, 0xFFFFFFFF, 4);
  CHECK_FALSE(inspected("wav", bytes).damage);
  for (std::size_t size = 12; size <= 36; ++size) {
    CAPTURE(size);
    const Layout layout = inspected("wav", slice(bytes, 0, size));
    REQUIRE(layout.damage);
    CHECK(layout.damage->code == ErrorCode::Truncated);
  }
}

TEST_CASE("wav: open sizes are closed, so that the label is not heard") {
  ByteBuffer bytes = wav({wav_format(), wav_data()});
  store_le(bytes, 4, 0xFFFFFFFF, 4);
  store_le(bytes, 40, 0xFFFFFFFF, 4);
  CHECK(edited(row("wav"), bytes, set_label()) ==
        wav({wav_format(), wav_data(), riff_chunk("AIGC", kLabel)}));
}

TEST_CASE("wav: the 64-bit size of RF64 and BW64 follows") {
  for (const std::string id : {"RF64", "BW64"}) {
    const ByteBuffer chunks = together({wav_format(), wav_data()});
    const ByteBuffer out = edited(row("wav"), wav64(id, chunks), set_label());
    CHECK(out == wav64(id, together({chunks, riff_chunk("AIGC", kLabel)})));
    CHECK(in_place("wav", wav64(id, chunks)));
  }
}

TEST_CASE("wav: a label in a list or a tag is replaced there") {
  const ByteBuffer listed_label = wav({wav_format(), info("{}"), wav_data()});
  CHECK(edited(row("wav"), listed_label, set_label()) ==
        wav({wav_format(), info(kLabel), wav_data()}));
  const ByteBuffer tagged =
      wav({wav_format(), wav_data(),
           riff_chunk("id3 ", audio::tag(4, 0, audio::frame4("TXXX", "\0AIGC\0{}"sv), 100)),
           riff_chunk("XXXX", "kept")});
  const ByteBuffer out = edited(row("wav"), tagged, set_label());
  CHECK(out.size() == tagged.size());
  CHECK(listed("wav", out).front() == "aigc-key wav:ID3v2.TXXX[AIGC]=" + kLabel);
}

TEST_CASE("wav: a file that its header cannot describe is refused") {
  struct Huge final : Source {
    explicit Huge(ByteBuffer head) : head_(std::move(head)) {}
    std::uint64_t size() const noexcept override { return std::uint64_t{5} << 30; }
    Result<Bytes> view(Range range) override {
      if (range.end() > size()) return truncated(range, size());
      buffer_.assign(static_cast<std::size_t>(range.size), 0);
      for (std::size_t i = 0; i < buffer_.size() && range.offset + i < head_.size(); ++i) {
        buffer_[i] = head_[range.offset + i];
      }
      return Bytes(buffer_);
    }
    ByteBuffer head_, buffer_;
  };
  Huge source(wav({wav_format(), wav_data()}));
  const Edit edit = set_label();
  const auto layout = row("wav").inspect(source, Limits{});
  REQUIRE(layout);
  CHECK_FALSE(plan_edits(row("wav"), source, *layout, {&edit, 1}, Limits{}));

  constexpr std::uint64_t kSize = std::uint64_t{5} << 30;
  ByteBuffer head = wav64("RF64", together({wav_format(), wav_data()}), kSize - 80);
  store_le(head, 20, kSize - 8, 8);
  store_le(head, 76, 0xFFFFFFFF, 4);
  Huge wide(head);
  const auto wide_layout = row("wav").inspect(wide, Limits{});
  REQUIRE(wide_layout);
  CHECK_FALSE(wide_layout->damage);
  const auto splice = plan_edits(row("wav"), wide, *wide_layout, {&edit, 1}, Limits{});
  REQUIRE(splice);
  CHECK(splice->fits_in_place(kSize));
}

TEST_CASE("wav: values that are no text are refused") {
  const ByteBuffer bytes = wav({wav_format(), wav_data()});
  CHECK_FALSE(planned("wav", bytes, set_label("a\0b"sv)));
  CHECK_FALSE(planned("wav", bytes, set_label("\xFF")));
}

TEST_CASE("wav: a broken list is told, and what stands before the break is read") {
  ByteBuffer broken = info();
  append(broken, riff_chunk("INAM", "abcd"));
  store_le(broken, 4, broken.size() - 8, 4);
  store_le(broken, broken.size() - 8, 400, 4);
  const Layout layout = inspected("wav", wav({wav_format(), broken, wav_data()}));
  CHECK_FALSE(layout.damage);
  CHECK(layout.carriers.size() == 1);
  REQUIRE(layout.oddities.size() == 1);
  CHECK(layout.oddities[0].rule == "riff-info");
}

TEST_CASE("avi: the list grows into the room behind it, and nothing moves") {
  const ByteBuffer bytes = avi(together({info(), junk(1016)}), {});
  const ByteBuffer room = junk(1016 + info().size() - info(kLabel).size());
  CHECK(edited(row("avi"), bytes, set_label()) == avi(together({info(kLabel), room}), {}));
  CHECK(in_place("avi", bytes));
}

TEST_CASE(
    "avi: without room a new label goes to the end, and the old list stays where it is read") {
  const ByteBuffer bytes = avi(info(), {});
  CHECK(edited(row("avi"), bytes, set_label()) == avi(info(), label_list()));
  CHECK(in_place("avi", bytes));
  const auto plan = planned("avi", bytes);
  REQUIRE(plan);
  REQUIRE(plan->notes.size() == 1);
  CHECK(plan->notes[0].rule == "avi-info-behind");
}

TEST_CASE("avi: a longer label moves to the end with its list, and its old place becomes JUNK") {
  const ByteBuffer bytes = avi(info("{}"), {});
  CHECK(edited(row("avi"), bytes, set_label()) == avi(junk(info("{}").size() - 8), info(kLabel)));
  CHECK(in_place("avi", bytes));
}

TEST_CASE("avi: without a list a new one goes to the end") {
  const ByteBuffer out = edited(row("avi"), avi({}, {}), set_label());
  CHECK(out == avi({}, label_list()));
}

TEST_CASE("avi: a list behind the index grows where it is") {
  CHECK(edited(row("avi"), avi({}, info("{}")), set_label()) == avi({}, info(kLabel)));
}

TEST_CASE("avi: the text of a replaced label does not stay in the file") {
  const std::string old = R"({"Label":"3","ContentProducer":"somebody with a long name"})";
  for (const ByteBuffer& bytes : {avi(together({info(old), junk(100)}), {}), avi(info(old), {}),
                                  avi(together({info(old), junk(2)}), {})}) {
    const ByteBuffer out = edited(row("avi"), bytes, set_label());
    CHECK(as_text(out).find("somebody") == std::string_view::npos);
    const ByteBuffer shorter = edited(row("avi"), bytes, set_label("{}"));
    CHECK(as_text(shorter).find("somebody") == std::string_view::npos);
  }
}

TEST_CASE("avi: with several forms the film and its indexes stay where they are") {
  const ByteBuffer more = riff_form("AVIX", avi_movie(0));
  const ByteBuffer tight = together({avi(info(), {}), more});
  const ByteBuffer expected =
      together({avi(info(), {}), riff_form("AVIX", together({avi_movie(0), label_list()}))});
  CHECK(edited(row("avi"), tight, set_label()) == expected);
  CHECK(payload_of(row("avi"), expected, CarrierKind::AigcKey) == kLabel);

  const ByteBuffer roomy = together({avi(together({info(), junk(300)}), {}), more});
  CHECK(edited(row("avi"), roomy, set_label()).size() == roomy.size());
}

TEST_CASE("avi: room in the header holds the label of a file of several forms") {
  ByteBuffer first = avi(info(), {});
  // a JUNK chunk as the last of LIST hdrl
  const ByteBuffer room = junk(260);
  const auto header_end = static_cast<std::size_t>(20 + *load_le(first, 16, 4));
  first.insert(first.begin() + static_cast<std::ptrdiff_t>(header_end), room.begin(), room.end());
  store_le(first, 16, *load_le(first, 16, 4) + room.size(), 4);
  store_le(first, 4, *load_le(first, 4, 4) + room.size(), 4);
  const ByteBuffer bytes = together({first, riff_form("AVIX", avi_movie(0))});
  const ByteBuffer out = edited(row("avi"), bytes, set_label());
  CHECK(out.size() == bytes.size());
  CHECK(listed("avi", out) == std::vector<std::string>{"aigc-key avi:LIST[INFO].AIGC=" + kLabel,
                                                       "tag avi:LIST[INFO].ISFT=hand"});
  const ByteBuffer again = edited(row("avi"), out, set_label(kLabel + " and more"));
  CHECK(again.size() == bytes.size());
}

TEST_CASE("riff, aiff: a header that announces a chunk more than there is, is damage") {
  const ByteBuffer riff_wide = wav64("RF64", together({wav_format(), wav_data()}));
  for (const std::uint64_t more : {8U, 9U, 1'000'000U}) {
    CAPTURE(more);
    ByteBuffer wave = wav({wav_format(), wav_data()}), film = avi({}, {}), wide = riff_wide;
    store_le(wave, 4, wave.size() - 8 + more, 4);
    store_le(film, 4, film.size() - 8 + more, 4);
    store_le(wide, 20, wide.size() - 8 + more, 8);
    ByteBuffer aiff = to_buffer(
        "FORM\0\0\0\x14"
        "AIFFSSND\0\0\0\x08\0\0\0\0\0\0\0\0"sv);
    store_be(aiff, 4, aiff.size() - 8 + more, 4);
    CHECK(inspected("wav", wave).damage.has_value() == (more > 8));
    CHECK(inspected("wav", wide).damage.has_value() == (more > 8));
    CHECK(inspected("avi", film).damage.has_value() == (more > 8));
    CHECK(inspected("aiff", aiff).damage.has_value() == (more > 8));
    CHECK(planned("wav", wide).has_value() == (more == 8));
  }
}

TEST_CASE("avi: a recording that was never finished is read but not changed") {
  ByteBuffer bytes = avi({}, {});
  const auto movie = as_text(bytes).find("LIST", 20 + *load_le(bytes, 16, 4));
  store_le(bytes, 4, 0, 4);
  store_le(bytes, movie + 4, 0xFFFFFFFF, 4);
  CHECK_FALSE(inspected("avi", bytes).damage);
  const auto splice = planned("avi", bytes);
  REQUIRE_FALSE(splice);
  CHECK(splice.error().code == ErrorCode::Unsupported);
}
