// SPDX-License-Identifier: Apache-2.0
// Reading public keys: SubjectPublicKeyInfo (RFC 5280), and SM2 points as GB 45438 labels carry
// them.
#include "crypto/keys.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "crypto/openssl.hpp"
#include "crypto/signatures.hpp"

namespace colophon {
namespace {

// SEQUENCE { SEQUENCE { id-ecPublicKey, sm2p256v1 }, BIT STRING ... } up to the point.
constexpr std::array<std::uint8_t, 26> kSm2SpkiHead = {
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
    0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D, 0x03, 0x42, 0x00};
constexpr std::size_t kSm2Scalar = 32;
constexpr std::size_t kSm2Point = 1 + 2 * kSm2Scalar;
constexpr std::size_t kMostKeyBytes = 1 << 16;

KeyKind kind_of_curve(const EVP_PKEY& key) {
  int is_explicit = 0;
  // Parameters written out can describe a curve on which a signature is easily forged.
  if (EVP_PKEY_get_int_param(&key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &is_explicit) !=
          1 ||
      is_explicit != 0) {
    return KeyKind::Other;
  }
  std::array<char, 64> name{};
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(&key, name.data(), name.size(), &size) != 1) return KeyKind::Other;
  switch (OBJ_sn2nid(name.data())) {
    case NID_sm2:
      return KeyKind::Sm2;
    case NID_X9_62_prime256v1:
      return KeyKind::P256;
    case NID_secp384r1:
      return KeyKind::P384;
    case NID_secp521r1:
      return KeyKind::P521;
    default:
      return KeyKind::Other;
  }
}

Failure bad_key(std::string message) {
  return fail(ErrorCode::Malformed, std::move(message), "public key");
}

Result<PublicKey> read_spki(Bytes der) {
  const QuietErrors quiet;
  if (der.size() > kMostKeyBytes) return bad_key("the public key is larger than any key");
  const std::uint8_t* at = der.data();
  OwnedKey key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  if (!key || at != der.data() + der.size()) {
    return bad_key("this is no SubjectPublicKeyInfo of a known key type");
  }
  PublicKey result = make_public_key(std::move(key), der);
  if (result.kind() == KeyKind::Other) {
    return fail(ErrorCode::Unsupported,
                "keys of this type, curve or size are not accepted (named curves P-256, P-384, "
                "P-521 and SM2; Ed25519; RSA up to 16384 bits)",
                "public key");
  }
  return result;
}

/// The uncompressed point for any encoding of one on the SM2 curve; empty when it lies on none.
ByteBuffer sm2_point(Bytes encoded) {
  using Group = Owned<EC_GROUP, EC_GROUP_free>;
  using Point = Owned<EC_POINT, EC_POINT_free>;
  const Group group(EC_GROUP_new_by_curve_name(NID_sm2));
  if (!group) return {};
  const Point point(EC_POINT_new(group.get()));
  if (!point ||
      EC_POINT_oct2point(group.get(), point.get(), encoded.data(), encoded.size(), nullptr) != 1) {
    return {};
  }
  ByteBuffer out(kSm2Point);
  const std::size_t size = EC_POINT_point2oct(
      group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, out.data(), out.size(), nullptr);
  out.resize(size == kSm2Point ? size : 0);
  return out;
}

/// An SEC 1 point for the short forms that labels use; empty when it is none of them.
ByteBuffer sm2_encoding(Bytes bytes) {
  ByteBuffer encoded = to_buffer(bytes);
  if (bytes.size() == 2 * kSm2Scalar) {
    encoded.insert(encoded.begin(), POINT_CONVERSION_UNCOMPRESSED);
    return encoded;
  }
  if (bytes.size() == kSm2Point && bytes[0] == POINT_CONVERSION_UNCOMPRESSED) return encoded;
  if (bytes.size() != 1 + kSm2Scalar || bytes[0] == 1 || bytes[0] > 3) return {};
  if (bytes[0] == 0) encoded[0] = POINT_CONVERSION_COMPRESSED;  // 00||x: y is even
  return encoded;
}

}  // namespace

KeyKind kind_of(const EVP_PKEY& key) {
  const int bits = EVP_PKEY_get_bits(&key);
  if (EVP_PKEY_is_a(&key, "ED25519") == 1) return KeyKind::Ed25519;
  if (EVP_PKEY_is_a(&key, "EC") == 1 || EVP_PKEY_is_a(&key, "SM2") == 1) return kind_of_curve(key);
  if (bits > kMostRsaBits) return KeyKind::Other;
  if (EVP_PKEY_is_a(&key, "RSA-PSS") == 1) return KeyKind::RsaPss;
  return EVP_PKEY_is_a(&key, "RSA") == 1 ? KeyKind::Rsa : KeyKind::Other;
}

PublicKey make_public_key(OwnedKey key, Bytes spki) {
  const QuietErrors quiet;
  auto handle = std::make_shared<PublicKey::Handle>();
  handle->stored = to_buffer(spki);
  if (key) {
    handle->kind = kind_of(*key);
    handle->bits = EVP_PKEY_get_bits(key.get());
    if (scalar_size(handle->kind) > 0) {  // one key, one fingerprint
      EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                     OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED);
    }
    handle->key = std::move(key);
  }
  return PublicKey(std::move(handle));
}

const ByteBuffer& PublicKey::Handle::spki() const {
  std::call_once(once_, [&] {
    const QuietErrors quiet;
    if (key) written_ = to_der<i2d_PUBKEY>(key.get());
    if (written_.empty()) written_ = stored;
  });
  return written_;
}

KeyKind PublicKey::kind() const noexcept {
  return handle_->kind;
}
int PublicKey::bits() const noexcept {
  return handle_->bits;
}
ByteBuffer PublicKey::spki() const {
  return handle_->spki();
}
std::string PublicKey::fingerprint() const {
  return hex_encode(digest_of(DigestAlgorithm::Sha256, handle_->spki()));
}

Result<PublicKey> read_public_key(Bytes bytes) {
  if (as_text(bytes).find("-----BEGIN ") == std::string_view::npos) return read_spki(bytes);
  for (const PemBlock& block : TRY(read_pem(as_text(bytes)))) {
    if (block.label == "PUBLIC KEY") return read_spki(block.der);
    if (block.label == "CERTIFICATE") return TRY(read_certificate(block.der)).public_key();
  }
  return bad_key("the PEM text holds neither a PUBLIC KEY nor a CERTIFICATE");
}

Result<PublicKey> read_sm2_public_key(Bytes bytes) {
  const QuietErrors quiet;
  const ByteBuffer encoded = sm2_encoding(bytes);
  if (encoded.empty()) {
    PublicKey key = TRY(read_spki(bytes));
    if (key.kind() != KeyKind::Sm2) return bad_key("this public key is not an SM2 key");
    return key;
  }
  const ByteBuffer point = sm2_point(encoded);
  if (point.empty()) return bad_key("this is no point on the SM2 curve");
  ByteBuffer spki(kSm2SpkiHead.begin(), kSm2SpkiHead.end());
  append(spki, point);
  return read_spki(spki);
}

std::string to_pem(const PublicKey& key) {
  const OwnedBio out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio(out.get(), PEM_STRING_PUBLIC, "", key.spki().data(),
                            static_cast<long>(key.spki().size())) <= 0) {
    return {};
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace colophon
