// SPDX-License-Identifier: Apache-2.0
// Keys of text watermarks: one line for each, "NAME = WORDS". Words are 64-bit numbers, decimal or
// 0x..., with commas or spaces between; "#" begins a comment. A line without a name is a key that
// is called by its fingerprint. No error ever repeats a key.
#pragma once

#include "base/result.hpp"
#include "text/text.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace colophon::watermark {

struct NamedKey {
  std::string name;  ///< empty: none was given
  textmark::Key words;
};

[[nodiscard]] Result<std::vector<NamedKey>> parse_keys(std::string_view text);
/// A file, or "env:NAME" for a variable with the same text.
[[nodiscard]] Result<std::vector<NamedKey>> read_keys(const std::string& source);
/// 16 hex digits of SHA-256 over scheme and words: names a key without telling it. Of a key that
/// can be guessed it can be guessed back.
[[nodiscard]] std::string fingerprint(textmark::Scheme scheme, const textmark::Key& key);
/// The name, or the fingerprint.
[[nodiscard]] std::string name_of(textmark::Scheme scheme, const NamedKey& key);

/// Errors `usage`: none, a name twice, a key of the wrong size, keys that are the same key to the
/// scheme (SynthID v1 sees 16 bits of a word, KGW's left hash 32).
[[nodiscard]] Status check_keys(const textmark::Settings& settings,
                                const std::vector<NamedKey>& keys);
/// What is allowed and unwise, in words for a person.
[[nodiscard]] std::vector<Text> weaknesses(textmark::Scheme scheme, const NamedKey& key);

using FillRandom = std::function<void(std::span<std::uint8_t>)>;
[[nodiscard]] textmark::Key make_key(textmark::Scheme scheme, const FillRandom& random);
/// The text of a key file.
[[nodiscard]] std::string keys_text(textmark::Scheme scheme, const std::vector<NamedKey>& keys);

}  // namespace colophon::watermark
