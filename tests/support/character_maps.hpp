// SPDX-License-Identifier: Apache-2.0
// SentencePiece's character maps, made here for the tests of src/tokenizers.
#pragma once

#include "base/bytes.hpp"

#include <map>
#include <string>

namespace colophon::testing {

/// What stands for what, as a double array of bytes and the texts behind it.
[[nodiscard]] ByteBuffer character_map(const std::map<std::string, std::string>& entries);
/// The "normalizer" of a tokenizer.json with that map.
[[nodiscard]] std::string precompiled(const std::map<std::string, std::string>& entries);
/// Some of what models normalize, keys that begin each other among them.
[[nodiscard]] std::map<std::string, std::string> usual_characters();
/// A WordPiece model over the letters and some strings of a text, as the "model" of a
/// tokenizer.json.
[[nodiscard]] std::string word_piece_model(const std::string& text);

}  // namespace colophon::testing
