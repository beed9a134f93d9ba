// SPDX-License-Identifier: Apache-2.0
// Files of records (JSON Lines) of any number: gone through stretch by stretch, reported in groups,
// in memory that does not grow with the file.
#pragma once

#include <functional>
#include <map>

#include "ops/reading.hpp"

namespace colophon {

/// Some records, held in memory. They are a document of their format.
struct Stretch {
  RecordPlace first;  ///< where they stand in the file
  ByteBuffer bytes;
};
/// Calls `visit` for every stretch of the file, in order. Error `limit-exceeded` for a record that
/// is longer than Limits::max_text.
[[nodiscard]] Status for_each_stretch(Source& source, const Format& format, const Limits& limits,
                                      const std::function<Status(Stretch&)>& visit);
/// A stretch is short, so that all its carriers can be held.
[[nodiscard]] Limits stretch_limits(const Limits& limits) noexcept;

/// Puts the readings of stretches together: statements that say the same become one, the first,
/// with a count (Evidence::count); findings of one rule likewise.
class Grouping {
 public:
  Grouping() = default;
  explicit Grouping(const Format& format);
  void add(Reading stretch, const RecordPlace& first);
  void add(Evidence evidence);
  [[nodiscard]] Reading take();

 private:
  struct Group {
    std::size_t statement = 0;  // index into reading_.statements
    std::vector<bool> varies;
  };
  [[nodiscard]] Group& group_of(const Evidence& evidence, bool& is_new);

  Reading reading_;
  std::map<std::string, Group> groups_;
};

/// Every record of the file, read and judged. Never an error: see Reading::error.
[[nodiscard]] Reading read_in_groups(Source& source, const Format& format, const Limits& limits,
                                     const TrustStore* trust);

}  // namespace colophon
