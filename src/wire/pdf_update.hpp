// SPDX-License-Identifier: Apache-2.0
// An incremental update (ISO 32000-1, 7.5.6): new revisions of objects, a cross-reference section
// for them and a trailer, to stand behind the last byte of a file. The bytes before are not
// touched.
#pragma once

#include "wire/pdf_document.hpp"

namespace colophon::wire::pdf {

class Update {
 public:
  explicit Update(const Document& document) noexcept
      : document_(document), next_(document.chain().past_highest()) {}

  /// A number that no object has.
  [[nodiscard]] std::uint64_t new_number() noexcept { return next_++; }
  /// What stands between "N G obj" and "endobj".
  void put(Reference id, std::string body);
  void change_trailer(Change change) { trailer_changes_.push_back(std::move(change)); }
  /// The bytes to append to a file of `size` bytes. Errors: `unsupported` when numbers or offsets
  /// do not fit, `malformed` when one object was put twice.
  [[nodiscard]] Result<ByteBuffer> finish(std::uint64_t size, bool ends_with_line_end);

 private:
  struct Body {
    Reference id;
    std::string text;
    std::uint64_t at = 0;  ///< as offsets are counted in this file
  };
  [[nodiscard]] Result<std::string> table(std::uint64_t at) const;
  [[nodiscard]] std::string stream(std::uint64_t at);
  [[nodiscard]] std::string trailer(std::vector<Change> changes) const;

  const Document& document_;
  std::uint64_t next_;
  std::vector<Body> bodies_;
  std::vector<Change> trailer_changes_;
};

/// The body of a stream whose data is stored as it is: the entries of `old` (text and dictionary
/// of the stream that it replaces, if any) without what concerned the old data.
[[nodiscard]] std::string plain_stream(Bytes data, const Stored* old, std::string_view new_entries);

}  // namespace colophon::wire::pdf
