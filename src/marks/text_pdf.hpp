// SPDX-License-Identifier: Apache-2.0
// Private to text_*.cpp: labels as stamps on the pages of PDF documents.
#pragma once

#include "marks/text_mark.hpp"

namespace colophon::text_mark {

/// The plan that stamps the first page, the last, or both, by an incremental update. Errors:
/// `refused` for a signed document, `unsupported` for an encrypted one, `not-found` for letters.
[[nodiscard]] Result<Splice> stamp_pdf(Source& source, const std::string& words,
                                       const std::vector<End>& ends, const Limits& limits);
/// The texts of stamps, and of other drawings that say what they are (ActualText), on the first and
/// the last page. The words of pages are not read.
struct PdfStamps {
  Running first, last;
  bool one_page = false;
};
[[nodiscard]] Result<PdfStamps> read_stamps(Source& source, const Limits& limits);

}  // namespace colophon::text_mark
