// SPDX-License-Identifier: Apache-2.0
// What the tests of src/crypto share: hex, and the `openssl` program as the referee.
#pragma once

#include <doctest/doctest.h>

#include "crypto/certificates.hpp"
#include "support/support.hpp"

namespace colophon::testing {

/// Bytes from hex digits; white space is skipped.
[[nodiscard]] ByteBuffer unhex(std::string_view digits);
/// True when the `openssl` program is there; else says "skipped".
[[nodiscard]] bool have_openssl();
/// Runs `openssl ARGUMENTS` in a folder; its exit code must be 0.
void openssl(const TemporaryFolder& folder, const std::string& arguments);
/// The same, but says whether it succeeded.
[[nodiscard]] bool openssl_agrees(const TemporaryFolder& folder, const std::string& arguments);
[[nodiscard]] PublicKey public_key(Bytes bytes);
/// A certificate file (PEM) of the folder.
[[nodiscard]] Certificate certificate(const TemporaryFolder& folder, const std::string& name);

/// What a certificate for the tests is to be like.
struct Wanted {
  std::string name = {};        ///< files NAME.key, NAME.pem; the common name
  std::string issuer = {};      ///< empty: self-signed
  std::string extensions = {};  ///< lines of an extension section
  std::string key = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256";  ///< genpkey
  std::string sign = {};  ///< more options of `openssl x509 -req`
  int days = 3650;
};
void make_certificate(const TemporaryFolder& folder, const Wanted& wanted);
inline const std::string kAuthority =
    "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
    "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";
inline const std::string kSigner =
    "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
    "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";
inline const std::string kForEmail = "extendedKeyUsage=emailProtection\n";
inline const std::string kForTime = "extendedKeyUsage=critical,timeStamping\n";
inline const std::string kForOcsp = "extendedKeyUsage=OCSPSigning\n";

}  // namespace colophon::testing
