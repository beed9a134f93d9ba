// SPDX-License-Identifier: Apache-2.0
#include "peers/c2pa_referees.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "crypto/tools.hpp"
#include "support/referees.hpp"

namespace colophon::testing {
namespace {

std::string source_folder() {
  const char* source = std::getenv("COLOPHON_SOURCE_DIR");
  return source != nullptr ? source : ".";
}

std::string peer_modules() {
  const char* given = std::getenv("COLOPHON_C2PA_PEER");
  return given != nullptr ? given : source_folder() + "/build/peers/node_modules";
}

bool have_package(const char* name) {
  if (have_tool("node") && std::filesystem::exists(peer_modules() + "/" + name)) return true;
  MESSAGE("skipped: ", std::string_view(name), " is not installed");
  return false;
}

}  // namespace

bool have_validator(Validator validator) {
  switch (validator) {
    case Validator::C2paRs:
      return have_package("@contentauth/c2pa-wasm");
    case Validator::C2paTs:
      return have_package("@trustnxt/c2pa-ts");
    case Validator::Decoder:
      break;
  }
  return have_tools({"python3", "openssl"});
}

std::vector<Flipped> flips(const Format& format, Bytes file, int count, Random& random) {
  const std::vector<Range> open = open_ranges(format, file);
  std::vector<Flipped> all;
  for (int tried = 0; static_cast<int>(all.size()) < count && tried < 100 * count; ++tried) {
    const std::uint64_t at = random.below(file.size());
    const auto holds = [&](const Range& range) { return at >= range.offset && at < range.end(); };
    if (std::ranges::any_of(open, holds)) continue;
    ByteBuffer changed = to_buffer(file);
    changed[at] ^= static_cast<std::uint8_t>(1U << random.below(8));
    all.push_back({at, std::move(changed)});
  }
  return all;
}

SignedFiles::SignedFiles(const TestSignatory& by) {
  write_file(folder_.file("root.der"), by.root.front().der());
  openssl(folder_, "x509 -inform DER -in root.der -out root.pem");
}

void SignedFiles::add(const Format& format, Bytes bytes, std::string what) {
  names_.push_back(std::to_string(names_.size()) + "." + std::string(format.id));
  what_.push_back(std::move(what));
  write_file(folder_.file(names_.back()), bytes);
}

std::vector<std::string> SignedFiles::answers(Validator validator,
                                              const std::string& options) const {
  const std::string here = "'" + source_folder() + "/tests/peers/";
  std::string command = "cd '" + folder_.path() + "' && ";
  switch (validator) {
    case Validator::C2paRs:
      command += "node " + here + "c2pa_states.mjs' '" + peer_modules() + "' root.pem";
      break;
    case Validator::C2paTs:
      command += "node " + here + "c2pa_ts_states.mjs' '" + peer_modules() + "'";
      break;
    case Validator::Decoder:
      command += "python3 " + here + "c2pa_decoder.py' " + options + " root.pem";
      break;
  }
  for (const std::string& name : names_) command += " " + name;
  std::istringstream lines(output(command));
  std::vector<std::string> found;
  for (std::string line; std::getline(lines, line);) found.push_back(line);
  REQUIRE(found.size() == names_.size());
  return found;
}

}  // namespace colophon::testing
