// SPDX-License-Identifier: Apache-2.0
// The boxes of a container under the names that C2PA 18.7.3 gives them, in file order.
#pragma once

#include "formats/carrier.hpp"
#include "formats/format.hpp"

namespace colophon {

struct NamedBox {
  std::string name;
  Range whole;              ///< with its header
  std::vector<Range> more;  ///< data that stands elsewhere and belongs to it (TIFF)
  Range zeroed;             ///< in `whole`: counts as zeros (a font's checkSumAdjustment)
};

struct BoxMap {
  std::vector<NamedBox> boxes;
  /// Some bytes of the container belong to no box by design (the directories of fonts and TIFF).
  bool has_gaps = false;
  /// No name occurs twice, and signers list them in one order or the other (fonts).
  bool any_order = false;
};

/// The name of the box that holds the C2PA manifest store.
inline constexpr std::string_view kStoreBox = "C2PA";
/// Where the stores of a file stand, in pieces. A file may have as many of these as boxes.
class StorePlaces {
 public:
  explicit StorePlaces(const Layout& layout);
  /// Does a piece of a store stand in `box`?
  [[nodiscard]] bool any_in(Range box) const noexcept;

 private:
  std::vector<Range> places_;  ///< by offset
};

[[nodiscard]] Result<BoxMap> png_boxes(Source& source, const Layout& layout, const Limits& limits);
[[nodiscard]] Result<BoxMap> jpeg_boxes(Source& source, const Layout& layout, const Limits& limits);
[[nodiscard]] Result<BoxMap> gif_boxes(Source& source, const Layout& layout, const Limits& limits);
[[nodiscard]] Result<BoxMap> riff_boxes(Source& source, const Layout& layout, const Limits& limits);
[[nodiscard]] Result<BoxMap> jxl_boxes(Source& source, const Layout& layout, const Limits& limits);
[[nodiscard]] Result<BoxMap> tiff_boxes(Source& source, const Layout& layout, const Limits& limits);

}  // namespace colophon
