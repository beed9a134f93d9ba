// SPDX-License-Identifier: Apache-2.0
#include "ops/keys.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "base/text.hpp"
#include "crypto/issue.hpp"
#include "crypto/time_stamp.hpp"
#include "io/io.hpp"
#include "ops/sealing.hpp"

namespace colophon {
namespace {

constexpr std::uint64_t kMostFile = 1 << 20;
constexpr int kRsaBits = 3072;
constexpr std::string_view kEnvironment = "env:";

struct Type {
  std::string_view word;
  KeyKind kind;
};
constexpr std::array<Type, 6> kTypes = {{{"sm2", KeyKind::Sm2},
                                         {"es256", KeyKind::P256},
                                         {"es384", KeyKind::P384},
                                         {"es512", KeyKind::P521},
                                         {"ed25519", KeyKind::Ed25519},
                                         {"rsa-pss", KeyKind::RsaPss}}};

Result<KeyKind> kind_of(const std::string& word) {
  for (const Type& type : kTypes) {
    if (type.word == word) return type.kind;
  }
  return fail(ErrorCode::Usage, fmt::format("there is no key type \"{}\"", word), "type");
}

Result<std::string> text_of(const std::string& name) {
  if (!name.starts_with(kEnvironment)) return to_string(TRY(read_small_file(name, kMostFile)));
  const std::string variable = name.substr(kEnvironment.size());
  const char* value = std::getenv(variable.c_str());
  if (value != nullptr && *value != '\0') return std::string(value);
  return fail(ErrorCode::NotFound, fmt::format("the environment has no {}", variable), name);
}

bool is_private_key(std::string_view pem) {
  return pem.find("PRIVATE KEY-----") != std::string_view::npos;
}
bool is_public(std::string_view pem) {
  return pem.find("PUBLIC KEY-----") != std::string_view::npos ||
         pem.find("CERTIFICATE-----") != std::string_view::npos;
}

/// The key must be there: what else is in the file is told in a word.
Status check_private(std::string_view pem, const std::string& name) {
  if (is_private_key(pem)) return {};
  return fail(ErrorCode::Usage,
              is_public(pem)
                  ? "this is a public key or certificate; the private key signs"
                  : "this holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)",
              name);
}

/// Writes all of several new files or none.
class NewFiles {
 public:
  NewFiles() = default;
  NewFiles(const NewFiles&) = delete;
  NewFiles& operator=(const NewFiles&) = delete;
  ~NewFiles() {
    for (const std::string& path : written_) ::unlink(path.c_str());
  }
  Status add(const std::string& path, std::string_view text, std::uint32_t mode) {
    TRY(write_new_file(path, as_bytes(text), mode));
    written_.push_back(path);
    return {};
  }
  std::vector<std::string> keep() { return std::exchange(written_, {}); }

 private:
  std::vector<std::string> written_;
};

}  // namespace

Result<std::unique_ptr<Signer>> open_key(const SigningKey& key) {
  KeySource source;
  if (!key.key.empty()) {
    source.pem = TRY(text_of(key.key));
    TRY(check_private(source.pem, key.key));
  }
  source.command = key.command;
  source.passphrase = key.passphrase;
  if (!key.public_key.empty()) source.public_key_pem = TRY(text_of(key.public_key));
  if (!key.algorithm.empty()) {
    source.algorithm = parse_signature_algorithm(key.algorithm);
    if (!source.algorithm) {
      return fail(ErrorCode::Usage,
                  fmt::format("there is no signature algorithm \"{}\"", key.algorithm), "sign");
    }
  }
  auto signer = open_signer(source);
  if (!signer) {
    Error error = signer.error();
    if (!key.key.empty()) error.where = key.key;
    if (error.code == ErrorCode::Malformed) error.code = ErrorCode::Usage;  // no file of the job
    return Failure(error);
  }
  return signer;
}

Result<std::shared_ptr<const ManifestJob>> open_manifest_job(const ManifestRequest& request) {
  constexpr int kTimeout = 60'000;
  const std::string& where = request.chain.empty() ? request.key.key : request.chain;
  if (where.empty()) {
    return fail(ErrorCode::Usage, "a C2PA manifest needs the certificates of its signer: --cert");
  }
  const std::string pem = TRY(text_of(where));
  ManifestJob job;
  auto chain = read_certificates_pem(pem);
  if (!chain) {
    return fail(ErrorCode::Usage, std::move(chain).error().message, where);
  }
  job.signatory.chain = in_order(*std::move(chain));
  if (job.signatory.chain.empty()) {
    return fail(ErrorCode::Usage, "there is no certificate in it; give --cert CHAIN", where);
  }
  SigningKey key = request.key;
  if (!key.command.empty() && key.public_key.empty()) key.public_key = where;
  job.signatory.signer = TRY(open_key(key));
  job.disclosure = request.disclosure;
  job.time_stamp = request.time_stamp;
  if (!request.time_stamp.empty() && !request.time_stamp_command.empty()) {
    return fail(ErrorCode::Usage,
                "a time-stamp comes from an address or from a command, not from both");
  }
  if (!request.time_stamp_command.empty()) {
    job.signatory.stamp = [command = request.time_stamp_command](Bytes message) {
      return ask_time_stamp(command, message, kTimeout);
    };
  }
  return std::make_shared<const ManifestJob>(std::move(job));
}

bool is_exposed(const SigningKey& key) {
  if (key.key.empty() || key.key.starts_with(kEnvironment)) return false;
  const auto traits = traits_of(key.key);
  if (!traits || (traits->mode & 0004) == 0) return false;
  const auto pem = text_of(key.key);
  return pem && is_private_key(*pem) && pem->find("ENCRYPTED") == std::string::npos;
}

bool needs_passphrase(const SigningKey& key) {
  if (key.key.empty() || !key.passphrase.empty()) return false;
  const auto pem = text_of(key.key);
  return pem && is_private_key(*pem) && pem->find("ENCRYPTED") != std::string::npos;
}

Result<MadeKey> make_key(const NewKey& wanted, const Env& env) {
  const KeyKind kind = TRY(kind_of(wanted.type));
  const std::string pem = TRY(new_private_key(kind, kRsaBits, wanted.passphrase));
  KeySource source;
  source.pem = pem;
  source.passphrase = wanted.passphrase;
  const PublicKey key = TRY(open_signer(source))->public_key();
  std::string stem = wanted.path;
  if (stem.ends_with(".pem")) stem.resize(stem.size() - 4);
  NewFiles files;
  TRY(files.add(wanted.path, pem, 0600));
  TRY(files.add(stem + ".pub.pem", to_pem(key), 0644));
  if (!wanted.certificate.empty()) {
    const TestChain chain =
        TRY(issue_test_chain(pem, wanted.passphrase, wanted.certificate, env.now()));
    TRY(files.add(stem + ".cert.pem", chain.leaf, 0644));
    TRY(files.add(stem + ".root.pem", chain.root, 0644));
  }
  return MadeKey{key.fingerprint(), files.keep()};
}

Result<KeyFacts> describe_key(const SigningKey& key) {
  const std::string text = TRY(text_of(key.key));
  KeyFacts facts;
  std::optional<PublicKey> found;
  if (is_private_key(text)) {
    facts.is_private = true;
    found = TRY(open_key(key))->public_key();
  } else if (!is_public(text) && is_utf8(text)) {
    return fail(ErrorCode::Malformed, "this holds no key or certificate in PEM form", key.key);
  } else {
    if (auto chain = read_certificates_pem(text)) facts.chain = std::move(*chain);
    found = TRY(read_public_key(as_bytes(text)));
    if (!facts.chain.empty()) {
      facts.breach = profile_breach(facts.chain, CertificateUse::ClaimSigning, {});
    }
  }
  facts.kind = to_string(found->kind());
  facts.bits = found->bits();
  facts.fingerprint = found->fingerprint();
  facts.pem = to_pem(*found);
  return facts;
}

std::string_view to_string(KeyKind kind) noexcept {
  switch (kind) {
    case KeyKind::Sm2:
      return "SM2";
    case KeyKind::P256:
      return "P-256";
    case KeyKind::P384:
      return "P-384";
    case KeyKind::P521:
      return "P-521";
    case KeyKind::Ed25519:
      return "Ed25519";
    case KeyKind::Rsa:
      return "RSA";
    case KeyKind::RsaPss:
      return "RSA-PSS";
    case KeyKind::Other:
      break;
  }
  return "other";
}

std::string time_text(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm utc{};
  gmtime_r(&time, &utc);
  std::array<char, 32> buffer{};
  return {buffer.data(), std::strftime(buffer.data(), buffer.size(), "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

}  // namespace colophon
