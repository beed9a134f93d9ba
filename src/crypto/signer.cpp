// SPDX-License-Identifier: Apache-2.0
// Signing with a key file or with a process that holds the key.
#include <fstream>
#include <iterator>

#include "crypto/signers.hpp"

namespace colophon {
namespace {

constexpr std::size_t kMostKeyFile = 1 << 20;
constexpr int kFewestRsaBits = 2048;
// The largest RSA signature is 2048 bytes; more is no signature.
constexpr std::size_t kMostSignature = 4096;

Failure cannot_sign(ErrorCode code, std::string message) {
  return fail(code, std::move(message), "signer");
}

/// What every signer knows of its key.
class KnownSigner : public Signer {
 public:
  [[nodiscard]] SignatureAlgorithm algorithm() const noexcept override { return algorithm_; }
  [[nodiscard]] std::size_t signature_size() const noexcept override {
    return signature_size_of(public_);
  }
  [[nodiscard]] PublicKey public_key() const override { return public_; }

 protected:
  KnownSigner(PublicKey public_key, SignatureAlgorithm algorithm)
      : public_(std::move(public_key)), algorithm_(algorithm) {}

  PublicKey public_;
  SignatureAlgorithm algorithm_;
};

class KeySigner final : public KnownSigner {
 public:
  KeySigner(OwnedKey key, PublicKey public_key, SignatureAlgorithm algorithm)
      : KnownSigner(std::move(public_key), algorithm), key_(std::move(key)) {}

  [[nodiscard]] Result<ByteBuffer> sign(Bytes message) override {
    const QuietErrors quiet;
    const ByteBuffer made =
        public_.kind() == KeyKind::Ed25519 ? sign_message(message) : sign_digest(message);
    if (made.empty()) return cannot_sign(ErrorCode::Unsupported, "the key refuses to sign");
    ByteBuffer signature = TRY(in_fixed_form(public_, made));
    // A key file holds both halves, and nobody has compared them before.
    if (!public_.verifies(algorithm_, message, signature)) {
      return cannot_sign(ErrorCode::Malformed,
                         "the private key and its public half do not belong together");
    }
    return signature;
  }

 private:
  [[nodiscard]] ByteBuffer sign_message(Bytes message) const {
    ByteBuffer out(kMostSignature);
    std::size_t size = out.size();
    const OwnedDigestContext context(EVP_MD_CTX_new());
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), out.data(), &size, message.data(), message.size()) != 1) {
      return {};
    }
    out.resize(size);
    return out;
  }

  [[nodiscard]] ByteBuffer sign_digest(Bytes message) const {
    const ByteBuffer digest = digest_to_sign(*key_, algorithm_, message);
    ByteBuffer out(kMostSignature);
    std::size_t size = out.size();
    const OwnedKeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr));
    if (!context || EVP_PKEY_sign_init(context.get()) != 1 || !configure(*context, algorithm_) ||
        EVP_PKEY_sign(context.get(), out.data(), &size, digest.data(), digest.size()) != 1) {
      return {};
    }
    out.resize(size);
    return out;
  }

  OwnedKey key_;
};

/// What the process answers is checked against its public key: a wrong signature is never written.
class ProcessSigner final : public KnownSigner {
 public:
  ProcessSigner(const KeySource& source, PublicKey public_key, SignatureAlgorithm algorithm)
      : KnownSigner(std::move(public_key), algorithm),
        command_(source.command),
        timeout_ms_(source.timeout_ms) {}

  [[nodiscard]] Result<ByteBuffer> sign(Bytes message) override {
    const QuietErrors quiet;
    const ByteBuffer input = digest_to_sign(*public_.handle().key, algorithm_, message);
    const ByteBuffer answer = TRY(ask_process(command_, input, kMostSignature, timeout_ms_));
    ByteBuffer signature = TRY(in_fixed_form(public_, answer));
    if (!public_.verifies(algorithm_, message, signature)) {
      return cannot_sign(ErrorCode::Mismatch,
                         "the signer's signature does not fit its public key and " +
                             std::string(to_string(algorithm_)));
    }
    return signature;
  }

 private:
  std::string command_;
  int timeout_ms_;
};

SignatureAlgorithm usual_algorithm(KeyKind kind) noexcept {
  switch (kind) {
    case KeyKind::Sm2:
      return SignatureAlgorithm::Sm2;
    case KeyKind::P384:
      return SignatureAlgorithm::Es384;
    case KeyKind::P521:
      return SignatureAlgorithm::Es512;
    case KeyKind::Ed25519:
      return SignatureAlgorithm::EdDsa;
    case KeyKind::Rsa:
    case KeyKind::RsaPss:
      return SignatureAlgorithm::Ps256;
    default:
      return SignatureAlgorithm::Es256;
  }
}

Result<SignatureAlgorithm> choose_algorithm(const KeySource& source, const PublicKey& key) {
  const auto algorithm = source.algorithm.value_or(usual_algorithm(key.kind()));
  if (!suits(key.kind(), algorithm)) {
    return cannot_sign(ErrorCode::Usage, "this key makes no " + std::string(to_string(algorithm)) +
                                             " signatures; leave the algorithm out");
  }
  const bool is_rsa = key.kind() == KeyKind::Rsa || key.kind() == KeyKind::RsaPss;
  if (is_rsa && key.bits() < kFewestRsaBits) {
    return cannot_sign(ErrorCode::Refused, "RSA keys below 2048 bits are too weak to sign with");
  }
  return algorithm;
}

Result<std::string> read_key_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorCode::NotFound, "the key file cannot be opened", path);
  std::string text(kMostKeyFile + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad()) return fail(ErrorCode::Io, "the key file cannot be read", path);
  if (text.size() > kMostKeyFile) {
    return fail(ErrorCode::LimitExceeded, "the file is too large to be a key", path);
  }
  return text;
}

Result<std::unique_ptr<Signer>> open_process(const KeySource& source) {
  if (source.public_key_pem.empty()) {
    return cannot_sign(ErrorCode::Usage,
                       "a signer command needs its certificate or public key beside it");
  }
  PublicKey key = TRY(read_public_key(as_bytes(source.public_key_pem)));
  const SignatureAlgorithm algorithm = TRY(choose_algorithm(source, key));
  return std::make_unique<ProcessSigner>(source, std::move(key), algorithm);
}

}  // namespace

std::size_t signature_size_of(const PublicKey& key) noexcept {
  if (key.kind() == KeyKind::Ed25519) return 64;
  const std::size_t scalar = scalar_size(key.kind());
  return scalar > 0 ? 2 * scalar : (static_cast<std::size_t>(key.bits()) + 7) / 8;
}

Result<ByteBuffer> in_fixed_form(const PublicKey& key, Bytes signature) {
  const std::size_t size = signature_size_of(key);
  if (signature.size() == size) return to_buffer(signature);
  const std::size_t scalar = scalar_size(key.kind());
  ByteBuffer raw = scalar > 0 ? ec_signature_to_raw(signature, scalar) : ByteBuffer();
  if (raw.empty()) {
    return cannot_sign(ErrorCode::Malformed,
                       "the signer gave " + std::to_string(signature.size()) +
                           " bytes, which is no signature by this key (raw binary is expected: " +
                           std::to_string(size) + " bytes" + (scalar > 0 ? ", or DER)" : ")"));
  }
  return raw;
}

Result<std::unique_ptr<Signer>> open_signer(const KeySource& source) {
  const QuietErrors quiet;
  if (!source.path.empty() + !source.pem.empty() + !source.command.empty() != 1) {
    return cannot_sign(ErrorCode::Usage, "name one key: a file, a PEM text or a signer command");
  }
  if (!source.command.empty()) return open_process(source);
  const std::string pem = source.path.empty() ? source.pem : TRY(read_key_file(source.path));
  OwnedKey key = TRY(read_private_key(pem, source.passphrase));
  PublicKey public_key = TRY(read_public_key(to_der<i2d_PUBKEY>(key.get())));
  const SignatureAlgorithm algorithm = TRY(choose_algorithm(source, public_key));
  return std::make_unique<KeySigner>(std::move(key), std::move(public_key), algorithm);
}

}  // namespace colophon
