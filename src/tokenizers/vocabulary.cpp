// SPDX-License-Identifier: Apache-2.0
#include "tokenizers/vocabulary.hpp"

#include <fmt/core.h>

#include <functional>

namespace colophon::tokenizers {
namespace {

constexpr std::uint64_t kMaxArena = 256ULL << 20;

std::size_t hash_of(std::string_view bytes) noexcept {
  return std::hash<std::string_view>()(bytes);
}

}  // namespace

Status Vocabulary::add(std::string_view bytes, std::uint32_t id, bool matches) {
  if (id >= kMaxTokens || arena_.size() + bytes.size() > kMaxArena) {
    return fail(ErrorCode::LimitExceeded, fmt::format("a vocabulary with token id {}", id),
                "tokenizer");
  }
  if (has(id)) {
    return fail(ErrorCode::Malformed, fmt::format("token id {} is given twice", id), "tokenizer");
  }
  if (id >= places_.size()) places_.resize(id + 1);
  places_[id] = {arena_.size(), static_cast<std::uint32_t>(bytes.size()), true};
  arena_ += bytes;
  if (!matches || bytes.empty()) return {};
  if ((matching_ + 1) * 2 > slots_.size()) grow();
  std::size_t at = hash_of(bytes) & (slots_.size() - 1);
  while (slots_[at] != kNoToken) {
    if (this->bytes(slots_[at]) == bytes) {
      return fail(ErrorCode::Malformed,
                  fmt::format("tokens {} and {} are the same", slots_[at], id), "tokenizer");
    }
    at = (at + 1) & (slots_.size() - 1);
  }
  slots_[at] = id;
  ++matching_;
  return {};
}

void Vocabulary::grow() {
  std::vector<std::uint32_t> old(slots_.empty() ? 1024 : slots_.size() * 2, kNoToken);
  old.swap(slots_);
  for (const std::uint32_t id : old) {
    if (id == kNoToken) continue;
    std::size_t at = hash_of(bytes(id)) & (slots_.size() - 1);
    while (slots_[at] != kNoToken) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = id;
  }
}

std::uint32_t Vocabulary::find(std::string_view bytes) const noexcept {
  if (slots_.empty()) return kNoToken;
  std::size_t at = hash_of(bytes) & (slots_.size() - 1);
  while (slots_[at] != kNoToken) {
    if (this->bytes(slots_[at]) == bytes) return slots_[at];
    at = (at + 1) & (slots_.size() - 1);
  }
  return kNoToken;
}

std::string_view Vocabulary::bytes(std::uint32_t id) const noexcept {
  if (id >= places_.size()) return {};
  return std::string_view(arena_).substr(static_cast<std::size_t>(places_[id].at),
                                         places_[id].size);
}

std::uint32_t Vocabulary::byte_token(std::uint8_t byte) const noexcept {
  constexpr char kHex[] = "0123456789ABCDEF";
  const char name[] = {'<', '0', 'x', kHex[byte >> 4], kHex[byte & 15], '>'};
  return find({name, sizeof name});
}

}  // namespace colophon::tokenizers
