// SPDX-License-Identifier: Apache-2.0
// Reading certificates (RFC 5280).
#include "crypto/certificates.hpp"

#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>

#include "base/text.hpp"
#include "crypto/extensions.hpp"
#include "crypto/openssl.hpp"

namespace colophon {
namespace {

constexpr std::size_t kMostCertificateBytes = 1 << 20;

std::string text_of(BIO& memory) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(&memory, &text);
  return size > 0 ? to_valid_utf8({text, static_cast<std::size_t>(size)}) : std::string();
}

std::string text_of(const X509_NAME* name) {
  const OwnedBio out(BIO_new(BIO_s_mem()));
  if (!out) return {};
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  return text_of(*out);
}

/// The last, most specific value of an attribute.
std::string attribute_of(const X509_NAME* name, int nid) {
  int last = -1;
  for (int at = -1; (at = X509_NAME_get_index_by_NID(name, nid, at)) >= 0;) last = at;
  const ASN1_STRING* value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last));
  const OwnedBio out(BIO_new(BIO_s_mem()));
  if (value == nullptr || !out) return {};
  ASN1_STRING_print_ex(out.get(), value, ASN1_STRFLGS_UTF8_CONVERT);
  return text_of(*out);
}

/// The certificates that a thread read last. The manifests of one file carry the same chains over
/// and over, and OpenSSL takes longer to read a certificate than to check a signature by it.
class Recent {
 public:
  [[nodiscard]] std::optional<Certificate> find(Bytes der) const {
    for (const Certificate& each : all_) {
      if (std::ranges::equal(each.handle().der, der)) return each;
    }
    return std::nullopt;
  }
  void add(const Certificate& certificate) {
    if (certificate.handle().der.size() > kMostBytes) return;
    if (all_.size() < kMost) return all_.push_back(certificate);
    all_[next_++ % kMost] = certificate;
  }

 private:
  static constexpr std::size_t kMost = 32, kMostBytes = 16 << 10;
  std::vector<Certificate> all_;
  std::size_t next_ = 0;
};
thread_local Recent recent;

OwnedKey key_of(const X509& x509) {
  EVP_PKEY* key = X509_get0_pubkey(&x509);
  if (key != nullptr) EVP_PKEY_up_ref(key);
  return OwnedKey(key);
}

}  // namespace

std::optional<std::int64_t> seconds_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return static_cast<std::int64_t>(timegm(&parts));
}

std::string oid_text(const ASN1_OBJECT* object) {
  std::string text(128, '\0');
  const int size = OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
  text.resize(size > 0 ? std::min(static_cast<std::size_t>(size), text.size() - 1) : 0);
  return text;
}

Result<Certificate> make_certificate(OwnedCertificate x509) {
  const QuietErrors quiet;
  // Fills OpenSSL's cache of the extensions, so that the object is only read from here on.
  X509_check_purpose(x509.get(), -1, 0);
  const auto not_before = seconds_of(X509_get0_notBefore(x509.get()));
  const auto not_after = seconds_of(X509_get0_notAfter(x509.get()));
  if (!not_before || !not_after) {
    return fail(ErrorCode::Malformed, "the certificate's validity holds no date", "certificate");
  }
  ByteBuffer der = to_der<i2d_X509>(x509.get());
  const ByteBuffer spki = to_der<i2d_X509_PUBKEY>(X509_get_X509_PUBKEY(x509.get()));
  PublicKey key = make_public_key(key_of(*x509), spki);
  return Certificate(std::make_shared<const Certificate::Handle>(Certificate::Handle{
      std::move(x509), std::move(der), *not_before, *not_after, std::move(key)}));
}

Result<Certificate> read_certificate(Bytes der) {
  if (auto known = recent.find(der)) return *std::move(known);
  const QuietErrors quiet;
  const std::uint8_t* at = der.data();
  if (der.size() > kMostCertificateBytes) {
    return fail(ErrorCode::LimitExceeded, "the certificate is larger than any", "certificate");
  }
  OwnedCertificate x509(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!x509 || at != der.data() + der.size()) {
    return fail(ErrorCode::Malformed, "these bytes are no X.509 certificate", "certificate");
  }
  auto certificate = make_certificate(std::move(x509));
  if (certificate) recent.add(*certificate);
  return certificate;
}

Result<std::vector<Certificate>> read_certificates_pem(std::string_view pem) {
  std::vector<Certificate> certificates;
  for (const PemBlock& block : TRY(read_pem(pem))) {
    if (block.label != "CERTIFICATE" && block.label != "X509 CERTIFICATE") continue;
    certificates.push_back(TRY(read_certificate(block.der)));
  }
  return certificates;
}

ByteBuffer Certificate::der() const {
  return handle_->der;
}
std::string Certificate::subject() const {
  return text_of(X509_get_subject_name(handle_->x509.get()));
}
std::string Certificate::common_name() const {
  return attribute_of(X509_get_subject_name(handle_->x509.get()), NID_commonName);
}
std::string Certificate::organisation() const {
  return attribute_of(X509_get_subject_name(handle_->x509.get()), NID_organizationName);
}
std::string Certificate::issuer() const {
  return text_of(X509_get_issuer_name(handle_->x509.get()));
}
std::string Certificate::serial() const {
  const OwnedNumber number(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(handle_->x509.get()), nullptr));
  const Owned<char, [](void* memory) { OPENSSL_free(memory); }> text(
      number ? BN_bn2dec(number.get()) : nullptr);
  return text ? std::string(text.get()) : std::string();
}
std::string Certificate::fingerprint() const {
  return hex_encode(digest_of(DigestAlgorithm::Sha256, handle_->der));
}
std::int64_t Certificate::not_before() const noexcept {
  return handle_->not_before;
}
std::int64_t Certificate::not_after() const noexcept {
  return handle_->not_after;
}
PublicKey Certificate::public_key() const {
  return handle_->key;
}
bool Certificate::self_signed() const noexcept {
  const QuietErrors quiet;
  return X509_self_signed(handle_->x509.get(), 1) == 1;
}

std::vector<std::string> Certificate::extended_key_usages() const {
  const auto usages =
      extension_of<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>(*handle_->x509, NID_ext_key_usage);
  std::vector<std::string> oids;
  for (int i = 0; usages && i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
    oids.push_back(oid_text(sk_ASN1_OBJECT_value(usages.get(), i)));
  }
  return oids;
}

}  // namespace colophon
