// SPDX-License-Identifier: Apache-2.0
#include "c2pa/golden.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <set>

namespace colophon::testing {
namespace {

Certificate read_certificate(const std::string& name) {
  const auto read = read_certificates_pem(as_text(read_file(golden_folder() + name)));
  REQUIRE(read);
  REQUIRE(read->size() == 1);
  return read->front();
}

}  // namespace

std::string golden_folder() {
  const char* source = std::getenv("COLOPHON_SOURCE_DIR");
  return std::string(source != nullptr ? source : ".") + "/tests/c2pa/golden/";
}

TestSignatory golden_signatory() {
  KeySource source;
  source.path = golden_folder() + "key.pem";
  auto signer = open_signer(source);
  REQUIRE_MESSAGE(signer, (signer ? "" : signer.error().message));
  TestSignatory made;
  made.root = {read_certificate("root.pem")};
  made.signatory.signer = *std::move(signer);
  made.signatory.chain = {read_certificate("chain.pem"), made.root.front()};
  return made;
}

std::vector<GoldenVector> golden_vectors() {
  std::vector<GoldenVector> all;
  std::set<std::string> seen;
  for (const Specimen& specimen : specimens()) {
    const Format* format = find_format(specimen.format);
    if (!is_signable(*format, specimen) || !seen.insert(specimen.format).second) continue;
    all.push_back({specimen.format + "." + std::string(format->extensions.front()), specimen.format,
                   specimen.bytes});
  }
  // Normalization form C makes one character of the letter and its accent, when it is hashed.
  all.push_back({"decomposed.txt", "text", to_buffer("Cafe\xCC\x81, \xEC\x96\xB4\n")});
  all.push_back({"line.txt", "text",
                 to_buffer("# -----BEGIN C2PA MANIFEST----- data:application/c2pa;base64,AA== "
                           "-----END C2PA MANIFEST-----\nname: x\n")});
  return all;
}

}  // namespace colophon::testing
