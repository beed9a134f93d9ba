// SPDX-License-Identifier: Apache-2.0
// tokenizer.json of Hugging Face's tokenizers: BPE, Unigram and WordPiece models. The
// post-processor (tokens around a text), truncation and padding say nothing about how text becomes
// tokens and are not read.
#include "base/text.hpp"
#include "tokenizers/json_cursor.hpp"
#include "tokenizers/json_parts.hpp"
#include "wire/json_scan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>

namespace colophon::tokenizers {
namespace {

using wire::JsonType;
using wire::JsonValue;

/// Characters of a word that WordPiece cuts; the usual limit is 100, and time grows with its
/// square.
constexpr std::size_t kLongestWord = 1000;

/// The members of one object by name, as they stand.
struct Members {
  struct Place {
    std::string_view text;
    std::uint64_t at = 0;
  };
  std::map<std::string, Place, std::less<>> all;

  [[nodiscard]] Place find(std::string_view key) const {
    const auto found = all.find(key);
    return found == all.end() ? Place{"null", 0} : found->second;
  }
};

Result<Members> members_of(std::string_view object, std::uint64_t base) {
  const auto scan = wire::scan_json(object, [](auto...) { return true; });
  if (scan.damage) {
    Error error = *scan.damage;
    error.where = "tokenizer.json";
    if (error.offset) *error.offset += base;
    return Failure(std::move(error));
  }
  if (scan.root_kind != wire::JsonKind::Object) {
    return fail(ErrorCode::Malformed, "expected an object", "tokenizer.json", base);
  }
  Members members;
  for (const auto& place : scan.members) {
    const std::string_view text = object.substr(static_cast<std::size_t>(place.value.offset),
                                                static_cast<std::size_t>(place.value.size));
    if (!members.all.try_emplace(place.key, Members::Place{text, base + place.value.offset})
             .second) {
      return fail(ErrorCode::Malformed, fmt::format("\"{}\" is given twice", place.key),
                  "tokenizer.json", base + place.key_where.offset);
    }
  }
  return members;
}

Result<JsonValue> value_of(const Members& members, std::string_view key) {
  const auto place = members.find(key);
  auto value = wire::parse_json(place.text, {});
  if (!value) value.error().where = fmt::format("tokenizer.json: {}", key);
  return value;
}

class Reading {
 public:
  explicit Reading(const Members& file) : file_(file) {}

  Result<Definition> run() {
    TRY(known(file_,
              {"version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer",
               "post_processor", "decoder", "model"},
              "the file"));
    const JsonValue normalizer = TRY(value_of(file_, "normalizer"));
    const JsonValue splitter = TRY(value_of(file_, "pre_tokenizer"));
    const JsonValue decoder = TRY(value_of(file_, "decoder"));
    TRY(add_normalizers(normalizer, out_.normalizers));
    TRY(add_splitters(splitter, out_.splitters));
    TRY(set_decoder(decoder, out_));
    byte_level_ = std::any_of(out_.splitters.begin(), out_.splitters.end(), [](const auto& step) {
      return std::holds_alternative<ByteLevel>(step);
    });
    const auto place = file_.find("model");
    const Members model = TRY(members_of(place.text, place.at));
    std::string type = TRY(text(model, "type"));
    if (type.empty()) type = model.all.contains("merges") ? "BPE" : "";
    if (type == "BPE") {
      TRY(bpe(model));
    } else if (type == "Unigram") {
      TRY(unigram(model));
    } else if (type == "WordPiece") {
      TRY(word_piece(model));
    } else {
      return fail(ErrorCode::Unsupported, fmt::format("the model \"{}\" is not built", type),
                  "tokenizer.json", place.at);
    }
    out_.description = fmt::format("tokenizer.json: {}", type);
    TRY(added_tokens());
    if (out_.splitters.empty() && type != "WordPiece") {
      const std::string sign = "\xE2\x96\x81";
      prepare_cuts(out_, sign);
    }
    return std::move(out_);
  }

 private:
  static Status known(const Members& members, std::initializer_list<std::string_view> names,
                      std::string_view what) {
    for (const auto& [key, place] : members.all) {
      if (std::find(names.begin(), names.end(), key) != names.end()) continue;
      return fail(ErrorCode::Unsupported, fmt::format("\"{}\" of {} is not known here", key, what),
                  "tokenizer.json", place.at);
    }
    return {};
  }
  static Result<std::string> text(const Members& members, std::string_view key) {
    const JsonValue value = TRY(value_of(members, key));
    if (value.type == JsonType::Null) return std::string();
    if (value.type != JsonType::String) {
      return fail(ErrorCode::Malformed, fmt::format("\"{}\" is no text", key), "tokenizer.json");
    }
    return value.text;
  }
  static Result<bool> flag(const Members& members, std::string_view key) {
    const JsonValue value = TRY(value_of(members, key));
    if (value.type == JsonType::Null) return false;
    if (value.type != JsonType::Boolean) {
      return fail(ErrorCode::Malformed, fmt::format("\"{}\" is not true or false", key),
                  "tokenizer.json");
    }
    return value.text == "true";
  }

  Status bpe(const Members& members) {
    TRY(known(members,
              {"type", "vocab", "merges", "dropout", "unk_token", "continuing_subword_prefix",
               "end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges"},
              "BPE"));
    const JsonValue dropout = TRY(value_of(members, "dropout"));
    if (dropout.type != JsonType::Null && dropout.text != "0" && dropout.text != "0.0") {
      return fail(ErrorCode::Unsupported,
                  "with \"dropout\" the same text gives other tokens each time", "tokenizer.json");
    }
    auto& model = out_.model.emplace<Bpe>();
    model.byte_level = byte_level_;
    model.continuing_prefix = TRY(text(members, "continuing_subword_prefix"));
    model.end_suffix = TRY(text(members, "end_of_word_suffix"));
    if (byte_level_ && !(model.continuing_prefix.empty() && model.end_suffix.empty())) {
      return fail(ErrorCode::Unsupported, "bytes with a prefix or suffix of word parts",
                  "tokenizer.json");
    }
    model.byte_fallback = TRY(flag(members, "byte_fallback"));
    if (byte_level_ && model.byte_fallback) {
      return fail(ErrorCode::Unsupported, "ByteLevel together with \"byte_fallback\"",
                  "tokenizer.json");
    }
    model.fuse_unknown = TRY(flag(members, "fuse_unk"));
    model.ignore_merges = TRY(flag(members, "ignore_merges"));
    TRY(read_vocabulary(members.find("vocab"), model.vocabulary));
    model.prepare_bytes();
    const std::string unknown = TRY(text(members, "unk_token"));
    if (!unknown.empty()) {
      model.unknown = model.vocabulary.find(unknown);
      if (model.unknown == kNoToken) return missing(unknown);
    }
    return read_merges(members.find("merges"), model);
  }

  static Failure missing(std::string_view token) {
    return fail(ErrorCode::Malformed, fmt::format("\"{}\" is not in the vocabulary", token),
                "tokenizer.json");
  }

  Status read_vocabulary(Members::Place place, Vocabulary& vocabulary) {
    JsonCursor cursor(place.text, place.at);
    TRY(cursor.expect('{'));
    if (cursor.take('}')) return {};
    do {
      const std::string token = TRY(cursor.string());
      TRY(cursor.expect(':'));
      const std::uint32_t id = TRY(cursor.integer());
      TRY(add(vocabulary, token, id));
    } while (TRY(cursor.more('}')));
    return {};
  }

  Status add(Vocabulary& vocabulary, std::string_view token, std::uint32_t id) {
    if (!byte_level_) return vocabulary.add(token, id, true);
    const bool written = bytes_of_signs(token, bytes_);
    return vocabulary.add(written ? std::string_view(bytes_) : token, id, written);
  }

  /// The token as the vocabulary has it.
  std::uint32_t find(const Vocabulary& vocabulary, std::string_view token) {
    if (!byte_level_) return vocabulary.find(token);
    return bytes_of_signs(token, bytes_) ? vocabulary.find(bytes_) : kNoToken;
  }

  Status read_merges(Members::Place place, Bpe& model) {
    JsonCursor cursor(place.text, place.at);
    TRY(cursor.expect('['));
    if (cursor.take(']')) return {};
    std::uint32_t rank = 0;
    do {
      std::string left, right;
      if (cursor.take('[')) {
        left = TRY(cursor.string());
        TRY(cursor.expect(','));
        right = TRY(cursor.string());
        TRY(cursor.expect(']'));
      } else {
        left = TRY(cursor.string());
        const std::size_t space = left.find(' ');
        if (space == std::string::npos || left.find(' ', space + 1) != std::string::npos) {
          return cursor.wrong("two tokens with a space between");
        }
        right = left.substr(space + 1);
        left.resize(space);
      }
      const std::uint32_t a = find(model.vocabulary, left), b = find(model.vocabulary, right);
      if (a == kNoToken) return missing(left);
      if (b == kNoToken) return missing(right);
      std::string both = left;
      both += right.starts_with(model.continuing_prefix)
                  ? std::string_view(right).substr(model.continuing_prefix.size())
                  : std::string_view(right);
      const std::uint32_t id = find(model.vocabulary, both);
      if (id == kNoToken) return missing(both);
      TRY(model.add_merge(a, b, rank++, id));
    } while (TRY(cursor.more(']')));
    return {};
  }

  Status unigram(const Members& members) {
    TRY(known(members, {"type", "unk_id", "vocab", "byte_fallback"}, "Unigram"));
    if (byte_level_) {
      return fail(ErrorCode::Unsupported, "ByteLevel with a Unigram model", "tokenizer.json");
    }
    auto& model = out_.model.emplace<Unigram>();
    model.byte_fallback = TRY(flag(members, "byte_fallback"));
    const auto place = members.find("vocab");
    JsonCursor cursor(place.text, place.at);
    TRY(cursor.expect('['));
    if (!cursor.take(']')) {
      do {
        TRY(cursor.expect('['));
        const std::string token = TRY(cursor.string());
        TRY(cursor.expect(','));
        model.scores.push_back(TRY(cursor.number()));
        TRY(cursor.expect(']'));
        TRY(model.vocabulary.add(token, static_cast<std::uint32_t>(model.scores.size() - 1), true));
      } while (TRY(cursor.more(']')));
    }
    const JsonValue unknown = TRY(value_of(members, "unk_id"));
    if (unknown.type == JsonType::Null) {
      return fail(ErrorCode::Unsupported, "a Unigram model without \"unk_id\"", "tokenizer.json");
    }
    JsonCursor id(unknown.text, 0);
    model.unknown = TRY(id.integer());
    if (!model.vocabulary.has(model.unknown)) return missing("unk_id");
    return model.prepare();
  }

  Status word_piece(const Members& members) {
    TRY(known(
        members,
        {"type", "vocab", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word"},
        "WordPiece"));
    if (byte_level_) {
      return fail(ErrorCode::Unsupported, "ByteLevel with a WordPiece model", "tokenizer.json");
    }
    auto& model = out_.model.emplace<WordPiece>();
    if (members.all.contains("continuing_subword_prefix")) {
      model.continuing_prefix = TRY(text(members, "continuing_subword_prefix"));
    }
    const auto longest = members.find("max_input_chars_per_word");
    if (longest.text != "null") {
      JsonCursor number(longest.text, longest.at);
      model.longest_word = TRY(number.integer());
    }
    if (model.longest_word > kLongestWord) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("words of {} characters are not cut", model.longest_word),
                  "tokenizer.json", longest.at);
    }
    TRY(read_vocabulary(members.find("vocab"), model.vocabulary));
    for (std::uint32_t id = 0; id < model.vocabulary.size(); ++id) {
      model.longest = std::max(model.longest, model.vocabulary.bytes(id).size());
    }
    std::string unknown = TRY(text(members, "unk_token"));
    if (unknown.empty()) unknown = "[UNK]";
    model.unknown = model.vocabulary.find(unknown);
    return model.unknown == kNoToken ? Status(missing(unknown)) : Status();
  }

  Status added_tokens() {
    const JsonValue list = TRY(value_of(file_, "added_tokens"));
    if (list.type == JsonType::Null) return {};
    if (list.type != JsonType::Array) {
      return fail(ErrorCode::Malformed, "\"added_tokens\" is no list", "tokenizer.json");
    }
    for (const JsonValue& item : list.items) {
      const Part part(item);
      TRY(part.only({"id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"}));
      AddedToken token;
      const JsonValue* id = part.member("id");
      JsonCursor cursor(id != nullptr ? std::string_view(id->text) : "", 0);
      token.id = TRY(cursor.integer());
      token.content = TRY(part.text("content", ""));
      token.special = TRY(part.boolean("special", false));
      token.normalized = TRY(part.boolean("normalized", !token.special));
      token.single_word = TRY(part.boolean("single_word", false));
      token.strip_left = TRY(part.boolean("lstrip", false));
      token.strip_right = TRY(part.boolean("rstrip", false));
      TRY(add_token(std::move(token)));
    }
    return {};
  }

  Status add_token(AddedToken token) {
    if (token.id >= kMaxTokens) {
      return fail(ErrorCode::LimitExceeded, fmt::format("a token with id {}", token.id),
                  "tokenizer.json");
    }
    if (token.id >= out_.special_ids.size()) out_.special_ids.resize(token.id + 1U);
    out_.special_ids[token.id] = token.special;
    decoded(token);
    if (!token.normalized) {
      out_.added.add(std::move(token));
      return {};
    }
    MappedText content(token.content, 0);
    TRY(normalize(out_.normalizers, content));
    const std::string changed(content.text());
    token.content = changed;
    out_.normalized_added.add(std::move(token));
    return {};
  }

  /// As decoders see any token: GPT-2's signs are bytes, the sign for a space is one.
  void decoded(const AddedToken& token) {
    std::string text = token.content;
    if (byte_level_ && bytes_of_signs(token.content, bytes_)) text = bytes_;
    const std::string& sign = out_.space_sign;
    for (std::size_t at = sign.empty() ? std::string::npos : text.find(sign);
         at != std::string::npos; at = text.find(sign, at + 1)) {
      text.replace(at, sign.size(), " ");
    }
    out_.added_text.insert_or_assign(token.id, std::move(text));
  }

  const Members& file_;
  Definition out_;
  std::string bytes_;
  bool byte_level_ = false;
};

}  // namespace

Result<Definition> read_tokenizer_json(std::string_view file) {
  if (const std::size_t good = valid_utf8_prefix(file); good != file.size()) {
    return fail(ErrorCode::Malformed, "the file is not UTF-8", "tokenizer.json", good);
  }
  const Members members = TRY(members_of(file, 0));
  return Reading(members).run();
}

}  // namespace colophon::tokenizers
