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
/// Is the store in it? `box` is a structure of the file that `layout` describes.
[[nodiscard]] bool holds_store(const Layout& layout, Range box) noexcept;

[[nodiscard]] Result<BoxMap> png_boxes(Source& source, const Layout& layout, const Limits& limits);
[[nodiscard]] Result<BoxMap> jpeg_boxes(Source& source, const Layout& layout, const Limits& limits);
[[nodiscard]] Result<BoxMap> gif_boxes(Source& source, const Layout& layout, const Limits& limits);
[[nodiscard]] Result<BoxMap> riff_boxes(Source& source, const Layout& layout, const Limits& limits);
[[nodiscard]] Result<BoxMap> jxl_boxes(Source& source, const Layout& layout, const Limits& limits);
[[nodiscard]] Result<BoxMap> tiff_boxes(Source& source, const Layout& layout, const Limits& limits);

}  // namespace colophon
