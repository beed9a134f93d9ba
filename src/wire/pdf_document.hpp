// SPDX-License-Identifier: Apache-2.0
// A PDF file as objects: finds the newest revision, loads objects by number wherever they stand.
#pragma once

#include "wire/pdf_scan.hpp"

namespace colophon::wire::pdf {

class Document {
 public:
  /// Errors: `malformed` (no header, no catalog), `limit-exceeded`, `io`.
  [[nodiscard]] static Result<Document> open(Source& source, const Limits& limits);

  /// The object of that number; null for one that is not there, as the standard has it.
  [[nodiscard]] Result<Stored> load(std::uint64_t number);
  /// Follows a reference; any other object comes back as it is, without text.
  [[nodiscard]] Result<Stored> resolve(const Object& object);
  /// The value of an entry of a dictionary: the object that it refers to, or itself, standing in
  /// its owner's text. Null when there is none.
  [[nodiscard]] Result<Stored> entry_of(const Stored& owner, std::string_view key);
  /// The data of a stream as stored and whether the bytes there are its content.
  struct Content {
    Range data;
    bool plain = false;
  };
  [[nodiscard]] Result<Content> content_of(const Stored& stream);
  [[nodiscard]] Result<ByteBuffer> decoded(const Stored& stream);

  /// The newest trailer (or cross-reference stream's dictionary) that names a catalog.
  [[nodiscard]] const Stored& trailer() const noexcept { return trailer_; }
  [[nodiscard]] const Chain& chain() const noexcept { return chain_; }
  /// What the newest startxref says: /Prev of a next revision.
  [[nodiscard]] std::uint64_t newest_section() const noexcept { return newest_; }
  [[nodiscard]] std::uint64_t base() const noexcept { return reader_.base; }
  [[nodiscard]] Reference root() const noexcept;
  [[nodiscard]] bool is_encrypted() const noexcept {
    return trailer_.value.find("Encrypt") != nullptr;
  }
  /// The cross-reference data could not be used as it is; objects were searched for.
  [[nodiscard]] bool is_repaired() const noexcept { return chain_.broken || scan_.has_value(); }
  /// No startxref at all: the end of the file is missing.
  [[nodiscard]] bool is_cut() const noexcept { return cut_; }
  /// Bytes behind the newest finished revision: a write that was cut, or something foreign.
  [[nodiscard]] std::uint64_t loose_bytes() const noexcept { return loose_; }

 private:
  Document(Source& source, const Limits& limits) noexcept : reader_(source, limits) {}
  [[nodiscard]] Status find_header();
  [[nodiscard]] bool use_chain(std::uint64_t offset);
  [[nodiscard]] bool find_chain();
  [[nodiscard]] Status search_objects();
  [[nodiscard]] Status rescan();
  [[nodiscard]] Status check_catalog();
  [[nodiscard]] Result<Stored> load_entry(const Entry& entry, std::uint64_t number);
  [[nodiscard]] Result<Stored> load_plain(std::uint64_t at, std::uint64_t number);
  [[nodiscard]] Result<Stored> load_packed(const Entry& entry, std::uint64_t number);
  [[nodiscard]] Status open_container(std::uint64_t number);
  [[nodiscard]] Result<Object> with_direct_filters(const Object& dictionary);
  [[nodiscard]] std::optional<std::uint64_t> length_of(const Stored& stream);

  /// The object stream that was read last: neighbours tend to be asked for together.
  struct Container {
    std::uint64_t number = 0;
    Range where;
    ByteBuffer content;
    PackedIndex index;
  };

  Reader reader_;
  Chain chain_;
  Stored trailer_;
  std::optional<Scan> scan_;
  std::optional<Container> container_;
  std::uint64_t newest_ = 0;
  std::uint64_t loose_ = 0;
  bool cut_ = false;
};

}  // namespace colophon::wire::pdf
