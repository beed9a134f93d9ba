// SPDX-License-Identifier: Apache-2.0
// The JSON of SecurityData (TC260-PG-202511A), as leniently as public labels ask for: one producer
// nests objects where the guide has a string, others spell `PubSd` or put a space into a type.
#include "standards/gb45438_security_data.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "wire/json_text.hpp"

namespace colophon::gb45438 {
namespace {

using wire::JsonType;
using wire::JsonValue;
using enum SignatureAlgorithm;

// Each pair of them costs a verification.
constexpr std::size_t kMostEntries = 4;
constexpr std::size_t kMostValue = 64 << 10;
constexpr int kMostStrings = 4;

const JsonValue* member(const JsonValue& object, std::string_view name) {
  for (const wire::JsonMember& each : object.members) {
    if (equals_ignore_case(trim(each.key), name)) return &each.value;
  }
  return nullptr;
}

std::string text_of(const JsonValue& object, std::string_view name) {
  const JsonValue* value = member(object, name);
  const bool scalar = value != nullptr && value->type != JsonType::Array &&
                      value->type != JsonType::Object && value->type != JsonType::Null;
  return scalar ? std::string(trim(value->text)) : std::string();
}

/// As written, without the space between tokens.
std::string compact(std::string_view json) {
  std::string out;
  bool in_string = false;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (!in_string && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) continue;
    if (c == '"') in_string = !in_string;
    out += c;
    if (in_string && c == '\\' && at + 1 < json.size()) out += json[++at];
  }
  return out;
}

void add_entry(const JsonValue& entry, SecurityData& data) {
  const std::string type = text_of(entry, "Type");
  if (equals_ignore_case(type, "PubKey")) {
    if (data.keys.size() == kMostEntries) return;
    data.keys.push_back(
        {text_of(entry, "AlgID"), text_of(entry, "KeyValue"), text_of(entry, "KeyID")});
  } else if (equals_ignore_case(type, "DS")) {
    if (data.signatures.size() == kMostEntries) return;
    const JsonValue* signed_data = member(entry, "TBSData");
    data.signatures.push_back({text_of(entry, "AlgID"),
                               signed_data != nullptr && signed_data->type == JsonType::Object
                                   ? text_of(*signed_data, "Type")
                                   : text_of(entry, "TBSData"),
                               text_of(entry, "Signature"), text_of(entry, "KeyID")});
  }
}

std::optional<SecurityData> parse(std::string_view text, int depth) {
  const auto root = wire::parse_json(text, Limits{});
  if (!root || depth == 0) return std::nullopt;
  if (root->type == JsonType::String) return parse(root->text, depth - 1);
  const JsonValue* inner = member(*root, "SecurityData");
  if (inner == nullptr && text_of(*root, "Type") == "TC260PG") inner = &*root;
  if (inner == nullptr) return std::nullopt;
  if (inner->type == JsonType::String) return parse(inner->text, depth - 1);
  if (inner->type != JsonType::Object) return std::nullopt;
  SecurityData data;
  if (const JsonValue* entries = member(*inner, "PubSD")) {
    if (entries->type == JsonType::Object) add_entry(*entries, data);
    for (const JsonValue& entry : entries->items) add_entry(entry, data);
  }
  if (const JsonValue* bindings = member(*inner, "Bindings")) {
    if (bindings->type != JsonType::Null) {
      data.bindings = compact(text.substr(bindings->begin, bindings->end - bindings->begin));
    }
  }
  const JsonValue* extension = member(*inner, "Extension");
  if (extension != nullptr) data.message = text_of(*extension, "Message");
  return data;
}

std::optional<int> hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::optional<ByteBuffer> decode_hex(std::string_view text) {
  if (text.empty() || text.size() % 2 != 0) return std::nullopt;
  ByteBuffer bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t at = 0; at < text.size(); at += 2) {
    const auto high = hex_digit(text[at]);
    const auto low = hex_digit(text[at + 1]);
    if (!high || !low) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(*high << 4 | *low));
  }
  return bytes;
}

struct KnownAlgorithm {
  std::string_view id;
  SignatureAlgorithm algorithm;
};
/// The first row of an algorithm is the one that is written.
constexpr std::array<KnownAlgorithm, 14> kAlgorithms = {{
    {"1.2.156.10197.1.501", Sm2},  // SM3 with SM2
    {"1.2.156.10197.1.501", Sm2Prehashed},
    {"1.2.156.10197.1.301", Sm2},  // the curve's or the scheme's own identifier
    {"1.2.156.10197.1.301", Sm2Prehashed},
    {"1.2.156.10197.1.301.1", Sm2},
    {"1.2.156.10197.1.301.1", Sm2Prehashed},
    {"1.2.840.113549.1.1.11", Rs256},
    {"1.2.840.113549.1.1.10", Ps256},
    {"1.2.840.113549.1.1.10", Ps384},
    {"1.2.840.113549.1.1.10", Ps512},
    {"1.2.840.10045.4.3.2", Es256},
    {"1.2.840.10045.4.3.3", Es384},
    {"1.2.840.10045.4.3.4", Es512},
    {"1.3.101.112", EdDsa},
}};

bool fits(KeyKind kind, SignatureAlgorithm algorithm) noexcept {
  switch (algorithm) {
    case Es256:
    case Es384:
    case Es512:
      return kind == KeyKind::P256 || kind == KeyKind::P384 || kind == KeyKind::P521;
    case Ps256:
    case Ps384:
    case Ps512:
      return kind == KeyKind::Rsa || kind == KeyKind::RsaPss;
    case Rs256:
      return kind == KeyKind::Rsa;
    case EdDsa:
      return kind == KeyKind::Ed25519;
    case Sm2:
    case Sm2Prehashed:
      return kind == KeyKind::Sm2;
  }
  return false;
}

}  // namespace

std::optional<SecurityData> parse_security_data(std::string_view code) {
  const bool named = code.find("SecurityData") != std::string_view::npos ||
                     code.find("TC260PG") != std::string_view::npos;
  if (!named || code.size() > kMostValue) return std::nullopt;
  return parse(code, kMostStrings);
}

std::optional<ByteBuffer> decode_value(std::string_view text) {
  if (text.empty() || text.size() > kMostValue) return std::nullopt;
  if (auto bytes = decode_hex(text)) return bytes;
  return base64_decode(text);
}

std::optional<PublicKey> decode_key(const KeyEntry& entry, bool& looks_like_key) {
  // An RSA key that nobody vouches for shall not cost more than any real one.
  constexpr int kMostBits = 8192;
  // 00||x, 02||x, 03||x; x||y; 04||x||y; SubjectPublicKeyInfo.
  constexpr std::array<std::size_t, 4> kSm2Sizes = {33, 64, 65, 91};
  const bool pem = entry.value.starts_with("-----BEGIN ");
  const auto bytes = pem ? to_buffer(entry.value) : decode_value(entry.value);
  if (!bytes) return std::nullopt;
  looks_like_key = std::ranges::find(kSm2Sizes, bytes->size()) != kSm2Sizes.end();
  auto key = read_sm2_public_key(*bytes);
  if (!key) key = read_public_key(*bytes);
  if (!key) {
    const auto certificate = read_certificate(*bytes);
    if (!certificate) return std::nullopt;
    key = certificate->public_key();
  }
  if (key->kind() == KeyKind::Other || key->bits() > kMostBits) return std::nullopt;
  return *key;
}

bool is_known_algorithm(std::string_view id) noexcept {
  return std::ranges::any_of(kAlgorithms, [&](const auto& row) { return row.id == id; });
}

std::vector<SignatureAlgorithm> algorithms_for(std::string_view id, KeyKind kind) {
  const bool known = is_known_algorithm(id);
  std::vector<SignatureAlgorithm> found;
  for (const KnownAlgorithm& row : kAlgorithms) {
    if (!fits(kind, row.algorithm) || (known && row.id != id)) continue;
    if (std::ranges::find(found, row.algorithm) == found.end()) found.push_back(row.algorithm);
  }
  return found;
}

std::string_view id_of(SignatureAlgorithm algorithm) noexcept {
  for (const KnownAlgorithm& row : kAlgorithms) {
    if (row.algorithm == algorithm) return row.id;
  }
  return {};
}

}  // namespace colophon::gb45438
