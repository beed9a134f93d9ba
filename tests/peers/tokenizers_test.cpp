// SPDX-License-Identifier: Apache-2.0
// Referee: Hugging Face's tokenizers (npm package of that name, the Rust library itself) on every
// part of tokenizer.json that is built here, and texts of random Unicode.
#include "tokenizers/tokenizer.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>

#include "base/text.hpp"
#include "support/character_maps.hpp"
#include "support/referees.hpp"
#include "support/support.hpp"
#include "support/vocabularies.hpp"
#include "wire/json_text.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::tokenizers;

namespace {

std::string environment(const char* name, const std::string& otherwise) {
  const char* given = std::getenv(name);
  return given != nullptr ? given : otherwise;
}

std::string step(std::string_view type, std::string_view members = {}) {
  return fmt::format(R"({{"type":"{}"{}{}}})", type, members.empty() ? "" : ",", members);
}
std::string cut(std::string_view regex, std::string_view behavior, bool invert = false) {
  return fmt::format(R"({{"type":"Split","pattern":{{"Regex":{}}},"behavior":"{}","invert":{}}})",
                     wire::quote_json(regex), behavior, invert);
}
std::string then_bytes(const std::string& first) {
  return fmt::format(R"({{"type":"Sequence","pretokenizers":[{},{}]}})", first, kPlainBytes);
}
std::string metaspace(std::string_view scheme, bool split) {
  return fmt::format(R"({{"type":"Metaspace","replacement":"▁","prepend_scheme":"{}","split":{}}})",
                     scheme, split);
}

using Variants = std::map<std::string, JsonParts>;

void add_byte_variants(Variants& all) {
  const TrainedPairs pairs = train_pairs(training_text(), 250);
  const std::string model = pairs_model(pairs), bytes(kByteLevel);
  const auto add = [&](const std::string& name, JsonParts parts) {
    if (parts.model.empty()) parts.model = model;
    if (parts.pre_tokenizer == "null") parts.pre_tokenizer = bytes;
    all[name] = std::move(parts);
  };
  add("plain", {});
  add("prefix",
      {.pre_tokenizer =
           step("ByteLevel", R"("add_prefix_space":true,"trim_offsets":true,"use_regex":true)")});
  for (const char* form : {"NFC", "NFD", "NFKC", "NFKD", "Lowercase", "Nmt"}) {
    add(form, {.normalizer = step(form)});
  }
  add("accents",
      {.normalizer =
           R"({"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"}]})"});
  add("strip", {.normalizer = step("Strip", R"("strip_left":true,"strip_right":true)")});
  add("replace", {.normalizer = step("Replace", R"("pattern":{"Regex":"\\s+"},"content":" ")")});
  add("bert",
      {.normalizer = step(
           "BertNormalizer",
           R"("clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true)"),
       .pre_tokenizer = then_bytes(step("BertPreTokenizer"))});
  const std::string llama3 =
      R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
  const std::string gpt4o =
      R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
  add("llama3",
      {.pre_tokenizer = splits({llama3}), .model = pairs_model(pairs, R"("ignore_merges":true,)")});
  add("gpt4o", {.pre_tokenizer = splits({gpt4o})});
  add("han", {.pre_tokenizer = splits({R"([\p{Han}]+|[\p{L}\p{M}&&[^\p{Han}]]+|\w+)", R"(\s+$)"})});
  add("deepseek", {.pre_tokenizer = splits({"[\r\n]", R"(\s?\p{L}+)", R"(\s?\p{P}+)",
                                            "[一-龥ࠀ-一가-퟿]+", R"(\p{N})"})});
  add("thousands", {.pre_tokenizer = splits({R"(\p{N}+)", R"((?=(\d{3})+(?!\d)))", R"(\b\h+)"})});
  add("falcon",
      {.pre_tokenizer = fmt::format(R"({{"type":"Sequence","pretokenizers":[{},{},{},{}]}})",
                                    step("Punctuation", R"("behavior":"Contiguous")"), bytes,
                                    step("Digits", R"("individual_digits":false)"),
                                    cut("[0-9][0-9][0-9]", "Isolated"))});
  for (const char* behavior :
       {"Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"}) {
    add(fmt::format("split-{}", behavior),
        {.pre_tokenizer = then_bytes(cut(R"(\d|\s)", behavior))});
    add(fmt::format("punctuation-{}", behavior),
        {.pre_tokenizer =
             then_bytes(step("Punctuation", fmt::format(R"("behavior":"{}")", behavior)))});
  }
  add("invert", {.pre_tokenizer = then_bytes(cut(R"(\w+|[^\w\s]+)", "Removed", true))});
  add("words", {.pre_tokenizer = then_bytes(step("Whitespace"))});
  add("spaces", {.pre_tokenizer = then_bytes(step("WhitespaceSplit"))});
  add("delimiter", {.pre_tokenizer = then_bytes(step("CharDelimiterSplit", R"("delimiter":"e")"))});
  add("digits", {.pre_tokenizer = then_bytes(step("Digits", R"("individual_digits":true)"))});
  std::string added;
  const char* const contents[] = {"<|end|>", "<|end|><|end|>", "fox", "[L]", "[R]", "  ", " q "};
  for (std::size_t i = 0; i < std::size(contents); ++i) {
    const std::string_view text = contents[i];
    added += fmt::format(
        R"({}{{"id":{},"content":"{}","single_word":{},"lstrip":{},"rstrip":{},"normalized":{},"special":{}}})",
        i == 0 ? "" : ",", pairs.tokens.size() + i, text, text == "fox",
        text == "[L]" || text == " q ", text == "[R]" || text == " q ", text == " q ",
        text == "<|end|>");
  }
  add("added", {.normalizer = step("NFC"), .added_tokens = "[" + added + "]"});
}

void add_piece_variants(Variants& all) {
  const TrainedPieces pieces = train_pieces(training_text(), 250);
  const std::string options = R"("unk_token":"<unk>","fuse_unk":true,"byte_fallback":true,)";
  const std::string marked =
      R"({"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]})";
  all["pieces"] = {.normalizer = marked, .model = pieces_model(pieces, options)};
  for (const char* scheme : {"always", "first", "never"}) {
    for (const bool split : {true, false}) {
      all[fmt::format("metaspace-{}-{}", scheme, split)] = {
          .pre_tokenizer = metaspace(scheme, split), .model = pieces_model(pieces, options)};
    }
  }
  all["unknown"] = {.normalizer = marked, .model = pieces_model(pieces, R"("unk_token":"<unk>",)")};
  all["fused"] = {.normalizer = marked,
                  .model = pieces_model(pieces, R"("unk_token":"<unk>","fuse_unk":true,)")};
  all["dropped"] = {.normalizer = marked, .model = pieces_model(pieces)};
  all["unigram"] = {.pre_tokenizer = metaspace("always", true),
                    .model = unigram_model(pieces, false)};
  all["unigram-bytes"] = {.normalizer = marked, .model = unigram_model(pieces, true)};
}

void add_bert_and_map_variants(Variants& all) {
  const std::string words = word_piece_model(training_text());
  const std::string cleaned = step(
      "BertNormalizer",
      R"("clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true)");
  all["word-piece"] = {
      .normalizer = cleaned, .pre_tokenizer = step("BertPreTokenizer"), .model = words};
  all["word-piece-cased"] = {.pre_tokenizer = step("Whitespace"), .model = words};
  all["word-piece-whole"] = {.model = words};
  const TrainedPieces pieces = train_pieces(training_text(), 250);
  const std::string map = precompiled(usual_characters());
  all["map"] = {.normalizer = map, .model = unigram_model(pieces, true)};
  all["t5"] = {.normalizer = map,
               .pre_tokenizer = R"({"type":"Sequence","pretokenizers":[)" +
                                step("WhitespaceSplit") + "," + metaspace("always", true) + "]}",
               .model = unigram_model(pieces, false)};
  all["xlm"] = {.normalizer = R"({"type":"Sequence","normalizers":[)" + map + "," +
                              step("Replace", R"("pattern":{"Regex":" {2,}"},"content":" ")") +
                              "]}",
                .pre_tokenizer = metaspace("first", true),
                .model = unigram_model(pieces, true)};
}

// Up to Unicode 14: later characters are classes of their own in PCRE2's and utf8proc's tables.
bool is_old(char32_t c) {
  return c < 0x10000 ? !((c >= 0xA7C0 && c < 0xA800) || (c >= 0x1C80 && c < 0x1C90) ||
                         (c >= 0x0860 && c < 0x0900) || (c >= 0x2FF0 && c < 0x3000) ||
                         (c >= 0xD800 && c < 0xE000))
                     : c >= 0x1F300 && c < 0x1F650;
}

std::string any_text(Random& random) {
  const std::string known = training_text();
  std::string text;
  const std::size_t letters = random.below(50);
  constexpr const char* kOdd[] = {" ",
                                  "  ",
                                  "\n",
                                  "\r\n",
                                  "\t",
                                  "'s",
                                  "'ſ",
                                  "½",
                                  "\u00A0",
                                  "\u3000",
                                  "\u180E",
                                  "\u2028",
                                  "\u200B",
                                  "e\u0301",
                                  "각",
                                  "\u1100\u1161\u11A8",
                                  "ﾞ",
                                  "ﬁ",
                                  "İ",
                                  "<|end|>",
                                  "<|end|><|end|>",
                                  "fox",
                                  "[L]",
                                  "[R]",
                                  " q ",
                                  "1234567",
                                  "▁",
                                  "K"};
  for (std::size_t i = 0; i < letters; ++i) {
    const std::uint64_t kind = random.below(8);
    if (kind == 0) {
      const auto c = static_cast<char32_t>(random.below(0x20000));
      append_utf8(text, is_old(c) ? c : U'x');
    } else if (kind == 1) {
      append_utf8(text, static_cast<char32_t>(0x20 + random.below(0x560)));
    } else if (kind < 5) {
      text += kOdd[random.below(std::size(kOdd))];
    } else {
      std::size_t at = random.below(known.size() - 16);
      while ((static_cast<unsigned char>(known[at]) & 0xC0) == 0x80) ++at;
      std::size_t end = at + 1 + random.below(8);
      while (end < known.size() && (static_cast<unsigned char>(known[end]) & 0xC0) == 0x80) ++end;
      text += known.substr(at, end - at);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("Hugging Face's tokenizers give the same ids for every part and any text") {
  const std::string source = environment("COLOPHON_SOURCE_DIR", ".");
  const std::string modules =
      environment("COLOPHON_C2PA_PEER", source + "/build/peers/node_modules");
  if (!have_tool("node") || !std::filesystem::exists(modules + "/tokenizers")) {
    MESSAGE("skipped: the npm package tokenizers is not installed");
    return;
  }
  const TemporaryFolder folder;
  Variants variants;
  add_byte_variants(variants);
  add_piece_variants(variants);
  add_bert_and_map_variants(variants);
  for (const auto& [name, parts] : variants) {
    write_file(folder.file(name + ".vocabulary.json"), as_bytes(tokenizer_json(parts)));
  }
  Random random(static_cast<std::uint64_t>(std::atoll(environment("COLOPHON_SEED", "17").c_str())));
  std::vector<std::string> texts = {"", " ", training_text()};
  while (texts.size() < 600) texts.push_back(any_text(random));
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ",") + wire::quote_json(text);
  write_file(folder.file("texts.json"), as_bytes("[" + list + "]"));
  const Ran ran = run("node '" + source + "/tests/peers/tokenizers_ids.mjs' '" +
                      std::filesystem::absolute(modules).string() + "' " + folder.path() + " 2>&1");
  INFO(ran.output);
  REQUIRE(ran.code == 0);
  for (const auto& [name, parts] : variants) {
    CAPTURE(name);
    const ByteBuffer file = read_file(folder.file(name + ".vocabulary.json"));
    MemorySource json(file);
    const auto tokenizer = Tokenizer::open(json);
    if (!tokenizer) FAIL(tokenizer.error().message);
    Encoder encoder(*tokenizer);
    std::istringstream expected{
        std::string(as_text(read_file(folder.file(name + ".vocabulary.json.ids"))))};
    for (const std::string& text : texts) {
      std::string line, ids;
      std::getline(expected, line);
      const auto tokens = encoder.encode(text);
      if (!tokens) FAIL(tokens.error().message);
      for (const Token& token : *tokens) ids += (ids.empty() ? "" : " ") + std::to_string(token.id);
      CAPTURE(text);
      CHECK(ids == line);
    }
  }
}
