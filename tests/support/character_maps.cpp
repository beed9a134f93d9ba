// SPDX-License-Identifier: Apache-2.0
#include "support/character_maps.hpp"

#include <fmt/core.h>

#include <set>
#include <vector>

#include "base/text.hpp"
#include "wire/json_text.hpp"

namespace colophon::testing {
namespace {

struct Node {
  std::map<unsigned char, std::size_t> children;
  bool ends = false;
  std::uint32_t value = 0;
};

std::vector<Node> trie_of(const std::map<std::string, std::string>& entries, std::string& texts) {
  std::vector<Node> nodes(1);
  for (const auto& [from, to] : entries) {
    std::size_t at = 0;
    for (const char c : from) {
      const auto [child, fresh] =
          nodes[at].children.try_emplace(static_cast<unsigned char>(c), nodes.size());
      at = child->second;
      if (fresh) nodes.emplace_back();
    }
    nodes[at].ends = true;
    nodes[at].value = static_cast<std::uint32_t>(texts.size());
    texts += to;
    texts += '\0';
  }
  return nodes;
}

}  // namespace

ByteBuffer character_map(const std::map<std::string, std::string>& entries) {
  std::string texts;
  const std::vector<Node> nodes = trie_of(entries, texts);
  // Each node's children have 256 units of their own, behind those of the root.
  std::vector<std::uint32_t> units((nodes.size() + 1) * 256);
  std::vector<std::uint32_t> places(nodes.size());
  for (std::size_t n = 0; n < nodes.size(); ++n) {  // parents come first
    const auto base = static_cast<std::uint32_t>((n + 1) * 256);
    units[places[n]] |= (places[n] ^ base) << 10 | (nodes[n].ends ? 1U << 8 : 0);
    if (nodes[n].ends) units[base] = nodes[n].value | 1U << 31;
    for (const auto& [byte, child] : nodes[n].children) {
      places[child] = base ^ byte;
      units[places[child]] = byte;
    }
  }
  ByteBuffer bytes;
  const auto append_number = [&](std::uint64_t value) {
    for (int shift = 0; shift < 32; shift += 8) {
      bytes.push_back(static_cast<std::uint8_t>(value >> shift));
    }
  };
  append_number(units.size() * 4);
  for (const std::uint32_t unit : units) append_number(unit);
  append(bytes, as_bytes(texts));
  return bytes;
}

std::string precompiled(const std::map<std::string, std::string>& entries) {
  return fmt::format(R"({{"type":"Precompiled","precompiled_charsmap":"{}"}})",
                     base64_encode(character_map(entries)));
}

std::map<std::string, std::string> usual_characters() {
  return {{"\n", " "},      {"\r", " "},     {"\t", " "},      {"\x7F", ""},
          {"\u00A0", " "},  {"\u3000", " "}, {"\u200B", " "},  {"ﬁ", "fi"},
          {"½", "1⁄2"},     {"İ", "İ"},      {"e\u0301", "é"}, {"e\u0301\u0323", "ẹ́"},
          {"a\u0308", "ä"}, {"ﾞ", "\u3099"}, {"각", "GAK"},    {"ᄀ", "g"},
          {"q", "Q"},       {"qu", "KW"},    {"ſ", "s"},       {"１", "1"},
          {"Ⅷ", "VIII"}};
}

std::string word_piece_model(const std::string& text) {
  std::set<std::string> tokens = {"[UNK]"};
  std::vector<std::size_t> starts;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80) starts.push_back(at);
  }
  starts.push_back(text.size());
  for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
    for (const std::size_t size : {1U, 3U, 4U}) {
      if (i + size >= starts.size() || (size > 1 && i % 5 != 0)) continue;
      const std::string token = text.substr(starts[i], starts[i + size] - starts[i]);
      // Some letters stand at the beginning of words alone, so that words are unknown.
      tokens.insert(token);
      if (token != "z" && token != "。") tokens.insert("##" + token);
    }
  }
  std::string vocabulary;
  std::size_t id = 0;
  for (const std::string& token : tokens) {
    vocabulary += fmt::format("{}{}:{}", id == 0 ? "" : ",", wire::quote_json(token), id);
    ++id;
  }
  return R"({"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",)"
         R"("max_input_chars_per_word":20,"vocab":{)" +
         vocabulary + "}}";
}

}  // namespace colophon::testing
