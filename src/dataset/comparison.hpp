// SPDX-License-Identifier: Apache-2.0
// What differs between the records that were sealed and those that are there.
#pragma once

#include "dataset/dataset.hpp"
#include "dataset/hash_list.hpp"

#include <deque>

namespace colophon {

/// Gives the entries of one side, one by one; nothing at the end.
using NextEntry = std::function<Result<std::optional<HashEntry>>()>;

/// Goes through both sides in step, so that records that stayed cost no memory. Where they part it
/// looks ahead for a record that both have. What is left over is matched at the end, so that a
/// record found elsewhere counts as moved.
class Comparison {
 public:
  /// `most_kept`: so many left-over records of either side are told apart; more are counted.
  explicit Comparison(std::size_t most_kept = 200'000) : most_kept_(most_kept) {}
  [[nodiscard]] Status compare(const std::string& shard, const NextEntry& sealed,
                               const NextEntry& found);
  [[nodiscard]] std::uint64_t same() const noexcept { return same_; }

  struct Outcome {
    std::vector<Difference> differences;  ///< in the order of the shards
    std::map<std::string, std::uint64_t> counts;
    bool more = false;  ///< some were only counted, as removed or added
  };
  [[nodiscard]] Outcome finish(std::uint64_t most_named);

 private:
  struct Left {
    HashEntry entry;
    std::uint32_t shard = 0;
    std::uint32_t gap = 0;  ///< between the same two records that stayed
    bool done = false;
  };
  struct Side {
    NextEntry next;
    std::deque<HashEntry> window;
    bool ended = false;
    std::vector<Left> left;
    std::uint64_t only_counted = 0;
  };
  [[nodiscard]] Status fill(Side& side, std::size_t size);
  [[nodiscard]] Status resync();
  void drop(Side& side, std::size_t count);
  [[nodiscard]] std::vector<std::pair<Left*, Left*>> take_moved();
  void pair_changed();
  void note(Difference::Kind kind, const Left* sealed, const Left* found);

  std::size_t most_kept_;
  Side sealed_, found_;
  std::vector<std::string> shards_;
  std::uint32_t gap_ = 0;
  std::uint64_t same_ = 0, most_named_ = 0;
  Outcome outcome_;
};

}  // namespace colophon
