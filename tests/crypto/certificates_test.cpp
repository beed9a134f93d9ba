// SPDX-License-Identifier: Apache-2.0
// Certificates made by `openssl`: what is read, the profile of C2PA 14.5.1, and chains.
#include "crypto/tools.hpp"

#include <ctime>

using namespace colophon;
using testing::certificate;
using testing::make_certificate;
using testing::openssl;
using testing::TemporaryFolder;
using testing::Wanted;

namespace {

using Chain = std::vector<Certificate>;
constexpr std::int64_t kDay = 86'400;

/// root -> inter -> leaf
Chain make_chain(const TemporaryFolder& folder, const std::string& leaf_extensions) {
  make_certificate(folder, {.name = "root", .extensions = testing::kAuthority});
  make_certificate(folder, {.name = "inter", .issuer = "root", .extensions = testing::kAuthority});
  make_certificate(folder, {.name = "leaf", .issuer = "inter", .extensions = leaf_extensions});
  return {certificate(folder, "leaf.pem"), certificate(folder, "inter.pem"),
          certificate(folder, "root.pem")};
}

std::string breach(const Chain& chain, CertificateUse use = CertificateUse::ClaimSigning) {
  return profile_breach(chain, use, {}).value_or("");
}

}  // namespace

TEST_CASE("a chain is brought into order, and nothing stands in it twice") {
  if (!testing::have_openssl()) return;
  const TemporaryFolder folder;
  const Chain chain = make_chain(folder, testing::kSigner + testing::kForEmail);
  make_certificate(folder, {.name = "other", .extensions = testing::kAuthority});
  const Certificate other = certificate(folder, "other.pem");
  const auto names = [](const Chain& certificates) {
    std::string all;
    for (const Certificate& each : in_order(certificates)) all += each.common_name() + " ";
    return all;
  };
  CHECK(names({chain[0], chain[2], chain[1]}) == "leaf inter root ");
  CHECK(names({chain[0], chain[1], chain[1], chain[2], chain[0]}) == "leaf inter root ");
  CHECK(names({chain[0], other, chain[1]}) == "leaf inter other ");
  CHECK(names({chain[1], chain[0]}) == "inter leaf ");
  CHECK(names({}).empty());
}

TEST_CASE("a certificate is read") {
  if (!testing::have_openssl()) return;
  const TemporaryFolder folder;
  const Chain chain = make_chain(folder, testing::kSigner + testing::kForEmail);
  const Certificate& leaf = chain[0];
  CHECK(leaf.common_name() == "leaf");
  CHECK(leaf.organisation() == "Colophon tests");
  CHECK(leaf.subject() == "CN=leaf,O=Colophon tests");
  CHECK(leaf.issuer() == "CN=inter,O=Colophon tests");
  CHECK(leaf.extended_key_usages() == std::vector<std::string>{"1.3.6.1.5.5.7.3.4"});
  CHECK(leaf.not_after() - leaf.not_before() == 3650 * kDay);
  CHECK(leaf.public_key().kind() == KeyKind::P256);
  CHECK_FALSE(leaf.self_signed());
  CHECK(chain[2].self_signed());
  openssl(folder, "x509 -in leaf.pem -outform DER -out leaf.der");
  CHECK(leaf.der() == testing::read_file(folder.file("leaf.der")));
  const auto said =
      testing::run("cd " + folder.path() +
                   " && openssl x509 -in leaf.pem -noout -fingerprint -sha256 | tr -d "
                   "':\\n' | sed 's/.*=//' | tr A-F a-f");
  CHECK(leaf.fingerprint() == said.output);
}

TEST_CASE("a damaged certificate, or more bytes than one, is refused") {
  if (!testing::have_openssl()) return;
  const TemporaryFolder folder;
  make_certificate(folder, {.name = "root", .extensions = testing::kAuthority});
  const ByteBuffer der = certificate(folder, "root.pem").der();
  for (std::size_t size = 0; size < der.size(); ++size) {
    CHECK_FALSE(read_certificate(slice(der, 0, size)));
  }
  ByteBuffer more = der;
  more.push_back(0);
  CHECK_FALSE(read_certificate(more));
  testing::Random random(7);
  for (int i = 0; i < 2000; ++i) {
    const auto changed = read_certificate(testing::mutate(der, random));
    if (changed) CHECK_FALSE(leads_to_anchor({{*changed}}, {}, 0));
  }
  const std::string pem = to_string(Bytes(testing::read_file(folder.file("root.pem"))));
  CHECK(read_certificates_pem("# a list\n" + pem + "\n证书\n" + pem)->size() == 2);
  CHECK(read_certificates_pem("no certificate at all")->empty());
  CHECK_FALSE(read_certificates_pem(pem.substr(0, pem.size() / 2)));
  CHECK_FALSE(
      read_certificates_pem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"));
}

TEST_CASE("a chain leads to the root, or to an authority in between, while all are in force") {
  if (!testing::have_openssl()) return;
  const TemporaryFolder folder;
  const Chain chain = make_chain(folder, testing::kSigner + testing::kForEmail);
  const std::int64_t now = std::time(nullptr);
  const Chain sent = {chain[0], chain[1]};
  const Chain alone = {chain[0]};
  const Chain root = {chain[2]};
  const Chain between = {chain[1]};
  CHECK(leads_to_anchor(chain, root, now));
  CHECK(leads_to_anchor(sent, root, now));
  CHECK(leads_to_anchor(alone, between, now));
  CHECK_FALSE(leads_to_anchor(alone, root, now));
  CHECK_FALSE(leads_to_anchor(sent, {}, now));
  CHECK_FALSE(leads_to_anchor({}, root, now));
  CHECK_FALSE(leads_to_anchor(sent, root, now - kDay));
  CHECK_FALSE(leads_to_anchor(sent, root, chain[0].not_after() + 1));
  CHECK(leads_to_anchor(sent, root, chain[0].not_after() - kDay));
  const Chain endless(200, chain[1]);
  CHECK_FALSE(leads_to_anchor(endless, root, now));

  make_certificate(folder, {.name = "other", .extensions = testing::kAuthority});
  const Chain other = {certificate(folder, "other.pem")};
  CHECK_FALSE(leads_to_anchor(sent, other, now));
  TrustStore trust;
  CHECK_FALSE(is_trusted_signer(sent, trust, now));
  trust.allowed = alone;
  CHECK(is_trusted_signer(sent, trust, now));
  trust.allowed.clear();
  trust.anchors = root;
  CHECK(is_trusted_signer(sent, trust, now));
}

TEST_CASE("a signer that is no authority signs no further certificate") {
  if (!testing::have_openssl()) return;
  const TemporaryFolder folder;
  const Chain chain = make_chain(folder, testing::kSigner + testing::kForEmail);
  make_certificate(
      folder,
      {.name = "forged", .issuer = "leaf", .extensions = testing::kSigner + testing::kForEmail});
  const Chain forged = {certificate(folder, "forged.pem"), chain[0], chain[1]};
  CHECK_FALSE(leads_to_anchor(forged, Chain{chain[2]}, std::time(nullptr)));
  CHECK(breach(forged).find("\"leaf\" is not the one of an authority") != std::string::npos);
}

TEST_CASE("the profile: what is met, and each breach by its name") {
  if (!testing::have_openssl()) return;
  const TemporaryFolder folder;
  const Chain chain = make_chain(folder, testing::kSigner + testing::kForEmail);
  CHECK(breach(chain).empty());
  CHECK(breach({}) == "there is no certificate");
  CHECK(breach({chain[2]}).find("is the one of an authority") != std::string::npos);
  CHECK(breach(chain, CertificateUse::TimeStamping).find("not for time-stamping") !=
        std::string::npos);
  const std::vector<std::string> own = {"1.2.3.4"};
  CHECK(profile_breach(chain, CertificateUse::ClaimSigning, own).has_value());

  const std::string head = "basicConstraints=critical,CA:FALSE\n";
  const std::string usage = "keyUsage=critical,digitalSignature\n";
  const std::string keyid = "authorityKeyIdentifier=keyid\n";
  const std::string key = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256";
  struct Row {
    std::string extensions, expected, key, sign;
  };
  const std::vector<Row> rows = {
      {testing::kSigner, "lacks the extended key usage", key, ""},
      {testing::kSigner + "extendedKeyUsage=anyExtendedKeyUsage,emailProtection\n", "any extended",
       key, ""},
      {testing::kSigner + "extendedKeyUsage=timeStamping,emailProtection\n", "mixes", key, ""},
      {testing::kSigner + "extendedKeyUsage=serverAuth\n", "accepted for claims", key, ""},
      {head + usage + testing::kForEmail + "authorityKeyIdentifier=none\n", "authority key id", key,
       ""},
      {head + keyid + testing::kForEmail, "digitalSignature", key, ""},
      {testing::kSigner + testing::kForEmail + "1.2.3.4=critical,ASN1:NULL\n", "critical", key, ""},
      {testing::kSigner + testing::kForEmail, "fewer than 2048 bits",
       "-algorithm RSA -pkeyopt rsa_keygen_bits:1024", ""},
      {testing::kSigner + testing::kForEmail, "type or curve",
       "-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1", ""},
      {testing::kSigner + testing::kForEmail, "type or curve",
       "-algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit", ""},
      {testing::kSigner + testing::kForEmail, "signed with an algorithm", key, "-sha1"},
      {testing::kSigner + testing::kForEmail, "", "-algorithm ED25519", "-sha384"},
      {testing::kSigner + "extendedKeyUsage=1.3.6.1.4.1.62558.2.1\n", "",
       "-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048", "-sha512"},
  };
  for (const Row& row : rows) {
    make_certificate(folder, {.name = "row",
                              .issuer = "inter",
                              .extensions = row.extensions,
                              .key = row.key,
                              .sign = row.sign});
    const std::string said = breach({certificate(folder, "row.pem"), chain[1]});
    INFO(said, " for ", row.extensions, row.key);
    CHECK((row.expected.empty() ? said.empty() : said.find(row.expected) != std::string::npos));
  }
}

TEST_CASE("the profile: RSASSA-PSS names one digest") {
  if (!testing::have_openssl()) return;
  const TemporaryFolder folder;
  make_certificate(folder, {.name = "root",
                            .extensions = testing::kAuthority,
                            .key = "-algorithm RSA -pkeyopt rsa_keygen_bits:2048"});
  const Certificate root = certificate(folder, "root.pem");
  const std::string pss = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest ";
  for (const auto& [sign, good] :
       std::vector<std::pair<std::string, bool>>{{"-sha256", true},
                                                 {"-sha384 -sigopt rsa_mgf1_md:sha384", true},
                                                 {"-sha256 -sigopt rsa_mgf1_md:sha512", false},
                                                 {"-sha1", false}}) {
    make_certificate(folder, {.name = "leaf",
                              .issuer = "root",
                              .extensions = testing::kSigner + testing::kForEmail,
                              .sign = pss + sign});
    const std::string said = breach({certificate(folder, "leaf.pem"), root});
    INFO(sign, ": ", said);
    CHECK(said.empty() == good);
  }
}

TEST_CASE("the public trust lists are read, and their authorities meet the profile") {
  const std::string folder = testing::samples_folder() + "/c2pa/trust/";
  const ByteBuffer list = testing::read_file(folder + "C2PA-TRUST-LIST.pem");
  if (list.empty()) {
    MESSAGE("skipped: no samples");
    return;
  }
  const auto anchors = read_certificates_pem(as_text(list));
  REQUIRE(anchors.has_value());
  CHECK(anchors->size() == 30);
  const auto authorities =
      read_certificates_pem(as_text(testing::read_file(folder + "C2PA-TSA-TRUST-LIST.pem")));
  REQUIRE(authorities.has_value());
  CHECK(authorities->size() == 22);
  for (const Certificate& anchor : *anchors) {
    INFO(anchor.subject());
    CHECK(anchor.public_key().kind() != KeyKind::Other);
    CHECK(leads_to_anchor({{anchor}}, *anchors, anchor.not_after() - 1));
  }
}

TEST_CASE("the certificates inside real pictures lead to the public trust list") {
  const std::string folder = testing::samples_folder();
  const auto anchors = read_certificates_pem(
      as_text(testing::read_file(folder + "/c2pa/trust/C2PA-TRUST-LIST.pem")));
  const ByteBuffer picture = testing::read_file(folder + "/files/c2pa/gemini_3.1pro.png");
  if (picture.empty() || !anchors) {
    MESSAGE("skipped: no samples");
    return;
  }
  // Every SEQUENCE with a two-byte length that is a certificate, in file order: leaf, then issuer.
  Chain found;
  for (std::size_t at = 0; at + 4 < picture.size(); ++at) {
    if (picture[at] != 0x30 || picture[at + 1] != 0x82) continue;
    const auto size = 4 + load_be(picture, at + 2, 2).value_or(0);
    auto certificate = read_certificate(slice(picture, at, size));
    if (certificate) found.push_back(*std::move(certificate));
  }
  int trusted = 0;
  for (std::size_t i = 0; i + 1 < found.size(); ++i) {
    const Chain chain = {found[i], found[i + 1]};
    if (!leads_to_anchor(chain, *anchors, found[i].not_before() + 1)) continue;
    if (found[i].public_key().kind() == KeyKind::Other || breach({found[i]}) != "") continue;
    CHECK(found[i].organisation() == "Google LLC");
    CHECK(breach(chain) == "");
    ++trusted;
  }
  CHECK(trusted > 0);
}
