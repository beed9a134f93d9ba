// SPDX-License-Identifier: Apache-2.0
// The command as scripts see it: exit codes, JSON schema, streams. Golden reports stand in
// tests/cli/golden (COLOPHON_UPDATE_GOLDEN=1 rewrites them).
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "support/support.hpp"

using namespace colophon;
using colophon::testing::Ran;
using colophon::testing::TemporaryFolder;

namespace {

constexpr const char* kProducer = "--producer 001191110102MAD55U9H0F10002 --produce-id id-1";

std::string command() {
  return std::getenv("COLOPHON_COMMAND");
}

Ran colophon_says(const std::string& arguments, const std::string& folder = ".") {
  return testing::run("cd " + folder + " && env -u LANG LC_ALL=C XDG_CONFIG_HOME=" + folder + " " +
                      command() + " " + arguments + " 2>&1");
}

/// The plain specimen of a format, the same whatever else is registered.
ByteBuffer specimen(const std::string& format) {
  for (const auto& specimen : testing::specimens()) {
    if (specimen.format == format && specimen.what == "plain") return specimen.bytes;
  }
  return {};
}

/// Compares with a golden file after taking out what differs from run to run.
void check_golden(const std::string& name, std::string text) {
  const std::string mark = "\"milliseconds\":";
  if (const auto at = text.find(mark); at != std::string::npos) {
    const auto end = text.find_first_of(",}", at);
    text.replace(at, end - at, mark + "0");
  }
  const std::string path =
      std::string(std::getenv("COLOPHON_SOURCE_DIR")) + "/tests/cli/golden/" + name;
  if (std::getenv("COLOPHON_UPDATE_GOLDEN") != nullptr) testing::write_file(path, as_bytes(text));
  CHECK(text == to_string(testing::read_file(path)));
}

}  // namespace

TEST_CASE("usage errors exit 2") {
  const TemporaryFolder folder;
  testing::write_file(folder.file("a.png"), specimen("png"));
  CHECK(colophon_says("", folder.path()).code == 2);
  CHECK(colophon_says("frobnicate", folder.path()).code == 2);
  CHECK(colophon_says("verify", folder.path()).code == 2);
  CHECK(colophon_says("verify a.png --nonsense", folder.path()).code == 2);
  CHECK(colophon_says("verify a.png --profile xx", folder.path()).code == 2);
  CHECK(colophon_says("verify a.png --format xx", folder.path()).code == 2);
  const Ran nowhere = colophon_says(std::string("label a.png ") + kProducer, folder.path());
  CHECK(nowhere.code == 2);
  CHECK(nowhere.output.find("--in-place") != std::string::npos);
  CHECK(colophon_says("label a.png -o b.png", folder.path()).code == 2);
  CHECK(colophon_says(std::string("label a.png a.png -o b.png ") + kProducer, folder.path()).code ==
        2);
  CHECK(colophon_says("--help", folder.path()).code == 0);
  CHECK(colophon_says("--version", folder.path()).code == 0);
}

TEST_CASE("label, verify and inspect: exit codes and golden reports") {
  const TemporaryFolder folder;
  testing::write_file(folder.file("a.png"), specimen("png"));
  const Ran unlabelled = colophon_says("verify a.png", folder.path());
  CHECK(unlabelled.code == 1);
  CHECK(unlabelled.output.find("does not mean that a human made this") != std::string::npos);
  CHECK(unlabelled.output.find("gb45438") != std::string::npos);
  check_golden("verify_unlabelled.json",
               colophon_says("verify a.png --json", folder.path()).output);

  const Ran labelled =
      colophon_says(std::string("label a.png -o b.png --profile cn,eu --system Model ") + kProducer,
                    folder.path());
  REQUIRE_MESSAGE(labelled.code == 0, labelled.output);
  CHECK(colophon_says("verify b.png", folder.path()).code == 0);
  check_golden("verify_labelled.json", colophon_says("verify b.png --json", folder.path()).output);
  check_golden("inspect_labelled.json",
               colophon_says("inspect b.png --json", folder.path()).output);
  check_golden("verify_labelled_zh.txt",
               colophon_says("--lang zh verify b.png", folder.path()).output);
}

TEST_CASE("several files go on after one fails, and the codes are joined") {
  const TemporaryFolder folder;
  testing::write_file(folder.file("a.png"), specimen("png"));
  REQUIRE(colophon_says(std::string("label a.png -o b.png ") + kProducer, folder.path()).code == 0);
  const ByteBuffer whole = testing::read_file(folder.file("b.png"));
  testing::write_file(folder.file("cut.png"), slice(whole, 0, whole.size() - 20));
  CHECK(colophon_says("verify a.png b.png", folder.path()).code == 0);
  CHECK(colophon_says("verify a.png a.png", folder.path()).code == 1);
  const Ran mixed = colophon_says("verify missing.png b.png --jsonl", folder.path());
  CHECK(mixed.code == 3);
  CHECK(mixed.output.find("\"file\":\"b.png\"") != std::string::npos);
  CHECK(mixed.output.find("\"code\":\"not-found\"") != std::string::npos);
  // Cut behind the label: the damage is told, and so is the label.
  const Ran cut = colophon_says("verify cut.png --json", folder.path());
  CHECK(cut.code == 3);
  CHECK(cut.output.find("\"code\":\"truncated\"") != std::string::npos);
  CHECK(cut.output.find("\"produce_id\":\"id-1\"") != std::string::npos);
}

TEST_CASE("standard input and output, in place, folders, dry run") {
  const TemporaryFolder folder;
  testing::write_file(folder.file("a.png"), specimen("png"));
  const Ran piped = colophon_says(std::string("label - -o - ") + kProducer +
                                      " < a.png > b.png && " + command() + " verify - < b.png",
                                  folder.path());
  CHECK(piped.code == 0);
  CHECK(colophon_says(std::string("label a.png --dry-run ") + kProducer, folder.path()).code == 0);
  CHECK(colophon_says("verify a.png", folder.path()).code == 1);
  CHECK(
      colophon_says(std::string("label a.png --in-place=.bak ") + kProducer, folder.path()).code ==
      0);
  CHECK(testing::read_file(folder.file("a.png.bak")) == specimen("png"));
  CHECK(colophon_says("verify a.png", folder.path()).code == 0);
  const Ran again =
      colophon_says(std::string("label a.png --in-place ") + kProducer, folder.path());
  CHECK(again.code == 0);
  CHECK(again.output.find("nothing changed") != std::string::npos);
  CHECK(colophon_says("verify .", folder.path()).code == 3);
  CHECK(colophon_says("verify -r .", folder.path()).code == 0);
  CHECK(colophon_says("verify b.png missing", folder.path()).code == 3);
}

TEST_CASE("several files at once are answered in their order, each once") {
  const TemporaryFolder folder;
  // More tasks than may wait to be printed; the first one has the slowest file.
  constexpr int kFiles = 500;
  std::string expected;
  for (int i = 0; i < kFiles; ++i) {
    const std::string name = "f" + std::to_string(1000 + i) + ".txt";
    testing::write_file(folder.file(name), as_bytes(std::string(i == 0 ? 8'000'000 : 10, 'a')));
    expected += name + "\n";
  }
  for (const char* jobs : {"1", "2", "7"}) {
    CAPTURE(jobs);
    const Ran ran = colophon_says(
        std::string("verify --jsonl --jobs ") + jobs + " *.txt | grep -o 'f[0-9]*[.]txt'",
        folder.path());
    CHECK(ran.output == expected);
  }
  CHECK(colophon_says("verify -q --jobs 2 *.txt", folder.path()).code == 1);
  CHECK(colophon_says("verify -q --jobs 2 *.txt missing", folder.path()).code == 3);
}

TEST_CASE("the command hashes: the first hash opens the crypto library") {
  const TemporaryFolder folder;
  testing::write_file(folder.file("note.txt"), as_bytes("abc"));
  CHECK(colophon_says(std::string("label note.txt --in-place ") + kProducer, folder.path()).code ==
        0);
  const std::string sidecar = to_string(testing::read_file(folder.file("note.txt.aigc.json")));
  CHECK(sidecar.find("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") !=
        std::string::npos);
  const Ran verified = colophon_says("verify note.txt --json", folder.path());
  CHECK(verified.code == 0);
  CHECK(verified.output.find("sidecar-stale") == std::string::npos);
}

TEST_CASE("another producer's label is refused and the file stays as it is") {
  const TemporaryFolder folder;
  testing::write_file(folder.file("a.png"), specimen("png"));
  REQUIRE(colophon_says(std::string("label a.png --in-place ") + kProducer, folder.path()).code ==
          0);
  const ByteBuffer before = testing::read_file(folder.file("a.png"));
  const Ran refused = colophon_says("label a.png --in-place --producer other", folder.path());
  CHECK(refused.code == 3);
  CHECK(refused.output.find("--force") != std::string::npos);
  CHECK(testing::read_file(folder.file("a.png")) == before);
  const Ran forced =
      colophon_says("label a.png --in-place --producer other --force --json", folder.path());
  CHECK(forced.code == 0);
  CHECK(forced.output.find("\"rule\":\"forced\"") != std::string::npos);
}

TEST_CASE("codes and profiles") {
  CHECK(colophon_says("code check 001191110102MAD55U9H0F10002").code == 0);
  CHECK(colophon_says("code check 001191110102MAD55U9H0G10002").code == 4);
  const Ran made = colophon_says("code make --uscc 91110102MAD55U9H0F --extension 0002");
  CHECK(made.code == 0);
  CHECK(made.output == "001191110102MAD55U9H0F10002\n");
  CHECK(colophon_says("code make --uscc 91110102MAD55U9H0G").code == 2);
  CHECK(colophon_says("profiles").output.find("us-ca") != std::string::npos);
  CHECK(colophon_says("profiles cn").output.find("GB 45438-2025 5.2") != std::string::npos);
  CHECK(colophon_says("profiles cn").output.find("_ratio = 0.05 ") != std::string::npos);
  CHECK(colophon_says("profiles cn --json").output.find("\"0.05\"") != std::string::npos);
  CHECK(colophon_says("profiles nowhere").code == 2);
}

TEST_CASE("defaults come from the file, the environment and the flags, in this order") {
  const TemporaryFolder folder;
  testing::write_file(folder.file("a.png"), specimen("png"));
  testing::write_file(folder.file("colophon.toml"), as_bytes("producer = \"from-file\"\n"));
  CHECK(colophon_says("label a.png -o b.png", folder.path()).code == 0);
  CHECK(colophon_says("verify b.png", folder.path()).output.find("from-file") != std::string::npos);
  const Ran environment = testing::run("cd " + folder.path() + " && COLOPHON_PRODUCER=from-env " +
                                       command() + " label a.png -o c.png");
  CHECK(environment.code == 0);
  CHECK(colophon_says("verify c.png", folder.path()).output.find("from-env") != std::string::npos);
  testing::write_file(folder.file("colophon.toml"), as_bytes("producer = \n"));
  const Ran broken = colophon_says("verify a.png", folder.path());
  CHECK(broken.code == 2);
  CHECK(broken.output.find("line 1") != std::string::npos);
}

TEST_CASE("the man page and the completions name every command") {
  for (const char* what : {"man", "bash", "zsh"}) {
    const Ran page = colophon_says(std::string("generate ") + what);
    CHECK(page.code == 0);
    for (const char* word : {"label", "verify", "inspect", "code", "key", "profiles"}) {
      CHECK(page.output.find(word) != std::string::npos);
    }
  }
}
