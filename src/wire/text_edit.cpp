// SPDX-License-Identifier: Apache-2.0
#include "wire/text_edit.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace colophon::wire {

Result<std::string> apply_edits(std::string_view text, const std::vector<TextEdit>& edits) {
  std::vector<std::size_t> order(edits.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto rank = [&](std::size_t index) {  // insert before what is replaced
      return std::tuple(edits[index].range.offset, edits[index].range.size != 0, index);
    };
    return rank(a) < rank(b);
  });
  std::string out;
  out.reserve(text.size());
  std::uint64_t at = 0;
  for (const std::size_t index : order) {
    const TextEdit& edit = edits[index];
    if (edit.range.offset < at || edit.range.end() > text.size()) {
      return fail(ErrorCode::Malformed, "two edits of one text overlap, or one passes its end",
                  "edit", edit.range.offset);
    }
    out += text.substr(at, edit.range.offset - at);
    out += edit.text;
    at = edit.range.end();
  }
  out += text.substr(at);
  return out;
}

}  // namespace colophon::wire
