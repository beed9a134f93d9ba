// SPDX-License-Identifier: Apache-2.0
#include "watermark/keys.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "io/io.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>
#include <set>

namespace colophon::watermark {
namespace {

using textmark::Key;
using textmark::Scheme;

constexpr std::uint64_t kMostFile = 64 << 20;
constexpr std::size_t kMostName = 128, kMostWords = 64, kMostKeys = 1'000'000;
constexpr std::size_t kSynthIdWords = 30;
constexpr std::string_view kEnvironment = "env:";

Failure bad_line(std::size_t line, std::string_view what) {
  return fail(ErrorCode::Usage, fmt::format("line {} of the keys: {}", line, what));
}

std::optional<std::uint64_t> word_of(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  const bool negative = text.starts_with('-');
  std::string_view digits = text.substr(hex ? 2 : negative ? 1 : 0);
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.empty()) return {};
  if (negative && value > 1ULL << 63) return {};
  return negative ? ~value + 1 : value;
}

Result<Key> words_of(std::string_view text, std::size_t line) {
  Key key;
  const auto between = [](char c) {
    return c == ' ' || c == '\t' || c == ',' || c == '[' || c == ']';
  };
  for (std::size_t at = 0; at < text.size();) {
    if (between(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && !between(text[end])) ++end;
    const auto word = word_of(text.substr(at, end - at));
    if (!word) {
      return bad_line(line, "a word is no number of 64 bits (decimal, or hexadecimal with 0x)");
    }
    key.push_back(*word);
    if (key.size() > kMostWords) return bad_line(line, "a key has at most 64 words");
    at = end;
  }
  if (key.empty()) return bad_line(line, "there is no key");
  return key;
}

/// What the scheme sees of a word.
std::uint64_t seen(Scheme scheme, std::uint64_t word) noexcept {
  if (scheme == Scheme::SynthIdV1) return word & 0xFFFF;
  return scheme == Scheme::KgwLeftHash ? word & 0xFFFFFFFF : word;
}

}  // namespace

Result<std::vector<NamedKey>> parse_keys(std::string_view text) {
  std::vector<NamedKey> keys;
  std::size_t number = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    line = trim(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    NamedKey key;
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos) {
      key.name = trim(line.substr(0, equals));
      line.remove_prefix(equals + 1);
      if (key.name.empty() || key.name.size() > kMostName || !is_utf8(key.name)) {
        return bad_line(number, "a name has between 1 and 128 bytes of UTF-8");
      }
    }
    key.words = TRY(words_of(line, number));
    keys.push_back(std::move(key));
    if (keys.size() > kMostKeys) return fail(ErrorCode::LimitExceeded, "more than 1,000,000 keys");
  }
  return keys;
}

Result<std::vector<NamedKey>> read_keys(const std::string& source) {
  if (!source.starts_with(kEnvironment)) {
    const ByteBuffer file = TRY(read_small_file(source, kMostFile));
    auto keys = parse_keys(as_text(file));
    if (!keys) keys.error().where = source;
    return keys;
  }
  const std::string variable = source.substr(kEnvironment.size());
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr || *value == '\0') {
    return fail(ErrorCode::NotFound, fmt::format("the environment has no {}", variable), source);
  }
  auto keys = parse_keys(value);
  if (!keys) keys.error().where = source;
  return keys;
}

std::string fingerprint(Scheme scheme, const Key& key) {
  ByteBuffer bytes = to_buffer(textmark::name_of(scheme));
  bytes.push_back(0);
  for (const std::uint64_t word : key) append_be(bytes, word, 8);
  return hex_encode(digest_of(DigestAlgorithm::Sha256, bytes)).substr(0, 16);
}

std::string name_of(Scheme scheme, const NamedKey& key) {
  return key.name.empty() ? fingerprint(scheme, key.words) : key.name;
}

Status check_keys(const textmark::Settings& settings, const std::vector<NamedKey>& keys) {
  if (keys.empty()) return fail(ErrorCode::Usage, "there is no key; give --key or --keys");
  std::vector<Key> words;
  std::set<std::string> names;
  std::map<Key, std::string> same;
  for (const NamedKey& key : keys) {
    const std::string name = name_of(settings.scheme, key);
    if (!names.insert(name).second) {
      return fail(ErrorCode::Usage, fmt::format("two keys are called \"{}\"", name));
    }
    Key visible = key.words;
    const bool plain_table = settings.table.empty() && settings.table_size == 65536;
    if (settings.scheme != Scheme::SynthIdV1 || plain_table) {
      for (std::uint64_t& word : visible) word = seen(settings.scheme, word);
    }
    const auto [other, fresh] = same.try_emplace(std::move(visible), name);
    if (!fresh) {
      return fail(ErrorCode::Usage,
                  fmt::format("\"{}\" and \"{}\" are one key to the scheme {}", other->second, name,
                              textmark::name_of(settings.scheme)));
    }
    words.push_back(key.words);
  }
  const auto detector = textmark::Detector::make(settings, std::move(words));
  if (detector) return {};
  Error error = detector.error();
  if (error.where == "key" && error.offset && *error.offset < keys.size()) {
    // Which one, instead of its number; its words are not told.
    const std::string name =
        name_of(settings.scheme, keys[static_cast<std::size_t>(*error.offset)]);
    return fail(ErrorCode::Usage, fmt::format("the key \"{}\": {}", name, error.message));
  }
  return Failure(std::move(error));
}

std::vector<Text> weaknesses(Scheme scheme, const NamedKey& key) {
  std::vector<Text> found;
  std::set<std::uint64_t> different;
  bool small = true;
  for (const std::uint64_t word : key.words) {
    different.insert(seen(scheme, word));
    small = small && word < 1ULL << 32;
  }
  if (different.size() < key.words.size()) {
    found.push_back(
        {"layers share a word, so they say the same", "有些层的密钥字相同，因此作用重复"});
  }
  if (small && key.words.size() == 1) {
    found.push_back(
        {"the key is so short that it can be found by trying", "密钥太短，可以被逐个试出"});
  }
  return found;
}

Key make_key(Scheme scheme, const FillRandom& random) {
  const bool layers = scheme == Scheme::SynthIdV1 || scheme == Scheme::SynthIdV2;
  Key key;
  std::set<std::uint64_t> taken;
  while (key.size() < (layers ? kSynthIdWords : 1)) {
    std::uint8_t bytes[8] = {};
    random(bytes);
    std::uint64_t word = 0;
    for (const std::uint8_t byte : bytes) word = word << 8 | byte;
    word >>= 2;  // positive in every language that has signed integers
    if (taken.insert(seen(scheme, word)).second) key.push_back(word);
  }
  return key;
}

std::string keys_text(Scheme scheme, const std::vector<NamedKey>& keys) {
  std::string text = fmt::format(
      "# Keys of text watermarks, scheme {}. Whoever reads this file can forge and find the "
      "mark.\n",
      textmark::name_of(scheme));
  for (const NamedKey& key : keys) {
    if (!key.name.empty()) text += key.name + " = ";
    for (std::size_t i = 0; i < key.words.size(); ++i) {
      text += fmt::format("{}{}", i == 0 ? "" : ", ", key.words[i]);
    }
    text += '\n';
  }
  return text;
}

}  // namespace colophon::watermark
