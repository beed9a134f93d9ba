// SPDX-License-Identifier: Apache-2.0
// What files say that is not built, or that is wrong: a named error, in bounded time.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include "support/support.hpp"
#include "support/vocabularies.hpp"
#include "tokenizers/pattern.hpp"
#include "tokenizers/tokenizer.hpp"
#include "wire/gguf.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::tokenizers;

namespace {

std::string error_of(std::string_view file) {
  MemorySource source(as_bytes(file));
  const auto tokenizer = Tokenizer::open(source);
  return tokenizer
             ? "none"
             : fmt::format("{}: {}", to_string(tokenizer.error().code), tokenizer.error().message);
}
bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

const TrainedPairs& pairs() {
  static const TrainedPairs trained = train_pairs(training_text(), 60);
  return trained;
}
std::string with(JsonParts parts) {
  if (parts.model.empty()) parts.model = pairs_model(pairs());
  return tokenizer_json(parts);
}

}  // namespace

TEST_CASE("parts that are not built are named") {
  const auto says = [](const std::string& file, std::string_view code, std::string_view name) {
    const std::string error = error_of(file);
    INFO(error);
    CHECK(error.starts_with(code));
    CHECK(has(error, name));
  };
  says(with({.normalizer = R"({"type":"ByteLevel"})"}), "unsupported", "ByteLevel");
  says(with({.normalizer = R"({"type":"Precompiled","precompiled_charsmap":"AA=="})"}), "malformed",
       "cut off");
  says(with({.normalizer = R"({"type":"NFC","form":"strange"})"}), "unsupported", "form");
  says(with({.pre_tokenizer = R"({"type":"UnicodeScripts"})"}), "unsupported", "UnicodeScripts");
  says(
      with(
          {.pre_tokenizer =
               R"({"type":"Split","pattern":{"String":"a"},"behavior":"Sideways","invert":false})"}),
      "unsupported", "Sideways");
  says(with({.model = R"({"type":"WordLevel","vocab":{},"unk_token":"u"})"}), "unsupported",
       "WordLevel");
  says(with({.model = R"({"type":"WordPiece","vocab":{},"unk_token":"u"})"}), "malformed", "\"u\"");
  says(with({.model = R"({"type":"BPE","dropout":0.1,"vocab":{},"merges":[]})"}), "unsupported",
       "dropout");
  says(with({.model = R"({"type":"BPE","vocab":{},"merges":[],"new_thing":1})"}), "unsupported",
       "new_thing");
  says(with({.model = R"({"type":"BPE","vocab":{"a":0},"merges":["a b"]})"}), "malformed", "\"b\"");
  says(with({.model = R"({"type":"BPE","vocab":{"a":0,"b":0},"merges":[]})"}), "malformed",
       "twice");
  says(with({.model = R"({"type":"BPE","vocab":{"a":4000000000},"merges":[]})"}), "limit-exceeded",
       "4000000000");
  says("PK\x03\x04", "unsupported", "neither");
  says("{\"version\":", "truncated", "");
  const auto gguf = [](std::string_view model, std::string_view pre) {
    return std::string(as_text(GgufWriter()
                                   .text("tokenizer.ggml.model", model)
                                   .text("tokenizer.ggml.pre", pre)
                                   .texts("tokenizer.ggml.tokens", {"a"})
                                   .bytes()));
  };
  says(gguf("bert", "x"), "unsupported", "bert");
  says(gguf("gpt2", "brand-new"), "unsupported", "brand-new");
  says(gguf("gpt2", "gpt-2"), "malformed", "merges");
  says(gguf("llama", ""), "malformed", "scores");
  says(std::string(as_text(GgufWriter().text("general.name", "x").bytes())), "not-found",
       "vocabulary");
  says(std::string(as_text(GgufWriter()
                               .text("tokenizer.ggml.model", "gpt2")
                               .texts("tokenizer.ggml.tokens", {"a"})
                               .bytes())),
       "unsupported", "tokenizer.ggml.pre");
}

TEST_CASE("regular expressions mean what they mean to Oniguruma, or are refused") {
  const auto finds = [](std::string_view regex, std::string_view text) {
    const auto pattern = Pattern::compile(regex);
    if (!pattern) return std::string(to_string(pattern.error().code));
    std::vector<Span> matches;
    if (!pattern->find_all(text, matches)) return std::string("gave up");
    std::string all;
    for (const Span& match : matches) {
      all += "[" + std::string(text.substr(match.begin, match.end - match.begin)) + "]";
    }
    return all;
  };
  CHECK(finds(R"(\s+)", "a\u180E b\u3000c") == "[ ][\u3000]");  // U+180E is no white space
  CHECK(finds(R"(\w+)", "x\u00BD y") == "[x\u00BD][y]");        // Oniguruma counts it
  CHECK(finds(R"(\h+)", "xFf09z") == "[Ff09]");
  CHECK(finds(R"(a$)", "a\nba") == "[a][a]");  // every line has an end
  CHECK(finds(R"([\p{L}&&[^\p{Han}]]+)", "ab人c") == "[ab][c]");
  CHECK(finds(R"([\p{L}&&[\p{Han}]]+)", "ab人c") == "[人]");
  CHECK(finds(R"(\p{Han}+)", "、人") == "[人]");  // the script, not its extensions
  CHECK(finds(R"((?i:'s))", "'S'\u017F") == "['S]['\u017F]");
  CHECK(finds(R"(\p{N}{1,3}(?=(?:\d{3})*\b))", "1234567") == "[1][234][567]");
  CHECK(finds(R"([^\s\p{L}]++)", "a,,b") == "[,,]");
  CHECK(finds(R"(\p{N}{1,3}+)", "1") == "unsupported");
  CHECK(finds(R"([a[bc]])", "b") == "unsupported");
  CHECK(finds(R"((?m:.))", "b") == "unsupported");
  CHECK(finds(R"(\Kx)", "x") == "unsupported");
  CHECK(finds(R"(\p{Nonsense})", "x") == "unsupported");
  CHECK(finds("(", "x") == "unsupported");
}

TEST_CASE("a regular expression without end gives up") {
  const ComputingClock::time_point start = ComputingClock::now();
  const auto pattern = Pattern::compile("(a|aa)+(?=b|c)");
  REQUIRE(pattern);
  std::vector<Span> matches;
  const auto done = pattern->find_all(std::string(60, 'a'), matches);
  REQUIRE(!done);
  CHECK(done.error().code == ErrorCode::LimitExceeded);
  CHECK(ComputingClock::now() - start < std::chrono::seconds(1));
}

TEST_CASE("GGUF headers: every cut and every giant number is an error") {
  const ByteBuffer file = pairs_gguf(pairs(), "gpt-2");
  for (std::size_t size = 0; size < 600; ++size) {
    const auto cut = wire::Gguf::parse(Bytes(file).first(size));
    REQUIRE(!cut);
    if (size >= 4) CHECK(cut.error().code == ErrorCode::Truncated);
  }
  const auto patched = [&](std::size_t at, std::uint64_t value, unsigned width) {
    ByteBuffer changed = file;
    store_le(changed, at, value, width);
    const auto parsed = wire::Gguf::parse(changed);
    return parsed ? std::string("ok") : std::string(to_string(parsed.error().code));
  };
  CHECK(patched(4, 1, 4) == "unsupported");
  CHECK(patched(4, 3U << 24, 4) == "unsupported");  // big-endian
  CHECK(patched(16, UINT64_MAX, 8) == "limit-exceeded");
  CHECK(patched(24, UINT64_MAX, 8) == "limit-exceeded");  // the first key's length
  const std::size_t type = 24 + 8 + std::string_view("general.architecture").size();
  CHECK(patched(type, 99, 4) == "malformed");
  CHECK(patched(type + 4, UINT64_MAX, 8) == "truncated");
  GgufWriter writer;
  writer.integers("n", {1, 2, 3});
  ByteBuffer counts = writer.bytes();
  store_le(counts, counts.size() - 12 - 8, UINT64_MAX / 4, 8);
  CHECK(!wire::Gguf::parse(counts));
}

TEST_CASE("vocabularies of many mutations give an answer") {
  Random random(11);
  const std::vector<ByteBuffer> files = {
      to_buffer(with(
          {.normalizer = R"({"type":"NFKC"})", .pre_tokenizer = splits({R"(\p{L}+)", R"(\s)"})})),
      pairs_gguf(pairs(), "llama-bpe"), pieces_gguf(train_pieces(training_text(), 40))};
  const std::string text = training_text().substr(0, 500);
  for (int i = 0; i < 600; ++i) {
    ByteBuffer file = mutate(files[random.below(files.size())], random);
    MemorySource source(file);
    const auto tokenizer = Tokenizer::open(source);
    if (!tokenizer) continue;
    const auto tokens = Encoder(*tokenizer).encode(text);
    if (!tokens) continue;
    for (const Token& token : *tokens) {
      CHECK(token.begin <= token.end);
      CHECK(token.end <= text.size());
    }
  }
}
