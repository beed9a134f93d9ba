// SPDX-License-Identifier: Apache-2.0
// What a reader of a text document sees, with the way back into the file: the text as it is, or
// the text of an HTML page without its markup.
#pragma once

#include "formats/format.hpp"

namespace colophon {

class RunningText {
 public:
  /// The first Limits::max_text bytes of a document. `is_running_text` must hold.
  [[nodiscard]] static Result<RunningText> read(Source& source, const Format& format,
                                                const Limits& limits);
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// The text is the document's end, too.
  [[nodiscard]] bool whole() const noexcept { return whole_; }
  /// The stretch of the file that a stretch of the text was made from. Of UTF-16, whose text has
  /// no places in the file, 0 and 0.
  [[nodiscard]] Range in_file(Range range) const noexcept;

 private:
  struct Piece {
    std::uint64_t at = 0, offset = 0;  ///< in the text, in the document
    bool exact = true;                 ///< byte for byte; else all of it stands for one place
  };
  class Page;
  [[nodiscard]] std::uint64_t offset_of(std::uint64_t at) const noexcept;

  std::string text_;
  std::vector<Piece> pieces_;
  bool whole_ = true, placed_ = true;
};

/// Plain text, subtitles, Markdown and HTML. JSON is none: a string of it may be anything.
[[nodiscard]] bool is_running_text(const Format& format) noexcept;

}  // namespace colophon
