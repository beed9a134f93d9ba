// SPDX-License-Identifier: Apache-2.0
// Small WAV and AVI files.
#include "support/audio.hpp"
#include "support/riff_builder.hpp"
#include "support/specimens.hpp"

namespace colophon::testing {
namespace {

using namespace std::string_view_literals;

ByteBuffer wav(std::initializer_list<ByteBuffer> chunks, std::string_view id = "RIFF") {
  return riff_form("WAVE", together(chunks), id);
}

std::vector<Specimen> make_wav() {
  const ByteBuffer label = riff_chunk("AIGC", R"({"Label":"1"})");
  const ByteBuffer info =
      riff_list("INFO", together({riff_chunk("INAM", "a tone\0"sv), riff_chunk("ISFT", "hand\0"sv),
                                  riff_chunk("ICMT", "caf\xE9\0"sv)}));
  const ByteBuffer info_label = riff_list(
      "INFO",
      together({riff_chunk("AIGC", "{\"Label\":\"1\"}\0"sv), riff_chunk("ISFT", "hand\0"sv)}));
  const ByteBuffer id3 =
      riff_chunk("id3 ", audio::tag(3, 0, audio::frame3("TIT2", "\0a tone"sv), 40));
  const ByteBuffer id3_label =
      riff_chunk("ID3 ", audio::tag(4, 0, audio::frame4("TXXX", "\0AIGC\0{\"Label\":\"1\"}"sv), 0));
  ByteBuffer bext(610, 0);
  std::copy_n("made by a machine", 17, bext.begin());
  std::copy_n("A=PCM", 5, bext.begin() + 602);
  ByteBuffer no_pad = wav({wav_format(), riff_chunk("data", "abcde")});
  no_pad.pop_back();
  store_le(no_pad, 4, no_pad.size() - 8, 4);
  ByteBuffer streamed = wav({wav_format(), info, riff_chunk("data", "abcdefgh")});
  store_le(streamed, 4, 0xFFFFFFFF, 4);
  store_le(streamed, streamed.size() - 12, 0xFFFFFFFF, 4);
  ByteBuffer trailing = wav({wav_format(), wav_data(), label});
  append(trailing, "TAG and more"sv);
  ByteBuffer stray = wav({wav_format(), wav_data()});
  append(stray, label);
  return {{"wav", "plain", wav({wav_format(), wav_data()})},
          {"wav", "with the label", wav({wav_format(), wav_data(), label})},
          {"wav", "the label first", wav({label, wav_format(), wav_data()})},
          {"wav", "a list INFO before the sound", wav({wav_format(), info, wav_data()})},
          {"wav", "the label in INFO", wav({wav_format(), info_label, wav_data()})},
          {"wav", "an ID3 tag", wav({wav_format(), wav_data(), id3})},
          {"wav", "the label in an ID3 tag", wav({wav_format(), wav_data(), id3_label})},
          {"wav", "broadcast, XMP, C2PA",
           wav({riff_chunk("bext", bext), wav_format(), wav_data(),
                riff_chunk("_PMX", "<x:xmpmeta/>"), riff_chunk("C2PA", "not a store")})},
          {"wav", "odd sound without its padding byte", no_pad},
          {"wav", "open sizes", streamed},
          {"wav", "bytes behind the form", trailing},
          {"wav", "the label behind the end of the form", stray},
          {"wav", "RF64", wav64("RF64", together({wav_format(), wav_data(), label}))},
          {"wav", "BW64", wav64("BW64", together({wav_format(), wav_data()}))}};
}

ByteBuffer junk(std::size_t size) {
  return riff_chunk("JUNK", ByteBuffer(size, 0));
}

std::vector<Specimen> make_avi() {
  const ByteBuffer info = riff_list("INFO", riff_chunk("ISFT", "hand\0"sv));
  const ByteBuffer label = riff_list(
      "INFO",
      together({riff_chunk("ISFT", "hand\0"sv), riff_chunk("AIGC", "{\"Label\":\"1\"}\0"sv)}));
  const ByteBuffer more = riff_form("AVIX", avi_movie(0));
  return {
      {"avi", "plain", avi({}, {})},
      {"avi", "INFO and room before the film", avi(together({info, junk(1016)}), {})},
      {"avi", "INFO without room before the film", avi(info, {})},
      {"avi", "INFO and little room", avi(together({info, junk(100)}), {})},
      {"avi", "the label before the film", avi(label, {})},
      {"avi", "the label behind the index", avi({}, label)},
      {"avi", "the label behind the index, then XMP",
       avi({}, together({label, riff_chunk("_PMX", "<x:xmpmeta/>")}))},
      {"avi", "the label as a chunk", avi({}, riff_chunk("AIGC", R"({"Label":"1"})"))},
      {"avi", "room elsewhere", avi(together({info, riff_chunk("IDIT", "now"), junk(1016)}), {})},
      {"avi", "a C2PA store", avi(info, riff_chunk("C2PA", "not a store"))},
      {"avi", "OpenDML with room", together({avi(together({info, junk(1016)}), {}), more})},
      {"avi", "OpenDML without room", together({avi(info, {}), more, more})}};
}

const bool wav_registered = register_specimens(make_wav);
const bool avi_registered = register_specimens(make_avi);

}  // namespace
}  // namespace colophon::testing
