// SPDX-License-Identifier: Apache-2.0
// Every table of an ISO media file that holds a position in the file.
#pragma once

#include "formats/mp4_edit.hpp"

namespace colophon::mp4 {

/// A table of positions inside `moov`.
struct Table {
  std::vector<Box> chain;  ///< from below `moov` down to the table's box
  unsigned width = 4;
  std::uint64_t count = 0;
  std::uint64_t entries_at = 0;
  std::uint64_t highest = 0;  ///< of the positions that move
  bool widen = false;         ///< stco becomes co64
  [[nodiscard]] const Box& box() const { return chain.back(); }
  [[nodiscard]] Range entries() const { return {entries_at, count * width}; }
};

class Tables {
 public:
  Tables(Source& source, const FileMap& map, const Limits& limits)
      : source_(source), map_(map), limits_(limits) {}

  /// The tables inside `moov`. Nothing before `from` is going to move.
  [[nodiscard]] Status find(const Box& moov, std::uint64_t from);
  [[nodiscard]] std::vector<Table>& in_moov() noexcept { return tables_; }
  /// Adds what the tables must read after `shift`, those of `find` and those outside `moov`.
  [[nodiscard]] Status follow(const Shift& shift, std::vector<Replacement>& out);

 private:
  [[nodiscard]] Status walk(const Box& box, std::vector<Box>& chain);
  [[nodiscard]] Status add_table(const std::vector<Box>& chain);
  [[nodiscard]] Status rewrite(const Table& table, const Shift& shift);
  [[nodiscard]] Status top_level(const Box& box, const Shift& shift);
  [[nodiscard]] Status fragment(const Box& moof, const Shift& shift);
  [[nodiscard]] Status random_access(const Box& mfra, const Shift& shift);
  [[nodiscard]] Status random_access_table(const Box& tfra, const Shift& shift);
  [[nodiscard]] Status segment_index(const Box& sidx, const Shift& shift);
  [[nodiscard]] Status items(const Box& meta, const Shift& shift);
  [[nodiscard]] Status put_number(const Box& box, std::uint64_t at, std::uint64_t value,
                                  unsigned width);

  Source& source_;
  const FileMap& map_;
  const Limits& limits_;
  std::uint64_t from_ = 0;
  std::vector<Table> tables_;
  std::vector<Box> metas_;  // inside moov
  std::vector<Replacement> out_;
};

}  // namespace colophon::mp4
