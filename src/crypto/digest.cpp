// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/text.hpp"
#include "crypto/crypto.hpp"

namespace colophon {
namespace {

constexpr std::uint64_t kBlock = 256 * 1024;

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

}  // namespace

Result<std::string> sha256_hex(Source& source) {
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) {
    return fail(ErrorCode::Unsupported, "the crypto library offers no SHA-256");
  }
  for (std::uint64_t at = 0; at < source.size();) {
    const Bytes block = TRY(source.view({at, std::min(kBlock, source.size() - at)}));
    EVP_DigestUpdate(context.get(), block.data(), block.size());
    at += block.size();
  }
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  return hex_encode(Bytes(digest.data(), size));
}

}  // namespace colophon
