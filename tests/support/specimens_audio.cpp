// SPDX-License-Identifier: Apache-2.0
// Sound files made byte by byte, without the code under test.
#include "support/audio.hpp"
#include "support/specimens.hpp"

namespace colophon::testing {
namespace {

using namespace audio;

constexpr std::string_view kLabel = R"({"Label":"1","ContentProducer":"old","ProduceID":"9"})";

std::string txxx(std::string_view value) {
  return text("\0AIGC\0") + std::string(value);
}

std::vector<Specimen> mp3() {
  const std::string title = text("\0") + "A title";
  const std::string comment = text("\0eng\0") + "made with suno; id=1";
  const ByteBuffer v3 = joined(
      {frame3("TIT2", title), frame3("WOAS", "https://suno.com/song/1"), frame3("COMM", comment)});
  const ByteBuffer v4 = joined({frame4("TIT2", title), frame4("TXXX", txxx(kLabel))});
  const ByteBuffer labelled3 = joined({frame3("TXXX", txxx(kLabel)), frame3("TIT2", title)});
  const std::string utf16 = text(
      "\x01\xFF\xFE"
      "A\0I\0G\0C\0\0\0\xFF\xFE{\0\x1F\x75}\0");
  const ByteBuffer sound = mpeg_frames(6);
  const std::string store = text(
                                "\x03"
                                "application/c2pa\0c2pa\0store\0") +
                            "the JUMBF bytes";
  return {
      {"mp3", "no tag", sound},
      {"mp3", "2.3 with padding", joined({tag(3, 0, v3, 600), sound})},
      {"mp3", "2.3 without padding", joined({tag(3, 0, v3, 0), sound})},
      {"mp3", "2.3 label in the middle", joined({tag(3, 0, labelled3, 64), sound})},
      {"mp3", "2.3 label in UTF-16", joined({tag(3, 0, frame3("TXXX", utf16), 300), sound})},
      {"mp3", "2.3 unsynchronised",
       joined(
           {tag(3, 0x80,
                joined({stuffed(frame3("PRIV", text("x\0\xFF\xE0\xFF\0\xFF"))), stuffed(v3)}), 200),
            sound})},
      {"mp3", "2.3 with an extended header",
       joined({tag(3, 0x40,
                   joined({bytes("\0\0\0\x0A\x80\0\0\0\0\x20"
                                 "crc!"),
                           v3}),
                   32),
               sound})},
      {"mp3", "2.4 labelled, with padding", joined({tag(4, 0, v4, 500), sound})},
      {"mp3", "2.4 labelled, large padding", joined({tag(4, 0, v4, 4000), sound})},
      {"mp3", "2.4 with a footer",
       joined({tag(4, 0x10, v4, 0), footer(4, 0x10, v4.size()), sound})},
      {"mp3", "2.4 appended", joined({sound, tag(4, 0x10, v4, 0), footer(4, 0x10, v4.size())})},
      {"mp3", "2.4 unsynchronised frames",
       joined({tag(4, 0x80, frame4("TIT2", title, 0x02), 100), sound})},
      {"mp3", "2.2", joined({tag(2, 0, frame2("TT2", title), 50), sound})},
      {"mp3", "2.2 labelled", joined({tag(2, 0, frame2("TXX", txxx(kLabel)), 50), sound})},
      {"mp3", "C2PA store", joined({tag(4, 0, frame4("GEOB", store), 10), sound})},
      {"mp3", "APE and ID3v1",
       joined({sound, ape({{"Title", "x"}, {"AIGC", std::string(kLabel)}, {"Tool", "y"}}),
               id3v1("a comment")})},
      {"mp3", "ID3 and ID3v1", joined({tag(4, 0, v4, 0), sound, id3v1("a comment")})},
  };
}

std::vector<Specimen> others() {
  const std::string title = text("\0") + "A title";
  const ByteBuffer id3 = tag(4, 0, joined({frame4("TIT2", title)}), 0);
  const ByteBuffer labelled = tag(3, 0, joined({frame3("TXXX", txxx(kLabel))}), 21);
  const ByteBuffer sound = bytes("\0\0\0\0\0\0\0\0\x01\x02\x03");
  const ByteBuffer common = bytes("\0\x01\0\0\0\x02\0\x10\x40\x0E\xAC\x44\0\0\0\0\0\0");
  const ByteBuffer head = chunk("COMM", common);
  const ByteBuffer even = joined({head, chunk("SSND", sound)});
  ByteBuffer unpadded = form("AIFF", even);
  unpadded.pop_back();
  store_be(unpadded, 4, unpadded.size() - 8, 4);
  ByteBuffer unsized = form("AIFF", even);
  store_be(unsized, 4, 0, 4);
  return {
      {"aac", "no tag", adts_frames(5)},
      {"aac", "with ID3", joined({id3, adts_frames(5)})},
      {"aac", "one frame behind ID3", joined({labelled, adts_frames(1)})},
      {"aiff", "plain", form("AIFF", even)},
      {"aiff", "no padding byte", unpadded},
      {"aiff", "FORM of size 0", unsized},
      {"aiff", "text chunks",
       form("AIFC", joined({head, chunk("NAME", bytes("odd")), chunk("ANNO", bytes("noted\0")),
                            chunk("APPL", bytes("XMP <x/>")), chunk("SSND", sound)}))},
      {"aiff", "ID3 in front of the sound",
       form("AIFF", joined({head, chunk("ID3 ", id3), chunk("SSND", sound)}))},
      {"aiff", "labelled, odd tag",
       form("AIFF", joined({head, chunk("SSND", sound), chunk("ID3 ", labelled)}))},
  };
}

std::vector<Specimen> flac() {
  ByteBuffer info = bytes("\x10\0\x10\0\0\0\x0E\0\0\x10\x0A\xC4\x42\xF0");
  info.resize(34, 0);
  const ByteBuffer plain = comments({"TITLE=x", "Comment=y"});
  const ByteBuffer labelled = comments({"TITLE=x", "aigc=" + std::string(kLabel), "Comment=y"});
  const ByteBuffer picture = ByteBuffer(40, 7);
  const ByteBuffer sound = bytes("\xFF\xF8\xC9\x18 not really sound");
  const auto made = [&](std::initializer_list<std::pair<int, ByteBuffer>> blocks) {
    return joined({flac_blocks(blocks), sound});
  };
  const std::string store = text(
                                "\x03"
                                "application/c2pa\0c2pa\0store\0") +
                            "the JUMBF bytes";
  return {
      {"flac", "only STREAMINFO", made({{0, info}})},
      {"flac", "padding, no comments", made({{0, info}, {6, picture}, {1, ByteBuffer(700, 0)}})},
      {"flac", "comments and padding", made({{0, info}, {4, plain}, {1, ByteBuffer(900, 0)}})},
      {"flac", "labelled, padding", made({{0, info}, {4, labelled}, {1, ByteBuffer(3, 0)}})},
      {"flac", "labelled, last", made({{0, info}, {6, picture}, {4, labelled}})},
      {"flac", "padding apart",
       made({{0, info}, {1, ByteBuffer(800, 0)}, {4, labelled}, {6, picture}})},
      {"flac", "C2PA store in ID3",
       joined({tag(4, 0, frame4("GEOB", store), 0), made({{0, info}, {4, plain}})})},
      {"flac", "label in ID3",
       joined({tag(4, 0, frame4("TXXX", txxx(kLabel)), 40), made({{0, info}, {4, plain}})})},
  };
}

std::vector<Specimen> ogg() {
  const auto packet = [](std::string_view magic, const ByteBuffer& header,
                         const std::string& tail) {
    return joined({to_buffer(magic), header, bytes(tail)});
  };
  const ByteBuffer plain = comments({"TITLE=x", "encoder=y"});
  const ByteBuffer labelled = comments({"TITLE=x", "AIGC=" + std::string(kLabel)});
  const ByteBuffer big = comments({"METADATA_BLOCK_PICTURE=" + std::string(70'000, 'A'), "A=b",
                                   "COMMENT=" + std::string(58'000, 'c')});
  const ByteBuffer setup = packet("\x05vorbis", ByteBuffer(600, 9), "");
  const auto sound = [](std::uint32_t serial, std::uint32_t number, bool last) {
    return page({serial, number, std::uint8_t(last ? 4 : 0), 960},
                {ByteBuffer(300, std::uint8_t(number))});
  };
  const ByteBuffer vorbis = page({7, 0, 2, 0}, {packet("\x01vorbis", ByteBuffer(23, 1), "")});
  const auto vorbis_comments = [&](const ByteBuffer& header, std::size_t segments) {
    return pages(7, 1, {packet("\x03vorbis", header, "\x01"), setup}, segments);
  };
  const auto opus = [&](const ByteBuffer& header, const std::string& tail) {
    return joined({page({9, 0, 2, 0}, {packet("OpusHead", ByteBuffer(11, 1), "")}),
                   page({9, 1, 0, 0}, {packet("OpusTags", header, tail)}), sound(9, 2, false),
                   sound(9, 3, true)});
  };
  const ByteBuffer small = vorbis_comments(plain, 255);
  const ByteBuffer theora = page({1, 0, 2, 0}, {packet("\x80theora", ByteBuffer(35, 1), "")});
  const ByteBuffer theora_comments =
      page({1, 1, 0, 0}, {packet("\x81theora", plain, ""), packet("\x82theora", setup, "")});
  const ByteBuffer flac_id = joined({bytes("\x7F"
                                           "FLAC\x01\0\0\x01"
                                           "fLaC\0\0\0\x22"),
                                     ByteBuffer(34, 1)});
  ByteBuffer flac_header = bytes("\x84\0\0\0");
  store_be(flac_header, 1, plain.size(), 3);
  ByteBuffer store = bytes("\0c2pa");
  store.resize(765, 4);
  return {
      {"ogg", "Vorbis", joined({vorbis, small, sound(7, 2, false), sound(7, 3, true)})},
      {"ogg", "Vorbis on full pages",
       joined({vorbis, vorbis_comments(big, 255), sound(7, 4, false), sound(7, 5, true)})},
      {"ogg", "Vorbis labelled on thin pages",
       joined({vorbis, vorbis_comments(labelled, 1), sound(7, 5, true)})},
      {"ogg", "Opus", opus(plain, "")},
      {"ogg", "Opus with padding", opus(labelled, std::string(512, '\0'))},
      {"ogg", "Opus with kept binary data", opus(plain, "\x01kept")},
      {"ogg", "FLAC",
       joined({page({3, 0, 2, 0}, {flac_id}), page({3, 1, 0, 0}, {joined({flac_header, plain})}),
               sound(3, 2, true)})},
      {"ogg", "Theora and Vorbis, interleaved",
       joined({theora, vorbis, theora_comments, small, sound(1, 2, false), sound(7, 2, false),
               sound(1, 3, true), sound(7, 3, true)})},
      {"ogg", "a C2PA stream over two pages",
       joined({page({5, 0, 2, UINT64_MAX}, {store}, true), vorbis,
               page({5, 1, 5, 0}, {bytes("the end of it")}), small, sound(7, 2, true)})},
      {"ogg", "two files in a chain",
       joined({vorbis, small, sound(7, 2, true), opus(labelled, "")})},
  };
}

std::vector<Specimen> make() {
  std::vector<Specimen> all = mp3();
  for (auto* more : {others, flac, ogg}) {
    for (Specimen& specimen : more()) all.push_back(std::move(specimen));
  }
  return all;
}

const bool registered = register_specimens(make);

}  // namespace
}  // namespace colophon::testing
