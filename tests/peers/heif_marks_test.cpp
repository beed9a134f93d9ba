// SPDX-License-Identifier: Apache-2.0
// Visible labels in HEIC and AVIF: libheif opens them, shows the label upright, and the rest as it
// was; hostile files end in an error.
#include <doctest/doctest.h>

#include <random>

#include "formats/heif_picture.hpp"
#include "marks/marked.hpp"
#include "media/worker.hpp"
#include "support/referees.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

struct Case {
  const char *name, *format, *make;  ///< `make` takes {in} and {out}
  std::size_t coded, changed;        ///< parts of the picture, and how many are coded again
};
constexpr Case kCases[] = {
    {"a.heic", "heif", "heif-enc -q 85 {in} -o {out}", 1, 1},
    {"b.heic", "heif", "heif-enc -q 85 -b 10 {in} -o {out}", 1, 1},
    {"c.heic", "heif", "heif-enc -q 85 {alpha} -o {out}", 2, 2},
    {"d.heic", "heif", "heif-enc -q 85 -t 64 {in} -o {out}", 1, 1},
    {"a.avif", "avif", "avifenc --min 8 --max 20 -y 420 {in} {out}", 1, 1},
    {"b.avif", "avif", "avifenc --min 8 --max 20 -y 444 -d 10 {in} {out}", 1, 1},
    {"c.avif", "avif", "avifenc --min 8 --max 20 -y 420 --grid 2x2 {in} {out}", 4, 1},
    {"d.avif", "avif", "avifenc --min 8 --max 20 --irot 1 {in} {out}", 1, 1},
    {"e.avif", "avif", "avifenc --min 8 --max 20 --irot 3 --imir 1 {in} {out}", 1, 1},
    {"f.avif", "avif", "avifenc --min 8 --max 20 --imir 0 {in} {out}", 1, 1},
    {"g.avif", "avif", "avifenc --min 8 --max 20 -y 400 {in} {out}", 1, 1},
    {"h.avif", "avif", "avifenc --min 8 --max 20 {alpha} {out}", 2, 2},
};

std::string with(std::string text, std::string_view name, const std::string& value) {
  const std::size_t at = text.find(name);
  return at == std::string::npos ? text : text.replace(at, name.size(), value);
}

/// Signal to noise in decibels, the label's box left out.
double likeness(const std::string& before, const std::string& after, const Mark& mark) {
  const std::uint32_t room = mark.glyph_height + 10;
  const std::string box = std::to_string(mark.x > room ? mark.x - room : 0) + "," +
                          std::to_string(mark.y > room ? mark.y - room : 0) + " " +
                          std::to_string(mark.x + mark.width + room) + "," +
                          std::to_string(mark.y + mark.height + room);
  const std::string cover = " -alpha off -fill black -draw 'rectangle " + box + "' ";
  const std::string told = run("convert \\( " + before + cover + "\\) \\( " + after + cover +
                               "\\) -metric PSNR -compare -format '%[distortion]' info: 2>&1")
                               .output;
  return told.find("inf") != std::string::npos ? 100 : std::strtod(told.c_str(), nullptr);
}

/// The bytes of all coded parts.
std::vector<ByteBuffer> parts_of(const ByteBuffer& file) {
  MemorySource source(file);
  auto picture = heif::read_heif_picture(source, {});
  REQUIRE_MESSAGE(picture.has_value(), (picture ? "" : picture.error().message));
  std::vector<ByteBuffer> out;
  for (const auto* list : {&picture->parts, &picture->alpha}) {
    for (const heif::CodedPicture& part : *list) {
      ByteBuffer bytes;
      for (const Range& range : part.bytes) append(bytes, *source.view(range));
      out.push_back(std::move(bytes));
    }
  }
  return out;
}

bool may_run() {
  if (!media_worker().empty())
    return have_tools({"heif-enc", "heif-convert", "avifenc", "convert"});
  MESSAGE("skipped: the worker program colophon-media is not there");
  return false;
}

}  // namespace

TEST_CASE("heif marks: libheif shows the label upright, and the rest as it was") {
  if (!may_run()) return;
  const TemporaryFolder folder;
  const std::string in = folder.file("in.png"), alpha = folder.file("alpha.png");
  output("convert -size 384x288 plasma:red-blue -seed 4 -blur 0x1 -depth 8 " + in);
  output("convert " + in + " -alpha set -channel A -evaluate set 40% -depth 8 " + alpha);
  for (const Case& each : kCases) {
    CAPTURE(std::string(each.name));
    const std::string before = folder.file(each.name),
                      after = folder.file("marked-" + std::string(each.name));
    output(with(with(with(each.make, "{in}", in), "{alpha}", alpha), "{out}", before) +
           " >/dev/null 2>&1");
    const ByteBuffer file = read_file(before);
    const Marked out = marked(file, each.format);
    write_file(after, out.bytes);
    CHECK(out.mark.contrast >= 4.5);
    CHECK(exiftool_warnings(after) == exiftool_warnings(before));
    for (const std::string& one : {before, after}) {
      output("heif-convert -q 100 " + one + " " + one + ".png 2>&1");
    }
    CHECK(likeness(before + ".png", after + ".png", out.mark) >= 36);  // RGB says less than YCbCr

    const auto old = parts_of(file), now = parts_of(out.bytes);
    REQUIRE(old.size() == each.coded);
    REQUIRE(now.size() == each.coded);
    std::size_t changed = 0;
    for (std::size_t i = 0; i < old.size(); ++i) changed += old[i] != now[i] ? 1 : 0;
    CHECK(changed == each.changed);

    const ByteBuffer shown = read_file(after + ".png");
    MemorySource decoded(shown);
    const auto found = find_picture_marks(decoded, *find_format("png"), {});
    REQUIRE(found.has_value());
    REQUIRE_FALSE(found->marks.empty());
    CHECK(found->marks[0].text == "AI生成");
    CHECK(found->marks[0].position == "bottom-right");

    MemorySource source(out.bytes);
    const auto again = plan_picture_mark(source, *find_format(each.format), picture_demand(), {});
    REQUIRE(again.has_value());
    CHECK_FALSE(again->changes);
  }
}

TEST_CASE("heif marks: damaged files end in an error or in a file") {
  if (!may_run()) return;
  const TemporaryFolder folder;
  const std::string in = folder.file("in.png"), made = folder.file("a.avif");
  output("convert -size 128x96 plasma:red-blue -seed 4 " + in);
  output("avifenc --min 8 --max 20 --grid 2x1 " + in + " " + made + " >/dev/null 2>&1");
  const ByteBuffer file = read_file(made);
  std::minstd_rand random(5);
  const Format& format = *find_format("avif");
  MarkEnv env;
  env.may_be_marked = false;
  for (int round = 0; round < 40; ++round) {
    ByteBuffer hurt = file;
    if (round % 4 == 0) hurt.resize(file.size() / 4 + random() % (file.size() / 2));
    const std::size_t reach =
        round % 2 == 0 ? hurt.size() : std::min<std::size_t>(hurt.size(), 700);
    for (int i = 0; i < 3; ++i) hurt[random() % reach] = static_cast<std::uint8_t>(random());
    MemorySource source(hurt);
    if (!format.sniff(source)) continue;
    const auto plan = plan_picture_mark(source, format, picture_demand(), env);
    if (!plan) {
      CHECK_FALSE(plan.error().message.empty());
      continue;
    }
    MemorySink sink;
    CHECK(execute(source, plan->splice, sink).has_value());
  }
}
