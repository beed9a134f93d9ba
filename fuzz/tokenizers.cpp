// SPDX-License-Identifier: Apache-2.0
// Vocabulary files: GGUF headers and tokenizer.json, and the text that they are applied to.
#include "support/vocabularies.hpp"
#include "targets.hpp"
#include "tokenizers/tokenizer.hpp"
#include "watermark/documents.hpp"
#include "watermark/embed.hpp"
#include "wire/gguf.hpp"

namespace colophon::fuzz {
namespace {

void gguf(Bytes bytes) {
  const auto file = wire::Gguf::parse(bytes);
  if (!file) return;
  for (const auto& entry : file->entries()) {
    must(entry.bytes.size() <= bytes.size(), "a value lies in the file");
    (void)file->text(entry.key);
    (void)file->number(entry.key);
    (void)file->boolean(entry.key);
    (void)file->texts(entry.key);
    (void)file->integers(entry.key);
    (void)file->floats(entry.key);
  }
}

void vocabulary(Bytes bytes) {
  MemorySource source(bytes);
  const auto tokenizer = tokenizers::Tokenizer::open(source);
  if (!tokenizer) return;
  tokenizers::Encoder encoder(*tokenizer);
  constexpr std::string_view kText = "It's 12345 人工 <s>e\xCC\x81  \n\n x";
  const auto tokens = encoder.encode(kText);
  if (!tokens) return;
  std::vector<std::uint32_t> ids;
  for (const auto& token : *tokens) {
    must(token.begin <= token.end && token.end <= kText.size(), "a token lies in the text");
    must(token.id < tokenizer->size(), "a token is in the vocabulary");
    ids.push_back(token.id);
  }
  (void)tokenizer->decode(ids);
  const auto again = encoder.encode(kText);
  must(again && again->size() == tokens->size(), "the same text has the same tokens");
}

void watermark_inputs(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  const auto keys = watermark::parse_keys(text);
  for (const auto& key : keys.value_or(std::vector<watermark::NamedKey>())) {
    must(!key.words.empty() && key.words.size() <= 64, "a key has between 1 and 64 words");
  }
  (void)watermark::parse_ids(text, 0);
  (void)watermark::parse_logits(text, 0);
  auto embedder = watermark::Embedder::make({.settings = {}, .key = {"k", {42}}, .seed = 1});
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    (void)embedder->step(text.substr(at, end - at), at);
    at = end + 1;
  }
}

Seeds seeds() {
  using namespace testing;
  const auto pairs = train_pairs("the then these there 人工人工", 12);
  const auto pieces = train_pieces("the then these there the then", 12);
  Seeds all = {pairs_gguf(pairs, "gpt-2"), pairs_gguf(pairs, "llama-bpe"), pieces_gguf(pieces)};
  for (const char* normalizer : {R"({"type":"NFKC"})", R"({"type":"Prepend","prepend":"x"})",
                                 R"({"type":"Replace","pattern":{"Regex":"\\s+"},"content":""})",
                                 R"({"type":"BertNormalizer"})"}) {
    all.push_back(to_buffer(tokenizer_json({.normalizer = normalizer,
                                            .pre_tokenizer = splits({R"(\w+|\p{N}{1,3})"}),
                                            .model = pairs_model(pairs)})));
  }
  all.push_back(to_buffer(tokenizer_json(
      {.pre_tokenizer =
           R"({"type":"Metaspace","replacement":"_","prepend_scheme":"first","split":true})",
       .added_tokens =
           R"([{"id":0,"content":"<s>","single_word":true,"lstrip":true,"rstrip":true,"normalized":true,"special":true}])",
       .model = unigram_model(pieces, true)})));
  return all;
}

}  // namespace

void add_tokenizers(std::vector<Target>& all) {
  all.push_back({"wire_gguf", gguf, seeds});
  all.push_back({"tokenizers_vocabulary", vocabulary, seeds});
  all.push_back({"watermark_inputs", watermark_inputs, [] {
                   return texts({"a = 0x2a, -1 # c\n7", "[1, 2,3]", "[0.5, null, -Infinity]",
                                 R"({"ids":[1,2],"logits":[0.5,1]})"
                                 "\n"
                                 R"({"reset":true,"prompt":[1]})",
                                 R"({"accept":[1,2,3,4]})"});
                 }});
}

}  // namespace colophon::fuzz
