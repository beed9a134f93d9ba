// SPDX-License-Identifier: Apache-2.0
// Signing: what we sign `openssl` verifies, and the other way round; key files; external signers.
#include <unistd.h>
#include <algorithm>

#include <chrono>

#include "base/text.hpp"
#include "crypto/tools.hpp"

using namespace colophon;
using testing::openssl;
using testing::TemporaryFolder;

namespace {

constexpr std::string_view kMessage = "what is signed";

struct Row {
  KeyKind kind;
  SignatureAlgorithm algorithm;
  std::size_t size;
  std::string options;  ///< of `openssl pkeyutl` over the message
};
const std::string kPss = "-pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:digest ";
const std::vector<Row>& rows() {
  using enum SignatureAlgorithm;
  static const std::vector<Row> all = {
      {KeyKind::P256, Es256, 64, "-rawin -digest sha256"},
      {KeyKind::P256, Es512, 64, "-rawin -digest sha512"},
      {KeyKind::P384, Es384, 96, "-rawin -digest sha384"},
      {KeyKind::P384, Es256, 96, "-rawin -digest sha256"},
      {KeyKind::P521, Es512, 132, "-rawin -digest sha512"},
      {KeyKind::Ed25519, EdDsa, 64, "-rawin"},
      {KeyKind::Rsa, Ps256, 256, "-rawin -digest sha256 " + kPss},
      {KeyKind::Rsa, Rs256, 256, "-rawin -digest sha256 -pkeyopt rsa_padding_mode:pkcs1"},
      {KeyKind::RsaPss, Ps384, 256, "-rawin -digest sha384 " + kPss},
      {KeyKind::RsaPss, Ps512, 256, "-rawin -digest sha512 " + kPss},
      {KeyKind::Sm2, Sm2, 64, "-rawin -digest sm3 -pkeyopt distid:1234567812345678"},
  };
  return all;
}

std::string new_key(KeyKind kind, std::string_view passphrase = {}) {
  const auto pem = new_private_key(kind, 2048, passphrase);
  REQUIRE(pem.has_value());
  return *pem;
}

std::unique_ptr<Signer> open(const KeySource& source) {
  auto signer = open_signer(source);
  INFO((signer ? std::string() : signer.error().message));
  REQUIRE(signer.has_value());
  return *std::move(signer);
}

/// SEQUENCE { r, s } from r||s, written without the code under test.
ByteBuffer as_der(const ByteBuffer& raw) {
  ByteBuffer inside;
  for (const std::size_t from : {std::size_t{0}, raw.size() / 2}) {
    ByteBuffer number = to_buffer(slice(raw, from, raw.size() / 2));
    while (number.size() > 1 && number[0] == 0) number.erase(number.begin());
    if (number[0] >= 0x80) number.insert(number.begin(), 0);
    inside.push_back(2);
    inside.push_back(static_cast<std::uint8_t>(number.size()));
    append(inside, number);
  }
  ByteBuffer out = {0x30};
  if (inside.size() >= 0x80) out.push_back(0x81);
  out.push_back(static_cast<std::uint8_t>(inside.size()));
  append(out, inside);
  return out;
}

bool on_curve(KeyKind kind) {
  return kind == KeyKind::P256 || kind == KeyKind::P384 || kind == KeyKind::P521 ||
         kind == KeyKind::Sm2;
}

/// A folder with key.pem, public.pem and the message m.
void fill(const TemporaryFolder& folder, const std::string& key) {
  testing::write_file(folder.file("key.pem"), as_bytes(key));
  testing::write_file(folder.file("m"), as_bytes(kMessage));
  openssl(folder, "pkey -in key.pem -pubout -out public.pem");
}

KeySource by_command(const TemporaryFolder& folder, const std::string& command) {
  KeySource source;
  source.command = command;
  source.public_key_pem = to_string(Bytes(testing::read_file(folder.file("public.pem"))));
  return source;
}

}  // namespace

TEST_CASE("what a fresh key signs has the promised size and verifies here") {
  for (const Row& row : rows()) {
    const auto signer = open({.pem = new_key(row.kind), .algorithm = row.algorithm});
    CHECK(signer->algorithm() == row.algorithm);
    CHECK(signer->signature_size() == row.size);
    CHECK(signer->public_key().kind() == row.kind);
    for (int i = 0; i < 4; ++i) {
      const auto signature = signer->sign(as_bytes(kMessage));
      REQUIRE(signature.has_value());
      CHECK(signature->size() == row.size);
      CHECK(signer->public_key().verifies(row.algorithm, as_bytes(kMessage), *signature));
      CHECK_FALSE(signer->public_key().verifies(row.algorithm, as_bytes("other"), *signature));
      ByteBuffer changed = *signature;
      changed[changed.size() / 3] ^= 1;
      CHECK_FALSE(signer->public_key().verifies(row.algorithm, as_bytes(kMessage), changed));
    }
  }
}

TEST_CASE("a key file with the halves of two keys signs nothing") {
  constexpr std::size_t kPoint = 64;  // the end of the file is the public point
  const auto der = [](const std::string& pem) {
    const auto from = pem.find("-----\n") + 6;
    return base64_decode(pem.substr(from, pem.rfind("\n-----END") - from)).value();
  };
  ByteBuffer one = der(new_key(KeyKind::P256));
  const ByteBuffer other = der(new_key(KeyKind::P256));
  std::copy(other.end() - kPoint, other.end(), one.end() - kPoint);
  const auto signer = open({.pem = "-----BEGIN PRIVATE KEY-----\n" + base64_encode(one) +
                                   "\n-----END PRIVATE KEY-----\n"});
  const auto signature = signer->sign(as_bytes(kMessage));
  REQUIRE_FALSE(signature);
  CHECK(signature.error().code == ErrorCode::Malformed);
}

TEST_CASE("SM2 with the message hashed before: one convention is not the other") {
  const auto signer =
      open({.pem = new_key(KeyKind::Sm2), .algorithm = SignatureAlgorithm::Sm2Prehashed});
  const auto signature = signer->sign(as_bytes(kMessage));
  REQUIRE(signature.has_value());
  const PublicKey key = signer->public_key();
  CHECK(key.verifies(SignatureAlgorithm::Sm2Prehashed, as_bytes(kMessage), *signature));
  CHECK_FALSE(key.verifies(SignatureAlgorithm::Sm2, as_bytes(kMessage), *signature));
}

TEST_CASE("openssl verifies what we sign, and we verify what openssl signs") {
  if (!testing::have_openssl()) return;
  for (const Row& row : rows()) {
    const TemporaryFolder folder;
    fill(folder, new_key(row.kind));
    const auto signer = open({.path = folder.file("key.pem"), .algorithm = row.algorithm});
    INFO(to_string(row.algorithm), " ", row.size);
    const auto ours = signer->sign(as_bytes(kMessage));
    REQUIRE(ours.has_value());
    testing::write_file(folder.file("s"), on_curve(row.kind) ? as_der(*ours) : *ours);
    openssl(folder, "pkeyutl -verify -pubin -inkey public.pem -in m -sigfile s " + row.options);
    openssl(folder, "pkeyutl -sign -inkey key.pem -in m -out theirs " + row.options);
    const ByteBuffer theirs = testing::read_file(folder.file("theirs"));
    CHECK(signer->public_key().verifies(row.algorithm, as_bytes(kMessage), theirs));
    const auto known = read_public_key(testing::read_file(folder.file("public.pem")));
    REQUIRE(known.has_value());
    CHECK(known->fingerprint() == signer->public_key().fingerprint());
    CHECK(to_pem(*known) == to_string(Bytes(testing::read_file(folder.file("public.pem")))));
  }
}

TEST_CASE("an encrypted key that takes too long to open is refused at once") {
  if (!testing::have_openssl()) return;
  const TemporaryFolder folder;
  testing::write_file(folder.file("k.pem"), as_bytes(new_key(KeyKind::P256)));
  const auto code = [&](const std::string& options) {
    openssl(folder, "pkcs8 -topk8 -in k.pem -out e.pem -passout pass:secret " + options);
    const auto start = testing::ComputingClock::now();
    const auto signer = open_signer({.path = folder.file("e.pem"), .passphrase = "secret"});
    CHECK(testing::ComputingClock::now() - start < std::chrono::seconds(5));
    return signer ? ErrorCode::Usage : signer.error().code;  // Usage: it was opened
  };
  CHECK(code("-iter 600000") == ErrorCode::Usage);
  CHECK(code("-scrypt -scrypt_N 16384 -scrypt_r 8 -scrypt_p 1") == ErrorCode::Usage);
  CHECK(code("-scrypt -scrypt_N 1024 -scrypt_r 8 -scrypt_p 600") == ErrorCode::LimitExceeded);
  CHECK(code("-v1 PBE-SHA1-3DES -iter 2048") == ErrorCode::Usage);
  CHECK(code("-v1 PBE-SHA1-3DES -iter 2000001") == ErrorCode::LimitExceeded);
  // Behind a block that is no key.
  CHECK(code("-iter 2000001") == ErrorCode::LimitExceeded);
  const ByteBuffer slow = testing::read_file(folder.file("e.pem"));
  const std::string text =
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n" +
      to_string(slow);
  CHECK(open_signer({.pem = text, .passphrase = "secret"}).error().code ==
        ErrorCode::LimitExceeded);
}

TEST_CASE("an encrypted key opens with its passphrase alone") {
  for (const KeyKind kind : {KeyKind::Sm2, KeyKind::P256, KeyKind::Ed25519}) {
    const std::string pem = new_key(kind, "correct horse 密");
    CHECK(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    CHECK(open({.pem = pem, .passphrase = "correct horse 密"})->public_key().kind() == kind);
    CHECK(open_signer({.pem = pem}).error().code == ErrorCode::Usage);
    CHECK(open_signer({.pem = pem, .passphrase = "wrong"}).error().code == ErrorCode::Malformed);
    CHECK_FALSE(open_signer({.pem = pem, .passphrase = std::string(5000, 'x')}));
    CHECK(new_key(kind).starts_with("-----BEGIN PRIVATE KEY-----"));
  }
}

TEST_CASE("openssl opens our encrypted keys, and we open its own") {
  if (!testing::have_openssl()) return;
  const TemporaryFolder folder;
  testing::write_file(folder.file("key.pem"), as_bytes(new_key(KeyKind::P256, "secret")));
  openssl(folder, "pkey -in key.pem -passin pass:secret -out plain.pem");
  CHECK_FALSE(testing::openssl_agrees(folder, "pkey -in key.pem -passin pass:other -noout"));
  const auto shape = testing::run("cd " + folder.path() + " && openssl asn1parse -in key.pem");
  for (const char* word : {"PBES2", "scrypt", "aes-256-cbc"}) {
    CHECK(shape.output.find(word) != std::string::npos);
  }
  openssl(folder,
          "pkcs8 -topk8 -in plain.pem -v2 aes-256-cbc -passout pass:secret -out theirs.pem");
  CHECK(open({.path = folder.file("theirs.pem"), .passphrase = "secret"})
            ->public_key()
            .fingerprint() == open({.path = folder.file("plain.pem")})->public_key().fingerprint());
  openssl(folder, "ecparam -name prime256v1 -genkey -out old.pem");  // with EC PARAMETERS before
  CHECK(open({.path = folder.file("old.pem")})->algorithm() == SignatureAlgorithm::Es256);
  openssl(folder, "genpkey -algorithm SM2 -out sm2.pem");
  CHECK(open({.path = folder.file("sm2.pem")})->algorithm() == SignatureAlgorithm::Sm2);
}

TEST_CASE("what is no usable key is refused in words") {
  const std::string pem = new_key(KeyKind::P256);
  const auto code = [](const KeySource& source) {
    const auto signer = open_signer(source);
    return signer ? "opened" : std::string(to_string(signer.error().code));
  };
  CHECK(code({}) == to_string(ErrorCode::Usage));
  CHECK(code({.path = "/nowhere/key.pem"}) == to_string(ErrorCode::NotFound));
  CHECK(code({.path = "/dev/zero"}) == to_string(ErrorCode::LimitExceeded));
  CHECK(code({.path = "k", .pem = pem}) == to_string(ErrorCode::Usage));
  CHECK(code({.pem = "garbage"}) == to_string(ErrorCode::Malformed));
  CHECK(code({.pem = pem.substr(0, pem.size() / 2)}) == to_string(ErrorCode::Malformed));
  CHECK(code({.pem = "words before\n" + pem}) == "opened");
  CHECK(code({.pem = pem, .algorithm = SignatureAlgorithm::Sm2}) == to_string(ErrorCode::Usage));
  CHECK(code({.command = "true"}) == to_string(ErrorCode::Usage));
  CHECK(code({.command = "true", .public_key_pem = "x"}) == to_string(ErrorCode::Malformed));
  CHECK(new_private_key(KeyKind::Rsa, 1024, {}).error().code == ErrorCode::Usage);
  CHECK(new_private_key(KeyKind::RsaPss, 1 << 20, {}).error().code == ErrorCode::Usage);
  CHECK(new_private_key(KeyKind::Other, 0, {}).error().code == ErrorCode::Usage);
  if (!testing::have_openssl()) return;
  const TemporaryFolder folder;
  openssl(folder, "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out weak.pem");
  CHECK(code({.path = folder.file("weak.pem")}) == to_string(ErrorCode::Refused));
  openssl(folder, "ecparam -name secp256k1 -genkey -noout -out other.pem");
  CHECK(code({.path = folder.file("other.pem")}) == to_string(ErrorCode::Unsupported));
}

TEST_CASE("an external signer is given the digest, and for Ed25519 the message") {
  if (!testing::have_openssl()) return;
  struct External {
    KeyKind kind;
    std::string options;
  };
  for (const External& row :
       {External{KeyKind::P256, ""}, External{KeyKind::P521, ""}, External{KeyKind::Sm2, ""},
        External{KeyKind::Rsa, "-pkeyopt digest:sha256 " + kPss},
        External{KeyKind::Ed25519, "-rawin -in /dev/stdin"}}) {
    const TemporaryFolder folder;
    fill(folder, new_key(row.kind));
    const auto signer =
        open(by_command(folder, "cd '" + folder.path() +
                                    "' && openssl pkeyutl -sign -inkey key.pem " + row.options));
    const auto signature = signer->sign(as_bytes(kMessage));
    INFO((signature ? std::string() : signature.error().message));
    REQUIRE(signature.has_value());
    CHECK(signature->size() == signer->signature_size());
    CHECK(signer->public_key().verifies(signer->algorithm(), as_bytes(kMessage), *signature));
  }
}

TEST_CASE("an external signer that fails, lies, chatters or hangs costs an error only") {
  if (!testing::have_openssl()) return;
  const TemporaryFolder folder;
  fill(folder, new_key(KeyKind::P256));
  const auto error = [&](const std::string& command, int timeout_ms = 20'000) {
    KeySource source = by_command(folder, command);
    source.timeout_ms = timeout_ms;
    const auto signature = open(source)->sign(as_bytes(kMessage));
    REQUIRE_FALSE(signature.has_value());
    return signature.error();
  };
  CHECK(error("exit 3").message.find("exit code 3") != std::string::npos);
  CHECK(error("/no/such/program 2>&-").message.find("exit code 127") != std::string::npos);
  CHECK(error("kill -9 $$").code == ErrorCode::Io);
  CHECK(error("true").code == ErrorCode::Malformed);
  CHECK(error("head -c 64 /dev/zero").code == ErrorCode::Mismatch);
  CHECK(error("cat").code == ErrorCode::Malformed);
  CHECK(error("cat /dev/zero").message.find("more than any right answer") != std::string::npos);
  const auto begin = std::chrono::steady_clock::now();
  CHECK(error("exec sleep 100", 200).message.find("too long") != std::string::npos);
  CHECK(error("exec sleep 100 >&-", 200).message.find("too long") != std::string::npos);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(50));
}

TEST_CASE("a signer that hangs is ended with everything it started") {
  if (!testing::have_openssl()) return;
  if (::access("/dev/tty", R_OK) == 0 && testing::run("{ : </dev/tty; } 2>/dev/null").code == 0) {
    MESSAGE("skipped: there is a terminal, where a signer may ask for its PIN");
    return;
  }
  const TemporaryFolder folder;
  fill(folder, new_key(KeyKind::P256));
  const std::string file = folder.file("id");
  KeySource source = by_command(folder, "sleep 60 & echo $! > " + file + "; wait");
  source.timeout_ms = 500;
  const auto signature = open(source)->sign(as_bytes(kMessage));
  REQUIRE_FALSE(signature.has_value());
  CHECK(signature.error().message.find("took too long") != std::string::npos);
  const auto id = static_cast<pid_t>(std::stol(to_string(testing::read_file(file))));
  const auto runs = [&] {
    const ByteBuffer status = testing::read_file("/proc/" + std::to_string(id) + "/stat");
    return !status.empty() && as_text(status).find(") Z ") == std::string_view::npos;
  };
  for (int i = 0; i < 100 && runs(); ++i) usleep(10'000);
  CHECK_FALSE(runs());
}
