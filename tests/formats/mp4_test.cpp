// SPDX-License-Identifier: Apache-2.0
// MP4, MOV, M4A: telling them apart, finding labels, hostile files.
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

ByteBuffer labelled(const ByteBuffer& bytes, std::string_view value = kLabel) {
  return edited(kFormat, bytes, {CarrierKind::AigcKey, "", std::nullopt, to_buffer(value)});
}

std::vector<std::string> paths(Bytes bytes) {
  std::vector<std::string> out;
  for (const Carrier& carrier : inspected(bytes).carriers) out.push_back(carrier.path);
  return out;
}

ErrorCode damage_of(const ByteBuffer& bytes) {
  const Layout layout = inspected(bytes);
  REQUIRE(layout.damage);
  return layout.damage->code;
}

Film with(ByteBuffer in_moov, bool moov_first = false) {
  Film film;
  film.in_moov = std::move(in_moov);
  film.moov_first = moov_first;
  return film;
}

std::string detected(const ByteBuffer& bytes) {
  MemorySource source(bytes);
  const Format* format = detect(source, "x");
  return format == nullptr ? "" : std::string(format->id);
}

ByteBuffer brand(std::string_view major, std::string_view compatible = "") {
  return box("ftyp", to_buffer(major) + number(0, 4) + to_buffer(compatible));
}

}  // namespace

TEST_CASE("mp4: told apart by brand") {
  CHECK(detected(brand("isom")) == "mp4");
  CHECK(detected(brand("3gp5")) == "mp4");
  CHECK(detected(brand("M4V ", "mp42")) == "mp4");
  CHECK(detected(brand("dash", "iso6")) == "mp4");
  CHECK(detected(brand("qt  ")) == "mov");
  CHECK(detected(brand("M4A ", "isom")) == "m4a");
  CHECK(detected(brand("M4B ")) == "m4a");
  CHECK(detected(box("styp", to_buffer("msdh") + number(0, 4))) == "mp4");
  CHECK(detected(box("moof", {})) == "mp4");
  for (const char* type : {"moov", "mdat", "wide", "free", "skip", "pnot"}) {
    CHECK(detected(number(8, 4) + to_buffer(type)) == "mov");
  }
  CHECK(detected(box("mdat", {}) + brand("isom")) == "mp4");
  for (const char* picture :
       {"mif1", "msf1", "heic", "heix", "hevc", "avif", "avis", "jxl ", "jp2 ", "crx "}) {
    for (const char* id : {"mp4", "mov", "m4a"}) {
      const ByteBuffer bytes = brand(picture, "mif1isom");
      MemorySource source(bytes);
      CHECK_FALSE(find_format(id)->sniff(source));
    }
  }
}

TEST_CASE("mp4: every place of a label is found, with its kind") {
  const ByteBuffer xmp = to_buffer("<x:xmpmeta/>");
  const ByteBuffer three =
      box("dscp", number(0, 4) + number(0x15C7, 2) + to_buffer("words") + ByteBuffer(1, 0));
  const ByteBuffer wide = box("titl", number(0, 4) + number(0x15C7, 2) +
                                          to_buffer(std::string_view("\xFE\xFF\x4E\x2D", 4)));
  const ByteBuffer udta =
      box("udta", mdta({{"AIGC", std::string(kLabel)}, {"workflow", "{}"}}) + three + wide +
                      box("XMP_", xmp) + full_box("wflo", to_buffer("{}")));
  const ByteBuffer track = box("trak", box("udta", mdta({{"AIGC", "in a track"}})));
  const ByteBuffer bytes = film(with(track + udta + mdta({{"aigc_info", "{}"}}, false)));
  CHECK(paths(bytes) == std::vector<std::string>{
                            "mp4:moov.trak.udta.meta.keys[AIGC]", "mp4:moov.udta.meta.keys[AIGC]",
                            "mp4:moov.udta.meta.keys[workflow]", "mp4:moov.udta[dscp]",
                            "mp4:moov.udta[titl]", "mp4:moov.udta.XMP_", "mp4:moov.udta[wflo]",
                            "mp4:moov.meta.keys[aigc_info]"});
  CHECK(payload_of(kFormat, bytes, CarrierKind::AigcKey) == kLabel);
  CHECK(payload_of(kFormat, bytes, CarrierKind::Xmp) == "<x:xmpmeta/>");
  CHECK(payload_of(kFormat, bytes, CarrierKind::Tag, "dscp") == "words");
  CHECK(payload_of(kFormat, bytes, CarrierKind::Tag, "titl") == "\xE4\xB8\xAD");
  CHECK(payload_of(kFormat, bytes, CarrierKind::Tag, "AIGC") == "in a track");
}

TEST_CASE("mp4: iTunes items, freeform names, UTF-16 and pictures") {
  const ByteBuffer items = box("\xA9"
                               "cmt",
                               data_box(kLabel)) +
                           freeform("AIGC", kLabel) + freeform("other", "x") +
                           box("covr", data_box("\x89PNG", 14)) +
                           box("\xA9"
                               "nam",
                               data_box(std::string_view("\x4E\x2D", 2), 2)) +
                           box("tmpo", data_box(std::string_view("\0\x78", 2), 21));
  const ByteBuffer bytes = film(with(box("udta", mdir(items))));
  CHECK(paths(bytes) == std::vector<std::string>{"mp4:moov.udta.meta.ilst[\xC2\xA9"
                                                 "cmt]",
                                                 "mp4:moov.udta.meta.ilst.----[AIGC]",
                                                 "mp4:moov.udta.meta.ilst.----[other]",
                                                 "mp4:moov.udta.meta.ilst[\xC2\xA9"
                                                 "nam]"});
  CHECK(payload_of(kFormat, bytes, CarrierKind::Tag,
                   "\xC2\xA9"
                   "nam") == "\xE4\xB8\xAD");
  // A label in a comment is updated where it stands when the caller asks for that.
  const ByteBuffer out =
      edited(kFormat, bytes, {CarrierKind::Tag, "", 0, to_buffer("a new comment")});
  CHECK(payload_of(kFormat, out, CarrierKind::Tag) == "a new comment");
  CHECK(payload_of(kFormat, out, CarrierKind::AigcKey) == kLabel);
  CHECK(pointed_at(out) == pointed_at(bytes));
}

TEST_CASE("mp4: the C2PA store ends where its own length says; proofs are no store") {
  const ByteBuffer uuid{0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C,
                        0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4, 0x81};
  const auto c2pa = [&](std::string_view purpose, const ByteBuffer& rest) {
    return box("uuid", uuid + number(0, 4) + to_buffer(purpose) + ByteBuffer(1, 0) + rest);
  };
  const ByteBuffer store = box("jumb", to_buffer("the store"));
  Film f;
  f.before_moov = c2pa("manifest", number(0, 8) + store + ByteBuffer(99, 0)) +
                  c2pa("merkle", to_buffer("proof"));
  f.at_end = c2pa("update", number(0, 8) + store);
  const ByteBuffer bytes = film(f);
  CHECK(paths(bytes) == std::vector<std::string>{"mp4:uuid[c2pa]", "mp4:uuid[c2pa:update]"});
  CHECK(payload_of(kFormat, bytes, CarrierKind::C2paStore) == to_string(store));

  f.before_moov = c2pa("manifest", number(0, 8) + number(5000, 4) + to_buffer("jumb"));
  const Layout lying = inspected(film(f));
  CHECK(lying.oddities.size() == 1);
  CHECK(lying.carriers.front().payload.size == 8);
  f.before_moov = c2pa("manifest", {});
  const Layout cut = inspected(film(f));
  CHECK(cut.oddities.size() == 1);
  CHECK(cut.carriers.front().kind == CarrierKind::C2paStore);
}

TEST_CASE("mp4: hostile metadata is damage, and what stands beside it is still found") {
  const ByteBuffer good = box("udta", mdta({{"AIGC", "found"}}));
  const auto keys = [](std::uint64_t count, std::uint64_t size) {
    return box("udta", full_box("meta", full_box("hdlr", number(0, 4) + to_buffer("mdta")) +
                                            full_box("keys", number(count, 4) + number(size, 4) +
                                                                 to_buffer("mdtaAIGC")) +
                                            box("ilst", {})));
  };
  for (const ByteBuffer& bad : {keys(1, 0), keys(1, 7), keys(1, 13), keys(2, 12),
                                keys(1, UINT32_MAX), box("udta", number(4, 4) + to_buffer("meta")),
                                box("udta", number(99, 4) + to_buffer("meta"))}) {
    const ByteBuffer bytes = film(with(bad + good));
    CHECK(damage_of(bytes) == ErrorCode::Malformed);
    CHECK(payload_of(kFormat, bytes, CarrierKind::AigcKey) == "found");
  }
  CHECK(damage_of(film(with(keys(UINT32_MAX, 12)))) == ErrorCode::LimitExceeded);
}

TEST_CASE("mp4: a cut file") {
  const ByteBuffer bytes = film(with({}, true));
  CHECK(damage_of(to_buffer(slice(bytes, 0, bytes.size() - 1))) == ErrorCode::Truncated);
  CHECK(damage_of(brand("isom")) == ErrorCode::Truncated);
  CHECK(damage_of(brand("isom") + box("mdat", to_buffer("media"))) == ErrorCode::Truncated);
}

TEST_CASE("mp4: a moov box in a moov box") {
  ByteBuffer inner = box("moov", {});
  for (int i = 0; i < 1000; ++i) inner = box("moov", inner);
  CHECK(damage_of(film(with(inner))) == ErrorCode::Malformed);
}

TEST_CASE("mp4: a million small boxes end at the cap") {
  ByteBuffer bytes = brand("isom");
  for (int i = 0; i < 300'000; ++i) append(bytes, Bytes(padding(8)));
  CHECK(damage_of(bytes) == ErrorCode::LimitExceeded);
  CHECK(damage_of(film(with(box("udta", ByteBuffer(bytes.begin() + 16, bytes.end()))))) ==
        ErrorCode::LimitExceeded);
}

TEST_CASE("mp4: real files of ComfyUI, Apple and C2PA signers") {
  const std::string folder = samples_folder();
  const ByteBuffer comfy = read_file(folder + "/files/sd/wan2.1_fun_camera_14B.mp4");
  const ByteBuffer apple = read_file(folder + "/c2pa/c2pa-rs/c.mov");
  const ByteBuffer signed_film = read_file(folder + "/c2pa/generated/ai-mp4.mp4");
  if (comfy.empty() || apple.empty() || signed_film.empty()) {
    MESSAGE("skipped: the samples are not here");
    return;
  }
  CHECK(paths(comfy) == std::vector<std::string>{
                            "mp4:moov.udta[wflo]", "mp4:moov.udta.meta.keys[workflow]",
                            "mp4:moov.udta.meta.keys[prompt]", "mp4:moov.udta.meta.keys[encoder]"});
  CHECK(detected(apple) == "mov");
  CHECK(payload_of(kFormat, apple, CarrierKind::Tag, "com.apple.quicktime.make") == "Apple");
  const ByteBuffer out = labelled(apple);
  CHECK(out.size() == apple.size());  // it fits into the padding inside moov
  CHECK(pointed_at(out) == pointed_at(apple));
  CHECK(payload_of(kFormat, signed_film, CarrierKind::C2paStore).substr(4, 4) == "jumb");
}
