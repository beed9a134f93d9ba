// SPDX-License-Identifier: Apache-2.0
// Whoever signs manifests in tests: a key and a certificate made for the moment.
#pragma once

#include <doctest/doctest.h>

#include "crypto/issue.hpp"
#include "ops/keys.hpp"
#include "ops/sealing.hpp"

namespace colophon::testing {

inline std::shared_ptr<const ManifestJob> new_manifest_job() {
  const auto key = new_private_key(KeyKind::P256, 0, "");
  REQUIRE(key);
  const auto chain = issue_test_chain(*key, "", "test", system_env().now());
  REQUIRE(chain);
  KeySource source;
  source.pem = *key;
  auto signer = open_signer(source);
  REQUIRE(signer);
  ManifestJob job;
  job.signatory.signer = *std::move(signer);
  job.signatory.chain = *read_certificates_pem(chain->leaf);
  return std::make_shared<const ManifestJob>(std::move(job));
}

inline const std::shared_ptr<const ManifestJob>& manifest_job() {
  static const auto job = new_manifest_job();
  return job;
}

}  // namespace colophon::testing
