// SPDX-License-Identifier: Apache-2.0
// gzip and Zstandard, piece by piece; zlib and libzstd are named in packing.cpp only.
#pragma once

#include "formats/splice.hpp"
#include "io/byte_stream.hpp"

namespace colophon {

/// What a file that begins with these bytes is packed with.
[[nodiscard]] Packing packing_of(Bytes head) noexcept;
/// A name without ".gz" or ".zst".
[[nodiscard]] std::string_view unpacked_name(std::string_view name) noexcept;

/// Packs what is written to it into another sink. `finish` writes the end; without it the packed
/// data is cut.
class Packer {
 public:
  virtual ~Packer() = default;
  [[nodiscard]] virtual Status write(Bytes bytes) = 0;
  [[nodiscard]] virtual Status finish() = 0;
};
/// `sink` must outlive the packer.
[[nodiscard]] Result<std::unique_ptr<Packer>> open_packer(Packing packing, Sink& sink);

}  // namespace colophon
