// SPDX-License-Identifier: Apache-2.0
// Files as documents: JSON lines, WARC and WET, tar (WebDataset), or the file as it is. Containers
// may be packed with gzip or Zstandard.
#pragma once

#include "io/byte_stream.hpp"
#include "scan/document.hpp"

namespace colophon::scan {

/// By its name, without .gz and .zst; of other names by the first bytes.
[[nodiscard]] Result<InputKind> kind_of(const std::string& path);

struct ReadOptions {
  std::size_t batch_bytes = 2048 << 10;
  std::size_t largest_document = 64 << 20;  ///< beyond it a document is an error
};

class Reader {
 public:
  virtual ~Reader() = default;
  /// The next documents. `batch.file_ends` with the last ones, which may be none. Damage goes to
  /// `batch.error`, with what came before it.
  virtual void next(Batch& batch) = 0;
};
/// `from`: an end that an earlier reader of the same file told.
[[nodiscard]] Result<std::unique_ptr<Reader>> open_reader(const std::string& path, InputKind kind,
                                                          const Position& from,
                                                          const ReadOptions& options);
/// The same for a stream that is open already.
[[nodiscard]] Result<std::unique_ptr<Reader>> make_reader(std::unique_ptr<ByteStream> stream,
                                                          InputKind kind, const Position& from,
                                                          const ReadOptions& options);

}  // namespace colophon::scan
