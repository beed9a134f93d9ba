// SPDX-License-Identifier: Apache-2.0
#include "tokenizers/tokenizer.hpp"

#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.hpp"
#include "support/support.hpp"
#include "support/vocabularies.hpp"
#include "tokenizers/definition.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::tokenizers;

namespace {

Result<Tokenizer> opened(std::string_view file) {
  MemorySource source(as_bytes(file));
  return Tokenizer::open(source);
}
Result<Tokenizer> opened(const ByteBuffer& file) {
  return opened(as_text(file));
}

std::vector<std::uint32_t> ids_of(const Tokenizer& tokenizer, std::string_view text,
                                  bool special = true) {
  Encoder encoder(tokenizer);
  const auto tokens = encoder.encode(text, {special});
  if (!tokens) FAIL_CHECK(tokens.error().message);
  std::vector<std::uint32_t> ids;
  for (const Token& token : tokens.value_or(std::vector<Token>())) ids.push_back(token.id);
  return ids;
}

const TrainedPairs& pairs() {
  static const TrainedPairs trained = train_pairs(training_text(), 200);
  return trained;
}
const TrainedPieces& pieces() {
  static const TrainedPieces trained = train_pieces(training_text(), 150);
  return trained;
}

std::string bytes_json() {
  return tokenizer_json({.pre_tokenizer = std::string(kByteLevel),
                         .decoder = std::string(kByteLevel),
                         .model = pairs_model(pairs())});
}

/// Whatever Unicode has, much of it what the vocabularies know.
std::string any_text(Random& random, std::size_t letters) {
  const std::string known = training_text();
  std::string text;
  for (std::size_t i = 0; i < letters; ++i) {
    switch (random.below(4)) {
      case 0: {
        char32_t c = static_cast<char32_t>(random.below(random.below(2) == 0 ? 0x3000 : 0x110000));
        if ((c >= 0xD800 && c < 0xE000) || c == 0x2581) c = 0x20;  // U+2581 is read as a space
        append_utf8(text, c);
        break;
      }
      case 1:
        text += " \n\t\r'"[random.below(5)];
        break;
      default: {
        std::size_t at = random.below(known.size() - 8);
        while ((static_cast<unsigned char>(known[at]) & 0xC0) == 0x80) ++at;
        std::size_t end = at + 1 + random.below(6);
        while (end < known.size() && (static_cast<unsigned char>(known[end]) & 0xC0) == 0x80) ++end;
        text += known.substr(at, end - at);
      }
    }
  }
  return text;
}

}  // namespace

TEST_CASE("a byte-level vocabulary gives back every text") {
  for (const auto& file : {to_buffer(bytes_json()), pairs_gguf(pairs(), "gpt-2"),
                           pairs_gguf(pairs(), "llama-bpe"), pairs_gguf(pairs(), "qwen2"),
                           pairs_gguf(pairs(), "gpt-4o"), pairs_gguf(pairs(), "deepseek-llm")}) {
    const auto tokenizer = opened(file);
    if (!tokenizer) FAIL(tokenizer.error().message);
    Encoder encoder(*tokenizer);
    Random random(5);
    for (int i = 0; i < 200; ++i) {
      const std::string text = any_text(random, random.below(60));
      const auto tokens = encoder.encode(text);
      REQUIRE(tokens);
      std::vector<std::uint32_t> ids;
      std::uint32_t at = 0;
      for (const Token& token : *tokens) {
        ids.push_back(token.id);
        CHECK(token.begin == at);  // nothing is left out, nothing is told twice
        at = token.end;
      }
      CHECK(at == text.size());
      CHECK(tokenizer->decode(ids) == text);
    }
  }
}

TEST_CASE("both kinds of file with the same vocabulary give the same tokens") {
  const auto json = opened(bytes_json());
  const auto gguf = opened(pairs_gguf(pairs(), "gpt-2"));
  const std::string decoder =
      R"({"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},)"
      R"({"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]})";
  const auto marked = opened(tokenizer_json(
      {.normalizer = R"({"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},)"
                     R"({"type":"Replace","pattern":{"String":" "},"content":"▁"}]})",
       .decoder = decoder,
       .model = pieces_model(pieces(),
                             R"("unk_token":"<unk>","fuse_unk":true,"byte_fallback":true,)")}));
  const auto pieced = opened(pieces_gguf(pieces()));
  REQUIRE((json && gguf && marked && pieced));
  Random random(6);
  for (int i = 0; i < 300; ++i) {
    const std::string text = any_text(random, random.below(80));
    CHECK(ids_of(*json, text) == ids_of(*gguf, text));
    CHECK(ids_of(*marked, text) == ids_of(*pieced, text));
    CHECK(pieced->decode(ids_of(*pieced, text)) == text);
    CHECK(marked->decode(ids_of(*marked, text)) == text);
  }
}

// The definition, without a queue: all pairs are looked at before every merge.
static std::vector<std::string> merged(std::vector<std::string> letters,
                                       const TrainedPairs& pairs) {
  while (true) {
    std::size_t best = pairs.merges.size(), where = 0;
    for (std::size_t i = 0; i + 1 < letters.size(); ++i) {
      const auto found = std::find(pairs.merges.begin(), pairs.merges.end(),
                                   std::pair(letters[i], letters[i + 1]));
      const auto rank = static_cast<std::size_t>(found - pairs.merges.begin());
      if (rank < best) {
        best = rank;
        where = i;
      }
    }
    if (best == pairs.merges.size()) return letters;
    letters[where] += letters[where + 1];
    letters.erase(letters.begin() + static_cast<std::ptrdiff_t>(where) + 1);
  }
}

TEST_CASE("pairs are merged by rank, in words of any length") {
  const auto tokenizer = opened(tokenizer_json({.pre_tokenizer = std::string(kPlainBytes),
                                                .decoder = std::string(kByteLevel),
                                                .model = pairs_model(pairs())}));
  REQUIRE(tokenizer);
  Random random(7);
  for (int i = 0; i < 150; ++i) {
    const std::string text = any_text(random, 1 + random.below(i < 100 ? 8 : 60));
    std::vector<std::string> letters;
    for (const char c : text) letters.push_back(pairs().tokens[static_cast<unsigned char>(c)]);
    std::vector<std::uint32_t> expected;
    for (const std::string& token : merged(letters, pairs())) {
      expected.push_back(static_cast<std::uint32_t>(
          std::find(pairs().tokens.begin(), pairs().tokens.end(), token) - pairs().tokens.begin()));
    }
    CHECK(ids_of(*tokenizer, text) == expected);
  }
}

TEST_CASE("a long text is its parts: the cache and the cuts change nothing") {
  const auto tokenizer = opened(pieces_gguf(pieces()));
  REQUIRE(tokenizer);
  std::string long_text;
  for (int i = 0; i < 40; ++i) long_text += training_text();
  Encoder used(*tokenizer);
  REQUIRE(used.encode(long_text));
  const auto again = used.encode(training_text());
  const auto fresh = Encoder(*tokenizer).encode(training_text());
  REQUIRE((again && fresh));
  CHECK(std::equal(again->begin(), again->end(), fresh->begin(), fresh->end(),
                   [](const Token& a, const Token& b) {
                     return a.id == b.id && a.begin == b.begin && a.end == b.end;
                   }));
}

TEST_CASE("unigram takes the likeliest path") {
  // "abc": ab+c = -3, a+bc = -2.5, abc is not there.
  const auto tokenizer = opened(tokenizer_json(
      {.model =
           R"({"type":"Unigram","unk_id":0,"byte_fallback":false,"vocab":[["<unk>",0],["a",-2],)"
           R"(["b",-2],["c",-1],["ab",-2.0],["bc",-0.5]]})"}));
  REQUIRE(tokenizer);
  CHECK(ids_of(*tokenizer, "abc") == std::vector<std::uint32_t>{1, 5});
  CHECK(ids_of(*tokenizer, "ab") == std::vector<std::uint32_t>{4});
  CHECK(ids_of(*tokenizer, "axyb") == std::vector<std::uint32_t>{1, 0, 2});  // one unknown
}

TEST_CASE("added and control tokens are found before the model sees the text") {
  const std::uint32_t base = static_cast<std::uint32_t>(pairs().tokens.size());
  const auto token = [](std::uint32_t id, std::string_view content, std::string_view more) {
    return fmt::format(
        R"({{"id":{},"content":"{}","single_word":{},"lstrip":{},"rstrip":{},"normalized":false,"special":{}}})",
        id, content, more.find('w') != more.npos, more.find('l') != more.npos,
        more.find('r') != more.npos, more.find('s') != more.npos);
  };
  const auto tokenizer = opened(tokenizer_json(
      {.pre_tokenizer = std::string(kByteLevel),
       .decoder = std::string(kByteLevel),
       .added_tokens = fmt::format("[{},{},{},{}]", token(base, "<|end|>", "s"),
                                   token(base + 1, "<|end|><|end|>", ""),
                                   token(base + 2, "fox", "w"), token(base + 3, "[M]", "lr")),
       .model = pairs_model(pairs())}));
  if (!tokenizer) FAIL(tokenizer.error().message);
  CHECK(tokenizer->size() == base + 4);
  CHECK(ids_of(*tokenizer, "<|end|>") == std::vector{base});
  CHECK(ids_of(*tokenizer, "<|end|><|end|>") == std::vector{base + 1});  // the longest
  CHECK(ids_of(*tokenizer, "<|end|>", false).size() > 1);
  CHECK(ids_of(*tokenizer, "fox") == std::vector{base + 2});
  const auto foxes = ids_of(*tokenizer, "foxes");
  CHECK(std::find(foxes.begin(), foxes.end(), base + 2) == foxes.end());
  CHECK(ids_of(*tokenizer, "  [M]\n") == std::vector{base + 3});
  CHECK(tokenizer->decode(std::vector{base, base + 2}) == "<|end|>fox");
  CHECK(tokenizer->decode(std::vector{base, base + 2}, false) == "fox");
}

TEST_CASE("a normalizer changes the tokens, and they still point into the text") {
  const auto tokenizer = opened(tokenizer_json(
      {.normalizer = R"({"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Lowercase"}]})",
       .pre_tokenizer = std::string(kByteLevel),
       .decoder = std::string(kByteLevel),
       .model = pairs_model(pairs())}));
  REQUIRE(tokenizer);
  const std::string text = "E\xCC\x81t\xC3\x89 x";  // E + acute, t, É
  CHECK(ids_of(*tokenizer, text) == ids_of(*tokenizer, "\xC3\xA9t\xC3\xA9 x"));
  const auto tokens = Encoder(*tokenizer).encode(text);
  REQUIRE(tokens);
  CHECK(tokens->front().begin == 0);
  CHECK(tokens->front().end == 3);  // the two letters that became one
  CHECK(tokens->back().end == text.size());
}

TEST_CASE("text that is not UTF-8 and ids that are not there are told with their place") {
  const auto tokenizer = opened(bytes_json());
  REQUIRE(tokenizer);
  const auto broken = Encoder(*tokenizer).encode("good text \xFF bad");
  REQUIRE(!broken);
  CHECK(broken.error().code == ErrorCode::Malformed);
  CHECK(broken.error().offset == 10U);
  CHECK(!Encoder(*tokenizer).encode("cut \xE4\xBA"));
  const auto decoded = tokenizer->decode(std::vector<std::uint32_t>{1, 2, 4'000'000});
  REQUIRE(!decoded);
  CHECK(decoded.error().offset == 2U);
  const auto large = Encoder(*tokenizer).encode("12345", {true, 4});
  REQUIRE(!large);
  CHECK(large.error().code == ErrorCode::LimitExceeded);
  const std::string zeros("a\0b\0", 4);
  CHECK(tokenizer->decode(ids_of(*tokenizer, zeros)) == zeros);
}
