// SPDX-License-Identifier: Apache-2.0
// Stretches of running text, logs or markup that may hold a GB 45438 value (the shapes of
// docs/gb45438.md). Generous on purpose: what a stretch means, if anything, is for a standard to
// say.
#pragma once

#include "formats/carrier.hpp"

#include <string_view>
#include <vector>

namespace colophon {

struct TextRegion {
  CarrierKind kind = CarrierKind::PlainText;  ///< or Xmp
  Range where;
};

/// In order and without overlap: `AIGC` with the brace object behind it, elements and tags that are
/// named so, lines `AIGC=...`, YAML mappings, objects and paragraphs with `ContentProducer`, and
/// whole xmpmeta or RDF elements. A region that is cut by the end of the text is given as far as it
/// goes; none is longer than 64 KiB (XMP: 1 MiB).
[[nodiscard]] std::vector<TextRegion> find_label_regions(std::string_view text, Range within,
                                                         std::size_t max_regions);

/// Line numbers of growing offsets.
class LineCounter {
 public:
  explicit LineCounter(std::string_view text) : text_(text) {}
  [[nodiscard]] std::size_t line_of(std::uint64_t offset) noexcept;

 private:
  std::string_view text_;
  std::size_t at_ = 0, line_ = 1;
};

}  // namespace colophon
