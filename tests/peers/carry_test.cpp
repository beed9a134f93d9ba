// SPDX-License-Identifier: Apache-2.0
// Labels carried to what ImageMagick and FFmpeg made: ExifTool reads them, c2pa-rs trusts the
// manifest and sees the parent, and what is decoded stays the same.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "support/pictures.hpp"
#include "support/referees.hpp"

namespace colophon::testing {
namespace {

/// A labelled and signed picture and film, and a key.
struct Desk {
  TemporaryFolder folder;

  Desk() {
    write_file(folder.file("plain.png"), png_picture(480, 320, scene(1, 480, 320)));
    must("key new --type es256 --certificate test -o k.pem");
    must("label plain.png --producer Nobody --produce-id id-7 --profile cn,eu -o from.png " +
         key());
  }
  [[nodiscard]] static std::string key() { return "--c2pa k.pem --cert k.cert.pem"; }
  [[nodiscard]] Ran says(const std::string& arguments) const {
    const char* command = std::getenv("COLOPHON_COMMAND");
    return run("cd " + folder.path() + " && XDG_CONFIG_HOME=" + folder.path() +
               " env -u LANG LC_ALL=C " + (command != nullptr ? command : "colophon") + " " +
               arguments + " 2>&1");
  }
  void must(const std::string& arguments) const {
    const Ran ran = says(arguments);
    INFO(arguments);
    INFO(ran.output);
    REQUIRE(ran.code == 0);
  }
  void make(const std::string& command) const {
    (void)output("cd " + folder.path() + " && " + command);
  }
};

struct Derived {
  const char *made, *name, *action;
};
constexpr Derived kPictures[] = {
    {"-strip -resize 40% -quality 70", "small.jpeg", "c2pa.resized"},
    {"-strip -gravity SouthEast -crop 60%x60%+0+0 +repage -quality 80", "part.webp",
     "c2pa.cropped"},
    {"-strip -rotate 90 -resize 50%", "turned.png", "c2pa.orientation"},
    {"-strip -colorspace Gray", "grey.tiff", "c2pa.transcoded"},
    {"-strip -resize 60%", "small.gif", "c2pa.resized"}};

}  // namespace

TEST_CASE("ExifTool and c2pa-rs read what was carried to ImageMagick's pictures") {
  if (!have_tools({"convert", "exiftool"})) return;
  const Desk desk;
  const char* given = std::getenv("COLOPHON_C2PA_PEER");
  const std::string source = std::getenv("COLOPHON_SOURCE_DIR");
  const std::string modules = given != nullptr ? given : source + "/build/peers/node_modules";
  const bool peer =
      have_tool("node") && std::filesystem::exists(modules + "/@contentauth/c2pa-wasm");
  if (!peer) MESSAGE("skipped: @contentauth/c2pa-wasm is not installed");
  for (const Derived& each : kPictures) {
    CAPTURE(each.name);
    const std::string name = each.name, out = "out-" + name;
    desk.make("convert from.png " + std::string(each.made) + " " + name);
    const Ran ran = desk.says("carry from.png " + name + " -o " + out + " " + Desk::key());
    INFO(ran.output);
    REQUIRE(ran.code == 0);
    CHECK(ran.output.find(each.action) != std::string::npos);
    const std::string read =
        run("cd " + desk.folder.path() + " && exiftool -a -G -s " + out).output;
    CHECK(read.find("id-7") != std::string::npos);
    CHECK(read.find("digitalsourcetype/trainedAlgorithmicMedia") != std::string::npos);
    const auto pixels = [&](const std::string& file) {
      return run("cd " + desk.folder.path() + " && identify -format '%#' '" + file +
                 "' 2>/dev/null")
          .output;
    };
    CHECK(pixels(name) == pixels(out));
    if (!peer) continue;
    const std::string answer =
        output("cd " + desk.folder.path() + " && node '" + source +
               "/tests/peers/c2pa_states.mjs' '" + modules + "' k.root.pem " + out);
    CHECK(answer == "Trusted\t\t1\n");
    const Ran tree = desk.says("inspect --tree " + out);
    CHECK(tree.output.find("c2pa.ingredient.v3  parentOf") != std::string::npos);
    CHECK(tree.output.find(each.action) != std::string::npos);
  }
}

TEST_CASE("films and sounds that FFmpeg made keep their labels and their frames") {
  if (!have_tools({"ffmpeg", "exiftool"})) return;
  const Desk desk;
  const std::string worker =
      std::filesystem::path(std::getenv("COLOPHON_COMMAND")).parent_path() / "colophon-media";
  if (!std::filesystem::exists(worker)) {
    MESSAGE("skipped: colophon-media is not built");
    return;
  }
  const std::string ffmpeg = "ffmpeg -loglevel error -y -i from.mp4 ";
  desk.make(
      "ffmpeg -loglevel error -y -f lavfi -i testsrc2=size=320x180:rate=10:duration=4 -f lavfi "
      "-i sine=duration=4 -c:v mpeg4 -c:a aac plain.mp4");
  desk.must("label plain.mp4 --producer Nobody --produce-id film-1 -o from.mp4");
  desk.make(ffmpeg + "-map_metadata -1 -vf scale=160:-2 -c:v mpeg4 small.mov");
  desk.make(ffmpeg + "-map_metadata -1 -c copy same.mkv");
  desk.make(ffmpeg + "-map_metadata -1 -vn sound.flac");
  desk.make(ffmpeg + "-map_metadata -1 -t 2 -c:v mpeg4 clip.mp4");
  desk.make(
      "ffmpeg -loglevel error -y -f lavfi -i life=size=320x180:rate=10:mold=10:ratio=0.3 -t 4 -c:v "
      "mpeg4 other.mp4");
  for (const auto& [name, action] :
       {std::pair("small.mov", "c2pa.resized"), std::pair("same.mkv", "c2pa.repackaged"),
        std::pair("sound.flac", "c2pa.transcoded")}) {
    CAPTURE(name);
    const std::string out = std::string("out-") + name;
    const Ran ran = desk.says(std::string("carry from.mp4 ") + name + " -o " + out);
    INFO(ran.output);
    REQUIRE(ran.code == 0);
    CHECK(ran.output.find(action) != std::string::npos);
    CHECK(run("strings " + desk.folder.file(out)).output.find("film-1") != std::string::npos);
    const auto frames = [&](const std::string& file) {
      return output("ffmpeg -loglevel error -i " + desk.folder.file(file) + " -f md5 -");
    };
    CHECK(frames(name) == frames(out));
  }
  for (const char* name : {"clip.mp4", "other.mp4"}) {
    CAPTURE(name);
    const Ran ran = desk.says(std::string("carry from.mp4 ") + name + " -o no.mp4");
    CHECK(ran.code == 3);
    CHECK(ran.output.find("is the limit") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(desk.folder.file("no.mp4")));
  }
}

}  // namespace colophon::testing
