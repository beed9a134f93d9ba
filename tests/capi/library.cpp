// SPDX-License-Identifier: Apache-2.0
// The C++ face, linked against the library as users link it: every public function is there.
#include <colophon/colophon.hpp>

#include <fstream>
#include <iostream>

namespace {

int failures = 0;

void check(bool ok, const char* what) {
  if (ok) return;
  std::cout << "FAILED: " << what << '\n';
  ++failures;
}

void words() {
  using namespace colophon;
  check(to_string(ErrorCode::Truncated) == "truncated", "codes have words");
  check(to_string(Severity::Info) == "info", "severities have words");
  check(to_string(Assurance::Declared) == "declared", "assurances have words");
  check(to_string(Layer::Implicit) == "implicit", "layers have words");
  check(to_string(StandardId::Gb45438) == "gb45438", "standards have words");
  check(to_string(Integrity::Unsigned) == "unsigned", "integrities have words");
  check(parse_origin(to_string(Origin::Edited)) == Origin::Edited, "origins go both ways");
}

void label_and_verify(const std::string& path) {
  std::ofstream(path) << "# An article\n";
  colophon::LabelRequest request;
  request.label.origin = colophon::Origin::Generated;
  request.label.producer = "001191110102MAD55U9H0F10002";
  const colophon::Answer done = colophon::label_in_place(path, request);
  check(done.code == 0 && !done.error, "labelling succeeds");
  const colophon::Answer found = colophon::verify(path);
  check(found.code == 0 && found.format == "markdown", "a label is found");
  check(found.evidence.size() == 2, "there is a label for machines, and one that is read");
  check(found.verdict.origin == colophon::Origin::Generated, "it says generated");
  check(colophon::inspect(path).code == 0, "inspection succeeds");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  words();
  label_and_verify(argv[1]);
  check(!colophon::version().empty(), "there is a version");
  return failures == 0 ? 0 : 1;
}
