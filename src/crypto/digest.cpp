// SPDX-License-Identifier: Apache-2.0
#include "crypto/digest.hpp"

#include <algorithm>
#include <array>

#include "crypto/openssl.hpp"

namespace colophon {
namespace {

// Fits into the second-level cache: larger blocks measure slower.
constexpr std::uint64_t kBlock = 256 * 1024;

constexpr std::array<std::size_t, 5> kSizes = {20, 32, 48, 64, 32};

}  // namespace

const EVP_MD* openssl_digest(DigestAlgorithm algorithm) noexcept {
  // A fetch per digest costs more than the digest of a small assertion. Never freed.
  static const std::array<EVP_MD*, kSizes.size()> fetched = [] {
    const QuietErrors quiet;
    std::array<EVP_MD*, kSizes.size()> all{};
    constexpr std::array names = {"SHA1", "SHA256", "SHA384", "SHA512", "SM3"};
    std::ranges::transform(names, all.begin(),
                           [](const char* name) { return EVP_MD_fetch(nullptr, name, nullptr); });
    return all;
  }();
  return fetched[static_cast<std::size_t>(algorithm)];
}

std::size_t digest_size(DigestAlgorithm algorithm) noexcept {
  return kSizes[static_cast<std::size_t>(algorithm)];
}

struct Digest::Context {
  OwnedDigestContext evp{EVP_MD_CTX_new()};
  bool works = false;
};

Digest::Digest(DigestAlgorithm algorithm) : context_(std::make_unique<Context>()) {
  const QuietErrors quiet;
  const EVP_MD* md = openssl_digest(algorithm);
  context_->works = context_->evp && md && EVP_DigestInit_ex(context_->evp.get(), md, nullptr) == 1;
}
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;
Digest::~Digest() = default;

void Digest::update(Bytes bytes) {
  if (!context_->works) return;
  context_->works = EVP_DigestUpdate(context_->evp.get(), bytes.data(), bytes.size()) == 1;
}

Status Digest::update(Source& source, Range range) {
  if (range.end() > source.size()) return truncated(range, source.size());
  while (range.size > 0) {
    const Bytes block = TRY(source.view({range.offset, std::min(kBlock, range.size)}));
    update(block);
    range.offset += block.size();
    range.size -= block.size();
  }
  return {};
}

ByteBuffer Digest::finish() {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (!context_->works) return {};
  context_->works = false;
  if (EVP_DigestFinal_ex(context_->evp.get(), digest.data(), &size) != 1) return {};
  return to_buffer(Bytes(digest.data(), size));
}

ByteBuffer digest_of(DigestAlgorithm algorithm, Bytes bytes) {
  Digest digest(algorithm);
  digest.update(bytes);
  return digest.finish();
}

Result<ByteBuffer> digest_of(DigestAlgorithm algorithm, Source& source) {
  Digest digest(algorithm);
  TRY(digest.update(source, {0, source.size()}));
  ByteBuffer result = digest.finish();
  if (result.empty()) return fail(ErrorCode::Unsupported, "the crypto library lacks this digest");
  return result;
}

}  // namespace colophon
