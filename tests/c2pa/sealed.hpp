// SPDX-License-Identifier: Apache-2.0
// Files signed in tests by src/c2pa, and what is said of them afterwards.
#pragma once

#include "c2pa/seal.hpp"
#include "support/support.hpp"

namespace colophon::testing {

/// A signatory with a chain of its own under `root`.
struct TestSignatory {
  c2pa::Signatory signatory;
  std::vector<Certificate> root;
};
/// "es256", "es384", "es512", "ps256", "ps384", "ps512", "eddsa"; made once. Null when there is no
/// openssl.
[[nodiscard]] const TestSignatory* signatory(const std::string& kind = "es256");

/// The row holds labels and stores, and what the specimen holds can be covered by a signature.
[[nodiscard]] bool is_signable(const Format& format, const Specimen& specimen);
[[nodiscard]] c2pa::Draft usual_draft();
/// The file with a manifest; the result of the two plans must be one.
[[nodiscard]] ByteBuffer sealed(const Format& format, Bytes file, const c2pa::Signatory& signatory,
                                c2pa::Draft draft);
/// Of a file that may be damaged: Invalid when no store is found.
[[nodiscard]] c2pa::Validation validated_file(const Format& format, Bytes file,
                                              const std::vector<Certificate>& anchors,
                                              std::optional<std::int64_t> now = std::nullopt);
/// The one store of a file.
[[nodiscard]] ByteBuffer store_of(const Format& format, Bytes file);
/// What a signature of ours leaves open, normalized.
[[nodiscard]] std::vector<Range> open_ranges(const Format& format, Bytes file);

}  // namespace colophon::testing
