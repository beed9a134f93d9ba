// SPDX-License-Identifier: Apache-2.0
// Verifying: published vectors, real labels, and what must be refused.
#include "crypto/tools.hpp"

using namespace colophon;
using testing::unhex;

namespace {

// GB/T 32918.5, the example of a signature.
constexpr std::string_view kSm2X =
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020";
constexpr std::string_view kSm2Y =
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13";
constexpr std::string_view kSm2Signature =
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA";

std::string after(const std::string& text, const std::string& key, std::size_t from = 0) {
  const std::size_t at = text.find(key, from);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + key.size();
  return text.substr(begin, text.find_first_of("\"'", begin) - begin);
}

}  // namespace

TEST_CASE("SM2: the standard's own signature, with the key in every encoding of labels") {
  const std::string x(kSm2X);
  const std::string y(kSm2Y);
  const ByteBuffer signature = unhex(kSm2Signature);
  const auto whole = read_sm2_public_key(unhex("04" + x + y));
  REQUIRE(whole.has_value());
  for (const std::string& form : {x + y, "03" + x}) {
    const auto key = read_sm2_public_key(unhex(form));
    REQUIRE(key.has_value());
    CHECK(key->fingerprint() == whole->fingerprint());
  }
  const auto from_spki = read_sm2_public_key(whole->spki());
  REQUIRE(from_spki.has_value());
  CHECK(from_spki->fingerprint() == whole->fingerprint());
  CHECK(whole->kind() == KeyKind::Sm2);
  CHECK(whole->spki().size() == 91);
  CHECK(whole->verifies(SignatureAlgorithm::Sm2, as_bytes("message digest"), signature));
  CHECK_FALSE(whole->verifies(SignatureAlgorithm::Sm2, as_bytes("message digesT"), signature));
  CHECK_FALSE(
      whole->verifies(SignatureAlgorithm::Sm2Prehashed, as_bytes("message digest"), signature));
  CHECK_FALSE(whole->verifies(SignatureAlgorithm::Es256, as_bytes("message digest"), signature));
  // 02||x and 00||x name the other point.
  const auto even = read_sm2_public_key(unhex("00" + x));
  REQUIRE(even.has_value());
  CHECK(even->fingerprint() == read_sm2_public_key(unhex("02" + x))->fingerprint());
  CHECK(even->fingerprint() != whole->fingerprint());
}

TEST_CASE("SM2: points off the curve and other lengths are refused") {
  const std::string x(kSm2X);
  CHECK_FALSE(read_sm2_public_key(unhex("04" + x + x)));
  CHECK_FALSE(read_sm2_public_key(unhex(x + x)));
  CHECK_FALSE(read_sm2_public_key(unhex("01" + x)));
  CHECK_FALSE(read_sm2_public_key(unhex("05" + x)));
  CHECK_FALSE(read_sm2_public_key(unhex(x)));
  CHECK_FALSE(read_sm2_public_key(unhex("00" + std::string(64, 'f'))));
  CHECK_FALSE(read_sm2_public_key({}));
}

TEST_CASE("SM2: the real label with security data verifies, and only as it stands") {
  const std::string folder = testing::samples_folder();
  const ByteBuffer file = testing::read_file(folder + "/labels/w029_stepfun_fm_securitydata2.md");
  if (file.empty()) {
    MESSAGE("skipped: no samples");
    return;
  }
  const std::string text = to_string(Bytes(file));
  const auto key = read_sm2_public_key(unhex(after(text, "\"KeyValue\":\"")));
  REQUIRE(key.has_value());
  const ByteBuffer signature = unhex(after(text, "\"Signature\":\""));
  const std::string message = "\"Label\":\"1\",\"ContentProducer\":\"" +
                              after(text, "ContentProducer: '") + "\",\"ProduceID\":\"" +
                              after(text, "ProduceID: '") + "\"";
  CHECK(key->verifies(SignatureAlgorithm::Sm2Prehashed, as_bytes(message), signature));
  CHECK_FALSE(key->verifies(SignatureAlgorithm::Sm2, as_bytes(message), signature));
  for (std::size_t i = 0; i < message.size(); ++i) {
    std::string changed = message;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK_FALSE(key->verifies(SignatureAlgorithm::Sm2Prehashed, as_bytes(changed), signature));
  }
}

TEST_CASE("Ed25519: the vectors of RFC 8032 7.1") {
  const auto key = [](std::string_view hex) {
    return testing::public_key(unhex("302a300506032b6570032100" + std::string(hex)));
  };
  const PublicKey first = key("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  CHECK(first.kind() == KeyKind::Ed25519);
  CHECK(first.verifies(SignatureAlgorithm::EdDsa, {},
                       unhex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                             "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")));
  const PublicKey second = key("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const ByteBuffer signature = unhex(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  CHECK(second.verifies(SignatureAlgorithm::EdDsa, unhex("72"), signature));
  CHECK_FALSE(second.verifies(SignatureAlgorithm::EdDsa, unhex("73"), signature));
  CHECK_FALSE(second.verifies(SignatureAlgorithm::EdDsa, unhex("72"), slice(signature, 0, 63)));
}

TEST_CASE("ECDSA: the vector of RFC 6979 A.2.5, raw and DER") {
  const PublicKey key = testing::public_key(
      unhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004"
            "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
            "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"));
  const std::string r = "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716";
  const std::string s = "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8";
  const Bytes message = as_bytes("sample");
  CHECK(key.kind() == KeyKind::P256);
  CHECK(key.verifies(SignatureAlgorithm::Es256, message, unhex(r + s)));
  CHECK(key.verifies(SignatureAlgorithm::Es256, message, unhex("3046022100" + r + "022100" + s)));
  CHECK_FALSE(key.verifies(SignatureAlgorithm::Es384, message, unhex(r + s)));
  CHECK_FALSE(key.verifies(SignatureAlgorithm::EdDsa, message, unhex(r + s)));
  CHECK_FALSE(key.verifies(SignatureAlgorithm::Ps256, message, unhex(r + s)));
  // Zero, too short, too long, trailing bytes, negative numbers.
  CHECK_FALSE(key.verifies(SignatureAlgorithm::Es256, message, ByteBuffer(64)));
  CHECK_FALSE(key.verifies(SignatureAlgorithm::Es256, message, {}));
  CHECK_FALSE(key.verifies(SignatureAlgorithm::Es256, message, unhex(r)));
  CHECK_FALSE(key.verifies(SignatureAlgorithm::Es256, message, unhex(r + s + "00")));
  CHECK_FALSE(key.verifies(SignatureAlgorithm::Es256, message,
                           unhex("3046022100" + r + "022100" + s + "00")));
  CHECK_FALSE(key.verifies(SignatureAlgorithm::Es256, message, unhex("30440220" + r + "0220" + s)));
}

TEST_CASE("every algorithm word is read back") {
  for (int i = 0; i <= static_cast<int>(SignatureAlgorithm::Sm2Prehashed); ++i) {
    const auto algorithm = static_cast<SignatureAlgorithm>(i);
    CHECK(parse_signature_algorithm(to_string(algorithm)) == algorithm);
  }
  CHECK(parse_signature_algorithm("es256") == SignatureAlgorithm::Es256);
  CHECK(parse_signature_algorithm("EdDSA") == SignatureAlgorithm::EdDsa);
  CHECK_FALSE(parse_signature_algorithm("ES2560"));
  CHECK_FALSE(parse_signature_algorithm(""));
}

TEST_CASE("a public key that is cut, or has more behind it, is refused") {
  const ByteBuffer whole = unhex(
      "302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(read_public_key(slice(whole, 0, size)));
  }
  ByteBuffer more = whole;
  more.push_back(0);
  CHECK_FALSE(read_public_key(more));
  const std::string pem = to_pem(testing::public_key(whole));
  CHECK(testing::public_key(as_bytes(pem)).spki() == whole);
  CHECK(read_public_key(as_bytes("words before\n" + pem + "words behind")).has_value());
  CHECK_FALSE(
      read_public_key(as_bytes("-----BEGIN PUBLIC KEY-----\n%%%%\n-----END PUBLIC KEY-----")));
  CHECK_FALSE(read_public_key(as_bytes("-----BEGIN PUBLIC KEY-----\nMCow")));
  CHECK_FALSE(read_public_key(as_bytes("-----BEGIN NOTHING-----\n-----END NOTHING-----")));
}

TEST_CASE("keys on curves that are written out, and oversized RSA keys, are refused") {
  if (!testing::have_openssl()) return;
  const testing::TemporaryFolder folder;
  testing::openssl(folder,
                   "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt "
                   "ec_param_enc:explicit -out e.key");
  testing::openssl(folder, "pkey -in e.key -pubout -out e.pem");
  CHECK(read_public_key(testing::read_file(folder.file("e.pem"))).error().code ==
        ErrorCode::Unsupported);
  testing::openssl(folder, "ecparam -name secp256k1 -genkey -noout -out k.key");
  testing::openssl(folder, "pkey -in k.key -pubout -out k.pem");
  CHECK(read_public_key(testing::read_file(folder.file("k.pem"))).error().code ==
        ErrorCode::Unsupported);

  // SubjectPublicKeyInfo of an RSA key with a modulus of so many bytes.
  const auto rsa = [](std::size_t size) {
    const auto wrapped = [](std::string_view tag, const ByteBuffer& inside) {
      ByteBuffer out = unhex(tag);
      out.push_back(0x82);
      append_be(out, inside.size(), 2);
      append(out, inside);
      return out;
    };
    ByteBuffer modulus(size + 1, 0xFF);
    modulus[0] = 0;
    ByteBuffer numbers = wrapped("02", modulus);
    append(numbers, unhex("0203010001"));
    ByteBuffer bits = {0};
    append(bits, wrapped("30", numbers));
    ByteBuffer all = unhex("300d06092a864886f70d0101010500");
    append(all, wrapped("03", bits));
    return wrapped("30", all);
  };
  CHECK(read_public_key(rsa(2048)).has_value());
  CHECK(read_public_key(rsa(2049)).error().code == ErrorCode::Unsupported);
  CHECK_FALSE(read_public_key(rsa(65'000)));
}
