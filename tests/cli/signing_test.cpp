// SPDX-License-Identifier: Apache-2.0
// Signing by the command, with options and files that do not fit.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "support/support.hpp"

using namespace colophon;
using colophon::testing::Ran;
using colophon::testing::TemporaryFolder;

namespace {

/// A folder with a text and a key with its certificate.
struct Desk {
  TemporaryFolder folder;

  Desk() {
    put("a.md", "# A note\n");
    CHECK(says("$C key new --type es256 --certificate test -o k.pem").code == 0);
  }
  void put(const std::string& name, const std::string& text) const {
    testing::write_file(folder.file(name), as_bytes(text));
  }
  [[nodiscard]] bool has(const std::string& name) const {
    return std::filesystem::exists(folder.file(name));
  }
  /// What the shell runs may name the command $C.
  [[nodiscard]] Ran says(const std::string& line) const {
    return testing::run(
        "cd " + folder.path() + " && export LC_ALL=C XDG_CONFIG_HOME=" + folder.path() +
        " C=" + std::getenv("COLOPHON_COMMAND") + " && unset LANG COLOPHON_KEY_PASSPHRASE && { " +
        line + "; } 2>&1 </dev/null");
  }
  [[nodiscard]] Ran label(const std::string& options) const {
    return says("$C label a.md --producer Nobody -o b.md " + options);
  }
};

bool holds(const Ran& ran, std::string_view text) {
  return ran.output.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("options about a signature that nobody makes are not passed over") {
  const Desk desk;
  for (const char* options :
       {"--signer-key k.pub.pem", "--sign-algorithm ES256", "--cert k.cert.pem", "--ai-disclosure",
        "--c2pa-algorithm ES256", "--time-stamp-command true", "--c2pa '' --cert k.cert.pem",
        "--sign k.pem --signer true", "--c2pa k.pem --c2pa-signer true --cert k.cert.pem"}) {
    CAPTURE(options);
    CHECK(desk.label(options).code == 2);
    CHECK_FALSE(desk.has("b.md"));
  }
  // What the configuration holds for another day is no mistake.
  std::filesystem::create_directory(desk.folder.file("colophon"));
  desk.put("colophon/colophon.toml",
           "cert = \"k.cert.pem\"\ntime_stamp = \"http://127.0.0.1:1/\"\n");
  const Ran ran = desk.label("");
  CHECK_MESSAGE(ran.code == 0, ran.output);
}

TEST_CASE("a folder that one walks into does not say whom to trust") {
  const Desk desk;
  REQUIRE(desk.label("--c2pa k.pem --cert k.cert.pem").code == 0);
  std::filesystem::create_directories(desk.folder.file("theirs/anchors"));
  std::filesystem::copy(desk.folder.file("k.root.pem"), desk.folder.file("theirs/anchors/r.pem"));
  const std::string verify = "$C verify --json b.md";
  for (const char* setting : {"trust = \"k.root.pem\"\n", "store = \"theirs\"\n"}) {
    CAPTURE(setting);
    desk.put("colophon.toml", setting);
    const Ran ran = desk.says(verify);
    CHECK(ran.code == 0);
    CHECK(holds(ran, "\"state\":\"Valid\""));
    CHECK(holds(ran, "colophon.toml: not used: "));
    CHECK(holds(desk.says(verify + " --lang zh"), "未采用："));
    // The person's own configuration, the environment and the command line do say it.
    std::filesystem::create_directory(desk.folder.file("colophon"));
    std::filesystem::rename(desk.folder.file("colophon.toml"),
                            desk.folder.file("colophon/colophon.toml"));
    const Ran own = desk.says(verify);
    CHECK(holds(own, "\"state\":\"Trusted\""));
    CHECK_FALSE(holds(own, "not used"));
    std::filesystem::remove_all(desk.folder.file("colophon"));
  }
  CHECK(holds(desk.says("COLOPHON_STORE=theirs " + verify), "\"state\":\"Trusted\""));
  CHECK(holds(desk.says(verify + " --trust k.root.pem"), "\"state\":\"Trusted\""));
}

TEST_CASE("a key on the command line overrules the signer of the configuration") {
  const Desk desk;
  std::filesystem::create_directory(desk.folder.file("colophon"));
  desk.put("colophon/colophon.toml", "c2pa_signer = \"touch ran; false\"\n");
  const Ran none = desk.label("--c2pa ''");
  CHECK_MESSAGE(none.code == 0, none.output);
  CHECK_FALSE(holds(none, "C2PA manifest:"));
  const Ran ran = desk.label("--c2pa k.pem --cert k.cert.pem");
  CHECK_MESSAGE(ran.code == 0, ran.output);
  CHECK(holds(ran, "C2PA manifest:"));
  const Ran here = desk.says(
      "COLOPHON_C2PA=k.pem $C label a.md --producer Nobody -o b.md --cert k.cert.pem --force");
  CHECK_MESSAGE(here.code == 0, here.output);
  CHECK_FALSE(desk.has("ran"));
  CHECK(desk.label("--cert k.cert.pem").code == 3);
  CHECK(desk.has("ran"));
}

TEST_CASE("a file that is no private key is told by what it is") {
  const Desk desk;
  desk.put("empty.pem", "");
  desk.put("secret", "word\n");
  REQUIRE(desk.says("$C key new -o e.pem --passphrase-file secret").code == 0);
  const std::pair<const char*, const char*> cases[] = {
      {"k.pub.pem", "this is a public key or certificate; the private key signs"},
      {"k.cert.pem", "this is a public key or certificate; the private key signs"},
      {"a.md", "this holds no private key in PEM form"},
      {"empty.pem", "this holds no private key in PEM form"},
      {"e.pem", "give --passphrase-file FILE, or COLOPHON_KEY_PASSPHRASE"},
      {"none.pem", "No such file or directory"},
  };
  for (const auto& [file, expected] : cases) {
    for (const char* option : {"--sign ", "--cert k.cert.pem --c2pa "}) {
      const Ran ran = desk.label(option + std::string(file));
      CAPTURE(file);
      CHECK(ran.code == 2);
      CHECK_MESSAGE(holds(ran, expected), ran.output);
    }
  }
  CHECK_FALSE(desk.has("b.md"));
  const Ran shown = desk.says("$C key show empty.pem e.pem k.pub.pem");
  CHECK(shown.code == 3);
  CHECK(holds(shown, "this holds no key or certificate in PEM form"));
  CHECK(holds(shown, "k.pub.pem  public key, P-256"));
  const Ran pinned = desk.says("$C key pin k.pem --producer Nobody");
  CHECK(pinned.code == 2);
  CHECK(holds(pinned, "pin its public key"));
}

TEST_CASE("what a signer or an authority answers is no damage of the file") {
  const Desk desk;
  const std::pair<const char*, const char*> cases[] = {
      {"--c2pa-signer 'echo hi'", "a.md: no signature: the signer gave 3 bytes"},
      {"--c2pa-signer 'head -c 64 /dev/zero'", "a.md: no signature: the signer's signature does"},
      {"--c2pa k.pem --time-stamp-command 'echo hi'", "a.md: no time-stamp: this is no TimeStamp"},
  };
  for (const auto& [options, expected] : cases) {
    const Ran ran = desk.label("--cert k.cert.pem --sidecar " + std::string(options));
    CHECK(ran.code == 3);
    CHECK_MESSAGE(holds(ran, expected), ran.output);
    CHECK_FALSE(desk.has("b.md"));
  }
  desk.put("secret", "word\n");
  desk.put("wrong", "sword\n");
  REQUIRE(desk.says("$C key new -o e.pem --passphrase-file secret").code == 0);
  const Ran ran = desk.label("--sign e.pem --passphrase-file wrong");
  CHECK(ran.code == 2);
  CHECK_MESSAGE(holds(ran, "wrong use: the passphrase is wrong"), ran.output);
}

TEST_CASE("a private key that everybody can read is told, and signs all the same") {
  const Desk desk;
  CHECK_FALSE(holds(desk.label("--sign k.pem"), "chmod"));
  REQUIRE(desk.says("chmod 644 k.pem").code == 0);
  const Ran ran = desk.label("--sign k.pem");
  CHECK(ran.code == 0);
  CHECK(holds(ran, "k.pem: all users of this machine can read this private key: chmod 600"));
  CHECK(holds(desk.says("$C key show k.pem"), "chmod 600"));
  CHECK_FALSE(holds(desk.says("$C key show k.pub.pem"), "chmod"));
  desk.put("secret", "word\n");
  REQUIRE(desk.says("$C key new -o e.pem --passphrase-file secret && chmod 644 e.pem").code == 0);
  CHECK_FALSE(holds(desk.says("$C key show e.pem --passphrase-file secret"), "chmod"));
}
