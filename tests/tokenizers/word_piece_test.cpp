// SPDX-License-Identifier: Apache-2.0
// BERT's word pieces, and SentencePiece's character maps; the referee is in tests/peers.
#include <doctest/doctest.h>

#include "base/text.hpp"
#include "support/character_maps.hpp"
#include "support/support.hpp"
#include "support/vocabularies.hpp"
#include "tokenizers/precompiled.hpp"
#include "tokenizers/tokenizer.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::tokenizers;

namespace {

std::string bert_json(const std::string& more = R"("max_input_chars_per_word":12,)") {
  return tokenizer_json(
      {.normalizer = R"({"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,)"
                     R"("strip_accents":null,"lowercase":true})",
       .pre_tokenizer = R"({"type":"BertPreTokenizer"})",
       .decoder = R"({"type":"WordPiece","prefix":"##","cleanup":true})",
       .model = R"({"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",)" +
                more +
                R"("vocab":{"[UNK]":0,"un":1,"##aff":2,"##able":3,"##a":4,"want":5,"##ed":6,)"
                R"(",":7,"中":8,"runn":9,"##ing":10,"##é":11}})"});
}

Result<Tokenizer> opened(std::string_view file) {
  MemorySource source(as_bytes(file));
  return Tokenizer::open(source);
}

std::string said(const Tokenizer& tokenizer, std::string_view text) {
  Encoder encoder(tokenizer);
  const auto tokens = encoder.encode(text);
  REQUIRE(tokens);
  std::string all;
  for (const Token& token : *tokens) {
    all += std::to_string(token.id) + "[" +
           std::string(text.substr(token.begin, token.end - token.begin)) + "] ";
  }
  return all;
}

std::string refused(const std::string& file) {
  const auto tokenizer = opened(file);
  return tokenizer ? "" : tokenizer.error().message;
}

std::string found(const CharacterMap& map, std::string_view text) {
  return std::string(map.find(text).value_or("none"));
}

}  // namespace

TEST_CASE("word pieces: the longest at each place, or the whole word unknown") {
  const auto tokenizer = opened(bert_json());
  REQUIRE(tokenizer);
  CHECK(tokenizer->size() == 12);
  CHECK(said(*tokenizer, "UNwanted, runnïng") == "0[UNwanted] 7[,] 9[runn] 10[ïng] ");
  CHECK(said(*tokenizer, "unaffable wanted") == "1[un] 2[aff] 3[able] 5[want] 6[ed] ");
  CHECK(said(*tokenizer, "wantaa中want") == "5[want] 4[a] 4[a] 8[中] 5[want] ");
  CHECK(said(*tokenizer, "wantx un") == "0[wantx] 1[un] ");
  // Thirteen letters are more than this model cuts.
  CHECK(said(*tokenizer, "wantaaaaaaaa") == "5[want] 4[a] 4[a] 4[a] 4[a] 4[a] 4[a] 4[a] 4[a] ");
  CHECK(said(*tokenizer, "wantaaaaaaaaa") == "0[wantaaaaaaaaa] ");
  CHECK(said(*tokenizer, "").empty());
}

TEST_CASE("word pieces: what a file cannot say is refused") {
  CHECK(refused(bert_json("")).empty());
  CHECK(refused(bert_json(R"("max_input_chars_per_word":100000,)")).find("100000") !=
        std::string::npos);
  CHECK(refused(bert_json(R"("surprise":1,)")).find("surprise") != std::string::npos);
  std::string without = bert_json();
  without.replace(without.find(R"("[UNK]":0)"), 9, R"("[OTH]":0)");
  CHECK(refused(without).find("[UNK]") != std::string::npos);
}

TEST_CASE("character maps: the shortest beginning that is known") {
  const auto map = CharacterMap::parse(character_map(usual_characters()));
  REQUIRE(map);
  CHECK(found(*map, "ﬁx") == "fi");
  CHECK(found(*map, "q") == "Q");
  CHECK(found(*map, "qu") == "Q");
  CHECK(found(*map, "e\u0301") == "é");
  CHECK(found(*map, "\x7F") == "");
  CHECK(found(*map, "e") == "none");
  CHECK(found(*map, "x") == "none");
  CHECK(found(*map, "") == "none");
  CHECK(found(*map, std::string_view("\0q", 2)) == "none");
}

TEST_CASE("character maps: short clusters are replaced as a whole, long ones letter by letter") {
  const TrainedPieces pieces = train_pieces(training_text(), 100);
  const auto tokenizer = opened(tokenizer_json(
      {.normalizer = precompiled({{"\r", " "}, {"\n", " "}, {"e", "o"}, {"\u0301", "x"}}),
       .model = unigram_model(pieces, true)}));
  REQUIRE(tokenizer);
  const auto plain = opened(tokenizer_json({.model = unigram_model(pieces, true)}));
  REQUIRE(plain);
  const auto ids = [](const Tokenizer& of, std::string_view text) {
    Encoder encoder(of);
    std::vector<std::uint32_t> all;
    const auto tokens = encoder.encode(text);
    REQUIRE(tokens);
    for (const Token& token : *tokens) all.push_back(token.id);
    return all;
  };
  CHECK(ids(*tokenizer, "th\r\ne") == ids(*plain, "th o"));
  CHECK(ids(*tokenizer, "e\u0301") == ids(*plain, "o"));
  CHECK(ids(*tokenizer, "e\u0301\u0301\u0301") == ids(*plain, "oxxx"));
  CHECK(ids(*tokenizer, "th\n\n") == ids(*plain, "th  "));
}

TEST_CASE("character maps: whatever the bytes are, reading ends") {
  const ByteBuffer good = character_map(usual_characters());
  CHECK_FALSE(CharacterMap::parse({}));
  CHECK_FALSE(CharacterMap::parse(Bytes(good).first(3)));
  CHECK_FALSE(CharacterMap::parse(Bytes(good).first(100)));
  Random random(6);
  const std::string text = training_text();
  for (int round = 0; round < 300; ++round) {
    ByteBuffer bytes = good;
    for (int i = 0; i < 40; ++i) {
      const std::size_t at = random.below(2) == 0 ? random.below(4096) : random.below(bytes.size());
      bytes[at] = static_cast<std::uint8_t>(random.next());
    }
    const auto map = CharacterMap::parse(bytes);
    if (!map) continue;
    for (std::size_t at = 0; at < text.size(); at += 7) {
      const auto to = map->find(std::string_view(text).substr(at));
      if (to) REQUIRE(is_utf8(*to));
    }
  }
  CHECK(
      refused(tokenizer_json({.normalizer = R"({"type":"Precompiled","precompiled_charsmap":"?"})",
                              .model = unigram_model(train_pieces(training_text(), 50), true)}))
          .find("base64") != std::string::npos);
}
