// SPDX-License-Identifier: Apache-2.0
// HDR films of telephones: what their players go by is there after they were coded again.
#include <doctest/doctest.h>

#include "formats/format.hpp"
#include "io/io.hpp"
#include "marks/marks.hpp"
#include "media/worker.hpp"
#include "support/support.hpp"

using namespace colophon;
using namespace colophon::testing;

TEST_CASE("peers: an HDR film that is coded again says the same of its light, under its name") {
  if (!have_tool("ffmpeg") || !have_tool("ffprobe")) {
    MESSAGE("skipped: ffmpeg is not installed");
    return;
  }
  if (media_worker().empty()) {
    MESSAGE("skipped: colophon-media is not built");
    return;
  }
  const TemporaryFolder folder;
  const std::string before = folder.file("a.mp4"), after = folder.file("b.mp4");
  const Ran made = run(
      "ffmpeg -v error -f lavfi -i testsrc2=s=320x192:r=25:d=1 -pix_fmt yuv420p10le -c:v libx265 "
      "-preset ultrafast -tag:v hvc1 -x265-params 'log-level=none:colorprim=bt2020:"
      "transfer=smpte2084:colormatrix=bt2020nc:master-display=G(13250,34500)B(7500,3000)"
      "R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=1000,400' " +
      before + " 2>&1");
  if (made.code != 0) {
    MESSAGE("skipped: ffmpeg has no libx265");
    return;
  }
  const auto source = FileSource::open(before);
  REQUIRE(source);
  MarkDemand demand;
  demand.medium = MarkMedium::Film;
  demand.texts = {"AI生成"};
  const auto plan = plan_film_mark(**source, *find_format("mp4"), demand, {});
  REQUIRE(plan);
  REQUIRE(plan->made);
  const auto file = AtomicFile::create(after, nullptr);
  REQUIRE(file);
  REQUIRE(execute(*plan->made, plan->splice, **file));
  REQUIRE((*file)->commit(false));
  const auto said = [](const std::string& of) {
    return run("ffprobe -v error -select_streams v -read_intervals %+#1 -show_entries "
               "stream=codec_tag_string,color_transfer,color_primaries,color_space:frame= " +
               of + " -show_frames | grep -E 'codec_tag|color_|_x|_y|lumin|max_'")
        .output;
  };
  CHECK(said(before).find("max_content=1000") != std::string::npos);
  CHECK(said(before).find("hvc1") != std::string::npos);
  CHECK(said(before) == said(after));
}
