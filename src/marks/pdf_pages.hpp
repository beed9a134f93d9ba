// SPDX-License-Identifier: Apache-2.0
// Private to text_pdf.cpp: the pages of a PDF document (ISO 32000-1, 7.7.3).
#pragma once

#include "wire/pdf_document.hpp"

#include <array>

namespace colophon::text_mark {

/// A page with what it inherits.
struct PdfPage {
  wire::pdf::Stored object;
  wire::pdf::Stored resources;  ///< null: none
  std::array<double, 4> box{};  ///< what is shown: left, bottom, right, top
  int rotation = 0;             ///< 0, 90, 180 or 270, clockwise
};
/// The first page, or the last. Error `malformed`.
[[nodiscard]] Result<PdfPage> page_of(wire::pdf::Document& document, bool last);

}  // namespace colophon::text_mark
