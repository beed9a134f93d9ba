// SPDX-License-Identifier: Apache-2.0
// carry as a newcomer and a script use it.
#include <doctest/doctest.h>

#include <cstdlib>

#include "support/pictures.hpp"
#include "support/support.hpp"

using namespace colophon;
using testing::Ran;
using testing::TemporaryFolder;

namespace {

/// a.png is labelled, b.png was made from it, c.png was not, d.png has no label.
struct Desk {
  TemporaryFolder folder;

  Desk() {
    put("plain.png", 1, 200, 140);
    put("b.png", 1, 100, 70);
    put("c.png", 77, 100, 70);
    CHECK(says("label plain.png --producer Nobody --profile cn,eu -o a.png").code == 0);
  }
  void put(const char* name, std::uint64_t seed, std::uint32_t width, std::uint32_t height) const {
    testing::write_file(folder.file(name),
                        testing::png_picture(width, height, testing::scene(seed, width, height)));
  }
  [[nodiscard]] Ran says(const std::string& arguments, const std::string& before = "") const {
    return testing::run("cd " + folder.path() + " && " + before +
                        " XDG_CONFIG_HOME=" + folder.path() + " env -u LANG LC_ALL=C " +
                        std::getenv("COLOPHON_COMMAND") + " " + arguments + " 2>&1");
  }
  [[nodiscard]] ByteBuffer bytes(const char* name) const {
    return testing::read_file(folder.file(name));
  }
};

bool says(const Ran& ran, std::string_view text) {
  return ran.output.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("carry brings the labels and tells what it measured") {
  const Desk desk;
  const Ran ran = desk.says("carry a.png b.png -o out.png");
  INFO(ran.output);
  CHECK(ran.code == 0);
  CHECK(says(ran, "carried from a.png: gb45438, iptc; picture "));
  CHECK(says(ran, "c2pa.resized"));
  CHECK(desk.says("verify out.png").code == 0);
  const Ran json = desk.says("carry a.png b.png -o out.png --json");
  CHECK(says(json, "\"provenance\":{\"from\":\"a.png\""));
  CHECK(says(json, "\"forced\":false"));
  CHECK(desk.says("carry a.png b.png --in-place=.old").code == 0);
  CHECK(!desk.bytes("b.png.old").empty());
  CHECK(says(desk.says("carry a.png b.png --in-place"), "nothing changed"));
  CHECK(desk.says("carry - b.png -o - < a.png | cmp - b.png").code == 0);
}

TEST_CASE("carry refuses, and leaves every file as it was") {
  const Desk desk;
  const ByteBuffer before = desk.bytes("c.png");
  const Ran other = desk.says("carry a.png c.png --in-place");
  CHECK(other.code == 3);
  CHECK(says(other, "0.60 is the limit"));
  CHECK(desk.bytes("c.png") == before);
  const Ran none = desk.says("carry plain.png b.png -o out.png");
  CHECK(none.code == 1);
  CHECK(says(none, "plain.png: "));
  CHECK(says(none, "nothing to carry"));
  CHECK(desk.bytes("out.png").empty());
  CHECK(desk.says("carry a.png b.png").code == 2);
  CHECK(desk.says("carry a.png").code == 2);
  CHECK(desk.says("carry a.png b.png -o out.png --in-place").code == 2);
  CHECK(desk.says("carry a.png b.png -o a.png").code == 2);
  CHECK(desk.says("carry - - -o out.png < a.png").code == 2);
  CHECK(desk.says("carry a.png missing.png -o out.png").code == 3);
  CHECK(desk.says("carry missing.png b.png -o out.png").code == 3);
  CHECK(desk.says("carry a.png b.png -o out.png --action created").code == 2);
  CHECK(desk.bytes("out.png").empty());
  const Ran forced = desk.says("carry a.png c.png -o out.png --force");
  CHECK(forced.code == 0);
  CHECK(says(forced, "because of --force"));
  const Ran dry = desk.says("carry a.png b.png -o dry.png --dry-run");
  CHECK(dry.code == 0);
  CHECK(desk.bytes("dry.png").empty());
}

TEST_CASE("carry signs, and speaks Chinese") {
  const Desk desk;
  REQUIRE(desk.says("key new --type es256 --certificate test -o k.pem").code == 0);
  const Ran ran = desk.says("carry a.png b.png -o out.png --c2pa k.pem --cert k.cert.pem");
  INFO(ran.output);
  CHECK(ran.code == 0);
  CHECK(says(ran, "C2PA manifest:"));
  const Ran verified = desk.says("verify --json --trust k.root.pem out.png");
  CHECK(says(verified, "\"state\":\"Trusted\""));
  const Ran tree = desk.says("inspect --tree out.png");
  CHECK(says(tree, "c2pa.ingredient.v3  parentOf"));
  CHECK(says(tree, "c2pa.resized"));
  const Ran chinese = desk.says("--lang zh carry a.png c.png -o x.png");
  CHECK(says(chinese, "无法证实"));
  CHECK(says(desk.says("--lang zh carry plain.png b.png -o x.png"), "没有可带入的内容"));
}

TEST_CASE("a missing or dying worker is told, and nothing is written") {
  const Desk desk;
  testing::write_file(
      desk.folder.file("e.gif"),
      as_bytes(std::string_view("GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0"
                                "\1\0\0\2\2D\1\0;",
                                35)));
  const Ran absent = desk.says("carry a.png e.gif -o x.gif", "COLOPHON_MEDIA=/nonexistent");
  CHECK(absent.code == 3);
  CHECK(says(absent, "is not installed"));
  const Ran dead = desk.says("carry a.png e.gif -o x.gif", "COLOPHON_MEDIA=/bin/false");
  CHECK(dead.code == 3);
  CHECK(says(dead, "broke down"));
  CHECK(desk.bytes("x.gif").empty());
}
