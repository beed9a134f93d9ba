// SPDX-License-Identifier: Apache-2.0
#include "tokenizers/definition.hpp"

#include <fmt/core.h>

namespace colophon::tokenizers {
namespace {

/// The byte of "<0x0A>".
std::optional<char> byte_of_name(std::string_view name) noexcept {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  };
  if (name.size() != 6 || !name.starts_with("<0x") || name[5] != '>') return std::nullopt;
  const int high = digit(name[3]), low = digit(name[4]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

void append_token(const Definition& definition, std::string_view token, std::string& out) {
  if (definition.bytes_in_names) {
    if (const auto byte = byte_of_name(token)) {
      out += *byte;
      return;
    }
  }
  const std::string& sign = definition.space_sign;
  if (sign.empty()) {
    out += token;
    return;
  }
  for (std::size_t at = 0; at < token.size();) {
    const std::size_t next = std::min(token.find(sign, at), token.size());
    out += token.substr(at, next - at);
    if (next < token.size()) out += ' ';
    at = next + sign.size();
  }
}

}  // namespace

Result<std::string> Tokenizer::decode(std::span<const std::uint32_t> ids, bool special) const {
  const Definition& how = *definition_;
  if (!how.undecodable.empty()) {
    return fail(ErrorCode::Unsupported,
                fmt::format("decoding needs {}, which is not built", how.undecodable), "tokenizer");
  }
  std::string out;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::uint32_t id = ids[i];
    if (!special && id < how.special_ids.size() && how.special_ids[id]) continue;
    const auto added = how.added_text.find(id);
    if (added != how.added_text.end()) {
      out += added->second;
    } else if (how.vocabulary().has(id)) {
      append_token(how, how.vocabulary().bytes(id), out);
    } else {
      return fail(ErrorCode::Malformed, fmt::format("the vocabulary has no token {}", id), "tokens",
                  i);
    }
  }
  if (how.drop_first_space && out.starts_with(' ')) out.erase(0, 1);
  return out;
}

}  // namespace colophon::tokenizers
