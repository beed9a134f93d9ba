// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include "marks/marks.hpp"

namespace colophon::testing {

struct Marked {
  ByteBuffer bytes;
  Mark mark;
  std::vector<Finding> notes;
};
[[nodiscard]] MarkDemand picture_demand(std::string text = "AI生成");
/// The file with the label; fails the test case when there is none.
[[nodiscard]] Marked marked(const ByteBuffer& file, std::string_view format,
                            const MarkDemand& wanted = picture_demand());
/// The error of a file that cannot have one.
[[nodiscard]] ErrorCode refused(const ByteBuffer& file, std::string_view format);
/// In the plate around the letters, or close by.
[[nodiscard]] bool near_mark(const Mark& mark, std::size_t x, std::size_t y);

}  // namespace colophon::testing
