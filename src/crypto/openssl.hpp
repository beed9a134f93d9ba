// SPDX-License-Identifier: Apache-2.0
// What only the sources of this folder see: owners for OpenSSL's objects, and what stands behind
// the handles of keys.hpp and certificates.hpp. Only OpenSSL 3.0 calls that are not deprecated.
#pragma once

#include "crypto/certificates.hpp"
#include "crypto/digest.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <mutex>

namespace colophon {

template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
template <typename T, auto Free>
using Owned = std::unique_ptr<T, FreeWith<Free>>;

using OwnedKey = Owned<EVP_PKEY, EVP_PKEY_free>;
using OwnedKeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using OwnedDigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using OwnedCertificate = Owned<X509, X509_free>;
using OwnedBio = Owned<BIO, BIO_free_all>;
using OwnedNumber = Owned<BIGNUM, BN_free>;

/// What fails inside leaves nothing in the thread's error queue.
class QuietErrors {
 public:
  QuietErrors() noexcept { ERR_set_mark(); }
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
  ~QuietErrors() { ERR_pop_to_mark(); }
};

/// Fetched once; null when the library lacks it.
[[nodiscard]] const EVP_MD* openssl_digest(DigestAlgorithm algorithm) noexcept;

/// A larger modulus costs seconds and proves no more (C2PA 13.2.1 allows the refusal).
constexpr int kMostRsaBits = 16384;

struct PublicKey::Handle {
  OwnedKey key;  ///< null when OpenSSL knows no such key
  KeyKind kind = KeyKind::Other;
  int bits = 0;
  ByteBuffer stored;  ///< SubjectPublicKeyInfo as it came

  /// As OpenSSL writes it, or as it came. Made when it is asked for: of the keys of a certificate
  /// chain hardly ever, and OpenSSL takes longer for it than for reading the certificate.
  [[nodiscard]] const ByteBuffer& spki() const;

 private:
  mutable std::once_flag once_;
  mutable ByteBuffer written_;
};
/// Takes the key; `spki`: used when OpenSSL cannot write the key itself.
[[nodiscard]] PublicKey make_public_key(OwnedKey key, Bytes spki = {});
[[nodiscard]] KeyKind kind_of(const EVP_PKEY& key);

struct Certificate::Handle {
  OwnedCertificate x509;
  ByteBuffer der;
  std::int64_t not_before = 0, not_after = 0;
  PublicKey key;
};
/// Takes the certificate.
[[nodiscard]] Result<Certificate> make_certificate(OwnedCertificate x509);

/// What an `i2d` function writes for an object; empty when it refuses.
template <auto Write, typename T>
[[nodiscard]] ByteBuffer to_der(const T* object) {
  std::uint8_t* out = nullptr;
  const int size = Write(object, &out);
  const Owned<std::uint8_t, [](void* memory) { OPENSSL_free(memory); }> owner(out);
  return size > 0 ? ByteBuffer(out, out + size) : ByteBuffer();
}

/// One block of a PEM text.
struct PemBlock {
  std::string label;  ///< "CERTIFICATE"
  ByteBuffer der;
};
/// Every block in order; anything between them is skipped. An error when a block is damaged.
[[nodiscard]] Result<std::vector<PemBlock>> read_pem(std::string_view text);

}  // namespace colophon
