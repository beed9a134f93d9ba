// SPDX-License-Identifier: Apache-2.0
// The command and the file system: trees, dry runs, backups, links, what is no file; platforms.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "support/support.hpp"

using namespace colophon;
using colophon::testing::Ran;
using colophon::testing::TemporaryFolder;

namespace {

constexpr const char* kProducer = "--producer 001191110102MAD55U9H0F10002 --produce-id id-1";

Ran colophon_says(const std::string& arguments, const std::string& folder) {
  return testing::run("cd " + folder + " && env -u LANG LC_ALL=C XDG_CONFIG_HOME=" + folder + " " +
                      std::getenv("COLOPHON_COMMAND") + " " + arguments + " 2>&1");
}

/// The first specimen of a format, which has no label.
ByteBuffer specimen(const std::string& format) {
  for (const auto& specimen : testing::specimens()) {
    if (specimen.format == format) return specimen.bytes;
  }
  return {};
}

}  // namespace

TEST_CASE("a tree is mirrored below the output folder, and nothing is written when names meet") {
  const TemporaryFolder folder;
  namespace fs = std::filesystem;
  for (const char* name : {"in/a", "in/b", "other/a", "out"}) {
    fs::create_directories(folder.file(name));
  }
  for (const char* name : {"in/x.png", "in/a/x.png", "in/b/x.png", "other/a/x.png"}) {
    testing::write_file(folder.file(name), specimen("png"));
  }
  testing::write_file(folder.file("in/n.txt"), as_bytes("note\n"));
  const auto files = [&] {
    return testing::run("cd " + folder.path() + "/out && find . -type f | LC_ALL=C sort").output;
  };
  const auto label = [&](const std::string& arguments) {
    return colophon_says("label " + arguments + " " + kProducer, folder.path());
  };
  const Ran clash = label("-r in other --out-dir out");
  CHECK(clash.code == 2);
  CHECK(clash.output.find("in/a/x.png and other/a/x.png would both be written to out/a/x.png") !=
        std::string::npos);
  CHECK(label("in/a/x.png in/b/x.png --out-dir out").code == 2);
  CHECK(label("- --out-dir out < in/x.png").code == 2);
  CHECK(files().empty());
  CHECK(label("-r in/ --out-dir out").code == 0);
  const std::string mirrored = "./a/x.png\n./b/x.png\n./n.txt\n./n.txt.aigc.json\n./x.png\n";
  CHECK(files() == mirrored);
  // The output folder is no input of its own, and a sidecar no document.
  CHECK(label("-r . --out-dir out --dry-run").output.find("./out/") == std::string::npos);
  CHECK(label("-r out --in-place").output.find("aigc.json: ") == std::string::npos);
  CHECK(files() == mirrored);
}

TEST_CASE("a dry run says what and where, and writes nothing") {
  const TemporaryFolder folder;
  testing::write_file(folder.file("a.png"), specimen("png"));
  std::filesystem::create_directory(folder.file("out"));
  const auto label = [&](const std::string& arguments) {
    return colophon_says("label a.png --dry-run " + arguments + " " + kProducer, folder.path())
        .output;
  };
  const std::string text = label("--out-dir out");
  CHECK(text.find("a.png -> out/a.png: would be labelled (rewritten; png:xmp)") == 0);
  CHECK(text.find("nothing was written") != std::string::npos);
  CHECK(label("").find("a.png: would be labelled (png:xmp)") == 0);
  CHECK(label("-o b.png --lang zh").find("未写入任何内容") != std::string::npos);
  const std::string json = label("--in-place --json");
  CHECK(json.find(R"("mode":"planned","output":"a.png")") != std::string::npos);
  CHECK(json.find(R"("would":"rewritten")") != std::string::npos);
  CHECK(testing::read_file(folder.file("a.png")) == specimen("png"));
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 2);
}

TEST_CASE("a backup is never overwritten, and links stay what they are") {
  const TemporaryFolder folder;
  const std::string a = folder.file("a.png");
  testing::write_file(a, specimen("png"));
  const auto label = [&](const std::string& arguments) {
    return colophon_says("label " + arguments + " " + kProducer, folder.path());
  };
  REQUIRE(label("a.png --in-place=.orig").code == 0);
  const Ran kept =
      colophon_says("label a.png --in-place=.orig --producer y --force", folder.path());
  CHECK(kept.code == 3);
  CHECK(kept.output.find("a.png.orig exists already") != std::string::npos);
  CHECK(testing::read_file(folder.file("a.png.orig")) == specimen("png"));

  testing::write_file(a, specimen("png"));
  std::filesystem::create_symlink("a.png", folder.file("link.png"));
  CHECK(label("link.png --in-place").output.find("hard-links") == std::string::npos);
  CHECK(std::filesystem::is_symlink(folder.file("link.png")));
  CHECK(testing::read_file(a) != specimen("png"));

  testing::write_file(a, specimen("png"));
  std::filesystem::create_hard_link(a, folder.file("hard.png"));
  CHECK(label("a.png --in-place --json").output.find("\"rule\":\"hard-links\"") !=
        std::string::npos);
  CHECK(testing::read_file(folder.file("hard.png")) == specimen("png"));
  // Another name of the input is another output: it is written, the input stays.
  testing::write_file(a, specimen("png"));
  std::filesystem::remove(folder.file("hard.png"));
  std::filesystem::create_hard_link(a, folder.file("hard.png"));
  CHECK(label("a.png -o hard.png").code == 0);
  CHECK(testing::read_file(a) == specimen("png"));
  CHECK(testing::read_file(folder.file("hard.png")) != specimen("png"));
}

TEST_CASE("what is no file to read or to write is told") {
  const TemporaryFolder folder;
  testing::write_file(folder.file("a.png"), specimen("png"));
  testing::write_file(folder.file("empty.png"), {});
  REQUIRE(testing::run("mkfifo " + folder.file("pipe")).code == 0);
  std::filesystem::create_directory(folder.file("d"));
  const auto check = [&](const std::string& arguments, int code, const char* words) {
    CAPTURE(arguments);
    const Ran ran = colophon_says(arguments + " --producer x", folder.path());
    CHECK(ran.code == code);
    CHECK_MESSAGE(ran.output.find(words) != std::string::npos, ran.output);
  };
  check("label pipe --in-place", 3, "not a regular file");
  check("label d --in-place", 3, "is a folder; give -r");
  check("label empty.png --in-place", 3, "the file is empty");
  check("label /dev/null --in-place", 3, "not a regular file");
  check("label missing.png --in-place", 3, "not found");
  check("label a.png -o d", 2, "is a folder; give --out-dir");
  check("label a.png -o pipe", 2, "not a regular file");
  check("label a.png -o /dev/null", 2, "not a regular file");
  check("label a.png -o nowhere/b.png", 3, "cannot create a file beside nowhere/b.png");
  CHECK(std::filesystem::is_character_file("/dev/null"));
  CHECK(colophon_says("verify pipe d", folder.path()).code == 3);
  CHECK(colophon_says("verify empty.png", folder.path()).code == 1);
}

TEST_CASE("a platform does not say \"generated\" of a file without a label") {
  const TemporaryFolder folder;
  testing::write_file(folder.file("a.png"), specimen("png"));
  const auto label = [&](const std::string& arguments) {
    return colophon_says("label a.png -o b.png --role platform --propagator Q --json " + arguments,
                         folder.path());
  };
  for (const char* origin : {"", "--origin generated", "--origin edited"}) {
    const Ran refused = label(origin);
    CHECK(refused.code == 3);
    CHECK(refused.output.find("Article 6") != std::string::npos);
    CHECK(refused.output.find("--origin possible") != std::string::npos);
    CHECK(refused.output.find("--origin suspected") != std::string::npos);
  }
  CHECK_FALSE(std::filesystem::exists(folder.file("b.png")));
  for (const char* origin : {"possible", "suspected"}) {
    // A producer from the configuration is not who made this file.
    const Ran done = label(std::string("--producer P --propagate-id 7 --origin ") + origin);
    CHECK(done.code == 0);
    CHECK(done.output.find("\"rule\":\"producer-unknown\"") != std::string::npos);
    CHECK(done.output.find(std::string(R"("label":{"origin":")") + origin +
                           R"(","producer":"Q","produce_id":"7","propagator":"Q",)" +
                           R"("propagate_id":"7")") != std::string::npos);
  }
  const Ran forced = label("--force");
  CHECK(forced.code == 0);
  CHECK(forced.output.find("\"rule\":\"forced\"") != std::string::npos);
  CHECK(forced.output.find("Article 6") != std::string::npos);
  CHECK(label("--force --sidecar").output.find("\"rule\":\"forced\"") != std::string::npos);
  // Another vocabulary's label says it already: the platform repeats that.
  REQUIRE(colophon_says("label a.png -o a.png --profile eu", folder.path()).code == 0);
  CHECK(label("").code == 0);
}
