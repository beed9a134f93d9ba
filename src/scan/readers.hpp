// SPDX-License-Identifier: Apache-2.0
// The readers of reader.cpp. Their streams stand at `from` already.
#pragma once

#include "scan/reader.hpp"

namespace colophon::scan {

[[nodiscard]] std::unique_ptr<Reader> lines_reader(std::unique_ptr<ByteStream> stream,
                                                   const Position& from,
                                                   const ReadOptions& options);
/// ISO 28500. Conversion records (WET) are text; of responses, resources and the like the payload.
[[nodiscard]] std::unique_ptr<Reader> warc_reader(std::unique_ptr<ByteStream> stream,
                                                  const Position& from, const ReadOptions& options);
/// POSIX ustar and pax, GNU long names; regular files only.
[[nodiscard]] std::unique_ptr<Reader> tar_reader(std::unique_ptr<ByteStream> stream,
                                                 const Position& from, const ReadOptions& options);

/// Running text, going by the name of a file: ".txt", ".md", ".html" and their kin.
[[nodiscard]] bool is_text_name(std::string_view name) noexcept;

}  // namespace colophon::scan
