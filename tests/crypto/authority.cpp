// SPDX-License-Identifier: Apache-2.0
#include "crypto/authority.hpp"

namespace colophon::testing {

Authority::Authority(const std::string& extensions, const std::string& sign) {
  make_certificate(folder, {.name = "root", .extensions = kAuthority});
  make_certificate(folder,
                   {.name = "tsa", .issuer = "root", .extensions = extensions, .sign = sign});
  write_file(folder.file("stamp.cnf"),
             as_bytes("[t]\nserial=serial\ncrypto_device=builtin\nsigner_digest=sha256\n"
                      "default_policy=1.2.3\ndigests=sha1,sha256,sha384,sha512\n"
                      "ordering=no\ntsa_name=no\ness_cert_id_chain=no\n"));
  root = {certificate(folder, "root.pem")};
}

ByteBuffer Authority::stamp(Bytes request, const std::string& options) {
  write_file(folder.file("q.tsq"), request);
  openssl(folder,
          "ts -reply -config stamp.cnf -section t -queryfile q.tsq -signer tsa.pem -inkey "
          "tsa.key -chain root.pem -out a.tsr " +
              options);
  return read_file(folder.file("a.tsr"));
}

}  // namespace colophon::testing
