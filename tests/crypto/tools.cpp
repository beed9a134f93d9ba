// SPDX-License-Identifier: Apache-2.0
#include "crypto/tools.hpp"

namespace colophon::testing {

ByteBuffer unhex(std::string_view digits) {
  ByteBuffer out;
  int high = -1;
  for (const char c : digits) {
    const auto digit = std::string_view("0123456789abcdef").find(static_cast<char>(c | 0x20));
    if (digit == std::string_view::npos) continue;
    if (high < 0) {
      high = static_cast<int>(digit);
    } else {
      out.push_back(static_cast<std::uint8_t>(high * 16 + static_cast<int>(digit)));
      high = -1;
    }
  }
  return out;
}

bool have_openssl() {
  if (have_tool("openssl")) return true;
  MESSAGE("skipped: openssl is not installed");
  return false;
}

bool openssl_agrees(const TemporaryFolder& folder, const std::string& arguments) {
  const Ran ran = run("cd '" + folder.path() + "' && openssl " + arguments + " 2>&1");
  if (ran.code != 0) INFO(arguments, "\n", ran.output);
  return ran.code == 0;
}

void openssl(const TemporaryFolder& folder, const std::string& arguments) {
  const Ran ran = run("cd '" + folder.path() + "' && openssl " + arguments + " 2>&1");
  INFO(arguments, "\n", ran.output);
  REQUIRE(ran.code == 0);
}

PublicKey public_key(Bytes bytes) {
  const auto key = read_public_key(bytes);
  REQUIRE(key.has_value());
  return *key;
}

Certificate certificate(const TemporaryFolder& folder, const std::string& name) {
  const auto all = read_certificates_pem(as_text(read_file(folder.file(name))));
  REQUIRE(all.has_value());
  REQUIRE(all->size() == 1);
  return all->front();
}

void make_certificate(const TemporaryFolder& folder, const Wanted& wanted) {
  const std::string& name = wanted.name;
  const std::string extensions = "[e]\n" + wanted.extensions;
  write_file(folder.file(name + ".cnf"), as_bytes(extensions));
  openssl(folder, "genpkey " + wanted.key + " -out " + name + ".key");
  openssl(folder, "req -new -key " + name + ".key -subj '/O=Colophon tests/CN=" + name + "' -out " +
                      name + ".csr");
  const std::string by = wanted.issuer.empty() ? "-signkey " + name + ".key"
                                               : "-CA " + wanted.issuer + ".pem -CAkey " +
                                                     wanted.issuer + ".key -CAcreateserial";
  openssl(folder, "x509 -req -in " + name + ".csr " + by + " -days " + std::to_string(wanted.days) +
                      " -extfile " + name + ".cnf -extensions e " + wanted.sign + " -out " + name +
                      ".pem");
}

}  // namespace colophon::testing
