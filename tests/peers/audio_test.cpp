// SPDX-License-Identifier: Apache-2.0
// Sound against FFmpeg, ExifTool, MediaInfo, flac, ogginfo and opusinfo: files they make, labels we
// set, answers they give.
#include <doctest/doctest.h>

#include "support/referees.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr std::string_view kLabel =
    R"({"Label":"1","ContentProducer":"生成者","ProduceID":"01JREFEREE","ReservedCode1":"",)"
    R"("ContentPropagator":"","PropagateID":"","ReservedCode2":""})";

struct Case {
  std::string name, format, options;
};

const Case kCases[] = {
    {"v3.mp3", "mp3", "-c:a libmp3lame -id3v2_version 3 -write_id3v1 1"},
    {"v4.mp3", "mp3", "-c:a libmp3lame -id3v2_version 4"},
    {"bare.mp3", "mp3", "-c:a libmp3lame -id3v2_version 0 -map_metadata -1"},
    {"two.mp2", "mp3", "-c:a mp2 -f mp2"},
    {"bare.aac", "aac", "-c:a aac -f adts"},
    {"id3.aac", "aac", "-c:a aac -f adts -write_id3v2 1"},
    {"plain.aiff", "aiff", ""},
    {"id3.aiff", "aiff", "-write_id3v2 1"},
    {"odd.aif", "aiff", "-c:a pcm_s8 -ac 1 -af atrim=end_sample=4411 -f aiff"},
    {"a.flac", "flac", "-c:a flac"},
    {"vorbis.ogg", "ogg", "-c:a libvorbis"},
    {"small-pages.ogg", "ogg", "-c:a libvorbis -page_duration 1"},
    {"a.opus", "ogg", "-c:a libopus"},
    {"flac.oga", "ogg", "-c:a flac"},
};

void make(const Case& c, const std::string& file, const std::string& seconds = "2") {
  output("ffmpeg -v error -y -f lavfi -i 'sine=440:d=" + seconds +
         ":r=44100' -metadata title='A title' -metadata comment='made by a test' " + c.options +
         " " + file);
}

/// Decoded sound, and the packets as they are stored with their times (side data holds tags).
std::string content(const std::string& file) {
  return output("ffmpeg -v error -i " + file + " -map 0 -f md5 -") +
         output("ffmpeg -v error -i " + file + " -map 0 -c copy -f framemd5 - | sed 's/, S=.*//'");
}

/// What FFmpeg finds odd, without its addresses in memory.
std::string warnings(const std::string& file) {
  return output("ffprobe -v warning " + file + " 2>&1 | sed 's/@ 0x[0-9a-f]*//'");
}

ByteBuffer labelled(const std::string& format, Bytes bytes, std::string_view value) {
  return edited(*find_format(format), bytes,
                {CarrierKind::AigcKey, "", std::nullopt, to_buffer(value)});
}

/// Labels `from` into `to`; the referee must see the label and the same sound.
void check_label(const std::string& format, const std::string& from, const std::string& to,
                 std::string_view value) {
  write_file(to, labelled(format, read_file(from), value));
  CHECK(probe(to, "format_tags=AIGC:stream_tags=AIGC") == std::string(value) + "\n");
  CHECK(content(to) == content(from));
  CHECK(warnings(to) == warnings(from));
}

}  // namespace

TEST_CASE("sound: ffprobe shows the label, and the sound is what it was") {
  if (!have_tools({"ffmpeg", "ffprobe"})) return;
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    const TemporaryFolder folder;
    const std::string from = folder.file(c.name), once = folder.file("1" + c.name),
                      longer = folder.file("2" + c.name), shorter = folder.file("3" + c.name);
    make(c, from);
    check_label(c.format, from, once, kLabel);
    check_label(c.format, once, longer, std::string(3000, 'x'));
    check_label(c.format, longer, shorter, "{}");
    const std::string tags = "format_tags=title,comment:stream_tags=title,comment";
    CHECK(probe(shorter, tags) == probe(from, tags));
  }
}

TEST_CASE("sound: ffprobe reads the label in every version and coding of an ID3 tag") {
  if (!have_tools({"ffprobe"})) return;
  for (const Specimen& specimen : specimens()) {
    if (specimen.format != "mp3") continue;
    CAPTURE(specimen.what);
    const TemporaryFolder folder;
    const std::string file = folder.file("a.mp3");
    for (const std::string& value : {std::string(kLabel), std::string(2000, 'x')}) {
      write_file(file, labelled("mp3", specimen.bytes, value));
      // FFmpeg 5.1 reads no ID3v2 and no APE tag behind the sound, and cuts a frame of an
      // unsynchronised 2.3 tag by as many bytes as were stuffed into it (byte order marks).
      const bool unseen = specimen.what == "2.4 appended" || specimen.what == "APE and ID3v1" ||
                          (specimen.what == "2.3 unsynchronised" && value == kLabel);
      if (!unseen) CHECK(probe(file, "format_tags=AIGC") == value + "\n");
      if (specimen.what != "2.4 appended" && have_tools({"exiftool"})) {
        CHECK(output("exiftool -b -UserDefinedText -AIGC " + file).find(value) !=
              std::string::npos);
      }
    }
  }
}

TEST_CASE("sound: ExifTool and MediaInfo list the same tags as before, and the label") {
  if (!have_tools({"exiftool", "mediainfo", "ffmpeg"})) return;
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    const TemporaryFolder folder;
    const std::string from = folder.file(c.name), to = folder.file("1" + c.name);
    make(c, from);
    // ExifTool 12.57 does not know MPEG audio layer II and ADTS without an ID3 tag.
    if (run("exiftool -q " + from + " >/dev/null 2>&1").code != 0) continue;
    write_file(to, labelled(c.format, read_file(from), kLabel));
    const auto tags = [](const std::string& file) {
      return output(
          "exiftool -a -u -G1 -s --System:all --ExifTool:all --ID3Size --UserDefinedText "
          "--AIGC --Aigc --Composite:all --FLAC:Padding " +
          file);
    };
    CHECK(tags(to) == tags(from));
    CHECK(output("exiftool -warning -error " + to) == output("exiftool -warning -error " + from));
    CHECK(output("exiftool -a " + to).find("01JREFEREE") != std::string::npos);
    const std::string sound = "--Inform='Audio;%Format% %Duration% %SamplingCount% %Channels%'";
    CHECK(output("mediainfo " + sound + " " + to) == output("mediainfo " + sound + " " + from));
    // MediaInfo 23.04 shows no comments of FLAC in Ogg at all.
    if (c.name != "flac.oga") {
      CHECK(output("mediainfo " + to).find("01JREFEREE") != std::string::npos);
    }
  }
}

TEST_CASE("flac: flac and metaflac agree") {
  if (!have_tools({"flac", "metaflac", "ffmpeg"})) return;
  const TemporaryFolder folder;
  const std::string from = folder.file("a.flac"), to = folder.file("b.flac");
  make({"a.flac", "flac", "-c:a flac"}, from);
  output("metaflac --add-seekpoint=1s --set-tag=TOOL=x " + from);
  for (const std::string options : {"", "--dont-use-padding --remove --block-type=PADDING",
                                    "--remove --block-type=VORBIS_COMMENT,PADDING"}) {
    CAPTURE(options);
    if (!options.empty()) output("metaflac " + options + " " + from);
    ByteBuffer bytes = read_file(from);
    for (const std::string& value :
         {std::string(kLabel), std::string(9000, 'x'), std::string("y")}) {
      bytes = labelled("flac", bytes, value);
      write_file(to, bytes);
      output("flac -s -t -w " + to);
      CHECK(output("metaflac --no-utf8-convert --show-tag=AIGC " + to) == "AIGC=" + value + "\n");
      CHECK(output("metaflac --list --block-type=SEEKTABLE,STREAMINFO " + to).size() > 100);
      CHECK(output("flac -s -d -c " + to + " | md5sum") ==
            output("flac -s -d -c " + from + " | md5sum"));
    }
  }
}

TEST_CASE("flac: a real file with a C2PA store keeps its store and sound") {
  const std::string from = samples_folder() + "/c2pa/generated/ai-flac.flac";
  if (!have_tools({"flac"}) || samples_folder().empty() || read_file(from).empty()) {
    MESSAGE("skipped: no samples");
    return;
  }
  const TemporaryFolder folder;
  const std::string to = folder.file("c.flac");
  const ByteBuffer before = read_file(from), after = labelled("flac", before, kLabel);
  write_file(to, after);
  const Format& flac = *find_format("flac");
  CHECK(payload_of(flac, after, CarrierKind::C2paStore) ==
        payload_of(flac, before, CarrierKind::C2paStore));
  CHECK(content(to) == content(from));
}

TEST_CASE("ogg: ogginfo and opusinfo have nothing to say against our pages") {
  if (!have_tools({"ogginfo", "opusinfo", "ffmpeg"})) return;
  for (const Case& c :
       {Case{"a.ogg", "ogg", "-c:a libvorbis"}, Case{"a.opus", "ogg", "-c:a libopus"}}) {
    const std::string tool = c.name == "a.ogg" ? "ogginfo " : "opusinfo ";
    const TemporaryFolder folder;
    const std::string from = folder.file(c.name), to = folder.file("b" + c.name);
    make(c, from, "5");
    ByteBuffer bytes = read_file(from);
    // The largest needs new pages: all later ones get new numbers and checksums.
    for (const std::size_t size : {200U, 90'000U, 200'000U, 100U, 5U}) {
      CAPTURE(size);
      bytes = labelled("ogg", bytes, std::string(size, 'x'));
      write_file(to, bytes);
      const std::string said = output(tool + to);
      for (const std::string word : {"WARNING", "Warning", "hole", "Error", "error"}) {
        CHECK_MESSAGE(said.find(word) == std::string::npos, said.substr(0, 2000));
      }
      CHECK(said.find("AIGC=xxxxx") != std::string::npos);
      CHECK(content(to) == content(from));
    }
  }
}

TEST_CASE("ogg: in a film, only the sound's comments change") {
  if (!have_tools({"ffmpeg", "ffprobe"})) return;
  const TemporaryFolder folder;
  const std::string from = folder.file("a.ogv"), to = folder.file("b.ogv");
  output(
      "ffmpeg -v error -y -f lavfi -i testsrc=d=2:s=64x64 -f lavfi -i sine=d=2 -c:v libtheora "
      "-c:a libvorbis " +
      from);
  write_file(to, labelled("ogg", read_file(from), std::string(150'000, 'x')));
  CHECK(content(to) == content(from));
  CHECK(warnings(to) == warnings(from));
  CHECK(probe(to, "stream_tags=AIGC").size() == 150'001);
  if (have_tools({"ogginfo"})) {
    CHECK(output("ogginfo " + to).find("WARNING") == output("ogginfo " + from).find("WARNING"));
  }
}
