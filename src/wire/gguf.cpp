// SPDX-License-Identifier: Apache-2.0
#include "wire/gguf.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>

namespace colophon::wire {
namespace {

constexpr std::string_view kMagic = "GGUF";
constexpr std::uint64_t kMaxKey = 65'535;

/// Bytes of one value; 0 for strings and arrays.
unsigned width_of(GgufType type) noexcept {
  switch (type) {
    case GgufType::U8:
    case GgufType::I8:
    case GgufType::Bool:
      return 1;
    case GgufType::U16:
    case GgufType::I16:
      return 2;
    case GgufType::U32:
    case GgufType::I32:
    case GgufType::F32:
      return 4;
    case GgufType::U64:
    case GgufType::I64:
    case GgufType::F64:
      return 8;
    case GgufType::String:
    case GgufType::Array:
      break;
  }
  return 0;
}

class Reader {
 public:
  Reader(Bytes bytes, const GgufCaps& caps) : bytes_(bytes), caps_(caps) {}

  Result<std::uint64_t> integer(unsigned width) {
    const auto value = load_le(bytes_, at_, width);
    if (!value) return cut();
    at_ += width;
    return *value;
  }

  Result<std::string_view> string(std::uint64_t cap) {
    const std::uint64_t size = TRY(integer(8));
    if (size > cap) {
      return fail(ErrorCode::LimitExceeded, fmt::format("a text of {} bytes in the header", size),
                  "gguf", at_ - 8);
    }
    if (size > bytes_.size() - at_) return cut();
    const auto text = as_text(bytes_.subspan(at_, static_cast<std::size_t>(size)));
    at_ += static_cast<std::size_t>(size);
    return text;
  }

  Result<GgufType> type() {
    const std::uint64_t value = TRY(integer(4));
    if (value > static_cast<std::uint32_t>(GgufType::F64)) {
      return fail(ErrorCode::Malformed, fmt::format("there is no value type {}", value), "gguf",
                  at_ - 4);
    }
    return static_cast<GgufType>(value);
  }

  Result<GgufEntry> entry() {
    GgufEntry entry;
    entry.key = TRY(string(kMaxKey));
    entry.type = TRY(type());
    if (entry.type == GgufType::Array) {
      entry.array = true;
      entry.type = TRY(type());
      entry.count = TRY(integer(8));
      if (entry.type == GgufType::Array) {
        return fail(ErrorCode::Unsupported, "an array of arrays in the header", "gguf", at_);
      }
      if (entry.count > caps_.elements) {
        return fail(ErrorCode::LimitExceeded,
                    fmt::format("{} has {} elements", entry.key, entry.count), "gguf", at_ - 8);
      }
    }
    const std::size_t begin = at_;
    TRY(skip(entry));
    entry.bytes = bytes_.subspan(begin, at_ - begin);
    return entry;
  }

 private:
  Status skip(const GgufEntry& entry) {
    if (entry.type == GgufType::String) {
      for (std::uint64_t i = 0; i < entry.count; ++i) (void)TRY(string(UINT64_MAX));
      return {};
    }
    const std::uint64_t size = entry.count * width_of(entry.type);
    if (size > bytes_.size() - at_) return cut();
    at_ += static_cast<std::size_t>(size);
    return {};
  }
  [[nodiscard]] Failure cut() const {
    return fail(ErrorCode::Truncated, "the file ends inside its header", "gguf", at_);
  }

  Bytes bytes_;
  const GgufCaps& caps_;
  std::size_t at_ = 0;
};

std::uint64_t element(const GgufEntry& entry, std::uint64_t index) noexcept {
  const unsigned width = width_of(entry.type);
  return load_le(entry.bytes, index * width, width).value_or(0);
}

}  // namespace

Result<Gguf> Gguf::parse(Bytes bytes, const GgufCaps& caps) {
  if (!has_prefix(bytes, kMagic)) {
    return fail(ErrorCode::Malformed, "this is no GGUF file", "gguf", 0);
  }
  Reader reader(bytes.subspan(kMagic.size()), caps);
  const std::uint64_t version = TRY(reader.integer(4));
  if (version != 2 && version != 3) {
    return fail(ErrorCode::Unsupported,
                version > 0xFFFF ? "big-endian GGUF files are not read"
                                 : fmt::format("GGUF version {} is not read", version),
                "gguf", 4);
  }
  (void)TRY(reader.integer(8));  // tensors
  const std::uint64_t count = TRY(reader.integer(8));
  if (count > caps.entries) {
    return fail(ErrorCode::LimitExceeded, fmt::format("the header has {} entries", count), "gguf",
                16);
  }
  Gguf file;
  for (std::uint64_t i = 0; i < count; ++i) file.entries_.push_back(TRY(reader.entry()));
  return file;
}

const GgufEntry* Gguf::find(std::string_view key) const noexcept {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const GgufEntry& entry) { return entry.key == key; });
  return found == entries_.end() ? nullptr : &*found;
}

std::optional<std::string_view> Gguf::text(std::string_view key) const noexcept {
  const GgufEntry* entry = find(key);
  if (entry == nullptr || entry->array || entry->type != GgufType::String) return std::nullopt;
  return as_text(entry->bytes).substr(8);
}

std::optional<bool> Gguf::boolean(std::string_view key) const noexcept {
  const GgufEntry* entry = find(key);
  if (entry == nullptr || entry->array || entry->type != GgufType::Bool) return std::nullopt;
  return entry->bytes[0] != 0;
}

std::optional<std::uint64_t> Gguf::number(std::string_view key) const noexcept {
  const GgufEntry* entry = find(key);
  if (entry == nullptr || entry->array) return std::nullopt;
  switch (entry->type) {
    case GgufType::F32:
    case GgufType::F64:
    case GgufType::Bool:
    case GgufType::String:
    case GgufType::Array:
      return std::nullopt;
    case GgufType::I8:
    case GgufType::I16:
    case GgufType::I32:
    case GgufType::I64:
      if ((entry->bytes.back() & 0x80U) != 0) return std::nullopt;
      break;
    default:
      break;
  }
  return element(*entry, 0);
}

std::optional<std::vector<std::string_view>> Gguf::texts(std::string_view key) const {
  const GgufEntry* entry = find(key);
  if (entry == nullptr || !entry->array || entry->type != GgufType::String) return std::nullopt;
  std::vector<std::string_view> all;
  all.reserve(static_cast<std::size_t>(entry->count));
  std::uint64_t at = 0;
  for (std::uint64_t i = 0; i < entry->count; ++i) {
    const std::uint64_t size = load_le(entry->bytes, at, 8).value_or(0);
    all.push_back(as_text(slice(entry->bytes, at + 8, size)));
    at += 8 + size;
  }
  return all;
}

std::optional<std::vector<std::int32_t>> Gguf::integers(std::string_view key) const {
  const GgufEntry* entry = find(key);
  if (entry == nullptr || !entry->array ||
      (entry->type != GgufType::I32 && entry->type != GgufType::U32)) {
    return std::nullopt;
  }
  std::vector<std::int32_t> all(static_cast<std::size_t>(entry->count));
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i] = static_cast<std::int32_t>(element(*entry, i));
  }
  return all;
}

std::optional<std::vector<float>> Gguf::floats(std::string_view key) const {
  const GgufEntry* entry = find(key);
  if (entry == nullptr || !entry->array || entry->type != GgufType::F32) return std::nullopt;
  std::vector<float> all(static_cast<std::size_t>(entry->count));
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i] = std::bit_cast<float>(static_cast<std::uint32_t>(element(*entry, i)));
  }
  return all;
}

}  // namespace colophon::wire
