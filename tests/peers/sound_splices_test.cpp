// SPDX-License-Identifier: Apache-2.0
// Labels between the frames of compressed sound: FFmpeg and the codecs' own tools decode the file
// without a new warning, and the programme to the same samples as before.
#include <doctest/doctest.h>

#include <cstdio>

#include "marks/sounds.hpp"
#include "media/worker.hpp"
#include "support/referees.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::testing::sounds;

namespace {

bool ready(std::initializer_list<const char*> tools) {
  if (!have_tools(tools)) return false;
  if (!media_worker().empty()) return true;
  std::puts("skipped: colophon-media is not built");
  return false;
}

std::string warnings(const std::string& file) {
  return output("ffmpeg -v warning -i " + file + " -f null - 2>&1 | sed 's/@ 0x[0-9a-f]*//'");
}
/// Every sample that FFmpeg decodes, the encoder's padding included: 32-bit floats, interleaved. Of
/// layer II its usual decoder rounds with what it heard before.
ByteBuffer decoded(const std::string& file, const TemporaryFolder& folder) {
  const std::string raw = folder.file("decoded.raw");
  output(std::string("ffmpeg -v error -y -flags2 +skip_manual ") +
         (file.ends_with("mp2") ? "-c:a mp2float " : "") + "-i " + file +
         " -f f32le -c:a pcm_f32le " + raw);
  return read_file(raw);
}
bool ends_with(const ByteBuffer& whole, const ByteBuffer& part) {
  return whole.size() >= part.size() && std::equal(part.rbegin(), part.rend(), whole.rbegin());
}
bool starts_with(const ByteBuffer& whole, const ByteBuffer& part) {
  return whole.size() >= part.size() && std::equal(part.begin(), part.end(), whole.begin());
}
double duration(const std::string& file) {
  return std::stod(probe(file, "format=duration"));
}
std::string tags(const std::string& file) {
  return probe(file, "format_tags:stream=codec_name,sample_rate,channels");
}

struct Case {
  const char *name, *options;
  unsigned rate = 44100, channels = 2;
  const char* sound = "aevalsrc";
};

/// A file as FFmpeg makes it: a programme with transients, which make encoders borrow bits.
void make(const Case& c, const std::string& file) {
  const std::string form = "0.4*sin(330*t*t)*(0.2+mod(t*3\\,1))+0.05*random(0)";
  output("ffmpeg -v error -y -f lavfi -i \"aevalsrc='" + form + (c.channels > 1 ? "|" + form : "") +
         "':d=4:s=" + std::to_string(c.rate) + "\" -metadata title='A title' " + c.options + " " +
         file);
}

/// Both labels, one of them, found again; the decoded programme between them.
void check_splices(const Case& c, const char* format, const TemporaryFolder& folder) {
  CAPTURE(c.name);
  const std::string from = folder.file(c.name);
  make(c, from);
  const ByteBuffer file = read_file(from), programme = decoded(from, folder);
  REQUIRE(programme.size() > 100'000);
  const std::string before = warnings(from);
  struct Place {
    const char* name;
    bool start, end;
  };
  for (const Place& place :
       {Place{"start", true, false}, {"end", false, true}, {"both", true, true}}) {
    CAPTURE(place.name);
    const std::string to = folder.file(std::string(place.name) + "-" + c.name);
    const MarkPlan plan = planned(file, format, demand(place.start, place.end));
    REQUIRE(plan.changes);
    const ByteBuffer out = carried_out(file, plan);
    write_file(to, out);
    CHECK(warnings(to) == before);
    CHECK(tags(to) == tags(from));
    const ByteBuffer all = decoded(to, folder);
    if (!place.end) CHECK(ends_with(all, programme));
    if (!place.start) CHECK(starts_with(all, programme));
    if (place.start && place.end) {
      const ByteBuffer head = decoded(folder.file(std::string("start-") + c.name), folder);
      CHECK(starts_with(all, head));
      CHECK(all.size() > head.size());
    }
    // Of MPEG audio it counts what the encoder put around the sound, too.
    CHECK(std::abs(duration(to) - plan.marks[0].duration) < 0.2);
    const MarkSearch search = found(out, format);
    CHECK(search.marks.size() == plan.marks.size());
    CHECK(count(search.marks, kRhythm, "start") == (place.start ? 1U : 0U));
    CHECK(count(search.marks, kRhythm, "end") == (place.end ? 1U : 0U));
    for (std::size_t i = 0; i < search.marks.size() && i < plan.marks.size(); ++i) {
      CHECK(std::abs(search.marks[i].begins - plan.marks[i].begins) < 0.06);
    }
    CHECK_FALSE(planned(out, format, demand(place.start, place.end)).changes);
  }
}

}  // namespace

TEST_CASE("sound marks: every sample of an MP3 file decodes as before") {
  if (!ready({"ffmpeg", "ffprobe"})) return;
  const TemporaryFolder folder;
  for (const Case& c : {
           Case{"cbr.mp3", "-c:a libmp3lame -b:a 128k"},
           Case{"vbr.mp3", "-c:a libmp3lame -q:a 4"},
           Case{"bare.mp3", "-c:a libmp3lame -b:a 192k -write_xing 0 -id3v2_version 0"},
           Case{"mono.mp3", "-c:a libmp3lame -b:a 64k", 48000, 1},
           Case{"stereo.mp3", "-c:a libmp3lame -b:a 320k -joint_stereo 0 -write_id3v1 1", 32000},
           Case{"low.mp3", "-c:a libmp3lame -b:a 48k", 22050},
           Case{"lowest.mp3", "-c:a libmp3lame -b:a 16k", 11025, 1},
           Case{"two.mp2", "-c:a mp2 -b:a 192k -f mp2", 48000},
       }) {
    check_splices(c, "mp3", folder);
  }
}

TEST_CASE("sound marks: the information frame of an MP3 file tells of the new frames") {
  if (!ready({"ffmpeg", "ffprobe", "mediainfo"})) return;
  const TemporaryFolder folder;
  for (const char* options : {"-c:a libmp3lame -b:a 128k", "-c:a libmp3lame -q:a 5"}) {
    const std::string from = folder.file("a.mp3"), to = folder.file("b.mp3");
    make({"a.mp3", options}, from);
    write_file(to, marked(read_file(from), "mp3", demand(true, true)));
    // Trimmed to the sample: what FFmpeg plays is what the plan says.
    const double played =
        std::stod(output("ffmpeg -v error -i " + to + " -f f32le - | wc -c")) / 8 / 44100;
    CHECK(played - 4 == doctest::Approx(2 * 1.97).epsilon(0.04));
    CHECK(std::abs(duration(to) - played) < 0.06);
    CHECK(std::stod(output("mediainfo --Inform='Audio;%Duration%' " + to)) / 1000 ==
          doctest::Approx(played).epsilon(0.02));
    // A seek by the table of contents lands near the place.
    const std::string sought = output("ffmpeg -v error -ss 5 -i " + to + " -f f32le - | wc -c");
    CHECK(std::stod(sought) / 8 / 44100 == doctest::Approx(played - 5).epsilon(0.06));
  }
}

TEST_CASE("sound marks: every sample of a FLAC file decodes as before") {
  if (!ready({"ffmpeg", "ffprobe", "flac"})) return;
  const TemporaryFolder folder;
  for (const Case& c : {
           Case{"a.flac", "-c:a flac"},
           Case{"mono.flac", "-c:a flac", 16000, 1},
           Case{"deep.flac", "-c:a flac -sample_fmt s32 -bits_per_raw_sample 24", 96000},
           Case{"blocks.flac", "-c:a flac -frame_size 1000", 22050},
           Case{"whole.flac", "-c:a flac -frame_size 4410"},
           Case{"six.flac", "-c:a flac -ac 6", 48000},
       }) {
    check_splices(c, "flac", folder);
    for (const char* place : {"start-", "end-", "both-"}) {
      const std::string file = folder.file(std::string(place) + c.name);
      CAPTURE(file);
      const Ran told = run("flac -t -w " + file + " 2>&1");
      CHECK(told.code == 0);
      CHECK_MESSAGE(told.output.find("WARNING") == std::string::npos, told.output);
    }
  }
}

TEST_CASE("sound marks: seek points, pictures and tags of a FLAC file are kept") {
  if (!ready({"ffmpeg", "flac", "metaflac"})) return;
  const TemporaryFolder folder;
  const std::string wave = folder.file("a.wav"), from = folder.file("a.flac"),
                    to = folder.file("b.flac");
  Random random(31);
  Samples samples = babble(20, 44100, random);
  write_file(wave, wav16(samples, 44100));
  output("flac -s -f -8 -S 2s --tag=TITLE='A title' -o " + from + " " + wave);
  write_file(to, marked(read_file(from), "flac", demand(true, true, {"zh"})));
  CHECK(run("flac -s -t -w " + to + " 2>&1").output.empty());
  CHECK(output("metaflac --list --block-type=VORBIS_COMMENT " + to) ==
        output("metaflac --list --block-type=VORBIS_COMMENT " + from));
  // With a seek, flac uses the points; the skipped decode must be the end of the whole one.
  const std::string whole = folder.file("whole.raw"), part = folder.file("part.raw");
  const std::string raw = " --force-raw-format --endian=little --sign=signed -o ";
  output("flac -s -f -d" + raw + whole + " " + to);
  for (const char* at : {"100000", "300000", "777777"}) {
    output(std::string("flac -s -f -d --skip=") + at + raw + part + " " + to);
    const ByteBuffer all = read_file(whole), rest = read_file(part);
    CHECK(rest.size() == all.size() - 2 * std::stoul(at));
    CHECK(ends_with(all, rest));
  }
}

TEST_CASE("sound marks: chapters of an MP3 file follow") {
  if (!ready({"ffmpeg", "ffprobe"})) return;
  const TemporaryFolder folder;
  const std::string chapters = folder.file("chapters.txt"), from = folder.file("a.mp3"),
                    to = folder.file("b.mp3");
  write_file(chapters,
             to_buffer(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=one\n"
                       "[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=3000\ntitle=two\n"));
  output("ffmpeg -v error -y -f lavfi -i sine=440:d=3 -i " + chapters +
         " -map 0 -map_chapters 1 -c:a libmp3lame " + from);
  const auto start_of_second = [](const std::string& file) {
    const std::string times =
        output("ffprobe -v error -show_entries chapter=start_time -of csv=p=0 " + file);
    return std::stod(times.substr(times.find('\n') + 1));
  };
  REQUIRE(start_of_second(from) == doctest::Approx(1));
  const MarkPlan plan = planned(read_file(from), "mp3", demand());
  write_file(to, carried_out(read_file(from), plan));
  CHECK(std::abs(start_of_second(to) - 1 - 1.97) < 0.06);
  CHECK(warnings(to) == warnings(from));
  // Behind the programme nothing moves them.
  write_file(to, marked(read_file(from), "mp3", demand(false, true)));
  CHECK(start_of_second(to) == doctest::Approx(1));
}
