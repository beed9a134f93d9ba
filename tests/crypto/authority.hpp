// SPDX-License-Identifier: Apache-2.0
// A time-stamp authority made of the `openssl` program. Only where `have_openssl()` says yes.
#pragma once

#include "crypto/time_stamp.hpp"
#include "crypto/tools.hpp"

namespace colophon::testing {

class Authority {
 public:
  explicit Authority(const std::string& extensions = kSigner + kForTime,
                     const std::string& sign = {});
  /// Answers a request. `options`: further ones of `openssl ts -reply`.
  ByteBuffer stamp(Bytes request, const std::string& options = {});

  TemporaryFolder folder;  ///< root.pem, tsa.pem, stamp.cnf
  std::vector<Certificate> root;
};

}  // namespace colophon::testing
