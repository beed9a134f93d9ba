// SPDX-License-Identifier: Apache-2.0
// Sounds that are coded again as a whole: lossless ones keep every sample of the programme, others
// sound as before; tags, covers and chapters go over; what cannot be done well is refused.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <random>

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

struct Case {
  const char *name, *format, *options;
  bool lossless = false;
  unsigned rate = 44100, channels = 2;
};
void make(const Case& c, const std::string& file, const std::string& more = "") {
  const std::string form = "0.4*sin(330*t*t)*(0.2+mod(t*3\\,1))+0.05*random(0)";
  std::string forms = form;
  for (unsigned i = 1; i < c.channels; ++i) forms += "|" + form;
  output("ffmpeg -v error -y -f lavfi -i \"aevalsrc='" + forms +
         "':d=7:s=" + std::to_string(c.rate) + "\" " + more + " -metadata title='A title' " +
         c.options + " " + file);
}
std::string warnings(const std::string& file) {
  return output("ffmpeg -v warning -i " + file + " -f null - 2>&1 | sed 's/@ 0x[0-9a-f]*//'");
}
/// The samples from a moment on, as 32-bit numbers.
std::string digest(const std::string& file, std::size_t from, std::size_t count) {
  return output("ffmpeg -v error -i " + file +
                " -map 0:a -af atrim=start_sample=" + std::to_string(from) +
                ":end_sample=" + std::to_string(from + count) + " -f md5 -c:a pcm_s32le -");
}
double played(const std::string& file) {
  return std::stod(output("ffprobe -v error -show_entries format=duration -of csv=p=0 " + file));
}

}  // namespace

TEST_CASE("sound marks: sounds whose packets cannot stay are coded again, and it is said") {
  if (!ready({"ffmpeg", "ffprobe"})) return;
  const TemporaryFolder folder;
  for (const Case& c : {
           Case{"vorbis.ogg", "ogg", "-c:a libvorbis -q:a 4"},
           Case{"mono.ogg", "ogg", "-c:a libvorbis -q:a 1", false, 22050, 1},
           Case{"alac.m4a", "m4a", "-c:a alac", true},
           Case{"deep.m4a", "m4a", "-c:a alac -sample_fmt s32p", true, 48000},
           Case{"flac.oga", "ogg", "-c:a flac", true},
           Case{"fragments.m4a", "m4a", "-c:a aac -movflags +frag_keyframe+empty_moov"},
           Case{"six.opus", "ogg", "-c:a libopus -b:a 256k -mapping_family 1", false, 48000, 6},
       }) {
    CAPTURE(c.name);
    const std::string from = folder.file(c.name), to = folder.file(std::string("to-") + c.name);
    make(c, from);
    const ByteBuffer file = read_file(from);
    const MarkPlan plan = planned(file, c.format, demand(true, true));
    REQUIRE(plan.changes);
    REQUIRE_FALSE(plan.notes.empty());
    CHECK(plan.notes.back().rule == "mark-recoded");
    const ByteBuffer out = carried_out(file, plan);
    write_file(to, out);
    CHECK(warnings(to) == warnings(from));
    CHECK(probe(to, "stream=codec_name,sample_rate,channels") ==
          probe(from, "stream=codec_name,sample_rate,channels"));
    CHECK(output("exiftool -s3 -Title " + to) == output("exiftool -s3 -Title " + from));
    CHECK(std::abs(played(to) - plan.marks[0].duration) < 0.1);
    if (c.lossless) {
      const std::size_t own = std::size_t{7} * c.rate;
      const auto front =
          static_cast<std::size_t>(std::lround((plan.marks[0].duration - 7) / 2 * c.rate));
      bool same = false;  // the label in front is as long as that behind, to a few samples
      for (std::size_t at = front - 60; at <= front + 60 && !same; ++at) {
        same = digest(to, at, own) == digest(from, 0, own);
      }
      CHECK(same);
    }
    const MarkSearch search = found(out, c.format);
    CHECK(count(search.marks, kRhythm, "start") == 1);
    CHECK(count(search.marks, kRhythm, "end") == 1);
    CHECK_FALSE(planned(out, c.format, demand(true, true)).changes);
  }
}

TEST_CASE("sound marks: covers and chapters of a sound that is coded again are kept") {
  if (!ready({"ffmpeg", "ffprobe"})) return;
  const TemporaryFolder folder;
  const std::string chapters = folder.file("chapters.txt"), cover = folder.file("cover.png"),
                    from = folder.file("book.m4a"), to = folder.file("marked.m4a");
  write_file(chapters,
             to_buffer(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=one\n"
                       "[CHAPTER]\nTIMEBASE=1/1000\nSTART=2000\nEND=7000\ntitle=two\n"));
  output("ffmpeg -v error -y -f lavfi -i testsrc=s=64x64:d=0.04 -frames:v 1 " + cover);
  make({"book.m4a", "m4a",
        "-map 0:a -map 2:v -map_chapters 1 -c:a alac -c:v png -disposition:v attached_pic"},
       from, "-i " + chapters + " -i " + cover);
  const MarkPlan plan = planned(read_file(from), "m4a", demand(true, false));
  write_file(to, carried_out(read_file(from), plan));
  CHECK(output("ffmpeg -v error -i " + to + " -map 0:v -f md5 -") ==
        output("ffmpeg -v error -i " + from + " -map 0:v -f md5 -"));
  const std::string times =
      output("ffprobe -v error -show_entries chapter=start_time -of csv=p=0 " + to);
  const std::size_t line = times.find('\n');
  REQUIRE(line != std::string::npos);
  CHECK(std::abs(std::stod(times.substr(line + 1)) - 2 - (plan.marks[0].duration - 7)) < 0.06);
}

TEST_CASE("sound marks: a damaged sound is not coded again") {
  if (!ready({"ffmpeg"})) return;
  const TemporaryFolder folder;
  const std::string from = folder.file("a.oga");
  make({"a.oga", "ogg", "-c:a flac"}, from);
  const ByteBuffer file = read_file(from);
  std::minstd_rand random(11);
  for (int round = 0; round < 9; ++round) {
    ByteBuffer hurt = file;
    if (round % 3 == 0) hurt.resize(file.size() / 3 + random() % (file.size() / 2));
    for (int i = 0; i < 20; ++i) {
      hurt[300 + random() % (hurt.size() - 300)] = static_cast<std::uint8_t>(random());
    }
    MemorySource source(hurt);
    const auto plan = plan_sound_mark(source, *find_format("ogg"), demand(), {});
    REQUIRE_FALSE(plan);
    CHECK_FALSE(plan.error().message.empty());
  }
}
