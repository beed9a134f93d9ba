// SPDX-License-Identifier: Apache-2.0
// The worker program: what it decodes, and workers that lie, hang or die.
#include "media/worker.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "io/io.hpp"
#include "media/likeness.hpp"
#include "support/pictures.hpp"
#include "support/support.hpp"

using namespace colophon;
using colophon::testing::TemporaryFolder;

namespace {

/// COLOPHON_MEDIA for the life of this.
struct Named {
  explicit Named(const std::string& program) { setenv("COLOPHON_MEDIA", program.c_str(), 1); }
  Named(const Named&) = delete;
  Named& operator=(const Named&) = delete;
  ~Named() { unsetenv("COLOPHON_MEDIA"); }
};

struct Script {
  TemporaryFolder folder;
  Named named{folder.file("worker")};
  explicit Script(const std::string& text) {
    testing::write_file(folder.file("worker"), as_bytes("#!/bin/sh\n" + text + "\n"));
    std::filesystem::permissions(folder.file("worker"), std::filesystem::perms::owner_all);
  }
};

Result<Picture> picture_of(Bytes bytes = as_bytes("GIF89a")) {
  MemorySource source(bytes);
  return media_picture(source, *find_format("gif"), 0);
}

bool have_worker() {
  if (!media_worker().empty() && testing::have_tool("ffmpeg")) return true;
  MESSAGE("skipped: colophon-media is not built, or ffmpeg not installed");
  return false;
}

ErrorCode code_of(const auto& result) {
  REQUIRE_FALSE(result);
  return result.error().code;
}

}  // namespace

TEST_CASE("a worker that is not there, dies, hangs up or lies is an error with its reason") {
  {
    const Named named("/nonexistent/colophon-media");
    CHECK(media_worker().empty());
    CHECK(code_of(picture_of()) == ErrorCode::NotFound);
  }
  const std::string head = "printf 'colophon-media/1 ok\\n";
  const std::string good = "width=4\\nheight=4\\ncolumns=2\\nrows=2\\n";
  for (const std::string& script :
       {std::string("exit 1"), std::string("kill -SEGV $$"), std::string("true"),
        std::string("echo hello"), head + "'", head + "\\n'", head + good + "bytes=4\\n\\nabc'",
        head + good + "bytes=4\\n\\nabcde'", head + good + "bytes=-1\\n\\n'",
        head + good + "bytes=5\\n\\nabcde'",
        head + "width=4\\nheight=4\\ncolumns=100000\\nrows=100000\\nbytes=0\\n\\n'",
        head + "width=-4\\nheight=4\\ncolumns=2\\nrows=2\\nbytes=4\\n\\nabcd'",
        head + "width=99999999999999999999\\nheight=4\\ncolumns=2\\nrows=2\\nbytes=4\\n\\nabcd'",
        std::string("printf 'colophon-media/2 ok\\n\\n'"), std::string("head -c 9000000 /dev/zero"),
        std::string("yes width=1")}) {
    CAPTURE(script);
    const Script worker(script);
    CHECK(code_of(picture_of()) == ErrorCode::Io);
  }
  const Script polite("printf 'colophon-media/1 error\\nmessage=no \\033[31mpicture\\n\\n'");
  const auto answer = picture_of();
  CHECK(code_of(answer) == ErrorCode::Malformed);
  CHECK(answer.error().message.find('\033') == std::string::npos);
  const Script right(head + good + "bytes=4\\n\\nabcd'");
  const auto picture = picture_of();
  REQUIRE(picture);
  CHECK(picture->width == 4);
  CHECK(as_text(picture->grey.samples) == "abcd");
}

TEST_CASE("the worker sees the file for reading, a clean environment, and no other descriptor") {
  setenv("COLOPHON_KEY_PASSPHRASE", "secret", 1);
  const TemporaryFolder folder;
  const std::string seen = folder.file("seen");
  const Script worker("{ env; ls -l /proc/$$/fd; cat <&3; } > " + seen + "; exit 1");
  const std::string path = folder.file("media");
  testing::write_file(path, as_bytes("the media"));
  const auto file = FileSource::open_for_change(path);
  REQUIRE(file);
  CHECK_FALSE(media_picture(**file, *find_format("gif"), 0));
  const std::string text = to_string(testing::read_file(seen));
  unsetenv("COLOPHON_KEY_PASSPHRASE");
  CHECK(text.find("the media") != std::string::npos);
  CHECK(text.find("secret") == std::string::npos);
  CHECK(text.find("lr-x------") != std::string::npos);
  CHECK(text.find("LC_ALL=C") != std::string::npos);
}

TEST_CASE("films, sounds and rarer pictures are told and shown") {
  if (!have_worker()) return;
  const TemporaryFolder folder;
  const std::string ffmpeg = "cd " + folder.path() + " && ffmpeg -loglevel error -y ";
  REQUIRE(testing::run(ffmpeg +
                       "-f lavfi -i testsrc2=size=320x180:rate=10:duration=3 -f lavfi "
                       "-i sine=duration=3 -c:v mpeg4 -c:a aac film.mp4 && " +
                       ffmpeg + "-i film.mp4 -ss 1 -frames:v 1 one.png && " + ffmpeg +
                       "-i film.mp4 -vn sound.flac && " + ffmpeg + "-i film.mp4 -t 1 short.gif")
              .code == 0);
  const auto film = FileSource::open(folder.file("film.mp4"));
  REQUIRE(film);
  const auto facts = probe_media(**film);
  REQUIRE(facts);
  CHECK(*facts->duration_us == doctest::Approx(3e6).epsilon(0.05));
  REQUIRE(facts->streams.size() == 2);
  CHECK(facts->streams.front().codec == "mpeg4");
  CHECK(facts->streams.front().width == 320);
  const auto shown = media_picture(**film, *find_format("mp4"), 1'000'000);
  REQUIRE(shown);
  const auto still = FileSource::open(folder.file("one.png"));
  const auto expected = decode_picture(**still, *find_format("png"));
  REQUIRE(expected);
  CHECK(compare(*expected, *shown).value > 0.97);
  const auto sound = FileSource::open(folder.file("sound.flac"));
  const auto heard = probe_media(**sound);
  REQUIRE(heard);
  CHECK(heard->streams.front().kind == "audio");
  CHECK(code_of(media_picture(**sound, *find_format("flac"), 0)) == ErrorCode::Malformed);
  const auto gif = FileSource::open(folder.file("short.gif"));
  CHECK(media_picture(**gif, *find_format("gif"), 0));
}

TEST_CASE("the worker answers broken films cleanly") {
  if (!have_worker()) return;
  const TemporaryFolder folder;
  REQUIRE(testing::run("cd " + folder.path() +
                       " && ffmpeg -loglevel error -y -f lavfi -i "
                       "testsrc2=size=160x90:rate=5:duration=2 -c:v mpeg4 a.mp4 && ffmpeg "
                       "-loglevel error -y -i a.mp4 a.gif && ffmpeg -loglevel error -y -i a.mp4 "
                       "-c copy a.mkv")
              .code == 0);
  testing::Random random(11);
  for (const char* name : {"a.mp4", "a.gif", "a.mkv"}) {
    const ByteBuffer file = testing::read_file(folder.file(name));
    for (int i = 0; i < 5; ++i) {
      const ByteBuffer broken = testing::mutate(file, random);
      MemorySource source(broken);
      const auto facts = probe_media(source);
      if (!facts) CHECK(facts.error().code == ErrorCode::Malformed);
      const auto picture = media_picture(source, *find_format("gif"), 500'000);
      if (!picture) CHECK(picture.error().code == ErrorCode::Malformed);
    }
  }
  // A list of other files is no media file to it.
  testing::write_file(
      folder.file("list.m3u8"),
      as_bytes("#EXTM3U\n#EXTINF:2,\n" + folder.file("a.mp4") + "\n#EXT-X-ENDLIST\n"));
  const auto list = FileSource::open(folder.file("list.m3u8"));
  CHECK(code_of(probe_media(**list)) == ErrorCode::Malformed);
}
