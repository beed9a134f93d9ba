// SPDX-License-Identifier: Apache-2.0
// Labels as packets in M4A, ADTS and Ogg Opus: the programme's packets are the same, FFmpeg and the
// codecs' own tools find nothing new to complain about, times are right, the label is found.
#include <doctest/doctest.h>

#include <cstdio>
#include <sstream>

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
/// The checksums of the stored packets of the sound, in order.
std::vector<std::string> packets(const std::string& file) {
  std::istringstream lines(output("ffmpeg -v error -i " + file +
                                  " -map 0:a -c copy -f framehash -hash md5 - | grep -v '#' | "
                                  "awk -F ', *' '{print $6}'"));
  std::vector<std::string> out;
  for (std::string line; std::getline(lines, line);) out.push_back(line);
  return out;
}
/// Each packet begins where the one before ends.
bool steady(const std::string& file) {
  std::istringstream lines(
      output("ffprobe -v error -select_streams a -show_entries packet=pts_time,duration_time -of "
             "csv=p=0 " +
             file));
  double due = -1;
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto comma = line.find(',');
    if (comma == std::string::npos || comma == 0) continue;  // of packets' side data
    const double time = std::stod(line);
    if (due > 0 && std::abs(time - due) > 0.002) return false;
    due = time + std::stod(line.substr(comma + 1));
  }
  return count > 50;
}
/// What is played, in seconds.
double played(const std::string& file, double rate) {
  return std::stod(output("ffmpeg -v error -i " + file + " -f f32le -ac 1 - | wc -c")) / 4 / rate;
}

struct Case {
  const char *name, *format, *options;
  unsigned rate = 44100, channels = 2;
};

void check_packets(const Case& c, const TemporaryFolder& folder, const std::string& from) {
  CAPTURE(c.name);
  const ByteBuffer file = read_file(from);
  const std::vector<std::string> own = packets(from);
  REQUIRE(own.size() > 50);
  const std::string before = warnings(from);
  const double length = played(from, c.rate);
  struct Place {
    const char* name;
    bool start, end;
  };
  for (const Place& place :
       {Place{"start", true, false}, {"end", false, true}, {"both", true, true}}) {
    CAPTURE(place.name);
    const std::string to = folder.file(std::string(place.name) + "-" + c.name);
    const MarkPlan plan = planned(file, c.format, demand(place.start, place.end));
    REQUIRE(plan.changes);
    const ByteBuffer out = carried_out(file, plan);
    write_file(to, out);
    CHECK(warnings(to) == before);
    CHECK(probe(to, "format_tags:stream=codec_name,profile,sample_rate,channels") ==
          probe(from, "format_tags:stream=codec_name,profile,sample_rate,channels"));
    const std::vector<std::string> all = packets(to);
    REQUIRE(all.size() > own.size());
    const auto found_at = std::search(all.begin(), all.end(), own.begin(), own.end());
    REQUIRE(found_at != all.end());
    CHECK((found_at == all.begin()) == !place.start);
    CHECK((found_at + static_cast<std::ptrdiff_t>(own.size()) == all.end()) == !place.end);
    CHECK(steady(to));
    const double now = played(to, c.rate);
    CHECK(std::abs(now - plan.marks[0].duration) < 0.05);
    CHECK(now > length + 1.9 * (place.start ? 1 : 0) + 1.9 * (place.end ? 1 : 0));
    const MarkSearch search = found(out, c.format);
    CHECK(search.marks.size() == plan.marks.size());
    CHECK(count(search.marks, kRhythm, "start") == (place.start ? 1U : 0U));
    CHECK(count(search.marks, kRhythm, "end") == (place.end ? 1U : 0U));
    for (std::size_t i = 0; i < search.marks.size() && i < plan.marks.size(); ++i) {
      CHECK(std::abs(search.marks[i].begins - plan.marks[i].begins) < 0.06);
    }
    CHECK_FALSE(planned(out, c.format, demand(place.start, place.end)).changes);
  }
}

void make(const Case& c, const std::string& file, const std::string& more = "") {
  const std::string form = "0.4*sin(330*t*t)*(0.2+mod(t*3\\,1))+0.05*random(0)";
  output("ffmpeg -v error -y -f lavfi -i \"aevalsrc='" + form + (c.channels > 1 ? "|" + form : "") +
         "':d=6:s=" + std::to_string(c.rate) + "\" " + more + " -metadata title='A title' " +
         c.options + " " + file);
}

}  // namespace

TEST_CASE("sound marks: packets of M4A and ADTS stay, and play on time") {
  if (!ready({"ffmpeg", "ffprobe"})) return;
  const TemporaryFolder folder;
  for (const Case& c : {
           Case{"plain.m4a", "m4a", "-c:a aac -b:a 96k"},
           Case{"fast.m4a", "m4a", "-c:a aac -b:a 128k -movflags +faststart", 48000},
           Case{"mono.m4a", "m4a", "-c:a aac -b:a 48k", 22050, 1},
           Case{"bare.m4a", "m4a", "-c:a aac -use_editlist 0"},
           Case{"plain.aac", "aac", "-c:a aac -b:a 96k -f adts"},
           Case{"mono.aac", "aac", "-c:a aac -b:a 48k -f adts -write_id3v2 1", 16000, 1},
       }) {
    const std::string from = folder.file(c.name);
    make(c, from);
    check_packets(c, folder, from);
  }
}

TEST_CASE("sound marks: chapters, covers and tags of an M4A file are kept and follow") {
  if (!ready({"ffmpeg", "ffprobe", "exiftool"})) return;
  const TemporaryFolder folder;
  const std::string chapters = folder.file("chapters.txt"), cover = folder.file("cover.png"),
                    from = folder.file("book.m4a"), to = folder.file("marked.m4a");
  write_file(chapters,
             to_buffer(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=one\n"
                       "[CHAPTER]\nTIMEBASE=1/1000\nSTART=2000\nEND=6000\ntitle=two\n"));
  output("ffmpeg -v error -y -f lavfi -i testsrc=s=64x64:d=0.04 -frames:v 1 " + cover);
  for (const char* options :
       {"-map 0:a -map 2:v -map_chapters 1 -c:a aac -c:v png -disposition:v attached_pic",
        "-map 0:a -map 2:v -map_chapters 1 -c:a aac -c:v png -disposition:v attached_pic "
        "-movflags +faststart"}) {
    make({"book.m4a", "m4a", options}, from, "-i " + chapters + " -i " + cover);
    const MarkPlan plan = planned(read_file(from), "m4a", demand(true, true, {"en"}));
    write_file(to, carried_out(read_file(from), plan));
    CHECK(warnings(to) == warnings(from));
    CHECK(probe(to, "stream=codec_name") == probe(from, "stream=codec_name"));
    CHECK(output("ffmpeg -v error -i " + to + " -map 0:v -f md5 -") ==
          output("ffmpeg -v error -i " + from + " -map 0:v -f md5 -"));
    std::istringstream times(
        output("ffprobe -v error -show_entries chapter=start_time -of csv=p=0 " + to));
    std::string first, second;
    std::getline(times, first);
    std::getline(times, second);
    CHECK(std::stod(first) == doctest::Approx(0));
    // 2 s of the programme, and the label in front: 1.32 s, 0.5 s, 2.24 s, 0.65 s.
    CHECK(std::abs(std::stod(second) - 2 - 4.71) < 0.06);
    CHECK(exiftool_warnings(to) == exiftool_warnings(from));
    CHECK(output("exiftool -s3 -Title -CoverArt " + to) ==
          output("exiftool -s3 -Title -CoverArt " + from));
  }
}

TEST_CASE("sound marks: packets of an Opus file stay in one stream, and play on time") {
  if (!ready({"ffmpeg", "ffprobe", "opusinfo"})) return;
  const TemporaryFolder folder;
  for (const Case& c : {
           Case{"plain.opus", "ogg", "-c:a libopus -b:a 64k", 48000},
           Case{"mono.opus", "ogg", "-c:a libopus -b:a 24k", 48000, 1},
           Case{"pages.opus", "ogg", "-c:a libopus -b:a 96k -page_duration 1", 48000},
           Case{"long.opus", "ogg", "-c:a libopus -frame_duration 60", 48000},
       }) {
    const std::string from = folder.file(c.name);
    make(c, from);
    check_packets(c, folder, from);
    for (const char* place : {"start-", "end-", "both-"}) {
      const std::string told =
          run("opusinfo " + folder.file(std::string(place) + c.name) + " 2>&1").output;
      CHECK_MESSAGE(told.find("WARNING") == std::string::npos, told);
      CHECK_MESSAGE(told.find("rror") == std::string::npos, told);
    }
  }
}

TEST_CASE("sound marks: kinds of sound that nothing is spliced into are refused with a reason") {
  if (!ready({"ffmpeg"})) return;
  const TemporaryFolder folder;
  for (const Case& c : {
           Case{"e.wav", "wav", "-c:a adpcm_ima_wav"},
           Case{"f.aiff", "aiff", "-c:a adpcm_ima_qt -f aiff"},
       }) {
    CAPTURE(c.name);
    const std::string from = folder.file(c.name);
    make(c, from);
    const ByteBuffer file = read_file(from);
    MemorySource source(file);
    const auto plan = plan_sound_mark(source, *find_format(c.format), demand(), {});
    REQUIRE_FALSE(plan);
    CHECK(plan.error().code == ErrorCode::Unsupported);
    CHECK_FALSE(plan.error().message.empty());
    // Listened to it can be.
    const auto search = find_sound_marks(source, *find_format(c.format), {});
    CHECK(search);
  }
}
