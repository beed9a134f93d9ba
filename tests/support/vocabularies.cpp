// SPDX-License-Identifier: Apache-2.0
#include "support/vocabularies.hpp"

#include "base/text.hpp"
#include "wire/json_text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <set>

namespace colophon::testing {
namespace {

std::string sign_of(unsigned byte) {
  std::string sign;
  unsigned next = 0x100;
  for (unsigned b = 0; b <= byte; ++b) {
    const bool itself = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
    const unsigned c = itself ? b : next++;
    if (b == byte) append_utf8(sign, c);
  }
  return sign;
}

std::vector<std::string> letters_of(std::string_view text) {
  std::vector<std::string> letters;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    letters.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return letters;
}

}  // namespace

std::string training_text() {
  std::string text =
      "The quick brown fox jumps over the lazy dog, and then the other dogs jump over the foxes. "
      "This is what the tokens of the text are made of: the, then, there, these, those. "
      "You're right; it's what they'll say, I'd say. Numbers: 1234567890 100 200 300 "
      "2024-11-23.\n\n"
      "    for (int i = 0; i < 10; ++i) { return value + other_value; }\n\t\tif (x == y) break;\n"
      "人工智能生成的内容应当添加标识。本内容由人工智能生成，仅供参考。人工智能的内容。\n"
      "Съешь же ещё этих мягких французских булок, да выпей же чаю. Это текст, это слова.\n"
      "Über die Straße, naïve café, élève. ½ ² \xF0\x9F\x98\x80\xF0\x9F\x98\x80 "
      "\xE3\x82\xAB\xE3\x82\xBF\xE3\x82\xAB\xE3\x83\x8A\n";
  return text + text;
}

TrainedPairs train_pairs(std::string_view text, int merges) {
  TrainedPairs trained;
  for (unsigned byte = 0; byte < 256; ++byte) trained.tokens.push_back(sign_of(byte));
  std::set<std::string> known(trained.tokens.begin(), trained.tokens.end());
  // Words: a space begins one.
  std::map<std::vector<std::string>, int> words;
  std::vector<std::string> word;
  for (const char c : text) {
    if ((c == ' ' || c == '\n') && !word.empty()) {
      ++words[word];
      word.clear();
    }
    word.push_back(trained.tokens[static_cast<unsigned char>(c)]);
  }
  ++words[word];
  while (static_cast<int>(trained.merges.size()) < merges) {
    std::map<std::pair<std::string, std::string>, int> pairs;
    for (const auto& [letters, count] : words) {
      for (std::size_t i = 0; i + 1 < letters.size(); ++i)
        pairs[{letters[i], letters[i + 1]}] += count;
    }
    const auto best =
        std::max_element(pairs.begin(), pairs.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (best == pairs.end() || best->second < 2) break;
    const auto pair = best->first;
    trained.merges.push_back(pair);
    if (known.insert(pair.first + pair.second).second) {
      trained.tokens.push_back(pair.first + pair.second);
    }
    std::map<std::vector<std::string>, int> next;
    for (const auto& [letters, count] : words) {
      std::vector<std::string> merged;
      for (std::size_t i = 0; i < letters.size(); ++i) {
        const bool both =
            i + 1 < letters.size() && letters[i] == pair.first && letters[i + 1] == pair.second;
        merged.push_back(both ? pair.first + pair.second : letters[i]);
        i += both ? 1 : 0;
      }
      next[merged] += count;
    }
    words = std::move(next);
  }
  return trained;
}

TrainedPieces train_pieces(std::string_view text, int pieces) {
  std::string marked = "\xE2\x96\x81";
  for (const char c : text) marked += c == ' ' ? std::string("\xE2\x96\x81") : std::string(1, c);
  const auto letters = letters_of(marked);
  std::map<std::string, int> counts;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    std::string piece;
    for (std::size_t size = 0; size < 6 && i + size < letters.size(); ++size) {
      const std::string& letter = letters[i + size];
      if (letter == "\n" || (size > 0 && letter == "\xE2\x96\x81" && piece != letter)) break;
      piece += letter;
      ++counts[piece];
    }
  }
  std::vector<std::pair<std::string, int>> best;
  for (const auto& [piece, count] : counts) {
    if (count > 1 && letters_of(piece).size() > 1) best.emplace_back(piece, count);
  }
  std::sort(best.begin(), best.end(), [](const auto& a, const auto& b) {
    const auto worth = [](const auto& x) { return x.second * static_cast<int>(x.first.size()); };
    return worth(a) != worth(b) ? worth(a) > worth(b) : a.first < b.first;
  });
  if (best.size() > static_cast<std::size_t>(pieces)) best.resize(static_cast<std::size_t>(pieces));
  TrainedPieces trained;
  const auto add = [&](const std::string& token, float score, std::int32_t type) {
    trained.tokens.push_back(token);
    trained.scores.push_back(score);
    trained.types.push_back(type);
  };
  add("<unk>", 0, 2);
  add("<s>", 0, 3);
  add("</s>", 0, 3);
  for (unsigned byte = 0; byte < 256; ++byte) add(fmt::format("<0x{:02X}>", byte), 0, 6);
  for (const auto& [piece, count] : best) {
    add(piece, -static_cast<float>(trained.tokens.size()) / 16, 1);
  }
  for (const auto& [piece, count] : counts) {  // letters last; rare ones are left to bytes
    if (count > 2 && letters_of(piece).size() == 1) {
      add(piece, -static_cast<float>(trained.tokens.size()) / 16, 1);
    }
  }
  return trained;
}

std::string tokenizer_json(const JsonParts& parts) {
  return fmt::format(
      "{{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":{},"
      "\"normalizer\":{},\"pre_tokenizer\":{},\"post_processor\":null,\"decoder\":{},\"model\":{}}"
      "}",
      parts.added_tokens, parts.normalizer, parts.pre_tokenizer, parts.decoder, parts.model);
}

namespace {

std::string vocabulary_json(const std::vector<std::string>& tokens) {
  std::string all;
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    all += fmt::format("{}{}:{}", id == 0 ? "" : ",", wire::quote_json(tokens[id]), id);
  }
  return "{" + all + "}";
}

}  // namespace

std::string pairs_model(const TrainedPairs& pairs, const std::string& options) {
  std::string merges;
  for (const auto& [left, right] : pairs.merges) {
    merges += fmt::format("{}{}", merges.empty() ? "" : ",", wire::quote_json(left + " " + right));
  }
  return fmt::format(R"({{"type":"BPE",{}"vocab":{},"merges":[{}]}})", options,
                     vocabulary_json(pairs.tokens), merges);
}

// Merges as Transformers makes them from SentencePiece's pieces: best score first.
std::string pieces_model(const TrainedPieces& pieces, const std::string& options) {
  const std::set<std::string> known(pieces.tokens.begin(), pieces.tokens.end());
  std::string merges;
  for (const std::string& token : pieces.tokens) {  // scores fall with the id
    const auto letters = letters_of(token);
    std::string left;
    for (std::size_t i = 0; i + 1 < letters.size(); ++i) {
      left += letters[i];
      const std::string right = token.substr(left.size());
      if (!known.contains(left) || !known.contains(right)) continue;
      merges += fmt::format("{}[{},{}]", merges.empty() ? "" : ",", wire::quote_json(left),
                            wire::quote_json(right));
    }
  }
  return fmt::format(R"({{"type":"BPE",{}"vocab":{},"merges":[{}]}})", options,
                     vocabulary_json(pieces.tokens), merges);
}

std::string unigram_model(const TrainedPieces& pieces, bool byte_fallback) {
  std::string vocabulary;
  for (std::size_t id = 0; id < pieces.tokens.size(); ++id) {
    vocabulary += fmt::format("{}[{},{}]", id == 0 ? "" : ",", wire::quote_json(pieces.tokens[id]),
                              id < 3 ? 0.0 : -std::log(2.0 + static_cast<double>(id)));
  }
  return fmt::format(R"({{"type":"Unigram","unk_id":0,"vocab":[{}],"byte_fallback":{}}})",
                     vocabulary, byte_fallback);
}

std::string splits(const std::vector<std::string>& regexes) {
  std::string steps;
  for (const std::string& regex : regexes) {
    steps += fmt::format(
        R"({{"type":"Split","pattern":{{"Regex":{}}},"behavior":"Isolated","invert":false}},)",
        wire::quote_json(regex));
  }
  return fmt::format(R"({{"type":"Sequence","pretokenizers":[{}{}]}})", steps, kPlainBytes);
}

void GgufWriter::string(std::string_view value) {
  append_le(body_, value.size(), 8);
  append(body_, value);
}
void GgufWriter::key(std::string_view name, std::uint32_t type) {
  string(name);
  append_le(body_, type, 4);
  ++count_;
}
GgufWriter& GgufWriter::text(std::string_view name, std::string_view value) {
  key(name, 8);
  string(value);
  return *this;
}
GgufWriter& GgufWriter::boolean(std::string_view name, bool value) {
  key(name, 7);
  append_le(body_, value ? 1 : 0, 1);
  return *this;
}
GgufWriter& GgufWriter::number(std::string_view name, std::uint32_t value) {
  key(name, 4);
  append_le(body_, value, 4);
  return *this;
}
GgufWriter& GgufWriter::texts(std::string_view name, const std::vector<std::string>& values) {
  key(name, 9);
  append_le(body_, 8, 4);
  append_le(body_, values.size(), 8);
  for (const std::string& value : values) string(value);
  return *this;
}
GgufWriter& GgufWriter::floats(std::string_view name, const std::vector<float>& values) {
  key(name, 9);
  append_le(body_, 6, 4);
  append_le(body_, values.size(), 8);
  for (const float value : values) append_le(body_, std::bit_cast<std::uint32_t>(value), 4);
  return *this;
}
GgufWriter& GgufWriter::integers(std::string_view name, const std::vector<std::int32_t>& values) {
  key(name, 9);
  append_le(body_, 5, 4);
  append_le(body_, values.size(), 8);
  for (const std::int32_t value : values) append_le(body_, static_cast<std::uint32_t>(value), 4);
  return *this;
}
ByteBuffer GgufWriter::bytes() const {
  ByteBuffer all = to_buffer("GGUF");
  append_le(all, 3, 4);
  append_le(all, 0, 8);
  append_le(all, count_, 8);
  append(all, body_);
  return all;
}

ByteBuffer pairs_gguf(const TrainedPairs& pairs, std::string_view pre) {
  std::vector<std::string> tokens = pairs.tokens, merges;
  std::vector<std::int32_t> types(tokens.size(), 1);
  tokens.emplace_back("<|end|>");
  types.push_back(3);
  tokens.emplace_back("<mark>");
  types.push_back(4);
  for (const auto& [left, right] : pairs.merges) merges.push_back(left + " " + right);
  return GgufWriter()
      .text("general.architecture", "gpt2")
      .text("tokenizer.ggml.model", "gpt2")
      .text("tokenizer.ggml.pre", pre)
      .texts("tokenizer.ggml.tokens", tokens)
      .integers("tokenizer.ggml.token_type", types)
      .texts("tokenizer.ggml.merges", merges)
      .bytes();
}

ByteBuffer pieces_gguf(const TrainedPieces& pieces) {
  return GgufWriter()
      .text("tokenizer.ggml.model", "llama")
      .texts("tokenizer.ggml.tokens", pieces.tokens)
      .floats("tokenizer.ggml.scores", pieces.scores)
      .integers("tokenizer.ggml.token_type", pieces.types)
      .number("tokenizer.ggml.unknown_token_id", 0)
      .boolean("tokenizer.ggml.add_space_prefix", true)
      .bytes();
}

}  // namespace colophon::testing
