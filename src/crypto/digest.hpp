// SPDX-License-Identifier: Apache-2.0
// Message digests over memory and over files, with the machine's own instructions (OpenSSL).
#pragma once

#include "base/source.hpp"

#include <memory>

namespace colophon {

enum class DigestAlgorithm : std::uint8_t { Sha1, Sha256, Sha384, Sha512, Sm3 };
/// Bytes of a digest: 20, 32, 48, 64, 32.
[[nodiscard]] std::size_t digest_size(DigestAlgorithm algorithm) noexcept;

/// A running digest. Feed it, then take the result once.
class Digest {
 public:
  explicit Digest(DigestAlgorithm algorithm);
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;
  ~Digest();
  void update(Bytes bytes);
  /// `range` of the source, in blocks: memory stays constant.
  [[nodiscard]] Status update(Source& source, Range range);
  /// Empty when the crypto library lacks the algorithm: equal to no digest.
  [[nodiscard]] ByteBuffer finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

[[nodiscard]] ByteBuffer digest_of(DigestAlgorithm algorithm, Bytes bytes);
/// Of the whole source.
[[nodiscard]] Result<ByteBuffer> digest_of(DigestAlgorithm algorithm, Source& source);

}  // namespace colophon
