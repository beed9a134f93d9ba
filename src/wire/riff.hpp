// SPDX-License-Identifier: Apache-2.0
// RIFF (Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0") and its
// 64-bit forms RF64 (EBU Tech 3306) and BW64 (ITU-R BS.2088): forms, chunks, lists. Readers of
// this family ignore wrong sizes where they can, and so does this one; it tells where it did.
#pragma once

#include "wire/bmff.hpp"

namespace colophon::wire::riff {

constexpr std::uint64_t kHeader = 8;       // id, size
constexpr std::uint64_t kFormHeader = 12;  // id, size, type

struct Chunk {
  FourCc id = 0;
  FourCc list = 0;           ///< what a LIST holds ("INFO"); else 0
  Range whole;               ///< header, data, and the padding byte where it is there
  Range data;                ///< of a LIST: what follows its type
  bool open = false;         ///< the size field says nothing: runs to the end of the form
  bool pad_missing = false;  ///< odd size, and no padding byte behind it

  [[nodiscard]] bool is(FourCc wanted) const noexcept { return id == wanted; }
  [[nodiscard]] bool is_list(FourCc wanted) const noexcept {
    return id == fourcc("LIST") && list == wanted;
  }
  [[nodiscard]] std::uint64_t header_size() const noexcept { return data.offset - whole.offset; }
};

/// Chunks one behind the other.
struct Chunks {
  std::vector<Chunk> all;
  std::uint64_t tail = 0;       ///< one past the last chunk: where a new one goes
  std::optional<Error> damage;  ///< why the walk stopped; `all` holds what stands before
};

struct Form {
  FourCc id = 0;              ///< "RIFF", "RF64" or "BW64"
  FourCc type = 0;            ///< "WAVE", "WEBP", "AVI ", "AVIX"
  Range whole;                ///< header to the end of the form, cut to the file
  bool size_is_right = true;  ///< false: the size field is 0, open, past the file, or too small
  /// How many bytes more the header announces than the file has, where its size is a number: as
  /// many are missing, or the header is wrong.
  std::uint64_t missing = 0;
  /// The number behind the 32-bit size field, in RF64 and BW64; empty: the field itself counts.
  Range size64;
  Range data_size64;  ///< the same for the chunk "data"
  Chunks chunks;

  [[nodiscard]] const Chunk* find(FourCc wanted) const noexcept;
};

/// How many chunks may still be visited in one file: shared by all walkers of that file.
struct Budget {
  explicit Budget(const Limits& limits) noexcept : left(limits.max_structures) {}
  std::uint32_t left;
};

/// The form that starts at `at`. Error only where none starts there or the source fails.
[[nodiscard]] Result<Form> read_form(Source& source, std::uint64_t at, Budget& budget);
/// The chunks inside a LIST.
[[nodiscard]] Result<Chunks> read_list(Source& source, const Chunk& list, Budget& budget);

/// A chunk with its padding byte.
[[nodiscard]] ByteBuffer make_chunk(FourCc id, Bytes data);
[[nodiscard]] ByteBuffer make_list(FourCc type, Bytes chunks);
/// True when the source starts with a form of that type.
[[nodiscard]] bool starts_with_form(Source& source, FourCc type) noexcept;

}  // namespace colophon::wire::riff
