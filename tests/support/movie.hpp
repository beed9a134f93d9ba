// SPDX-License-Identifier: Apache-2.0
// Small films in ISO boxes, made in code, and what a player would find by following their tables.
#pragma once

#include "support/support.hpp"
#include "wire/bmff.hpp"

namespace colophon::testing {

/// A box around `body`.
[[nodiscard]] ByteBuffer box(const char (&type)[5], const ByteBuffer& body);
[[nodiscard]] ByteBuffer full_box(const char (&type)[5], const ByteBuffer& body,
                                  std::uint8_t version = 0, std::uint32_t flags = 0);
[[nodiscard]] ByteBuffer operator+(ByteBuffer a, const ByteBuffer& b);
[[nodiscard]] ByteBuffer number(std::uint64_t value, unsigned width);
[[nodiscard]] ByteBuffer padding(std::size_t size);

/// `data` boxes, items, keys; `meta` boxes of both layouts.
[[nodiscard]] ByteBuffer data_box(std::string_view text, std::uint32_t type = 1);
struct Key {
  std::string name, value;
};
[[nodiscard]] ByteBuffer mdta(const std::vector<Key>& keys, bool full = true);
[[nodiscard]] ByteBuffer mdir(const ByteBuffer& items);
[[nodiscard]] ByteBuffer freeform(std::string_view name, std::string_view value);

struct Film {
  ByteBuffer ftyp = box("ftyp", to_buffer("isom") + number(512, 4) + to_buffer("isomiso2mp41"));
  int tracks = 2, chunks = 3;
  bool wide_offsets = false;  ///< co64
  bool large_mdat = false;    ///< 64-bit size
  bool open_mdat = false;     ///< size 0, must be last
  bool moov_first = false;
  bool aux_offsets = false;  ///< saio
  ByteBuffer in_moov;        ///< further children of moov, behind the tracks
  ByteBuffer before_moov, behind_moov, at_end;
};
[[nodiscard]] ByteBuffer film(const Film& film);

struct Fragments {
  int count = 3;
  bool absolute = false;  ///< tfhd with base-data-offset
  bool index = false;     ///< sidx behind moov
  bool index_before_moov = false;
  bool access = true;  ///< mfra
  ByteBuffer in_moov;
};
[[nodiscard]] ByteBuffer fragmented(const Fragments& fragments);

/// Some bytes at every position that the tables of the file give, in order: stco, co64, saio, tfhd,
/// tfra, mfro, sidx. Throws when one points outside the file.
[[nodiscard]] std::vector<std::string> pointed_at(Bytes file);

}  // namespace colophon::testing
