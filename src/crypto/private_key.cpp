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

using OwnedPbe2 = Owned<PBE2PARAM, PBE2PARAM_free>;
using OwnedPbkdf2 = Owned<PBKDF2PARAM, PBKDF2PARAM_free>;
using OwnedScrypt = Owned<SCRYPT_PARAMS, SCRYPT_PARAMS_free>;
using OwnedPbe1 = Owned<PBEPARAM, PBEPARAM_free>;

/// What a key may cost before its passphrase is known to be right: about a second. Common tools
/// write 2048 to 600 000 rounds, and scrypt of 2^14 * 8.
constexpr std::uint64_t kMostRounds = 2'000'000;
constexpr std::uint64_t kMostScrypt = 1 << 22;  // N * r * p

std::uint64_t number(const ASN1_INTEGER* value) {
  std::uint64_t out = 0;
  return value != nullptr && ASN1_INTEGER_get_uint64(&out, value) == 1 ? out : UINT64_MAX;
}

template <typename Wanted>
Wanted unpacked(const X509_ALGOR& algorithm, const ASN1_ITEM* item) {
  const ASN1_OBJECT* name = nullptr;
  const void* value = nullptr;
  int type = 0;
  X509_ALGOR_get0(&name, &type, &value, &algorithm);
  if (type != V_ASN1_SEQUENCE) return nullptr;
  return Wanted(static_cast<typename Wanted::pointer>(
      ASN1_item_unpack(static_cast<const ASN1_STRING*>(value), item)));
}

int name_of(const X509_ALGOR& algorithm) {
  const ASN1_OBJECT* name = nullptr;
  X509_ALGOR_get0(&name, nullptr, nullptr, &algorithm);
  return OBJ_obj2nid(name);
}

/// The rounds that a key's scheme asks for; UINT64_MAX for a number that cannot be read, zero for a
/// scheme that this does not know, which OpenSSL does not either.
std::uint64_t rounds_of(const X509_ALGOR& scheme, bool& is_scrypt) {
  is_scrypt = false;
  if (name_of(scheme) != NID_pbes2) {
    const auto old = unpacked<OwnedPbe1>(scheme, ASN1_ITEM_rptr(PBEPARAM));
    return old ? number(old->iter) : 0;
  }
  const auto both = unpacked<OwnedPbe2>(scheme, ASN1_ITEM_rptr(PBE2PARAM));
  if (!both) return 0;
  is_scrypt = name_of(*both->keyfunc) == NID_id_scrypt;
  if (is_scrypt) {
    const auto scrypt = unpacked<OwnedScrypt>(*both->keyfunc, ASN1_ITEM_rptr(SCRYPT_PARAMS));
    if (!scrypt) return 0;
    std::uint64_t product = 1;
    for (const ASN1_INTEGER* each :
         {scrypt->costParameter, scrypt->blockSize, scrypt->parallelizationParameter}) {
      if (__builtin_mul_overflow(product, number(each), &product)) return UINT64_MAX;
    }
    return product;
  }
  const auto pbkdf2 = unpacked<OwnedPbkdf2>(*both->keyfunc, ASN1_ITEM_rptr(PBKDF2PARAM));
  return pbkdf2 ? number(pbkdf2->iter) : 0;
}

/// All encrypted keys of the text together, because the first that opens is taken.
Status check_cost(std::string_view pem) {
  std::uint64_t pbkdf2 = 0, scrypt = 0;
  const OwnedBio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  while (in && BIO_pending(in.get()) > 0) {
    const OwnedEncrypted encrypted(PEM_read_bio_PKCS8(in.get(), nullptr, nullptr, nullptr));
    if (!encrypted) continue;  // a block that is none, and was stepped over
    const X509_ALGOR* scheme = nullptr;
    X509_SIG_get0(encrypted.get(), &scheme, nullptr);
    bool is_scrypt = false;
    const std::uint64_t rounds = rounds_of(*scheme, is_scrypt);
    std::uint64_t& sum = is_scrypt ? scrypt : pbkdf2;
    if (__builtin_add_overflow(sum, rounds, &sum) || pbkdf2 > kMostRounds || scrypt > kMostScrypt) {
      return fail(ErrorCode::LimitExceeded,
                  "opening the encrypted key would take more than 2000000 rounds of PBKDF2, or "
                  "scrypt with N * r * p above 4194304; encrypt it anew with fewer",
                  "key");
    }
  }
  return {};
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
  TRY(check_cost(pem));
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
