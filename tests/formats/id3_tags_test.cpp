// SPDX-License-Identifier: Apache-2.0
// Setting the label in ID3 tags, AIFF chunks and behind the sound.
#include "formats/id3_tags.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "support/audio.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::testing::audio;
namespace id3 = wire::id3;

namespace {

const Format& mp3() {
  return *find_format("mp3");
}

Layout layout_of(const Format& format, Bytes bytes) {
  MemorySource source(bytes);
  const auto layout = format.inspect(source, Limits{});
  REQUIRE(layout);
  return *layout;
}

std::vector<std::string> paths(const Format& format, Bytes bytes) {
  std::vector<std::string> out;
  for (const Carrier& carrier : layout_of(format, bytes).carriers) out.push_back(carrier.path);
  return out;
}

ByteBuffer labelled(const Format& format, Bytes bytes, const std::string& value) {
  return edited(format, bytes,
                {CarrierKind::AigcKey, "", std::nullopt, to_buffer(std::string_view(value))});
}

Splice plan(const Format& format, Bytes bytes, std::string_view value) {
  MemorySource source(bytes);
  const Edit edit{CarrierKind::AigcKey, "", std::nullopt, to_buffer(value)};
  const auto splice = plan_edits(format, source, layout_of(format, bytes), {&edit, 1}, Limits{});
  REQUIRE(splice);
  return *splice;
}

/// The stored bytes of every frame that is not the label.
std::vector<std::string> other_frames(Bytes bytes) {
  MemorySource source(bytes);
  std::vector<std::string> out;
  const auto tags = read_id3_tags(source, {0, bytes.size()}, Limits{});
  REQUIRE(tags);
  for (const id3::Tag& tag : *tags) {
    for (const id3::Frame& frame : tag.frames) {
      const std::string stored = to_string(slice(bytes, frame.whole.offset, frame.whole.size));
      if (stored.find("AIGC") == std::string::npos) out.push_back(stored);
    }
  }
  return out;
}

std::string silence() {
  return to_string(mpeg_frames(4));
}

bool ends_with(Bytes bytes, std::string_view end) {
  return as_text(bytes).ends_with(end);
}

}  // namespace

TEST_CASE("id3 property: an edit keeps every other frame's bytes, the version and the sound") {
  testing::Random random(41);
  for (int round = 0; round < 800; ++round) {
    CAPTURE(round);
    const auto version = static_cast<unsigned>(2 + random.below(3));
    const bool scrambled = random.below(3) == 0;
    const std::uint64_t count = random.below(5), label_at = random.below(2 * count + 2);
    ByteBuffer inside;
    for (std::uint64_t i = 0; i <= count; ++i) {
      const bool label = i == label_at;
      if (i == count && !label) break;
      std::string data = text("\0") + "x\xFF" + std::string(random.below(400), '\xFF');
      if (label) data = text("\0AIGC\0") + std::string(random.below(500), 'v');
      const std::string id = label ? "TXXX" : "PRIV";
      const ByteBuffer frame = version == 2   ? frame2(id.substr(0, 3), data)
                               : version == 3 ? frame3(id, data)
                                              : frame4(id, data);
      append(inside, scrambled && version != 4 ? stuffed(frame) : frame);
    }
    const bool closed = version == 4 && random.below(4) == 0;
    const unsigned flags = (scrambled ? 0x80U : 0U) | (closed ? 0x10U : 0U);
    const std::size_t padding = closed ? 0 : random.below(3) * random.below(600);
    const ByteBuffer bytes =
        joined({tag(version, flags, inside, padding),
                closed ? footer(version, flags, inside.size()) : ByteBuffer{}, mpeg_frames(4)});
    const std::string value(1 + random.below(900), random.below(2) == 0 ? 'n' : '\x7E');
    const ByteBuffer out = labelled(mp3(), bytes, value);
    CHECK(payload_of(mp3(), out, CarrierKind::AigcKey) == value);
    CHECK(other_frames(out) == other_frames(bytes));
    CHECK(out[3] == version);
    CHECK(out[5] == flags);
    CHECK(ends_with(out, silence()));
    MemorySource source(out);
    const auto tags = read_id3_tags(source, {0, out.size()}, Limits{});
    REQUIRE(tags->size() == 1);
    CHECK(tags->front().whole.size == out.size() - silence().size());
    CHECK_FALSE(layout_of(mp3(), out).damage);
  }
}

TEST_CASE("mp3: padding takes the label, and the sound does not move") {
  const ByteBuffer bytes = joined({tag(3, 0, frame3("TIT2", text("\0x")), 500), mpeg_frames(4)});
  CHECK(labelled(mp3(), bytes, "short").size() == bytes.size());
  CHECK(plan(mp3(), bytes, "short").fits_in_place(bytes.size()));
  const ByteBuffer grown = labelled(mp3(), bytes, std::string(900, 'v'));
  CHECK((grown.size() - silence().size()) % 1024 == 0);
  CHECK(grown.size() - bytes.size() > 400);
  CHECK(labelled(mp3(), grown, std::string(1200, 'v')).size() == grown.size());
  CHECK(labelled(mp3(), grown, "v").size() == grown.size());
}

TEST_CASE("mp3: the first label of a bare stream is a 2.4 tag with room to grow") {
  const ByteBuffer out = labelled(mp3(), mpeg_frames(4), "生成");
  CHECK(has_prefix(out, std::string_view("ID3\x04", 4)));
  CHECK((out.size() - silence().size()) % 1024 == 0);
  CHECK(ends_with(out, silence()));
  CHECK(paths(mp3(), out) == std::vector<std::string>{"mp3:ID3v2.TXXX[AIGC]"});
}

TEST_CASE("mp3: a comment that holds a label stays a tag") {
  const std::string comment = text("\0eng\0") + R"({"AIGC":{"Label":"1"}})";
  const ByteBuffer bytes = joined({tag(3, 0, frame3("COMM", comment), 0), mpeg_frames(4)});
  const Layout layout = layout_of(mp3(), bytes);
  REQUIRE(layout.carriers.size() == 1);
  CHECK(layout.carriers[0].kind == CarrierKind::Tag);
  CHECK(layout.carriers[0].path == "mp3:ID3v2[COMM]");
}

TEST_CASE("mp3: tags of every kind, in front and behind") {
  const ByteBuffer bytes = joined(
      {tag(3, 0,
           joined({frame3("WOAS", "https://suno.com/song/1"),
                   frame3("TXXX", text("\0prompt\0a cat")), frame3("PRIV", text("XMP\0<x/>")),
                   frame3("APIC", text("\0image/png\0\x03\0binary")),
                   frame3("GEOB", text("\0application/c2pa\0\0\0JUMBF"))}),
           0),
       mpeg_frames(4), ape({{"Tool", "t"}, {"aigc", "label"}}), id3v1("said")});
  const std::vector<std::string> expected = {
      "mp3:ID3v2[WOAS]", "mp3:ID3v2.TXXX[prompt]", "mp3:ID3v2.PRIV[XMP]", "mp3:ID3v2.GEOB[c2pa]",
      "mp3:APE[Tool]",   "mp3:APE[aigc]",          "mp3:ID3v1[comment]"};
  CHECK(paths(mp3(), bytes) == expected);
  CHECK(payload_of(mp3(), bytes, CarrierKind::C2paStore) == "JUMBF");
  CHECK(payload_of(mp3(), bytes, CarrierKind::Xmp) == "<x/>");
  // The label is changed where it stands; both sizes of the APE tag follow.
  const ByteBuffer out = labelled(mp3(), bytes, "a longer label");
  CHECK(payload_of(mp3(), out, CarrierKind::AigcKey) == "a longer label");
  CHECK(paths(mp3(), out) == expected);
}

TEST_CASE("mp3: an APE tag in front of the frames is read, and its label changed there") {
  const ByteBuffer plain = joined({ape({{"Tool", "t"}, {"AIGC", "label"}}), mpeg_frames(4)});
  const ByteBuffer behind_id3 =
      joined({tag(3, 0, frame3("WOAS", "https://suno.com/song/1"), 0), plain});
  for (const ByteBuffer& bytes : {plain, behind_id3}) {
    MemorySource source(bytes);
    CHECK(mp3().sniff(source));
    CHECK(payload_of(mp3(), bytes, CarrierKind::AigcKey) == "label");
    const ByteBuffer out = labelled(mp3(), bytes, "a longer label");
    CHECK(payload_of(mp3(), out, CarrierKind::AigcKey) == "a longer label");
    CHECK(paths(mp3(), out) == paths(mp3(), bytes));
    const ByteBuffer sound = mpeg_frames(4);
    CHECK(ends_with(out, as_text(sound)));
  }
}

TEST_CASE("mp3: C2PA stores are found in every coding of their frame") {
  const std::string plain = text("\0application/x-c2pa-manifest-store\0\0\0JU\xFF\0\xFFMBF");
  const ByteBuffer stuffed_body = id3::unsynchronise(as_bytes(plain));
  for (const ByteBuffer& front : {tag(3, 0, frame3("GEOB", plain), 0),
                                  tag(3, 0x80, id3::unsynchronise(frame3("GEOB", plain)), 0),
                                  tag(4, 0, frame4("GEOB", as_text(stuffed_body), 2), 0),
                                  tag(2, 0, frame2("GEO", plain), 0)}) {
    const ByteBuffer bytes = joined({front, mpeg_frames(4)});
    CHECK(payload_of(mp3(), bytes, CarrierKind::C2paStore) == text("JU\xFF\0\xFFMBF"));
  }
}

TEST_CASE("mp3 and aac: what is sound and what is not") {
  const auto found = [](const ByteBuffer& bytes) -> std::string {
    MemorySource source(bytes);
    const Format* format = detect(source, "x");
    return format == nullptr ? "" : std::string(format->id);
  };
  CHECK(found(mpeg_frames(2)) == "mp3");
  CHECK(found(mpeg_frames(1)).empty());
  CHECK(found(adts_frames(2)) == "aac");
  CHECK(found(bytes("\xFF\xFEt\0e\0x\0t\0 \0i\0n\0 \0U\0T\0F\0")) != "mp3");
  CHECK(found(joined({tag(3, 0, frame3("TIT2", text("\0x")), 0), bytes(std::string(300, 'x')),
                      mpeg_frames(3)})) == "mp3");  // junk between tag and sound
  CHECK(found(joined({tag(3, 0, {}, 9), bytes(std::string(300, 'x'))})).empty());
  CHECK(found(tag(3, 0, frame3("TIT2", text("\0x")), 0)) == "mp3");
}

TEST_CASE("sound hostile: a text bomb stays inside its cap") {
  ByteBuffer inside;
  for (int i = 0; i < 50; ++i) {
    append(inside, frame3("TXXX", text("\0k\0") + std::string(1 << 20, 'v')));
  }
  const ByteBuffer bytes = joined({tag(3, 0, inside, 0), mpeg_frames(2)});
  const Layout layout = layout_of(mp3(), bytes);
  REQUIRE(layout.damage);
  CHECK(layout.damage->code == ErrorCode::LimitExceeded);
  CHECK(layout.carriers.size() < 40);
}

TEST_CASE("sound: a value that is no text is refused") {
  const auto accepted = [](const Edit& edit) {
    MemorySource nothing(Bytes{});
    return text_changes(nothing, Layout{}, {&edit, 1}, Limits{},
                        [](const Edit&, const Carrier*) { return std::vector<Replacement>{}; })
        .has_value();
  };
  CHECK_FALSE(accepted({CarrierKind::AigcKey, "", std::nullopt, {0xFF}}));
  CHECK_FALSE(accepted({CarrierKind::AigcKey, "", std::nullopt, {'a', 0}}));
  CHECK(accepted({CarrierKind::AigcKey, "", std::nullopt, {'a'}}));
}

TEST_CASE("aiff: sizes of chunk and FORM follow, other chunks stay") {
  const Format& aiff = *find_format("aiff");
  const ByteBuffer head = chunk("COMM", ByteBuffer(18, 1));
  const ByteBuffer tail = chunk("SSND", bytes("12345"));
  const ByteBuffer id3_chunk = chunk("ID3 ", tag(3, 0, frame3("TIT2", text("\0odd!")), 0));
  const ByteBuffer bytes = form("AIFF", joined({head, id3_chunk, tail}));
  for (const std::size_t size : {1, 2, 500, 3000}) {
    const ByteBuffer out = labelled(aiff, bytes, std::string(size, 'v'));
    CHECK(*load_be(out, 4, 4) == out.size() - 8);
    CHECK(out.size() % 2 == 0);
    CHECK(ends_with(out, as_text(tail)));
    CHECK(payload_of(aiff, out, CarrierKind::AigcKey) == std::string(size, 'v'));
  }
  // A first tag goes behind the sound: written first, claimed afterwards.
  const ByteBuffer bare = form("AIFF", joined({head, tail}));
  CHECK(plan(aiff, bare, "v").fits_in_place(bare.size()));
}

TEST_CASE("aiff hostile: chunk sizes past the end") {
  const Format& aiff = *find_format("aiff");
  ByteBuffer bytes = form("AIFF", joined({chunk("NAME", audio::bytes("kept")), chunk("SSND", {})}));
  store_be(bytes, bytes.size() - 4, 0xFFFFFFFF, 4);
  const Layout layout = layout_of(aiff, bytes);
  REQUIRE(layout.damage);
  CHECK(layout.damage->code == ErrorCode::Truncated);
  CHECK(layout.carriers.size() == 1);
}

TEST_CASE("mp3 wild: a real Suno file") {
  const std::string path = samples_folder() + "/files/suno/beach-ambient_1.mp3";
  if (samples_folder().empty() || !std::filesystem::exists(path)) {
    MESSAGE("skipped: no samples");
    return;
  }
  const ByteBuffer bytes = read_file(path);
  const Layout layout = layout_of(mp3(), bytes);
  CHECK_FALSE(layout.damage);
  CHECK(paths(mp3(), bytes) ==
        std::vector<std::string>{"mp3:ID3v2[TIT2]", "mp3:ID3v2[WOAS]", "mp3:ID3v2[TPE1]"});
  CHECK(payload_of(mp3(), bytes, CarrierKind::Tag, "WOAS").starts_with("https://suno.com/song/"));
  CHECK(other_frames(labelled(mp3(), bytes, "{}")) == other_frames(bytes));
}

TEST_CASE("mp3 and flac wild: C2PA fixtures hold a JUMBF store") {
  for (const std::string id : {"mp3", "flac"}) {
    const ByteBuffer bytes = read_file(samples_folder() + "/c2pa/generated/ai-" + id + "." + id);
    if (samples_folder().empty() || bytes.empty()) {
      MESSAGE("skipped: no samples");
      return;
    }
    const std::string store = payload_of(*find_format(id), bytes, CarrierKind::C2paStore);
    REQUIRE(store.size() > 8);
    CHECK(*load_be(as_bytes(store), 0, 4) == store.size());
    CHECK(store.substr(4, 4) == "jumb");
  }
}
