// SPDX-License-Identifier: Apache-2.0
// label --c2pa as scripts use it: keys as files, in the environment, behind a command.
#include <doctest/doctest.h>

#include <cstdlib>

#include "support/support.hpp"

using namespace colophon;
using testing::Ran;
using testing::TemporaryFolder;

namespace {

/// A folder with a picture and a key with its certificate.
struct Desk {
  TemporaryFolder folder;

  Desk() {
    for (const auto& specimen : testing::specimens()) {
      if (specimen.format == "png" && specimen.what == "plain") {
        testing::write_file(folder.file("a.png"), specimen.bytes);
      }
    }
    CHECK(says("key new --type es256 --certificate test -o k.pem").code == 0);
  }
  [[nodiscard]] Ran says(const std::string& arguments, const std::string& before = "") const {
    return testing::run("cd " + folder.path() + " && " + before +
                        " XDG_CONFIG_HOME=" + folder.path() + " env -u LANG LC_ALL=C " +
                        std::getenv("COLOPHON_COMMAND") + " " + arguments + " 2>&1");
  }
  /// Labels a.png into `out` and validates it.
  void must_sign(const std::string& out, const std::string& options,
                 const std::string& before = "") const {
    const Ran ran = says("label a.png --producer Nobody -o " + out + " " + options, before);
    INFO(ran.output);
    REQUIRE(ran.code == 0);
    CHECK(ran.output.find("C2PA manifest:") != std::string::npos);
    const Ran verified = says("verify --json --trust k.root.pem " + out);
    CHECK(verified.code == 0);
    CHECK(verified.output.find("\"state\":\"Trusted\"") != std::string::npos);
  }
};

}  // namespace

TEST_CASE("label --c2pa signs with a key file, one in the environment, or a command") {
  const Desk desk;
  desk.must_sign("file.png", "--c2pa k.pem --cert k.cert.pem");
  desk.must_sign("environment.png", "--c2pa env:KEY --cert env:CERT",
                 "KEY=\"$(cat k.pem)\" CERT=\"$(cat k.cert.pem)\"");
  CHECK(testing::run("cd " + desk.folder.path() + " && cat k.pem k.cert.pem > both.pem").code == 0);
  desk.must_sign("both.png", "--c2pa both.pem");
  if (testing::have_tool("openssl")) {
    desk.must_sign("command.png",
                   "--cert k.cert.pem --c2pa-signer 'openssl pkeyutl -sign -inkey k.pem'");
  }
  const Ran json = desk.says(
      "label file.png --producer Nobody --c2pa k.pem --cert k.cert.pem --json --in-place");
  CHECK(json.code == 0);
  CHECK(json.output.find("\"mode\":\"unchanged\"") != std::string::npos);
}

TEST_CASE("a key in the configuration signs, unless the command line says no") {
  const Desk desk;
  testing::write_file(desk.folder.file("colophon.toml"),
                      as_bytes("c2pa = \"k.pem\"\ncert = \"k.cert.pem\"\n"));
  desk.must_sign("b.png", "");
  const Ran none = desk.says("label a.png --producer Nobody -o c.png --c2pa ''");
  CHECK(none.code == 0);
  CHECK(none.output.find("C2PA manifest:") == std::string::npos);
  CHECK(desk.says("label a.png --producer Nobody -o d.png --origin possible").code == 3);
}

TEST_CASE("wrong keys and chains are told before anything is written") {
  const Desk desk;
  CHECK(desk.says("key new --type es256 --certificate other -o o.pem").code == 0);
  const std::string label = "label a.png --producer Nobody -o x.png ";
  CHECK(desk.says(label + "--c2pa k.pem").code == 2);
  CHECK(desk.says(label + "--c2pa k.pem --cert k.pub.pem").code == 2);
  CHECK(desk.says(label + "--c2pa k.pem --cert o.cert.pem").code == 2);
  CHECK(desk.says(label + "--c2pa k.pem --cert k.cert.pem --time-stamp-command false").code == 3);
  CHECK(testing::read_file(desk.folder.file("x.png")).empty());
}
