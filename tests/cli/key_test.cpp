// SPDX-License-Identifier: Apache-2.0
// Keys and signed labels through the command, with the `openssl` program as the referee.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "base/text.hpp"
#include "support/support.hpp"

using namespace colophon;
using colophon::testing::Ran;
using colophon::testing::TemporaryFolder;

namespace {

constexpr const char* kCode = "001191110102MAD55U9H0F10002";
const std::string kLabel = std::string("--producer ") + kCode + " --produce-id id-1 ";

/// What the shell runs may name the command $C.
Ran shell(const TemporaryFolder& folder, const std::string& line) {
  return testing::run(
      "cd " + folder.path() + " && export LC_ALL=C XDG_CONFIG_HOME=" + folder.path() +
      " C=" + std::getenv("COLOPHON_COMMAND") + " && unset LANG COLOPHON_KEY_PASSPHRASE && { " +
      line + "; } 2>&1 </dev/null");
}

bool holds(const Ran& ran, std::string_view text) {
  return ran.output.find(text) != std::string::npos;
}

void note(const TemporaryFolder& folder, const std::string& name = "a.md") {
  testing::write_file(folder.file(name), as_bytes("# A note\n"));
}

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const auto begin = text.find(from);
  if (begin == std::string::npos) return {};
  return text.substr(begin + from.size(), text.find(to, begin + from.size()) - begin - from.size());
}

/// The bytes that hex in a label stands for.
ByteBuffer unhex(const std::string& hex) {
  ByteBuffer bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

}  // namespace

TEST_CASE("key new: modes, names, passphrases, nothing overwritten") {
  const TemporaryFolder folder;
  for (const char* type : {"sm2", "es256", "es384", "es512", "ed25519", "rsa-pss"}) {
    const std::string name = std::string("k-") + type;
    const Ran made =
        shell(folder, "$C key new --type " + std::string(type) + " -o " + name + ".pem");
    REQUIRE_MESSAGE(made.code == 0, made.output);
    struct stat status{};
    REQUIRE(stat(folder.file(name + ".pem").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    const std::string fingerprint = between(made.output, "fingerprint: ", "\n");
    CHECK(fingerprint.size() == 64);
    CHECK(holds(shell(folder, "$C key show " + name + ".pem"), fingerprint));
    CHECK(holds(shell(folder, "$C key show --json " + name + ".pub.pem"), fingerprint));
  }
  const ByteBuffer before = testing::read_file(folder.file("k-sm2.pem"));
  const Ran again = shell(folder, "$C key new -o k-sm2.pem");
  CHECK(again.code == 3);
  CHECK(testing::read_file(folder.file("k-sm2.pem")) == before);
  // The public key's name is taken: the private key is not left behind.
  CHECK(shell(folder, "rm k-sm2.pem; $C key new -o k-sm2.pem").code == 3);
  CHECK(testing::read_file(folder.file("k-sm2.pem")).empty());

  testing::write_file(folder.file("pass"), as_bytes("secret\nnot this\n"));
  CHECK(shell(folder, "$C key new -o e.pem --passphrase-file pass").code == 0);
  CHECK(to_string(testing::read_file(folder.file("e.pem"))).find("ENCRYPTED") != std::string::npos);
  CHECK(shell(folder, "$C key show e.pem").code == 3);
  CHECK(shell(folder, "$C key show e.pem --passphrase-file pass").code == 0);
  CHECK(shell(folder, "COLOPHON_KEY_PASSPHRASE=secret $C key show e.pem").code == 0);
  CHECK(shell(folder, "COLOPHON_KEY_PASSPHRASE=wrong $C key show e.pem").code == 3);
  CHECK(shell(folder, "$C key new --type rot13 -o x.pem").code == 2);
  CHECK(shell(folder, "$C key new").code == 2);
  CHECK(shell(folder, "$C key show missing.pem").code == 3);
  testing::write_file(folder.file("junk.pem"), as_bytes("no key"));
  CHECK(shell(folder, "$C key show junk.pem").code == 3);
  CHECK(shell(folder, "$C --lang zh key show e.pem --passphrase-file pass").output.find("私钥") !=
        std::string::npos);
}

TEST_CASE("key new --certificate: a chain for trying out C2PA") {
  const TemporaryFolder folder;
  const Ran made = shell(folder, "$C key new --type es256 --certificate 'My studio' -o s.pem");
  REQUIRE_MESSAGE(made.code == 0, made.output);
  CHECK(holds(made, "nobody else trusts"));
  const Ran shown = shell(folder, "cat s.cert.pem s.root.pem > chain.pem; $C key show chain.pem");
  CHECK(shown.code == 0);
  CHECK(holds(shown, "meets the certificate profile"));
  CHECK(holds(shown, "CN=My studio"));
  CHECK(holds(shell(folder, "$C key show --json s.root.pem"), "\"c2pa_breach\": \"the signing"));
  CHECK(shell(folder, "$C key new --type sm2 --certificate x -o t.pem").code == 2);
  if (!testing::have_tool("openssl")) return;
  CHECK(shell(folder, "openssl verify -x509_strict -CAfile s.root.pem s.cert.pem").code == 0);
}

TEST_CASE("a signed label is valid, trusted once pinned, and invalid once changed") {
  const TemporaryFolder folder;
  note(folder);
  REQUIRE(shell(folder, "$C key new -o k.pem").code == 0);
  const Ran labelled = shell(folder, "$C label a.md --in-place --sign k.pem " + kLabel);
  REQUIRE_MESSAGE(labelled.code == 0, labelled.output);
  const Ran valid = shell(folder, "$C verify a.md --json");
  CHECK(valid.code == 0);
  CHECK(holds(valid, "\"integrity\":\"valid\""));
  CHECK(holds(valid, "\"assurance\":\"valid\""));
  CHECK(holds(valid, "content-unbound:"));
  CHECK_FALSE(holds(valid, "\"rule\":\"E-8\""));

  // SM2 signatures are random, so an unchanged file shows that the old one was kept.
  const ByteBuffer before = testing::read_file(folder.file("a.md"));
  const Ran again = shell(folder, "$C label a.md --in-place --sign k.pem " + kLabel);
  CHECK(again.code == 0);
  CHECK(holds(again, "nothing changed"));
  CHECK(testing::read_file(folder.file("a.md")) == before);

  CHECK(shell(folder, "$C key pin k.pub.pem").code == 2);
  const Ran pinned =
      shell(folder, std::string("$C key pin k.pub.pem --note office --producer ") + kCode);
  CHECK_MESSAGE(pinned.code == 0, pinned.output);
  CHECK(holds(shell(folder, "$C key list"), "office"));
  CHECK(holds(shell(folder, "$C key list --json"), kCode));
  CHECK(holds(shell(folder, "$C verify a.md --json"), "\"assurance\":\"trusted\""));
  CHECK(holds(shell(folder, "$C verify a.md --json --store elsewhere"), "\"assurance\":\"valid\""));

  // The same for one run: a file of --trust, or a whole folder.
  for (const char* trusted : {"k.pub.pem", "colophon/trust"}) {
    const Ran once =
        shell(folder, std::string("$C verify --store none --trust ") + trusted + " a.md --json");
    CHECK_MESSAGE(holds(once, "\"assurance\":\"trusted\""), once.output);
  }

  std::string text = to_string(before);
  text.replace(text.find("id-1"), 4, "id-2");
  testing::write_file(folder.file("b.md"), as_bytes(text));
  const Ran changed = shell(folder, "$C verify b.md --json");
  CHECK(changed.code == 4);
  CHECK(holds(changed, "\"integrity\":\"invalid\""));
  CHECK(holds(changed, "\"cn\":\"属于\""));
}

TEST_CASE("openssl verifies what is signed") {
  if (!testing::have_tool("openssl")) {
    MESSAGE("skipped: openssl is not installed");
    return;
  }
  const TemporaryFolder folder;
  struct Way {
    const char* type;
    const char* check;
  };
  const Way ways[] = {
      {"sm2", "openssl pkeyutl -verify -rawin -digest sm3 -pkeyopt distid:1234567812345678"},
      {"es256", "openssl pkeyutl -verify -rawin -digest sha256"},
      {"es384", "openssl pkeyutl -verify -rawin -digest sha384"},
      {"es512", "openssl pkeyutl -verify -rawin -digest sha512"},
      {"ed25519", "openssl pkeyutl -verify -rawin"},
      {"rsa-pss",
       "openssl pkeyutl -verify -rawin -digest sha256 -pkeyopt rsa_padding_mode:pss "
       "-pkeyopt rsa_pss_saltlen:digest"},
  };
  testing::write_file(folder.file("message"),
                      as_bytes(std::string(R"("Label":"1","ContentProducer":")") + kCode +
                               R"(","ProduceID":"id-1")"));
  for (const Way& way : ways) {
    CAPTURE(way.type);
    const std::string name = std::string(way.type) + ".md";
    note(folder, name);
    REQUIRE(shell(folder, std::string("$C key new -o k.pem --type ") + way.type).code == 0);
    REQUIRE(shell(folder, "$C label --in-place --sign k.pem " + kLabel + name).code == 0);
    std::string text = to_string(testing::read_file(folder.file(name)));
    std::erase(text, '\\');
    testing::write_file(folder.file("signature"), unhex(between(text, "\"Signature\":\"", "\"")));
    testing::write_file(folder.file("key.der"), unhex(between(text, "\"KeyValue\":\"", "\"")));
    const Ran agreed = shell(folder, std::string(way.check) +
                                         " -in message -sigfile signature -pubin -keyform DER "
                                         "-inkey key.der");
    CHECK_MESSAGE(agreed.code == 0, agreed.output);
    CHECK(shell(folder, "rm k.pem k.pub.pem").code == 0);
  }
}

TEST_CASE("keys from the environment and from a process, platforms, refusals") {
  const TemporaryFolder folder;
  note(folder);
  REQUIRE(shell(folder, "$C key new -o k.pem").code == 0);
  CHECK(shell(folder, "K=\"$(cat k.pem)\" $C label a.md -o b.md --sign env:K " + kLabel).code == 0);
  CHECK(holds(shell(folder, "$C verify b.md --json"), "\"integrity\":\"valid\""));
  CHECK(shell(folder, "$C label a.md -o c.md --sign env:NOTHING " + kLabel).code == 2);
  CHECK(shell(folder, "$C label a.md -o c.md --sign missing.pem " + kLabel).code == 2);
  CHECK(shell(folder, "$C label a.md -o c.md --sign k.pem --profile eu").code == 2);
  CHECK(shell(folder, "$C label a.md -o c.md --sign k.pem --producer 'Some body'").code == 2);
  CHECK(testing::read_file(folder.file("c.md")).empty());

  const Ran platform = shell(folder,
                             "$C label b.md -o p.md --sign k.pem --role platform --propagator "
                             "00119144030008867405X220001");
  REQUIRE_MESSAGE(platform.code == 0, platform.output);
  const Ran both = shell(folder, "$C verify p.md --json");
  CHECK(holds(both, "ReservedCode1 signs the label"));
  CHECK(holds(both, "ReservedCode2 signs the label"));

  if (!testing::have_tool("openssl")) return;
  REQUIRE(shell(folder, "$C key new --type es256 -o e.pem").code == 0);
  const Ran process = shell(folder,
                            "$C label a.md -o d.md --signer 'openssl pkeyutl -sign -inkey e.pem' "
                            "--signer-key e.pub.pem " +
                                kLabel);
  REQUIRE_MESSAGE(process.code == 0, process.output);
  CHECK(holds(shell(folder, "$C verify d.md --json"), "\"integrity\":\"valid\""));
  CHECK(shell(folder, "$C label a.md -o f.md --signer 'echo no' --signer-key e.pub.pem " + kLabel)
            .code == 3);
}

TEST_CASE("a certificate that cannot serve is not pinned, and the reason is told") {
  const TemporaryFolder folder;
  note(folder);
  REQUIRE(shell(folder, "$C key new --type es256 --certificate x -o s.pem").code == 0);
  const auto refused = [&](const std::string& pin, const std::string& why) {
    const Ran ran = shell(folder, "$C key pin --store t " + pin);
    CHECK(ran.code == 2);
    CHECK_MESSAGE(holds(ran, why), ran.output);
  };
  refused("s.cert.pem --as anchor", "--as allowed");
  refused("s.cert.pem --as tsa", "root of the time-stamp authority");
  refused("s.root.pem --as allowed", "--as anchor");
  CHECK(holds(shell(folder, "$C key list --store t"), "t holds nothing"));
}

TEST_CASE("a key that is pinned again gets the new note, and keeps the old one without") {
  const TemporaryFolder folder;
  REQUIRE(shell(folder, "$C key new --type es256 -o s.pem").code == 0);
  const auto pin = [&](const std::string& more) {
    const Ran ran =
        shell(folder, std::string("$C key pin s.pub.pem --store t --producer ") + kCode + more);
    CHECK(ran.code == 0);
    return ran.output;
  };
  CHECK(pin(" --note first").find("first") != std::string::npos);
  CHECK(pin("").find("first") != std::string::npos);
  const std::string second = pin(" --note second");
  CHECK(second.find("second") != std::string::npos);
  CHECK(second.find("first") == std::string::npos);
  CHECK(shell(folder, "ls t/pins | wc -l").output == "1\n");
}

TEST_CASE("a link of the trust folder that leads nowhere is told") {
  const TemporaryFolder folder;
  note(folder);
  REQUIRE(shell(folder, "mkdir -p t/pins && ln -s nowhere.pem t/pins/a.pem").code == 0);
  const Ran listed = shell(folder, "$C key list --store t");
  CHECK(listed.code == 3);
  CHECK(holds(listed, "a.pem: is a link to a file that is not there"));
  CHECK(holds(shell(folder, "$C verify a.md --store t"), "mend or remove this file"));
}

TEST_CASE("a trust folder that cannot be read is an error, not an empty one") {
  const TemporaryFolder folder;
  note(folder);
  CHECK(holds(shell(folder, "$C key list --store t"), "t holds nothing"));
  REQUIRE(shell(folder, "$C key new --type es256 --certificate x -o s.pem").code == 0);
  for (const char* pin :
       {"s.root.pem --as anchor", "s.root.pem --as tsa", "s.cert.pem --as allowed"}) {
    const Ran added = shell(folder, std::string("$C key pin --store t ") + pin);
    CHECK_MESSAGE(added.code == 0, added.output);
  }
  CHECK(shell(folder, "$C key pin s.pub.pem --store t --as anchor").code == 3);
  testing::write_file(folder.file("t/usages"), as_bytes("# ours\n1.3.6.1.5.5.7.3.4  # email\n"));
  const Ran listed = shell(folder, "$C key list --store t");
  CHECK(listed.code == 0);
  for (const char* word : {"anchor ", "tsa ", "allowed ", "usage 1.3.6.1.5.5.7.3.4"}) {
    CHECK(holds(listed, word));
  }
  CHECK(shell(folder, "$C verify a.md --store t").code == 1);
  testing::write_file(folder.file("t/anchors/bad.pem"), as_bytes("nothing"));
  CHECK(shell(folder, "$C key list --store t").code == 3);
  const Ran refused = shell(folder, "$C verify a.md --store t");
  CHECK(refused.code == 2);
  CHECK(holds(refused, "bad.pem"));
}

TEST_CASE("an option that takes a list takes one argument") {
  const TemporaryFolder folder;
  note(folder);
  CHECK(shell(folder, "$C label --profile cn a.md -o b.md " + kLabel).code == 0);
  CHECK(shell(folder, "$C verify --profile cn,eu b.md").code == 0);
  CHECK(shell(folder, "$C verify --profile cn --profile eu b.md").code == 0);
}

TEST_CASE("public labels with security data verify") {
  const std::string samples = testing::samples_folder();
  const std::string sample = samples + "/labels/w029_stepfun_fm_securitydata2.md";
  const ByteBuffer bytes = testing::read_file(sample);
  if (samples.empty() || bytes.empty()) {
    MESSAGE("skipped: no samples");
    return;
  }
  const TemporaryFolder folder;
  testing::write_file(folder.file("s.md"), bytes);
  const Ran verified = shell(folder, "$C verify s.md --json");
  CHECK(verified.code == 0);
  CHECK(holds(verified, "\"integrity\":\"valid\""));
  CHECK(holds(verified, "SM2-prehashed"));
  CHECK(holds(verified, "content-unbound:"));
  // Any character of the three values.
  const std::string text = to_string(bytes);
  for (const char* key : {"Label:", "ContentProducer:", "ProduceID:"}) {
    std::string changed = text;
    const auto at = changed.find_first_of("0123456789", changed.find(key));
    changed[at] = changed[at] == '1' ? '2' : '1';
    testing::write_file(folder.file("c.md"), as_bytes(changed));
    const Ran failed = shell(folder, "$C verify c.md --json");
    CHECK(failed.code == 4);
    CHECK(holds(failed, "\"integrity\":\"invalid\""));
  }
}
