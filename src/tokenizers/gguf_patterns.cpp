// SPDX-License-Identifier: Apache-2.0
// From the tokenizer.json of the models that the names come from; llama.cpp keeps the list of
// names. Where it replaced a construct that its own regular expressions lack, the model's stands
// here.
#include "tokenizers/gguf_patterns.hpp"

#include <algorithm>

namespace colophon::tokenizers {
namespace {

#define CONTRACTIONS "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
#define TAIL "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
#define GPT2 "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"
#define UPPER "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]"
#define LOWER "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]"
#define SIGNS "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
// Words of upper and then lower case letters, as GPT-4o cuts them; `end` follows each.
#define CASED(end) \
  "[^\\r\\n\\p{L}\\p{N}]?" UPPER "*" LOWER "+" end "|[^\\r\\n\\p{L}\\p{N}]?" UPPER "+" LOWER "*" end

constexpr const char* kGpt2[] = {GPT2};
constexpr const char* kStarcoder[] = {"\\p{N}", GPT2};
constexpr const char* kLlama3[] = {
    CONTRACTIONS "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" TAIL};
constexpr const char* kQwen2[] = {
    CONTRACTIONS "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" TAIL};
constexpr const char* kQwen35[] = {
    CONTRACTIONS
    "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|" TAIL};
constexpr const char* kJais2[] = {
    CONTRACTIONS
    "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+"
    "|\\s{512}(?!\\S)|\\s{256}(?!\\S)|\\s{128}(?!\\S)|\\s{64}(?!\\S)|\\s{32}(?!\\S)"
    "|\\s{16}(?!\\S)|\\s{8}(?!\\S)|\\s{4}(?!\\S)|\\s{1,2}(?!\\S)|\\s{1}"};
constexpr const char* kDeepseekLlm[] = {
    "[\r\n]",
    "\\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-"
    "Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-"
    "ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]+",
    "\\s?[!-/:-~！-／：-～‘-‟　-。]+",
    "\\s+$",
    "[一-龥ࠀ-一가-퟿]+",
    "\\p{N}+"};
constexpr const char* kDeepseekCoder[] = {"[\r\n]", "\\s?\\p{L}+", "\\s?\\p{P}+",
                                          "[一-龥ࠀ-一가-퟿]+", "\\p{N}"};
constexpr const char* kDeepseek3[] = {
    "\\p{N}{1,3}", "[一-龥぀-ゟ゠-ヿ]+",
    SIGNS "|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|" TAIL};
constexpr const char* kFalcon[] = {"[\\p{P}\\$\\+<=>\\^~\\|`]+", GPT2, "[0-9][0-9][0-9]"};
constexpr const char* kBloom[] = {" ?[^(\\s|.,!?…。，、।۔،)]+"};
constexpr const char* kViking[] = {" ?[^(\\s|.,!?…。，、।۔،)]+", "\\p{N}"};
constexpr const char* kTekken[] = {CASED("") "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" TAIL};
constexpr const char* kGpt4o[] = {
    CASED(CONTRACTIONS "?") "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" TAIL};
constexpr const char* kTinyAya[] = {
    "\\d{1,3}(?=(?:\\d{3})*\\b)",
    CASED(CONTRACTIONS "?") "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" TAIL};
constexpr const char* kYoutu[] = {
    "[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|[一-龥぀-"
    "ゟ゠-"
    "ヿ]"
    "+",
    CASED(CONTRACTIONS "?") "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" TAIL};
constexpr const char* kChameleon[] = {
    "<sentinel:[0-9]+>",      "(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z",
    "([\\t\\n]|    |  )",     "\\p{N}",
    "[\\p{P}!-/:-@\\[-`{-~]", GPT2};
constexpr const char* kSuperBpe[] = {"\\p{N}+", "(?=(\\d{3})+(?!\\d))"};
constexpr const char* kBailing[] = {
    "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*"
    "|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+"};
constexpr const char* kSeedCoder[] = {
    CONTRACTIONS "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1}| ?[^\\s\\p{L}\\p{N}\\r\\n]+|" TAIL};
constexpr const char* kExaoneMoe[] = {
    CONTRACTIONS
    "|[^\\r\\n\\p{L}\\p{N}]?(?:\\p{L}\\p{M}*(?: \\p{L}\\p{M}*)*)+|\\p{N}"
    "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]?|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+"};
constexpr const char* kDefault[] = {"[\\p{P}\\$\\+<=>\\^~\\|]+", GPT2, "\\p{N}+",
                                    "[0-9][0-9][0-9]"};

#undef CONTRACTIONS
#undef TAIL
#undef GPT2
#undef UPPER
#undef LOWER
#undef SIGNS
#undef CASED

struct Row {
  std::string_view name;
  GgufPattern pattern;
};
constexpr Row kRows[] = {
    {"gpt-2", {kGpt2, false}},
    {"phi-2", {kGpt2, false}},
    {"jina-es", {kGpt2, false}},
    {"jina-de", {kGpt2, false}},
    {"gigachat", {kGpt2, false}},
    {"jina-v2-es", {kGpt2, false}},
    {"jina-v2-de", {kGpt2, false}},
    {"a.x-4.0", {kGpt2, false}},
    {"mellum", {kGpt2, false}},
    {"modern-bert", {kGpt2, false}},
    {"jina-v1-en", {kGpt2, false}},
    {"jina-v2-code", {kGpt2, false}},
    {"roberta-bpe", {kGpt2, false}},
    {"mpt", {kGpt2, false}},
    {"olmo", {kGpt2, false}},
    {"jais", {kGpt2, false}},
    {"exaone4", {kGpt2, false}},
    {"trillion", {kGpt2, false}},
    {"granite-docling", {kGpt2, false}},
    {"starcoder", {kStarcoder, false}},
    {"refact", {kStarcoder, false}},
    {"command-r", {kStarcoder, false}},
    {"smollm", {kStarcoder, false}},
    {"codeshell", {kStarcoder, false}},
    {"exaone", {kStarcoder, false}},
    {"minerva-7b", {kStarcoder, false}},
    {"mellum2", {kStarcoder, false}},
    {"llama3", {kLlama3, true}},
    {"llama-v3", {kLlama3, true}},
    {"llama-bpe", {kLlama3, true}},
    {"falcon3", {kLlama3, true}},
    {"falcon-h1", {kLlama3, true}},
    {"pixtral", {kLlama3, true}},
    {"midm-2.0", {kLlama3, true}},
    {"lfm2", {kLlama3, true}},
    {"jina-v5-nano", {kLlama3, true}},
    {"dbrx", {kLlama3, false}},
    {"smaug-bpe", {kLlama3, false}},
    {"glm4", {kLlama3, false}},
    {"chatglm-bpe", {kLlama3, false}},
    {"qwen2", {kQwen2, false}},
    {"deepseek-r1-qwen", {kQwen2, false}},
    {"kormo", {kQwen2, false}},
    {"f2llmv2", {kQwen2, false}},
    {"stablelm2", {kQwen2, false}},
    {"megrez", {kQwen2, false}},
    {"hunyuan", {kQwen2, false}},
    {"solar-open", {kQwen2, false}},
    {"grok-2", {kQwen2, false}},
    {"qwen35", {kQwen35, false}},
    {"jais-2", {kJais2, false}},
    {"deepseek-llm", {kDeepseekLlm, false}},
    {"deepseek-coder", {kDeepseekCoder, false}},
    {"deepseek-v3", {kDeepseek3, false}},
    {"hunyuan-dense", {kDeepseek3, false}},
    {"joyai-llm", {kDeepseek3, false}},
    {"hy_v4", {kDeepseek3, false}},
    {"falcon", {kFalcon, false}},
    {"bloom", {kBloom, false}},
    {"poro-chat", {kBloom, false}},
    {"gpt3-finnish", {kBloom, false}},
    {"viking", {kViking, false}},
    {"tekken", {kTekken, true}},
    {"gpt-4o", {kGpt4o, false}},
    {"llama4", {kGpt4o, false}},
    {"kanana2", {kGpt4o, false}},
    {"talkie", {kGpt4o, false}},
    {"minimax-m2", {kGpt4o, false}},
    {"tiny_aya", {kTinyAya, false}},
    {"cohere2moe", {kTinyAya, false}},
    {"youtu", {kYoutu, true}},
    {"chameleon", {kChameleon, false}},
    {"superbpe", {kSuperBpe, false}},
    {"bailingmoe", {kBailing, false}},
    {"bailingmoe2", {kBailing, false}},
    {"llada-moe", {kBailing, false}},
    {"seed-coder", {kSeedCoder, false}},
    {"exaone-moe", {kExaoneMoe, false}},
    {"default", {kDefault, false}},
};

}  // namespace

const GgufPattern* gguf_pattern(std::string_view name) noexcept {
  const auto* found = std::find_if(std::begin(kRows), std::end(kRows),
                                   [&](const Row& row) { return row.name == name; });
  return found == std::end(kRows) ? nullptr : &found->pattern;
}

}  // namespace colophon::tokenizers
