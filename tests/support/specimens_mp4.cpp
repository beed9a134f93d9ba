// SPDX-License-Identifier: Apache-2.0
#include "support/movie.hpp"
#include "support/specimens.hpp"

namespace colophon::testing {
namespace {

constexpr std::string_view kLabel =
    R"({"Label":"1","ContentProducer":"somebody","ProduceID":"0123456789"})";
constexpr std::string_view kPacket = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>";

ByteBuffer xmp_box() {
  return box("uuid", ByteBuffer{0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8, 0x9C, 0x71, 0x99,
                                0x94, 0x91, 0xE3, 0xAF, 0xAC} +
                         to_buffer(kPacket));
}
ByteBuffer c2pa_box() {
  const ByteBuffer store = box("jumb", to_buffer("not a real store"));
  return box("uuid", ByteBuffer{0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C, 0x92, 0x97, 0x58,
                                0x28, 0x87, 0x7E, 0xC4, 0x81} +
                         number(0, 4) + to_buffer(std::string_view("manifest\0", 9)) +
                         number(0, 8) + store + ByteBuffer(20, 0));
}
ByteBuffer tool() {
  return box("\xA9too", data_box("Lavf59"));
}
ByteBuffer quicktime_text(const char (&type)[5], std::string_view text) {
  return box(type, number(text.size(), 2) + number(0x15C7, 2) + to_buffer(text));
}

Film with(ByteBuffer in_moov, bool moov_first = false) {
  Film film;
  film.in_moov = std::move(in_moov);
  film.moov_first = moov_first;
  return film;
}

std::vector<Specimen> films() {
  Film padded = with({}, true);
  padded.behind_moov = padding(2048);
  Film large = with({});
  large.large_mdat = large.wide_offsets = true;
  Film open = with({}, true);
  open.open_mdat = true;
  Film xmp = with({});
  xmp.before_moov = xmp_box();
  Film signed_film = with({});
  signed_film.before_moov = c2pa_box();
  Film aux = with({}, true);
  aux.aux_offsets = true;
  Film items = with({}, true);
  items.before_moov = full_box(
      "meta", full_box("hdlr", number(0, 4) + to_buffer("pict") + ByteBuffer(13, 0)) +
                  full_box("iloc", number(0x4400, 2) + number(1, 2) + number(1, 2) + number(0, 2) +
                                       number(1, 2) + number(600, 4) + number(10, 4)));
  Film trailing = with({});
  trailing.at_end = ByteBuffer(12, 0);
  const ByteBuffer labelled =
      box("udta", mdta({{"encoder", "Lavf59"}, {"AIGC", std::string(kLabel)}, {"prompt", "{}"}}));
  return {
      {"mp4", "moov last", film(with({}))},
      {"mp4", "fast start", film(with({}, true))},
      {"mp4", "fast start with padding behind moov", film(padded)},
      {"mp4", "fast start, the last box open", film(open)},
      {"mp4", "fast start with auxiliary offsets", film(aux)},
      {"mp4", "fast start with an item by position", film(items)},
      {"mp4", "64-bit sizes and offsets", film(large)},
      {"mp4", "labelled, moov last", film(with(labelled))},
      {"mp4", "labelled, fast start", film(with(labelled, true))},
      {"mp4", "padding inside moov", film(with(padding(1024) + labelled, true))},
      {"mp4", "iTunes metadata in udta", film(with(box("udta", mdir(tool()))))},
      {"mp4", "both places for metadata",
       film(with(box("udta", mdir(tool())) + mdta({{"x.aigc_info", "{}"}}, false), true))},
      {"mp4", "an XMP box", film(xmp)},
      {"mp4", "XMP in udta", film(with(box("udta", box("XMP_", to_buffer(kPacket))), true))},
      {"mp4", "a C2PA store", film(signed_film)},
      {"mp4", "padding behind the last box", film(trailing)},
      {"mp4", "ComfyUI's own box",
       film(with(box("udta", full_box("wflo", to_buffer("{\"id\":1}")))))},
  };
}

std::vector<Specimen> others() {
  Film old = with(box("udta", quicktime_text("\xA9nam", "A film") + ByteBuffer(4, 0)));
  old.ftyp = {};
  old.before_moov = box("wide", {});
  Film apple =
      with(padding(512) + mdta({{"com.apple.quicktime.make", "Apple"}}, false) + padding(40));
  apple.ftyp = box("ftyp", to_buffer("qt  ") + number(0, 4) + to_buffer("qt  "));
  Film song =
      with(box("udta", mdir(tool() + freeform("AIGC", kLabel) + freeform("iTunNORM", " 0"))), true);
  song.ftyp = box("ftyp", to_buffer("M4A ") + number(0, 4) + to_buffer("M4A mp42"));
  song.behind_moov = padding(300);
  song.tracks = 1;
  Film keyless = song;
  keyless.in_moov = box("udta", mdir(box("\xA9"
                                         "cmt",
                                         data_box(kLabel))));
  return {{"mov", "without ftyp", film(old)},
          {"mov", "Apple's layout", film(apple)},
          {"m4a", "iTunes freeform", film(song)},
          {"m4a", "a label in a comment", film(keyless)}};
}

std::vector<Specimen> make() {
  std::vector<Specimen> all = films();
  for (Specimen& other : others()) all.push_back(std::move(other));
  for (const bool absolute : {false, true}) {
    Fragments fragments;
    fragments.absolute = fragments.index = absolute;
    all.push_back(
        {"mp4", absolute ? "fragments with positions" : "fragments", fragmented(fragments)});
  }
  Fragments indexed;
  indexed.index_before_moov = true;
  indexed.access = false;
  all.push_back({"mp4", "a segment index before moov", fragmented(indexed)});
  return all;
}

const bool registered = register_specimens(make);

}  // namespace
}  // namespace colophon::testing
