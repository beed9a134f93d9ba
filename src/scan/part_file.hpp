// SPDX-License-Identifier: Apache-2.0
// The results of one shard in one file, PART.jsonl, that is there when it is complete. Until then
// PART.jsonl.partial grows, and PART.state.json says how far it got, so that a run that was killed
// goes on where it was, and one that was finished is not done again.
#pragma once

#include "scan/scan.hpp"

namespace colophon::scan {

struct Checkpoint {
  std::uint64_t file = 0;  ///< inputs before it are done
  Position position;       ///< in that input
  std::uint64_t output = 0;
  Counts counts;
};

class PartFile {
 public:
  /// `signature`: what the results depend on; of another one nothing is taken up.
  [[nodiscard]] static Result<std::unique_ptr<PartFile>> open(const std::string& folder,
                                                              const ShardOf& shard,
                                                              const std::string& signature,
                                                              bool fresh);
  ~PartFile();
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// An earlier run finished it.
  [[nodiscard]] bool is_done() const noexcept { return done_; }
  /// Where to go on; of a finished part only the counts matter.
  [[nodiscard]] const Checkpoint& start() const noexcept { return start_; }
  [[nodiscard]] Status write(std::string_view lines);
  /// Makes sure of what was written. Call it at places that `checkpoint` describes.
  [[nodiscard]] Status save(Checkpoint checkpoint);
  [[nodiscard]] Status finish(const Counts& counts);

 private:
  PartFile(std::string path, std::string signature)
      : path_(std::move(path)), signature_(std::move(signature)) {}
  [[nodiscard]] Status flush();
  std::string path_, signature_;
  int descriptor_ = -1;
  bool done_ = false;
  std::uint64_t written_ = 0;
  ByteBuffer pending_;
  Checkpoint start_;
};

}  // namespace colophon::scan
