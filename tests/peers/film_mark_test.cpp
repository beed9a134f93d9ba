// SPDX-License-Identifier: Apache-2.0
// Labels in films against FFmpeg: what is not under the label's pictures is the same packet by
// packet and frame by frame; the pictures under it differ in the label alone.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "io/io.hpp"
#include "marks/marks.hpp"
#include "media/worker.hpp"
#include "support/referees.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr const char* kTools = "ffmpeg -v error -y ";

struct Recipe {
  std::string name, input, options;
  std::size_t again;  ///< packets that are coded again
  double pixel = 1;   ///< sample aspect ratio
};

const std::string kFilm = "-f lavfi -i testsrc2=s=320x192:r=25:d=4 ";
const std::string kNoise = "-vf noise=alls=5:allf=t ";
const std::string kCoded = "-c:v libx264 -preset veryfast -g 50 -pix_fmt yuv420p ";
const std::string kFixed = "-x264-params scenecut=0 ";

const Recipe kRecipes[] = {
    {"last.mp4", kFilm + "-f lavfi -i sine=d=4 ", kNoise + kCoded + kFixed + "-c:a aac ", 50},
    {"fast.mp4", kFilm + "-f lavfi -i sine=d=4 ",
     kNoise + kCoded + kFixed + "-c:a aac -movflags +faststart ", 50},
    {"plain.mov", kFilm, kNoise + kCoded + kFixed, 50},
    {"pyramid.mp4", kFilm,
     kNoise + kCoded + "-x264-params scenecut=0:b-pyramid=normal:ref=4:bframes=5 ", 50},
    {"one_b.mp4", kFilm, kNoise + kCoded + kFixed + "-bf 1 ", 50},
    {"varying.mp4", kFilm,
     "-vf noise=alls=5:allf=t,setpts='PTS+0.013*mod(N\\,3)*mod(N\\,2)/TB' -vsync vfr "
     "-video_track_timescale 90000 " +
         kCoded + kFixed,
     50},
    {"wide.mp4", kFilm, "-vf noise=alls=5:allf=t,setsar=2/1 " + kCoded + kFixed, 50, 2},
    {"long.mp4", kFilm, kNoise + kCoded + "-x264-params scenecut=0:keyint=1000 ", 100},
    {"ten.mp4", kFilm,
     kNoise + "-c:v libx264 -preset veryfast -g 50 -pix_fmt yuv420p10le " + kFixed, 50},
    {"full.mp4", kFilm, kNoise + "-c:v libx264 -preset veryfast -g 50 -pix_fmt yuvj420p " + kFixed,
     50},
    {"baseline.mp4", kFilm, kNoise + kCoded + kFixed + "-profile:v baseline ", 50},
    {"open.mp4", kFilm, kNoise + kCoded + "-x264-params open-gop=1:scenecut=0:bframes=3:keyint=30 ",
     100},
};

std::string made(const TemporaryFolder& folder, const Recipe& recipe) {
  const std::string file = folder.file(recipe.name);
  output(kTools + recipe.input + recipe.options + file);
  return file;
}

MarkDemand demand() {
  MarkDemand demand;
  demand.medium = MarkMedium::Film;
  demand.texts = {"AI生成"};
  return demand;
}

MarkPlan labelled(const std::string& from, const std::string& to, const MarkDemand& wanted) {
  const auto source = FileSource::open(from);
  REQUIRE(source);
  const Format* format = detect(**source, from);
  REQUIRE(format != nullptr);
  auto plan = plan_film_mark(**source, *format, wanted, {});
  REQUIRE_MESSAGE(plan, (plan ? "" : plan.error().message));
  const auto file = AtomicFile::create(to, nullptr);
  REQUIRE(file);
  REQUIRE(execute(plan->made ? *plan->made : **source, plan->splice, **file));
  REQUIRE((*file)->commit(false));
  return *std::move(plan);
}

/// Stream, pts, dts, flags and hash of every packet.
std::vector<std::string> packets(const std::string& file) {
  std::istringstream lines(
      output("ffprobe -v warning -show_entries packet=stream_index,pts,dts,flags,data_hash "
             "-show_data_hash md5 -of csv=p=0 " +
             file + " 2>&1"));
  std::vector<std::string> out;
  for (std::string line; std::getline(lines, line);) out.push_back(line);
  return out;
}
/// Time and hash of every decoded frame, with what FFmpeg warns of.
std::vector<std::string> frames(const std::string& file) {
  std::istringstream lines(output("ffmpeg -v warning -i " + file +
                                  " -map 0:v:0 -fps_mode passthrough -f framemd5 - "
                                  "2>&1 | grep -v '^#' | sed 's/ @ 0x[0-9a-f]*//'"));
  std::vector<std::string> out;
  for (std::string line; std::getline(lines, line);) out.push_back(line);
  return out;
}
std::size_t differing(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  REQUIRE(a.size() == b.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) count += a[i] != b[i] ? 1 : 0;
  return count;
}

/// FFmpeg's PSNR of the first frames, with the label's place blackened in both.
double likeness_beside(const std::string& a, const std::string& b, const Mark& mark, double pixel,
                       std::size_t count) {
  const double grown = mark.glyph_height;
  const std::string box =
      fmt::format("trim=end_frame={},drawbox=x={}:y={}:w={}:h={}:color=black:t=fill", count,
                  static_cast<int>((mark.x - grown) / pixel), static_cast<int>(mark.y - grown),
                  static_cast<int>((mark.width + 2 * grown) / pixel + 2),
                  static_cast<int>(mark.height + 2 * grown));
  const std::string said = output(
      "ffmpeg -v info -i " + a + " -i " + b + " -lavfi \"[0:v]" + box +
      ",settb=1/1000,setpts=N[a];[1:v]" + box +
      ",settb=1/1000,setpts=N[b];[a][b]psnr\" -f null - 2>&1 | grep -o 'average:[0-9a-z.]*'");
  return said.find("inf") != std::string::npos ? 100 : std::stod(said.substr(8));
}

bool ready() {
  if (!have_tools({"ffmpeg", "ffprobe"})) return false;
  if (!media_worker().empty()) return true;
  MESSAGE("skipped: colophon-media is not built");
  return false;
}

}  // namespace

TEST_CASE("peers: a label in a film changes the pictures that carry it and nothing else") {
  if (!ready()) return;
  for (const Recipe& recipe : kRecipes) {
    CAPTURE(recipe.name);
    const TemporaryFolder folder;
    const std::string before = made(folder, recipe);
    const std::string after = folder.file("labelled" + recipe.name.substr(recipe.name.find('.')));
    const MarkPlan plan = labelled(before, after, demand());
    REQUIRE(plan.marks.size() == 1);
    const Mark& mark = plan.marks[0];
    CHECK(mark.begins == 0);
    CHECK(mark.ends >= 2);
    CHECK(mark.height_share() >= 0.05);

    const auto old_packets = packets(before), new_packets = packets(after);
    CHECK(differing(old_packets, new_packets) == recipe.again);
    const auto old_frames = frames(before), new_frames = frames(after);
    CHECK(differing(old_frames, new_frames) == recipe.again);
    for (std::size_t i = recipe.again; i < old_frames.size(); ++i) {
      CHECK(old_frames[i] == new_frames[i]);
    }
    const double db = likeness_beside(before, after, mark, recipe.pixel, recipe.again);
    CHECK(db >= 40);
  }
}

TEST_CASE("peers: sound, subtitles and chapters of a labelled film are what they were") {
  if (!ready()) return;
  const TemporaryFolder folder;
  write_file(folder.file("s.srt"), as_bytes("1\n00:00:00,500 --> 00:00:02,000\nhello\n\n"
                                            "2\n00:00:03,000 --> 00:00:03,500\nworld\n"));
  write_file(folder.file("c.txt"),
             as_bytes(";FFMETADATA1\ntitle=A film\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\n"
                      "title=one\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=2000\nEND=4000\ntitle=two\n"));
  const std::string before = folder.file("a.mp4"), after = folder.file("b.mp4");
  output(kTools + kFilm + "-f lavfi -i sine=d=4 -i " + folder.file("s.srt") + " -i " +
         folder.file("c.txt") + " -map 0 -map 1 -map 2 -map_metadata 3 " + kNoise + kCoded +
         kFixed + "-c:a aac -c:s mov_text " + before);
  (void)labelled(before, after, demand());
  const std::string about =
      "ffprobe -v warning -show_streams -show_chapters -show_format "
      "2>&1 FILE | grep -vE '^(filename|size|bit_rate|max_bit_rate|extradata_size)='";
  const auto said = [&](const std::string& file) {
    std::string command = about;
    return output(command.replace(command.find("FILE"), 4, file));
  };
  CHECK(said(before) == said(after));
  CHECK(differing(packets(before), packets(after)) == 50);
}

/// It is found where it was drawn, and not drawn again.
void check_found(const std::string& file, const Mark& drawn) {
  const auto source = FileSource::open(file);
  REQUIRE(source);
  const Format* format = detect(**source, file);
  const auto found = find_film_marks(**source, *format, {});
  REQUIRE(found);
  REQUIRE(found->marks.size() == 1);
  CHECK(found->marks[0].text == drawn.text);
  CHECK(found->marks[0].position == drawn.position);
  CHECK(found->marks[0].shown_width == drawn.shown_width);
  CHECK(std::abs(static_cast<int>(found->marks[0].x) - static_cast<int>(drawn.x)) <= 4);
  const auto again = plan_film_mark(**source, *format, demand(), {});
  REQUIRE(again);
  CHECK_FALSE(again->changes);
}

TEST_CASE("peers: the label of a film that is shown turned or with wide pixels is found") {
  if (!ready()) return;
  const TemporaryFolder folder;
  const std::string before = folder.file("a.mp4"), after = folder.file("b.mp4");
  for (const char* way : {"-metadata:s:v rotate=90 ", "-metadata:s:v rotate=180 ",
                          "-metadata:s:v rotate=270 ", "-aspect 10:3 "}) {
    CAPTURE(way);
    output(kTools + ("-f lavfi -i testsrc2=s=640x384:r=25:d=3 " + kCoded + kFixed) + way + before);
    check_found(after, labelled(before, after, demand()).marks.at(0));
  }
}

TEST_CASE("peers: the label stands upright in a film that is shown turned") {
  if (!ready()) return;
  const TemporaryFolder folder;
  const std::string plain = folder.file("p.mp4"), before = folder.file("a.mp4"),
                    after = folder.file("b.mp4"), shown = folder.file("f.pgm");
  output(kTools + ("-f lavfi -i color=gray:s=320x192:r=25:d=3 " + kCoded + kFixed) + plain);
  for (const int turn : {90, 180, 270}) {
    CAPTURE(turn);
    output(kTools + ("-i " + plain) + " -c copy -metadata:s:v rotate=" + std::to_string(turn) +
           " " + before);
    const MarkPlan plan = labelled(before, after, demand());
    const Mark& mark = plan.marks.at(0);
    CHECK(mark.shown_width == (turn == 180 ? 320 : 192));
    output(kTools + ("-i " + after) + " -frames:v 1 -pix_fmt gray " + shown);
    const ByteBuffer picture = read_file(shown);
    const std::string head =
        "P5\n" + std::to_string(mark.shown_width) + " " + std::to_string(mark.shown_height);
    REQUIRE(as_text(picture).starts_with(head));
    const Bytes pixels =
        slice(picture, picture.size() - std::size_t{mark.shown_width} * mark.shown_height);
    // White letters in the mark's box; the top of "A" is narrower than its foot.
    const auto bright = [&](std::uint32_t from, std::uint32_t to) {
      std::size_t count = 0;
      for (std::uint32_t y = from; y < to; ++y) {
        for (std::uint32_t x = mark.x; x < mark.x + mark.width / 6; ++x) {
          count += pixels[std::size_t{y} * mark.shown_width + x] > 200 ? 1 : 0;
        }
      }
      return count;
    };
    const std::uint32_t middle = mark.y + mark.height / 2;
    CHECK(bright(mark.y, middle) > 0);
    CHECK(bright(middle, mark.y + mark.height) > bright(mark.y, middle));
  }
}

TEST_CASE("peers: a label at intervals, at the end, or on the whole film") {
  if (!ready()) return;
  const TemporaryFolder folder;
  const std::string before = folder.file("a.mp4"), after = folder.file("b.mp4");
  output(kTools + ("-f lavfi -i testsrc2=s=160x96:r=25:d=12 " + kCoded + "-g 25 " + kFixed) +
         before);
  struct Case {
    double interval;
    bool end, whole;
    std::size_t packets, marks;
  };
  // Key frames stand a second apart, so that two seconds are fifty pictures.
  for (const Case& one : {Case{5, false, false, 150, 3}, Case{0, true, false, 100, 2},
                          Case{0, false, true, 300, 1}}) {
    CAPTURE(one.packets);
    MarkDemand wanted = demand();
    wanted.interval_seconds = one.interval;
    wanted.at_end = one.end;
    wanted.whole_film = one.whole;
    const MarkPlan plan = labelled(before, after, wanted);
    CHECK(plan.marks.size() == one.marks);
    CHECK(plan.marks.back().ends >= (one.end || one.whole ? 12 : 2));
    CHECK(differing(frames(before), frames(after)) == one.packets);
  }
}

TEST_CASE("peers: a label in a film is found with its size and its time, and not drawn twice") {
  if (!ready()) return;
  const TemporaryFolder folder;
  const std::string before = folder.file("a.mp4"), after = folder.file("b.mp4");
  output(kTools + ("-f lavfi -i mandelbrot=s=320x192:r=25 -t 6 " + kNoise + kCoded + kFixed) +
         before);
  const auto found_in = [](const std::string& file) {
    const auto source = FileSource::open(file);
    REQUIRE(source);
    const auto found = find_film_marks(**source, *detect(**source, file), {});
    REQUIRE_MESSAGE(found, (found ? "" : found.error().message));
    CHECK_FALSE(found->looked.empty());
    return found->marks;
  };
  CHECK(found_in(before).empty());
  const Mark drawn = labelled(before, after, demand()).marks.at(0);
  CHECK(drawn.ends == doctest::Approx(2));
  const std::vector<Mark> marks = found_in(after);
  REQUIRE(marks.size() == 1);
  CHECK(marks[0].medium == MarkMedium::Film);
  CHECK(marks[0].text == "AI生成");
  CHECK(marks[0].position == "bottom-right");
  CHECK(marks[0].begins == 0);
  CHECK(marks[0].ends == doctest::Approx(drawn.ends).epsilon(0.03));
  CHECK(marks[0].duration == doctest::Approx(6));
  CHECK(marks[0].height_share() >= 0.05);
  CHECK(marks[0].glyph_height == doctest::Approx(drawn.glyph_height).epsilon(0.15));
  CHECK(marks[0].x == doctest::Approx(drawn.x).epsilon(0.02));

  const MarkPlan again = labelled(after, folder.file("c.mp4"), demand());
  CHECK_FALSE(again.changes);
  CHECK(again.marks.size() == 1);
  CHECK(read_file(folder.file("c.mp4")) == read_file(after));
  // Two seconds stand there; five are another label.
  MarkDemand longer = demand();
  longer.min_seconds = 5;
  CHECK(labelled(after, folder.file("d.mp4"), longer).changes);
}

TEST_CASE(
    "peers: films whose pictures cannot be replaced one by one are made anew, and that is told") {
  if (!ready()) return;
  const std::string sound = "-f lavfi -i sine=d=3 ";
  const std::string film = "-f lavfi -i testsrc2=s=320x192:r=25:d=3 ";
  const Recipe recipes[] = {
      {"fields.mp4", film + sound,
       kNoise + kCoded + "-flags +ildct+ilme -x264-params interlaced=1 -c:a aac ", 0},
      {"fragments.mp4", film + sound,
       kNoise + kCoded + "-c:a aac -movflags frag_keyframe+empty_moov ", 0},
      {"matroska.mkv", film + sound, kNoise + kCoded + "-c:a aac -metadata title=T ", 0},
      {"vp9.webm", film + sound, "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus ", 0},
      {"old.avi", film + sound, "-c:v mpeg4 -q:v 3 -c:a mp3 ", 0},
      {"flash.flv", film + sound, kNoise + kCoded + "-c:a aac ", 0},
  };
  for (const Recipe& recipe : recipes) {
    CAPTURE(recipe.name);
    const TemporaryFolder folder;
    const std::string before = made(folder, recipe);
    const std::string after = folder.file("labelled" + recipe.name.substr(recipe.name.find('.')));
    const MarkPlan plan = labelled(before, after, demand());
    REQUIRE(plan.marks.size() == 1);
    REQUIRE(plan.notes.size() == 1);
    CHECK(plan.notes[0].rule == "mark-recoded");
    const std::string streams =
        "-count_packets -show_entries stream=codec_name,width,height,pix_fmt,nb_read_packets"
        ":format_tags=title -of csv ";
    CHECK(output("ffprobe -v warning " + streams + after + " 2>&1") ==
          output("ffprobe -v warning " + streams + before + " 2>&1"));
    const std::string sounds = " -map 0:a? -c copy -f streamhash -hash md5 - | cut -d, -f3";
    CHECK(output("ffmpeg -v warning -i " + after + sounds) ==
          output("ffmpeg -v warning -i " + before + sounds));
    CHECK(likeness_beside(before, after, plan.marks[0], 1, 50) >= 32);
    const auto source = FileSource::open(after);
    REQUIRE(source);
    const auto found = find_film_marks(**source, *detect(**source, after), {});
    REQUIRE(found);
    REQUIRE(found->marks.size() == 1);
    CHECK(found->marks[0].ends == doctest::Approx(2).epsilon(0.05));
  }
}

TEST_CASE("peers: what cannot carry a label says why") {
  if (!ready()) return;
  const TemporaryFolder folder;
  const auto refusal = [&](const std::string& file) {
    const auto source = FileSource::open(file);
    REQUIRE(source);
    const Format* format = detect(**source, file);
    REQUIRE(format != nullptr);
    const auto plan = plan_film_mark(**source, *format, demand(), {});
    REQUIRE_FALSE(plan);
    return plan.error();
  };
  const std::string sound = folder.file("sound.mp4");
  output(kTools + std::string("-f lavfi -i sine=d=1 -c:a aac ") + sound);
  CHECK(refusal(sound).code == ErrorCode::NotFound);

  const std::string film = folder.file("a.mp4");
  output(kTools + kFilm + kCoded + kFixed + film);
  ByteBuffer bytes = read_file(film);
  const std::string cut = folder.file("cut.mp4");
  write_file(cut, Bytes(bytes).first(bytes.size() / 2));
  CHECK_FALSE(refusal(cut).message.empty());

  // Damage inside the first group of pictures.
  for (std::size_t at = 2000; at < 9000; at += 7) bytes[at] ^= 0x5A;
  const std::string damaged = folder.file("damaged.mp4");
  write_file(damaged, bytes);
  CHECK(refusal(damaged).code == ErrorCode::Malformed);
}
