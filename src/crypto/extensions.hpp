// SPDX-License-Identifier: Apache-2.0
// Private to this folder: extensions, times and object identifiers of X.509 and CMS objects.
#pragma once

#include <openssl/x509v3.h>

#include "crypto/openssl.hpp"

namespace colophon {

/// The decoded extension; null when it is absent, damaged, or there twice.
template <typename T, auto Free>
[[nodiscard]] Owned<T, Free> extension_of(const X509& x509, int nid) {
  const QuietErrors quiet;
  return Owned<T, Free>(static_cast<T*>(X509_get_ext_d2i(&x509, nid, nullptr, nullptr)));
}
/// Seconds since 1970.
[[nodiscard]] std::optional<std::int64_t> seconds_of(const ASN1_TIME* time);
/// Dotted.
[[nodiscard]] std::string oid_text(const ASN1_OBJECT* object);

}  // namespace colophon
