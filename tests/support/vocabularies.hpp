// SPDX-License-Identifier: Apache-2.0
// Small vocabularies, trained here: files of both kinds for the tests of src/tokenizers.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace colophon::testing {

/// Byte pairs learned from a text, as GPT-2 writes them.
struct TrainedPairs {
  std::vector<std::string> tokens;  ///< in id order, in the signs for bytes; 256 bytes first
  std::vector<std::pair<std::string, std::string>> merges;
};
[[nodiscard]] TrainedPairs train_pairs(std::string_view text, int merges);
/// A text in English, Chinese, Russian and code, that the vocabularies here are trained on.
[[nodiscard]] std::string training_text();

/// Pieces with scores, as SentencePiece has them: letters, bytes and frequent strings.
struct TrainedPieces {
  std::vector<std::string> tokens;
  std::vector<float> scores;
  std::vector<std::int32_t> types;
};
[[nodiscard]] TrainedPieces train_pieces(std::string_view text, int pieces);

/// The parts of a tokenizer.json that differ from file to file.
struct JsonParts {
  std::string normalizer = "null", pre_tokenizer = "null", decoder = "null";
  std::string added_tokens = "[]", model = {};
};
[[nodiscard]] std::string tokenizer_json(const JsonParts& parts);
/// The "model" member: options are further members, each with a comma behind it.
[[nodiscard]] std::string pairs_model(const TrainedPairs& pairs, const std::string& options = {});
[[nodiscard]] std::string pieces_model(const TrainedPieces& pieces,
                                       const std::string& options = {});
[[nodiscard]] std::string unigram_model(const TrainedPieces& pieces, bool byte_fallback);

inline constexpr std::string_view kByteLevel =
    R"({"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true})";
inline constexpr std::string_view kPlainBytes =
    R"({"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false})";
/// A Sequence of Splits at these regular expressions, each match alone, then bytes.
[[nodiscard]] std::string splits(const std::vector<std::string>& regexes);

/// Writes the key/value header of a GGUF file.
class GgufWriter {
 public:
  GgufWriter& text(std::string_view key, std::string_view value);
  GgufWriter& boolean(std::string_view key, bool value);
  GgufWriter& number(std::string_view key, std::uint32_t value);
  GgufWriter& texts(std::string_view key, const std::vector<std::string>& values);
  GgufWriter& floats(std::string_view key, const std::vector<float>& values);
  GgufWriter& integers(std::string_view key, const std::vector<std::int32_t>& values);
  [[nodiscard]] ByteBuffer bytes() const;

 private:
  void key(std::string_view name, std::uint32_t type);
  void string(std::string_view value);
  ByteBuffer body_;
  std::uint64_t count_ = 0;
};
[[nodiscard]] ByteBuffer pairs_gguf(const TrainedPairs& pairs, std::string_view pre);
[[nodiscard]] ByteBuffer pieces_gguf(const TrainedPieces& pieces);

}  // namespace colophon::testing
