// SPDX-License-Identifier: Apache-2.0
#include "tokenizers/json_parts.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::tokenizers {
namespace {

using wire::JsonType;
using wire::JsonValue;
constexpr unsigned kMaxNesting = 8;
constexpr std::size_t kMaxSteps = 256;

Status sequence(const JsonValue& value, std::string_view key, unsigned depth,
                const std::function<Status(const JsonValue&)>& add) {
  const JsonValue* list = value.find(key);
  if (list == nullptr || list->type != JsonType::Array || depth >= kMaxNesting ||
      list->items.size() > kMaxSteps) {
    return fail(ErrorCode::Malformed, fmt::format("a Sequence without \"{}\"", key),
                "tokenizer.json");
  }
  for (const JsonValue& item : list->items) TRY(add(item));
  return {};
}

Result<Normalizer> normalizer(const Part& part) {
  const std::string type = part.type();
  if (type == "NFC" || type == "NFD" || type == "NFKC" || type == "NFKD") {
    TRY(part.only({}));
    return NormalForm{type.size() == 4, type.back() == 'C'};
  }
  if (type == "Lowercase") return Lowercase{};
  if (type == "StripAccents") return StripAccents{};
  if (type == "Nmt") return Nmt{};
  if (type == "Prepend") {
    TRY(part.only({"prepend"}));
    return Prepend{TRY(part.text("prepend", ""))};
  }
  if (type == "Replace") {
    TRY(part.only({"pattern", "content"}));
    return Replace{TRY(part.pattern("pattern")), TRY(part.text("content", ""))};
  }
  if (type == "Strip") {
    TRY(part.only({"strip_left", "strip_right"}));
    return Strip{TRY(part.boolean("strip_left", true)), TRY(part.boolean("strip_right", true))};
  }
  if (type == "BertNormalizer") {
    TRY(part.only({"clean_text", "handle_chinese_chars", "strip_accents", "lowercase"}));
    const bool lower = TRY(part.boolean("lowercase", true));
    return Bert{TRY(part.boolean("clean_text", true)),
                TRY(part.boolean("handle_chinese_chars", true)),
                TRY(part.boolean("strip_accents", lower)), lower};
  }
  if (type == "Precompiled") {
    TRY(part.only({"precompiled_charsmap"}));
    const auto map = base64_decode(TRY(part.text("precompiled_charsmap", "")));
    if (!map) {
      return fail(ErrorCode::Malformed, "\"precompiled_charsmap\" is not base64", "tokenizer.json");
    }
    return TRY(CharacterMap::parse(*map));
  }
  return part.unsupported("normalizer");
}

/// GPT-2's words, which ByteLevel cuts first when it is told to.
constexpr std::string_view kGpt2 =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

Status byte_level(const Part& part, std::vector<Splitter>& steps) {
  TRY(part.only({"add_prefix_space", "trim_offsets", "use_regex"}));
  const bool prefix = TRY(part.boolean("add_prefix_space", true));
  const bool cuts = TRY(part.boolean("use_regex", true));
  if (!cuts) {
    steps.emplace_back(ByteLevel{prefix});
    return {};
  }
  // The space comes first, then the words, then the bytes.
  steps.emplace_back(PrefixSpace{prefix});
  steps.emplace_back(SplitPattern{TRY(Pattern::compile(kGpt2)), Behavior::Isolated, false});
  steps.emplace_back(ByteLevel{false});
  return {};
}

Status metaspace(const Part& part, std::vector<Splitter>& steps) {
  TRY(part.only({"replacement", "prepend_scheme", "split", "add_prefix_space", "str_rep"}));
  std::string sign = TRY(part.text("replacement", "\xE2\x96\x81"));
  Pattern mark = TRY(Pattern::literal(sign));
  Metaspace step{std::move(sign), TRY(Pattern::literal(" ")), std::move(mark)};
  const bool prefix = TRY(part.boolean("add_prefix_space", true));
  const std::string scheme = TRY(part.text("prepend_scheme", prefix ? "always" : "never"));
  if (scheme != "always" && scheme != "first" && scheme != "never") {
    return part.unsupported("prepend_scheme of the pre-tokenizer");
  }
  step.prepend = scheme == "always"  ? PrependScheme::Always
                 : scheme == "first" ? PrependScheme::First
                                     : PrependScheme::Never;
  step.split = TRY(part.boolean("split", true));
  steps.emplace_back(std::move(step));
  return {};
}

Status add_split(const Part& part, std::vector<Splitter>& steps) {
  const std::string type = part.type();
  const auto letters = [&](Letters kind, Behavior behavior) {
    steps.emplace_back(SplitLetters{kind, behavior});
    return Status();
  };
  if (type == "ByteLevel") return byte_level(part, steps);
  if (type == "Metaspace") return metaspace(part, steps);
  if (type == "Split") {
    TRY(part.only({"pattern", "behavior", "invert"}));
    steps.emplace_back(SplitPattern{TRY(part.pattern("pattern")), TRY(part.behavior("")),
                                    TRY(part.boolean("invert", false))});
    return {};
  }
  if (type == "Digits") {
    TRY(part.only({"individual_digits"}));
    const bool each = TRY(part.boolean("individual_digits", false));
    return letters(Letters::Digit, each ? Behavior::Isolated : Behavior::Contiguous);
  }
  if (type == "Punctuation") {
    TRY(part.only({"behavior"}));
    return letters(Letters::Punctuation, TRY(part.behavior("Isolated")));
  }
  if (type == "WhitespaceSplit") return letters(Letters::Space, Behavior::Removed);
  if (type == "BertPreTokenizer") {
    TRY(letters(Letters::Space, Behavior::Removed));
    return letters(Letters::Punctuation, Behavior::Isolated);
  }
  if (type == "Whitespace") {  // words as Rust's regular expressions have them
    constexpr const char* kWords = R"([\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+)"
                                   R"(|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\s]+)";
    steps.emplace_back(SplitPattern{TRY(Pattern::compile(kWords)), Behavior::Removed, true});
    return {};
  }
  if (type == "CharDelimiterSplit") {
    TRY(part.only({"delimiter"}));
    const std::string delimiter = TRY(part.text("delimiter", ""));
    steps.emplace_back(SplitPattern{TRY(Pattern::literal(delimiter)), Behavior::Removed, false});
    return {};
  }
  return part.unsupported("pre-tokenizer");
}

void set_metaspace(const Part& part, Definition& definition) {
  const JsonValue* sign = part.member("replacement");
  definition.space_sign = sign != nullptr ? sign->text : "\xE2\x96\x81";
  const JsonValue* scheme = part.member("prepend_scheme");
  const JsonValue* prefix = part.member("add_prefix_space");
  definition.drop_first_space =
      scheme != nullptr ? scheme->text != "never" : prefix == nullptr || prefix->text != "false";
}

/// The steps that turn SentencePiece's pieces into text.
bool decode_step(const Part& part, Definition& definition) {
  const std::string type = part.type();
  if (type == "ByteFallback") return definition.bytes_in_names = true;
  if (type == "Fuse") return true;
  if (type == "Metaspace") {
    set_metaspace(part, definition);
    return true;
  }
  if (type == "Replace") {
    const JsonValue* pattern = part.member("pattern");
    const JsonValue* from = pattern != nullptr ? pattern->find("String") : nullptr;
    const JsonValue* to = part.member("content");
    if (from == nullptr || to == nullptr || to->text != " ") return false;
    definition.space_sign = from->text;
    return true;
  }
  if (type == "Strip") {
    const JsonValue* content = part.member("content");
    const JsonValue* start = part.member("start");
    const JsonValue* stop = part.member("stop");
    definition.drop_first_space = start != nullptr && start->text == "1";
    return content != nullptr && content->text == " " && start != nullptr && stop != nullptr &&
           (start->text == "0" || start->text == "1") && stop->text == "0";
  }
  return false;
}

}  // namespace

std::string Part::type() const {
  const JsonValue* type = value_.find("type");
  return type != nullptr && type->type == JsonType::String ? type->text : std::string();
}

const JsonValue* Part::member(std::string_view key) const {
  const JsonValue* value = value_.find(key);
  return value != nullptr && value->type != JsonType::Null ? value : nullptr;
}

Result<bool> Part::boolean(std::string_view key, bool otherwise) const {
  const JsonValue* value = member(key);
  if (value == nullptr) return otherwise;
  if (value->type != JsonType::Boolean) {
    return fail(ErrorCode::Malformed, fmt::format("\"{}\" is not true or false", key),
                "tokenizer.json");
  }
  return value->text == "true";
}

Result<std::string> Part::text(std::string_view key, std::string_view otherwise) const {
  const JsonValue* value = member(key);
  if (value == nullptr) return std::string(otherwise);
  if (value->type != JsonType::String) {
    return fail(ErrorCode::Malformed, fmt::format("\"{}\" is no text", key), "tokenizer.json");
  }
  return value->text;
}

Result<Pattern> Part::pattern(std::string_view key) const {
  const JsonValue* value = member(key);
  if (value != nullptr) {
    const JsonValue* regex = value->find("Regex");
    const JsonValue* text = value->find("String");
    if (regex != nullptr && regex->type == JsonType::String) return Pattern::compile(regex->text);
    if (text != nullptr && text->type == JsonType::String) return Pattern::literal(text->text);
  }
  return fail(ErrorCode::Malformed, fmt::format("{} has no pattern", type()), "tokenizer.json");
}

Result<Behavior> Part::behavior(std::string_view otherwise) const {
  const std::string word = TRY(text("behavior", otherwise));
  if (word == "Removed") return Behavior::Removed;
  if (word == "Isolated") return Behavior::Isolated;
  if (word == "MergedWithPrevious") return Behavior::MergedWithPrevious;
  if (word == "MergedWithNext") return Behavior::MergedWithNext;
  if (word == "Contiguous") return Behavior::Contiguous;
  return fail(ErrorCode::Unsupported, fmt::format("the behavior \"{}\" of {}", word, type()),
              "tokenizer.json");
}

Status Part::only(std::initializer_list<std::string_view> known) const {
  for (const auto& [key, value] : value_.members) {
    if (key == "type" || std::find(known.begin(), known.end(), key) != known.end()) continue;
    return fail(ErrorCode::Unsupported, fmt::format("\"{}\" of {} is not known here", key, type()),
                "tokenizer.json");
  }
  return {};
}

Failure Part::unsupported(std::string_view kind) const {
  return fail(ErrorCode::Unsupported, fmt::format("the {} \"{}\" is not built", kind, type()),
              "tokenizer.json");
}

Status add_normalizers(const JsonValue& value, std::vector<Normalizer>& steps, unsigned depth) {
  if (value.type == JsonType::Null) return {};
  const Part part(value);
  if (part.type() == "Sequence") {
    return sequence(value, "normalizers", depth,
                    [&](const JsonValue& item) { return add_normalizers(item, steps, depth + 1); });
  }
  steps.push_back(TRY(normalizer(part)));
  return {};
}

Status add_splitters(const JsonValue& value, std::vector<Splitter>& steps, unsigned depth) {
  if (value.type == JsonType::Null) return {};
  const Part part(value);
  if (part.type() == "Sequence") {
    return sequence(value, "pretokenizers", depth,
                    [&](const JsonValue& item) { return add_splitters(item, steps, depth + 1); });
  }
  return add_split(part, steps);
}

Status set_decoder(const JsonValue& value, Definition& definition) {
  const Part part(value);
  const std::string type = part.type();
  if (type == "ByteLevel") return {};
  bool built = false;
  if (type == "Sequence") {
    built = true;
    TRY(sequence(value, "decoders", 0, [&](const JsonValue& item) {
      built = built && decode_step(Part(item), definition);
      return Status();
    }));
  } else if (value.type != JsonType::Null) {
    built = decode_step(part, definition);
  }
  if (!built) {
    definition.undecodable = type.empty() ? std::string("a decoder that the file does not name")
                                          : fmt::format("the decoder \"{}\"", type);
  }
  return {};
}

}  // namespace colophon::tokenizers
