// SPDX-License-Identifier: Apache-2.0
// Referee: the vocabularies in llama.cpp's repository (models/ggml-vocab-*.gguf) with their texts
// (.inp) and the ids that Hugging Face's tokenizers gave for them (.out).
// COLOPHON_GGUF_VOCABULARIES names the folder.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "support/support.hpp"
#include "tokenizers/tokenizer.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::tokenizers;

namespace {

std::vector<std::string> documents(const std::string& path) {
  constexpr std::string_view kBetween = "\n__ggml_vocab_test__\n";
  const std::string all(as_text(read_file(path)));
  std::vector<std::string> texts;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find(kBetween, at), all.size());
    texts.push_back(all.substr(at, end - at));
    at = end + kBetween.size();
  }
  return texts;
}

std::vector<std::string> lines(const std::string& path) {
  std::istringstream in{std::string(as_text(read_file(path)))};
  std::vector<std::string> all;
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

std::string ids_of(Encoder& encoder, std::string_view text) {
  const auto tokens = encoder.encode(text, {.special = false});
  if (!tokens) return tokens.error().message;
  std::string ids;
  for (const Token& token : *tokens) ids += " " + std::to_string(token.id);
  return ids;
}

}  // namespace

TEST_CASE("llama.cpp's vocabularies: every text has the ids that it says") {
  const char* folder = std::getenv("COLOPHON_GGUF_VOCABULARIES");
  if (folder == nullptr || !std::filesystem::is_directory(folder)) {
    MESSAGE("skipped: COLOPHON_GGUF_VOCABULARIES names no folder");
    return;
  }
  int agreeing = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string path = entry.path().string();
    if (entry.path().extension() != ".gguf" || !std::filesystem::exists(path + ".inp")) continue;
    CAPTURE(path);
    const ByteBuffer file = read_file(path);
    MemorySource source(file);
    const auto tokenizer = Tokenizer::open(source);
    if (!tokenizer) {  // another kind of model: that must be what is said
      CHECK(tokenizer.error().code == ErrorCode::Unsupported);
      MESSAGE("skipped: ", path, ": ", tokenizer.error().message);
      continue;
    }
    Encoder encoder(*tokenizer);
    const auto texts = documents(path + ".inp");
    const auto expected = lines(path + ".out");
    REQUIRE(texts.size() >= expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CAPTURE(texts[i]);
      CHECK(ids_of(encoder, texts[i]) == expected[i]);
    }
    ++agreeing;
  }
  MESSAGE(agreeing, " vocabularies compared");
  CHECK(agreeing > 0);
}
