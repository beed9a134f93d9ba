// SPDX-License-Identifier: Apache-2.0
// GGUF 2 and 3: the header of key/value pairs in front of a model's weights. Nothing but the header
// is looked at. Big-endian files say so by their version field and are refused.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <vector>

namespace colophon::wire {

enum class GgufType : std::uint32_t {
  U8,
  I8,
  U16,
  I16,
  U32,
  I32,
  F32,
  Bool,
  String,
  Array,
  U64,
  I64,
  F64
};

/// One value, or one array of values that all have `type`.
struct GgufEntry {
  std::string_view key;
  GgufType type = GgufType::U8;
  bool array = false;
  std::uint64_t count = 1;
  Bytes bytes;  ///< as stored, behind the array's count
};

struct GgufCaps {
  std::uint64_t entries = 65'536;
  std::uint64_t elements = 1ULL << 23;  ///< of one array
};

/// Views into the bytes that were parsed.
class Gguf {
 public:
  /// Error `truncated` when `bytes` end inside the header: call again with more of the file.
  [[nodiscard]] static Result<Gguf> parse(Bytes bytes, const GgufCaps& caps = {});

  [[nodiscard]] const GgufEntry* find(std::string_view key) const noexcept;
  [[nodiscard]] std::optional<std::string_view> text(std::string_view key) const noexcept;
  [[nodiscard]] std::optional<bool> boolean(std::string_view key) const noexcept;
  /// Any integer type, not negative.
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view key) const noexcept;
  /// Arrays; nothing when the key is absent or of another type.
  [[nodiscard]] std::optional<std::vector<std::string_view>> texts(std::string_view key) const;
  [[nodiscard]] std::optional<std::vector<std::int32_t>> integers(std::string_view key) const;
  [[nodiscard]] std::optional<std::vector<float>> floats(std::string_view key) const;

  [[nodiscard]] const std::vector<GgufEntry>& entries() const noexcept { return entries_; }

 private:
  std::vector<GgufEntry> entries_;
};

}  // namespace colophon::wire
