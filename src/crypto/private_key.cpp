// SPDX-License-Identifier: Apache-2.0
// Making and reading private keys: PKCS#8 (RFC 5958), encrypted with PBES2 (RFC 8018), AES-256-CBC
// and scrypt (RFC 7914).
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>

#include <algorithm>

#include "crypto/signers.hpp"

namespace colophon {
namespace {

using OwnedPrivate = Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using OwnedEncrypted = Owned<X509_SIG, X509_SIG_free>;
using OwnedAlgorithm = Owned<X509_ALGOR, X509_ALGOR_free>;

constexpr int kFewestRsaBits = 2048;
constexpr int kSaltSize = 16;
// 16 MiB and about 50 ms: half of what OpenSSL accepts when it reads the key again.
constexpr std::uint64_t kScryptCost = 16'384;
constexpr std::uint64_t kScryptBlocks = 8;

struct KeyType {
  const char* name;
  const char* group;  ///< null: not on a curve of choice
};

std::optional<KeyType> type_of(KeyKind kind) {
  switch (kind) {
    case KeyKind::Sm2:
      return KeyType{"SM2", nullptr};
    case KeyKind::P256:
      return KeyType{"EC", "P-256"};
    case KeyKind::P384:
      return KeyType{"EC", "P-384"};
    case KeyKind::P521:
      return KeyType{"EC", "P-521"};
    case KeyKind::Ed25519:
      return KeyType{"ED25519", nullptr};
    case KeyKind::Rsa:
      return KeyType{"RSA", nullptr};
    case KeyKind::RsaPss:
      return KeyType{"RSA-PSS", nullptr};
    case KeyKind::Other:
      break;
  }
  return std::nullopt;
}

OwnedKey generate(const KeyType& type, int rsa_bits) {
  const OwnedKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type.name, nullptr));
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1) return nullptr;
  if (type.group != nullptr && EVP_PKEY_CTX_set_group_name(context.get(), type.group) != 1) {
    return nullptr;
  }
  if (rsa_bits > 0 && EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), rsa_bits) != 1) {
    return nullptr;
  }
  EVP_PKEY* made = nullptr;
  return OwnedKey(EVP_PKEY_generate(context.get(), &made) == 1 ? made : nullptr);
}

bool write_encrypted(BIO& out, PKCS8_PRIV_KEY_INFO& key, std::string_view passphrase) {
  OwnedAlgorithm scheme(PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, kSaltSize, nullptr,
                                              kScryptCost, kScryptBlocks, 1));
  if (!scheme) return false;
  const OwnedEncrypted encrypted(
      PKCS8_set0_pbe(passphrase.data(), static_cast<int>(passphrase.size()), &key, scheme.get()));
  if (!encrypted) return false;
  (void)scheme.release();  // belongs to what was made
  return PEM_write_bio_PKCS8(&out, encrypted.get()) == 1;
}

/// OpenSSL asks for the passphrase here; without one it would ask the terminal.
int give_passphrase(char* out, int size, int /*writing*/, void* data) {
  const std::string& passphrase = *static_cast<const std::string*>(data);
  if (passphrase.empty() || passphrase.size() > static_cast<std::size_t>(size)) return -1;
  std::ranges::copy(passphrase, out);
  return static_cast<int>(passphrase.size());
}

}  // namespace

Result<std::string> new_private_key(KeyKind kind, int rsa_bits, std::string_view passphrase) {
  const QuietErrors quiet;
  const auto type = type_of(kind);
  if (!type) return fail(ErrorCode::Usage, "there is no such kind of key", "key");
  const bool is_rsa = kind == KeyKind::Rsa || kind == KeyKind::RsaPss;
  if (is_rsa && (rsa_bits < kFewestRsaBits || rsa_bits > kMostRsaBits)) {
    return fail(ErrorCode::Usage, "an RSA key has 2048 to 16384 bits", "key");
  }
  const OwnedKey key = generate(*type, is_rsa ? rsa_bits : 0);
  const OwnedPrivate plain(key ? EVP_PKEY2PKCS8(key.get()) : nullptr);
  const OwnedBio out(BIO_new(BIO_s_secmem()));
  if (!plain || !out ||
      !(passphrase.empty() ? PEM_write_bio_PKCS8_PRIV_KEY_INFO(out.get(), plain.get()) == 1
                           : write_encrypted(*out, *plain, passphrase))) {
    return fail(ErrorCode::Unsupported, "the crypto library cannot make such a key", "key");
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

Result<OwnedKey> read_private_key(std::string_view pem, const std::string& passphrase) {
  const QuietErrors quiet;
  const OwnedBio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::string answer = passphrase;
  OwnedKey key(in ? PEM_read_bio_PrivateKey(in.get(), nullptr, give_passphrase, &answer) : nullptr);
  OPENSSL_cleanse(answer.data(), answer.size());
  if (key) return key;
  const bool encrypted = pem.find("ENCRYPTED") != std::string_view::npos;
  if (encrypted && passphrase.empty()) {
    return fail(ErrorCode::Usage, "the key is encrypted: give its passphrase", "key");
  }
  return fail(ErrorCode::Malformed,
              encrypted ? "the passphrase is wrong, or the key is damaged"
                        : "this is no private key in PEM form (PKCS#8 is expected)",
              "key");
}

}  // namespace colophon
