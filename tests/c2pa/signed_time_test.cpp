// SPDX-License-Identifier: Apache-2.0
// Times and revocations in a signature's header: what the validation says of each, with tokens and
// answers that the `openssl` program makes.
#include <doctest/doctest.h>

#include <ctime>

#include "c2pa/validated.hpp"
#include "crypto/authority.hpp"

namespace colophon::testing {
namespace {

using c2pa::Validation;

struct Trusting {
  const Authority* authority = nullptr;
};

/// Over the usual content, by the root of the tests.
Validation checked(const MadeManifest& manifest, const Trusting& trusting = {}) {
  const ByteBuffer store = make_store({make_manifest(manifest)});
  MemorySource source(as_bytes(kContent));
  TrustStore trust;
  trust.anchors = {Signing::get()->root()};
  if (trusting.authority != nullptr) trust.tsa_anchors = trusting.authority->root;
  c2pa::ValidateOptions options;
  options.trust = &trust;
  options.now = std::time(nullptr);
  return c2pa::validate({source, nullptr, nullptr, nullptr, {}}, store, options);
}

/// What sigTst2 covers (C2PA 10.3.2.5.4), written here once more.
ByteBuffer stamped(Bytes guarded, Bytes signature) {
  const ByteBuffer inner = Json::to_cbor(binary(signature));
  ByteBuffer message{0x84};
  for (const Json& item : {Json("CounterSignature"), binary(guarded), binary({}), binary(inner)}) {
    append(message, Bytes(Json::to_cbor(item)));
  }
  return message;
}

Json stamp_header(Bytes token) {
  return {{"sigTst2", {{"tstTokens", Json::array({{{"val", binary(token)}}})}}}};
}

MadeManifest stamped_by(Authority& authority, bool other_bytes = false) {
  MadeManifest manifest = usual();
  manifest.unprotected = [&authority, other_bytes](Bytes guarded, Bytes signature) {
    ByteBuffer message = stamped(guarded, signature);
    if (other_bytes) message.push_back(0);
    return stamp_header(authority.stamp(time_stamp_request(message, DigestAlgorithm::Sha256)));
  };
  return manifest;
}

bool informs(const Validation& validation, std::string_view code) {
  const auto& all = validation.status.informational;
  return std::any_of(all.begin(), all.end(),
                     [&](const c2pa::StatusEntry& entry) { return entry.code == code; });
}
bool succeeds(const Validation& validation, std::string_view code) {
  const auto& all = validation.status.success;
  return std::any_of(all.begin(), all.end(),
                     [&](const c2pa::StatusEntry& entry) { return entry.code == code; });
}

/// The root of the tests answers, through a responder that it named.
ByteBuffer ocsp_answer(const std::string& status, const std::string& revoked) {
  const TemporaryFolder& folder = Signing::get()->folder();
  make_certificate(folder, {.name = "ocsp", .issuer = "root", .extensions = kSigner + kForOcsp});
  const auto said =
      run("cd " + folder.path() + " && openssl x509 -in leaf.pem -noout -serial | sed s/.*=//");
  const std::string serial = status == "?" ? "01" : said.output.substr(0, said.output.find('\n'));
  write_file(folder.file("index"), as_bytes((status == "?" ? "V" : status) + "\t350101000000Z\t" +
                                            revoked + "\t" + serial + "\tunknown\t/CN=leaf\n"));
  openssl(folder, "ocsp -issuer root.pem -cert leaf.pem -no_nonce -reqout q");
  openssl(folder,
          "ocsp -index index -CA root.pem -rsigner ocsp.pem -rkey ocsp.key -reqin q -respout a "
          "-ndays 7");
  return read_file(folder.file("a"));
}

Validation with_answer(Authority& authority, const ByteBuffer& answer) {
  MadeManifest manifest = usual();
  manifest.unprotected = [&](Bytes guarded, Bytes signature) {
    Json header = stamp_header(
        authority.stamp(time_stamp_request(stamped(guarded, signature), DigestAlgorithm::Sha256)));
    header["rVals"] = {{"ocspVals", Json::array({binary(answer)})}};
    return header;
  };
  return checked(manifest, {&authority});
}

}  // namespace

TEST_CASE("signed time: a stamp is trusted with its authority, else only well made") {
  if (Signing::get() == nullptr) return;
  Authority authority;
  const Validation trusted = checked(stamped_by(authority), {&authority});
  CHECK(state(trusted) == "Trusted");
  CHECK(succeeds(trusted, "timeStamp.trusted"));
  CHECK(succeeds(trusted, "timeStamp.validated"));
  CHECK(trusted.time_trusted);
  const Validation unknown = checked(stamped_by(authority));
  CHECK(state(unknown) == "Trusted");
  CHECK(informs(unknown, "timeStamp.untrusted"));
  CHECK_FALSE(succeeds(unknown, "timeStamp.trusted"));
  CHECK_FALSE(unknown.time_trusted);
}

TEST_CASE("signed time: a stamp that proves nothing is told, and breaks nothing") {
  if (Signing::get() == nullptr) return;
  Authority authority;
  CHECK(informs(checked(stamped_by(authority, true), {&authority}), "timeStamp.mismatch"));
  MadeManifest broken = usual();
  broken.unprotected = [](Bytes, Bytes) { return stamp_header(as_bytes("no token")); };
  CHECK(informs(checked(broken), "timeStamp.malformed"));
  broken.unprotected = [](Bytes, Bytes) {
    return Json{{"sigTst2", {{"tstTokens", Json::array()}}}};
  };
  CHECK(informs(checked(broken), "timeStamp.malformed"));
  CHECK(state(checked(broken)) == "Trusted");
  // `openssl ts` looks at no date of its own certificate.
  make_certificate(authority.folder,
                   {.name = "tsa", .issuer = "root", .extensions = kSigner + kForTime, .days = -1});
  Authority weak(kSigner + kForTime, "-sha1");
  CHECK(informs(checked(stamped_by(weak), {&weak}), "timeStamp.credentialInvalid"));
  const Validation old = checked(stamped_by(authority), {&authority});
  CHECK(informs(old, "timeStamp.outsideValidity"));
  CHECK_FALSE(old.time_trusted);
}

TEST_CASE("signed time: the time that the signer claims is compared with its certificate") {
  if (Signing::get() == nullptr) return;
  MadeManifest manifest = usual();
  manifest.more_protected = {{"iat", std::time(nullptr)}};
  const Validation inside = checked(manifest);
  CHECK(state(inside) == "Trusted");
  CHECK(informs(inside, "timeOfSigning.insideValidity"));
  manifest.more_protected = {{"iat", 86'400}};
  const Validation outside = checked(manifest);
  CHECK(state(outside) == "Trusted");
  CHECK(informs(outside, "timeOfSigning.outsideValidity"));
}

TEST_CASE("signed time: a stapled answer about the certificate counts with a trusted time") {
  if (Signing::get() == nullptr) return;
  Authority authority;
  const ByteBuffer good = ocsp_answer("V", "");
  CHECK(succeeds(with_answer(authority, good), "signingCredential.ocsp.notRevoked"));
  const ByteBuffer revoked = ocsp_answer("R", "250601000000Z,keyCompromise");
  CHECK(state(with_answer(authority, revoked)) == "Invalid signingCredential.ocsp.revoked");
  CHECK(informs(with_answer(authority, ocsp_answer("?", "")), "signingCredential.ocsp.unknown"));
  CHECK(informs(with_answer(authority, to_buffer("no answer")), "signingCredential.ocsp.skipped"));
  // Without a stamp it says nothing about the moment of signing.
  MadeManifest manifest = usual();
  manifest.unprotected = [&](Bytes, Bytes) {
    return Json{{"rVals", {{"ocspVals", Json::array({binary(revoked)})}}}};
  };
  CHECK(state(checked(manifest)) == "Trusted");
}

TEST_CASE("status codes: a claim that is no CBOR") {
  if (Signing::get() == nullptr) return;
  MadeManifest manifest = usual();
  manifest.spoil_claim = [](ByteBuffer& claim) { claim.resize(claim.size() - 1); };
  CHECK(checked(manifest).status.failed("claim.cbor.invalid"));
}

}  // namespace colophon::testing
