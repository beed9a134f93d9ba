// SPDX-License-Identifier: Apache-2.0
#include "crypto/issue.hpp"

#include <openssl/bn.h>
#include <openssl/x509v3.h>

#include "base/text.hpp"
#include "crypto/signers.hpp"

namespace colophon {
namespace {

constexpr std::int64_t kYear = std::int64_t{365} * 24 * 3600;
constexpr int kSerialBits = 127;
constexpr const char* kNobody = "for tests, trusted by nobody else";

struct Extension {
  int nid;
  const char* value;
};
constexpr Extension kRootExtensions[] = {
    {NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
    {NID_key_usage, "critical,keyCertSign,cRLSign"},
    {NID_subject_key_identifier, "hash"},
    {NID_authority_key_identifier, "keyid"},
};
// claimSigning of the C2PA's own arc; readers of earlier years know emailProtection alone.
constexpr Extension kLeafExtensions[] = {
    {NID_basic_constraints, "critical,CA:FALSE"},
    {NID_key_usage, "critical,digitalSignature"},
    {NID_ext_key_usage, "emailProtection,1.3.6.1.4.1.62558.2.1"},
    {NID_subject_key_identifier, "hash"},
    {NID_authority_key_identifier, "keyid"},
};

Failure cannot_issue(ErrorCode code, std::string message) {
  return fail(code, std::move(message), "certificate");
}

bool set_names(X509& x509, const std::string& common_name) {
  X509_NAME* name = X509_get_subject_name(&x509);
  const auto add = [&](const char* field, const std::string& value) {
    return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(value.data()),
                                      static_cast<int>(value.size()), -1, 0) == 1;
  };
  return add("O", kNobody) && add("CN", common_name);
}

bool set_serial(X509& x509) {
  const OwnedNumber number(BN_new());
  return number && BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&x509)) != nullptr;
}

bool add_extensions(X509& x509, X509& issuer, std::span<const Extension> extensions) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, &issuer, &x509, nullptr, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  for (const Extension& each : extensions) {
    using OwnedExtension = Owned<X509_EXTENSION, X509_EXTENSION_free>;
    const OwnedExtension made(X509V3_EXT_conf_nid(nullptr, &context, each.nid, each.value));
    if (!made || X509_add_ext(&x509, made.get(), -1) != 1) return false;
  }
  return true;
}

/// Everything but the issuer, its signature and the extensions.
OwnedCertificate blank(EVP_PKEY& key, const std::string& common_name, std::int64_t now) {
  OwnedCertificate x509(X509_new());
  if (!x509 || X509_set_version(x509.get(), X509_VERSION_3) != 1 || !set_serial(*x509) ||
      !set_names(*x509, common_name) || X509_set_pubkey(x509.get(), &key) != 1 ||
      ASN1_TIME_set(X509_getm_notBefore(x509.get()), now) == nullptr ||
      ASN1_TIME_set(X509_getm_notAfter(x509.get()), now + kYear) == nullptr) {
    return nullptr;
  }
  return x509;
}

bool finish(X509& x509, X509& issuer, EVP_PKEY& issuer_key, std::span<const Extension> extensions) {
  return X509_set_issuer_name(&x509, X509_get_subject_name(&issuer)) == 1 &&
         add_extensions(x509, issuer, extensions) &&
         X509_sign(&x509, &issuer_key, openssl_digest(DigestAlgorithm::Sha256)) > 0;
}

}  // namespace

std::string to_pem(const Certificate& certificate) {
  constexpr std::size_t kLine = 64;
  const std::string text = base64_encode(certificate.der());
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t at = 0; at < text.size(); at += kLine) pem += text.substr(at, kLine) + "\n";
  return pem + "-----END CERTIFICATE-----\n";
}

Result<TestChain> issue_test_chain(std::string_view key_pem, const std::string& passphrase,
                                   const std::string& common_name, std::int64_t now) {
  const QuietErrors quiet;
  const OwnedKey key = TRY(read_private_key(key_pem, passphrase));
  if (kind_of(*key) == KeyKind::Sm2 || kind_of(*key) == KeyKind::Other) {
    return cannot_issue(ErrorCode::Usage,
                        "C2PA allows no certificate for such a key; use es256, es384, es512, "
                        "ed25519 or rsa-pss");
  }
  if (common_name.empty() || common_name.size() > 64 || !is_utf8(common_name)) {
    return cannot_issue(ErrorCode::Usage, "a certificate's name has 1 to 64 characters");
  }
  const std::string root_pem = TRY(new_private_key(KeyKind::P256, 0, {}));
  const OwnedKey root_key = TRY(read_private_key(root_pem, {}));
  OwnedCertificate root = blank(*root_key, "Root of " + common_name.substr(0, 56), now);
  OwnedCertificate leaf = blank(*key, common_name, now);
  if (!root || !leaf || !finish(*root, *root, *root_key, kRootExtensions) ||
      !finish(*leaf, *root, *root_key, kLeafExtensions)) {
    return cannot_issue(ErrorCode::Unsupported, "the crypto library made no certificate");
  }
  return TestChain{to_pem(TRY(make_certificate(std::move(leaf)))),
                   to_pem(TRY(make_certificate(std::move(root))))};
}

}  // namespace colophon
