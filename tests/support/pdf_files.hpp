// SPDX-License-Identifier: Apache-2.0
// Small PDF files made by hand: objects, then a cross-reference section of either form.
#pragma once

#include "base/bytes.hpp"

#include <map>
#include <string>

namespace colophon::testing {

/// The objects of a page with one line of text, without a catalog's extras or Info; the catalog is
/// object 1, so that further objects start at 6.
[[nodiscard]] std::map<int, std::string> pdf_page(const std::string& catalog_entries);
[[nodiscard]] std::string pdf_stream(const std::string& entries, const std::string& data);

struct PdfOptions {
  std::string header = "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";
  std::string trailer = "/Root 1 0 R";  ///< entries besides Size
  bool final_line_end = true;
  bool count_from_header = true;  ///< else from the start of the file, where bytes stand before
};
/// With a cross-reference table.
[[nodiscard]] ByteBuffer classic_pdf(const std::map<int, std::string>& objects,
                                     const PdfOptions& options = {});
/// With object streams and a cross-reference stream with a PNG predictor (12).
[[nodiscard]] ByteBuffer packed_pdf(const std::map<int, std::string>& objects,
                                    const PdfOptions& options = {});
/// A table that marks the packed objects as free, and an XRefStm that knows them.
[[nodiscard]] ByteBuffer hybrid_pdf(const std::map<int, std::string>& objects,
                                    const PdfOptions& options = {});

}  // namespace colophon::testing
