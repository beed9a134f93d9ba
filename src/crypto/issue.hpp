// SPDX-License-Identifier: Apache-2.0
// Certificates for trying things out: nobody trusts them who was not given the root.
#pragma once

#include "crypto/certificates.hpp"

namespace colophon {

[[nodiscard]] std::string to_pem(const Certificate& certificate);

/// A certificate for a private key under a root made for it alone, both PEM.
struct TestChain {
  std::string leaf;
  std::string root;
};
/// They meet the certificate profile of C2PA (14.5.1) and hold for a year from `now`. The root's
/// private key is forgotten at once. Error `usage` for keys that C2PA does not allow.
[[nodiscard]] Result<TestChain> issue_test_chain(std::string_view key_pem,
                                                 const std::string& passphrase,
                                                 const std::string& common_name, std::int64_t now);

}  // namespace colophon
