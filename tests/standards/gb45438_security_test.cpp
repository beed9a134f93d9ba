// SPDX-License-Identifier: Apache-2.0
// Security data in reserved codes (TC260-PG-202511A): what is signed verifies, what was changed
// does not, and what nobody here understands is never called invalid.
#include <doctest/doctest.h>

#include "crypto/keys.hpp"
#include "gb45438_support.hpp"
#include "standards/gb45438_security.hpp"
#include "wire/json_text.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr std::string_view kSm2Oid = "1.2.156.10197.1.501";

std::unique_ptr<Signer> signer(KeyKind kind, std::optional<SignatureAlgorithm> algorithm = {}) {
  KeySource source;
  source.pem = *new_private_key(kind, 2048, {});
  source.algorithm = algorithm;
  auto made = open_signer(source);
  REQUIRE(made);
  return std::move(*made);
}

Label plain_label() {
  Label label;
  label.origin = Origin::Generated;
  label.producer = label.propagator = std::string(kCode);
  label.produce_id = label.propagate_id = "id-1";
  return label;
}

Evidence evidence_of(Label label) {
  Evidence evidence;
  evidence.says = std::move(label);
  return evidence;
}

Evidence checked(Label label, const TrustStore* trust = nullptr) {
  Evidence evidence = evidence_of(std::move(label));
  check_security(evidence, trust);
  return evidence;
}

bool says(const Evidence& evidence, std::string_view rule, std::string_view word) {
  return std::ranges::any_of(evidence.findings, [&](const Finding& finding) {
    return finding.rule == rule && finding.message.en.starts_with(word) &&
           !finding.message.zh.empty();
  });
}

/// Security data around parts that a test wants to choose.
std::string security_data(std::string_view id, std::string_view signature, std::string_view key,
                          std::string_view more = {}, std::string_view covers = "LabelMataData") {
  std::string text =
      R"({"SecurityData":{"Type":"TC260PG","Version":1,"PubSD":[{"Type":"DS","AlgID":")";
  text += std::string(id) + R"(","TBSData":{"Type":")" + std::string(covers) +
          R"("},"Signature":")" + std::string(signature) + "\"}";
  if (!key.empty()) {
    text += R"(,{"Type":"PubKey","AlgID":")" + std::string(id) + R"(","KeyValue":")" +
            std::string(key) + "\"}";
  }
  return text + "]" + std::string(more) + "}}";
}

/// Annex A.1 for plain_label().
std::string message() {
  return R"("Label":"1","ContentProducer":")" + std::string(kCode) + R"(","ProduceID":"id-1")";
}

}  // namespace

TEST_CASE("what is signed verifies, with every kind of key") {
  const KeyKind kinds[] = {KeyKind::Sm2,  KeyKind::P256,    KeyKind::P384,
                           KeyKind::P521, KeyKind::Ed25519, KeyKind::RsaPss};
  for (const KeyKind kind : kinds) {
    CAPTURE(static_cast<int>(kind));
    const auto key = signer(kind);
    Label label = plain_label();
    label.reserved1 = *make_security_data(label, LabelHalf::Production, *key);
    CHECK(is_signed_by(label, LabelHalf::Production, key->public_key()));
    CHECK_FALSE(is_signed_by(label, LabelHalf::Propagation, key->public_key()));
    CHECK_FALSE(is_signed_by(label, LabelHalf::Production, signer(kind)->public_key()));
    const Evidence evidence = checked(label);
    CHECK(evidence.integrity == Integrity::Valid);
    CHECK(evidence.trust == Trust::Unknown);
    CHECK(says(evidence, "S-2", "signature-valid:"));
    CHECK(says(evidence, "S-2", "content-unbound:"));
    CHECK(says(evidence, "S-3", "key-unpinned:"));
    CHECK(detail_of(evidence, "key") == key->public_key().fingerprint());
    // It also keeps the rules on form and characters.
    const std::string field = "{\"AIGC\":" +
                              with(kBare, R"("ReservedCode1":"")",
                                   "\"ReservedCode1\":" + wire::quote_json(label.reserved1)) +
                              "}";
    const auto read = read_label(CarrierKind::Xmp, field, "AIGC");
    REQUIRE(read.size() == 1);
    CHECK(read[0].says->reserved1 == label.reserved1);
  }
}

TEST_CASE("a changed value fails: the signature is invalid, the statement stays") {
  const auto key = signer(KeyKind::Sm2);
  Label label = plain_label();
  label.reserved1 = *make_security_data(label, LabelHalf::Production, *key);
  const auto invalid = [](const Label& changed) {
    const Evidence evidence = checked(changed);
    CHECK(evidence.integrity == Integrity::Invalid);
    CHECK(says(evidence, "S-2", "signature-invalid:"));
    CHECK(evidence.says->origin == changed.origin);
  };
  Label changed = label;
  changed.origin = Origin::Possible;
  invalid(changed);
  changed = label;
  changed.producer.back() = '3';
  invalid(changed);
  changed = label;
  changed.produce_id = "id-2";
  invalid(changed);
  changed = label;
  changed.reserved1 = replaced_all(label.reserved1, "\"Signature\":\"30", "\"Signature\":\"31");
  invalid(changed);
  // The propagation half is not part of it.
  changed = label;
  changed.propagator = "somebody";
  changed.propagate_id = "9";
  CHECK(checked(changed).integrity == Integrity::Valid);
}

TEST_CASE("trusted: the key is pinned for this producer") {
  const auto key = signer(KeyKind::Sm2);
  Label label = plain_label();
  label.reserved1 = *make_security_data(label, LabelHalf::Production, *key);
  const auto integrity = [&](std::string producer, const PublicKey& pinned) {
    TrustStore trust;
    trust.pins.push_back({std::move(producer), pinned, {}});
    return checked(label, &trust);
  };
  const PublicKey own = key->public_key();
  CHECK(integrity(std::string(kCode), own).integrity == Integrity::Trusted);
  CHECK(integrity(std::string(kCode), own).trust == Trust::Pinned);
  CHECK(integrity(std::string(kCode.substr(0, 22)), own).integrity == Integrity::Trusted);
  CHECK(integrity({}, own).integrity == Integrity::Trusted);
  const Evidence other_producer = integrity("001191110102MAD55U9H0F10003", own);
  CHECK(other_producer.integrity == Integrity::Valid);
  CHECK(says(other_producer, "S-3", "key-unpinned:"));
  const Evidence other_key = integrity(std::string(kCode), signer(KeyKind::Sm2)->public_key());
  CHECK(other_key.integrity == Integrity::Valid);
  CHECK(says(other_key, "S-3", "key-mismatch:"));
}

TEST_CASE("both SM2 digests, every encoding of the key and of the signature") {
  for (const auto algorithm : {SignatureAlgorithm::Sm2, SignatureAlgorithm::Sm2Prehashed}) {
    const auto key = signer(KeyKind::Sm2, algorithm);
    const ByteBuffer raw = *key->sign(as_bytes(message()));
    const ByteBuffer spki = key->public_key().spki();
    const std::string point = hex_encode(slice(spki, spki.size() - 64, 64));
    const bool even = spki.back() % 2 == 0;
    std::vector<std::string> encodings = {hex_encode(spki),
                                          base64_encode(spki),
                                          "04" + point,
                                          point,
                                          (even ? "02" : "03") + point.substr(0, 64),
                                          std::string(to_pem(key->public_key()))};
    if (even) encodings.push_back("00" + point.substr(0, 64));
    for (std::string& encoding : encodings) {
      encoding = replaced_all(encoding, "\n", "\\n");
      CAPTURE(encoding);
      for (const std::string& signature : {hex_encode(raw), base64_encode(raw)}) {
        Label label = plain_label();
        label.reserved1 = security_data(kSm2Oid, signature, encoding);
        CHECK(checked(label).integrity == Integrity::Valid);
        label.reserved1 = security_data("sm3", signature, encoding);
        CHECK(checked(label).integrity == Integrity::Valid);
        label.reserved1 =
            replaced_all(security_data(kSm2Oid, signature, encoding), "PubSD", "PubSd");
        label.reserved1 = replaced_all(label.reserved1, "\"DS\"", "\" DS\"");
        CHECK(checked(label).integrity == Integrity::Valid);
      }
    }
  }
}

TEST_CASE("RSA with SHA-256") {
  const auto key = signer(KeyKind::Rsa, SignatureAlgorithm::Rs256);
  Label label = plain_label();
  label.reserved1 =
      security_data("1.2.840.113549.1.1.11", hex_encode(*key->sign(as_bytes(message()))),
                    base64_encode(key->public_key().spki()));
  CHECK(checked(label).integrity == Integrity::Valid);
  label.produce_id = "id-2";
  CHECK(checked(label).integrity == Integrity::Invalid);
}

TEST_CASE("security data as nested objects, spelt in another way, with RSA") {
  const auto key = signer(KeyKind::Rsa, SignatureAlgorithm::Rs256);
  std::string code =
      security_data("1.2.840.113549.1.1.11", base64_encode(*key->sign(as_bytes(message()))),
                    base64_encode(key->public_key().spki()));
  code = replaced_all(code, "PubSD", "PubSd");
  const std::string field =
      "{\"AIGC\":" + with(kBare, R"("ReservedCode1":"")", "\"ReservedCode1\":" + code) + "}";
  auto read = read_label(CarrierKind::ExifComment, std::string("ASCII\0\0\0", 8) + field);
  REQUIRE(read.size() == 1);
  CHECK(rules_of(read[0]).find("E-7!") != std::string::npos);
  check_security(read[0], nullptr);
  CHECK(read[0].integrity == Integrity::Valid);
  read[0].integrity = Integrity::Unsigned;
  read[0].says->produce_id = "id-2";
  check_security(read[0], nullptr);
  CHECK(read[0].integrity == Integrity::Invalid);
}

TEST_CASE("a damaged label stays damaged, whatever its codes hold") {
  const auto key = signer(KeyKind::Sm2);
  Evidence evidence = evidence_of(plain_label());
  evidence.says->reserved1 = *make_security_data(*evidence.says, LabelHalf::Production, *key);
  evidence.integrity = Integrity::Damaged;
  check_security(evidence, nullptr);
  CHECK(evidence.integrity == Integrity::Damaged);
  CHECK(evidence.findings.empty());
}

TEST_CASE("a signature without its key: a pinned key decides, else nobody can") {
  const auto key = signer(KeyKind::Sm2);
  Label label = plain_label();
  label.reserved1 = security_data(kSm2Oid, hex_encode(*key->sign(as_bytes(message()))), "");
  CHECK(checked(label).integrity == Integrity::Unrecognised);
  TrustStore trust;
  trust.pins.push_back({std::string(kCode), key->public_key(), {}});
  CHECK(checked(label, &trust).integrity == Integrity::Trusted);
}

TEST_CASE("unrecognised is never invalid") {
  const auto key = signer(KeyKind::Sm2);
  const std::string signature = hex_encode(*key->sign(as_bytes("other words")));
  const std::string spki = hex_encode(key->public_key().spki());
  const auto integrity = [](const std::string& code1, const std::string& code2) {
    Label label = plain_label();
    label.reserved1 = code1;
    label.reserved2 = code2;
    return checked(label).integrity;
  };
  // Opaque codes say nothing about a signature.
  CHECK(integrity("7f4a9c5e-1f0e-4b0e-9d59-5f0f2c9d7e11", "") == Integrity::Unsigned);
  CHECK(integrity(signature, signature) == Integrity::Unsigned);
  CHECK(integrity("{}", "{\"SecurityData\"") == Integrity::Unsigned);
  CHECK(integrity(R"({"SecurityData":{"Type":"TC260PG","Version":1}})", "") ==
        Integrity::Unrecognised);
  CHECK(integrity(security_data("1.2.3.4", signature, spki), "") == Integrity::Unrecognised);
  CHECK(integrity(security_data(kSm2Oid, signature, spki, "", "Content"), "") ==
        Integrity::Unrecognised);
  CHECK(integrity(security_data(kSm2Oid, signature, "abcd"), "") == Integrity::Unrecognised);
  // The message of a propagator's signature is not known for sure.
  CHECK(integrity("", security_data(kSm2Oid, signature, spki)) == Integrity::Unrecognised);
  CHECK(integrity(security_data(kSm2Oid, signature, spki), "") == Integrity::Invalid);
  // A key of a known encoding that is none.
  std::string broken = spki;
  broken.back() = broken.back() == '0' ? '1' : '0';
  CHECK(integrity(security_data(kSm2Oid, signature, broken), "") == Integrity::Invalid);
}

TEST_CASE("a platform signs its own half, and says what it signs") {
  const auto key = signer(KeyKind::Sm2);
  Label label = plain_label();
  label.propagator = "00119144030008867405X220001";
  label.propagate_id = "p-1";
  label.reserved2 = *make_security_data(label, LabelHalf::Propagation, *key);
  CHECK(checked(label).integrity == Integrity::Valid);
  CHECK(is_signed_by(label, LabelHalf::Propagation, key->public_key()));
  Label changed = label;
  changed.propagate_id = "p-2";
  CHECK(checked(changed).integrity == Integrity::Invalid);
  changed = label;
  changed.produce_id = "id-2";
  CHECK(checked(changed).integrity == Integrity::Valid);
  // Both halves: the worse one counts when it is wrong.
  label.reserved1 = *make_security_data(label, LabelHalf::Production, *key);
  CHECK(checked(label).integrity == Integrity::Valid);
  label.produce_id = "id-2";
  CHECK(checked(label).integrity == Integrity::Invalid);
}

TEST_CASE("bindings: their signature is checked, the content is not") {
  const auto key = signer(KeyKind::Sm2);
  const std::string spki = hex_encode(key->public_key().spki());
  const std::string bindings = R"([{"CntSel":"all","Hash":"00 11"}])";
  const std::string spaced = ",\"Bindings\": [ {\"CntSel\" : \"all\",\n \"Hash\":\"00 11\"} ]";
  Label label = plain_label();
  label.reserved1 =
      security_data(kSm2Oid, hex_encode(*key->sign(as_bytes(message()))), spki, spaced);
  const std::string second =
      R"([{"Type":"DS","AlgID":"1.2.156.10197.1.501","TBSData":{"Type":"Bnd"},)"
      R"("Signature":")" +
      hex_encode(*key->sign(as_bytes(bindings))) + "\"},";
  label.reserved1 = with(label.reserved1, "[", second);
  const Evidence evidence = checked(label);
  CHECK(evidence.integrity == Integrity::Valid);
  CHECK(says(evidence, "S-2", "content-unbound: the code lists bindings, which are signed"));
  label.reserved1 = with(label.reserved1, "00 11", "00 12");
  const Evidence changed = checked(label);
  CHECK(changed.integrity == Integrity::Valid);
  CHECK(says(changed, "S-2", "unrecognised:"));
}

TEST_CASE("what cannot be signed unambiguously is refused") {
  const auto key = signer(KeyKind::Sm2);
  for (const char* producer : {"", "a\"b", "a\\b", "a b", "某公司"}) {
    Label label = plain_label();
    label.producer = producer;
    const auto made = make_security_data(label, LabelHalf::Production, *key);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == ErrorCode::Usage);
  }
}

TEST_CASE("hostile: many keys and signatures cost a bounded number of verifications") {
  const auto key = signer(KeyKind::Sm2);
  const std::string spki = hex_encode(key->public_key().spki());
  std::string entries;
  for (int i = 0; i < 200; ++i) {
    entries += R"({"Type":"PubKey","AlgID":"","KeyValue":")" + spki + "\"},";
    entries += R"({"Type":"DS","AlgID":"","Signature":")" + std::string(128, '1') + "\"},";
  }
  Label label = plain_label();
  label.reserved1 = with(security_data(kSm2Oid, "00", ""), "[", "[" + entries);
  CHECK(checked(label).integrity != Integrity::Valid);
  for (const std::string& deep : {std::string(100'000, '['), std::string(60'000, '{'),
                                  "{\"SecurityData\":" + std::string(50'000, '[')}) {
    label.reserved1 = deep + "TC260PG";
    CHECK(checked(label).integrity == Integrity::Unsigned);
  }
}
