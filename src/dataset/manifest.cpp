// SPDX-License-Identifier: Apache-2.0
#include "dataset/manifest.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "dataset/merkle.hpp"
#include "io/io.hpp"

namespace colophon {
namespace {

using Json = nlohmann::json;  // sorts its members

constexpr std::string_view kSchema = "colophon.dataset/1";
constexpr std::string_view kSynthetic = "http://c2pa.org/digitalsourcetype/trainedAlgorithmicData";
constexpr std::uint64_t kMostManifest = 64 << 20;

Json to_value(const Amount& amount) {
  return {{"records", amount.records}, {"bytes", amount.bytes}};
}
Json to_value(const std::map<std::string, Amount>& names) {
  Json json = Json::object();
  for (const auto& [name, amount] : names) json[to_valid_utf8(name)] = to_value(amount);
  return json;
}

/// A share as text: the manifest holds no fractions, which canonical forms differ about.
std::string share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? "0"
                    : fmt::format("{:.6f}", static_cast<double>(part) / static_cast<double>(whole));
}

Json to_value(const Tally& tally) {
  const std::uint64_t made = tally.machine.records + tally.mixed.records;
  const std::uint64_t made_bytes = tally.machine.bytes + tally.mixed.bytes;
  return {{"records", tally.all.records},
          {"bytes", tally.all.bytes},
          {"human", to_value(tally.human)},
          {"machine", to_value(tally.machine)},
          {"mixed", to_value(tally.mixed)},
          {"unstated", to_value(tally.unstated)},
          {"unreadable", tally.unreadable},
          {"models", to_value(tally.models)},
          {"teachers", to_value(tally.teachers)},
          {"watermark_keys", to_value(tally.watermarks)},
          {"synthetic_share",
           {{"records", share(made, tally.all.records)},
            {"bytes", share(made_bytes, tally.all.bytes)}}}};
}

Json to_value(const Shard& shard) {
  return {{"name", to_valid_utf8(shard.name)},
          {"root", hex_encode(shard.root)},
          {"hashes_sha256", hex_encode(shard.hashes_digest)},
          {"counts", to_value(shard.tally)}};
}

Json to_value(const Manifest& manifest) {
  Json json = {{"schema", kSchema},
               {"created", manifest.created},
               {"generator", manifest.generator},
               {"field", to_valid_utf8(manifest.field)},
               {"tree", "RFC 9162, SHA-256"},
               {"root", hex_encode(manifest.root)},
               {"counts", to_value(manifest.tally)}};
  if (!manifest.name.empty()) json["name"] = to_valid_utf8(manifest.name);
  Json& shards = json["shards"] = Json::array();
  for (const Shard& shard : manifest.shards) shards.push_back(to_value(shard));
  const Tally& tally = manifest.tally;
  // The term is for the whole of the data, and a set with a part from elsewhere is not that.
  if (tally.machine.records > 0 && tally.machine == tally.all)
    json["digitalSourceType"] = kSynthetic;
  if (tally.machine.records > 0) {
    json["machine_made"] = {{"records", tally.machine.records}, {"digitalSourceType", kSynthetic}};
  }
  return json;
}

std::string canonical(const Json& json) {
  return json.dump();
}

Failure malformed(std::string_view what) {
  return fail(ErrorCode::Malformed,
              fmt::format("this is no manifest of a data set that can be read: {}", what));
}

std::optional<ByteBuffer> from_hex(const std::string& text) {
  ByteBuffer bytes;
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  if (text.size() != 64) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]), low = digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return bytes;
}

// nlohmann's `at` and `get` throw; `parse_manifest` catches.
std::uint64_t number_of(const Json& json, const char* key) {
  const Json& number = json.at(key);
  // `get` would turn -1 and 1.5 into something.
  if (!number.is_number_unsigned()) number.get_ref<const Json::number_unsigned_t&>();
  return number.get<std::uint64_t>();
}
Amount amount_of(const Json& json) {
  return {number_of(json, "records"), number_of(json, "bytes")};
}
std::map<std::string, Amount> names_of(const Json& json) {
  std::map<std::string, Amount> names;
  for (const auto& [name, amount] : json.items()) names[name] = amount_of(amount);
  return names;
}
Tally tally_of(const Json& json) {
  Tally tally;
  tally.all = amount_of(json);
  tally.human = amount_of(json.at("human"));
  tally.machine = amount_of(json.at("machine"));
  tally.mixed = amount_of(json.at("mixed"));
  tally.unstated = amount_of(json.at("unstated"));
  tally.unreadable = number_of(json, "unreadable");
  tally.models = names_of(json.at("models"));
  tally.teachers = names_of(json.at("teachers"));
  tally.watermarks = names_of(json.at("watermark_keys"));
  return tally;
}

Result<ByteBuffer> hash_of(const Json& json, const char* key) {
  auto bytes = from_hex(json.at(key).get<std::string>());
  if (!bytes) return malformed(fmt::format("\"{}\" is no SHA-256 in hexadecimal", key));
  return *std::move(bytes);
}

Result<Shard> shard_of(const Json& json) {
  Shard shard;
  shard.name = json.at("name").get<std::string>();
  shard.root = TRY(hash_of(json, "root"));
  shard.hashes_digest = TRY(hash_of(json, "hashes_sha256"));
  shard.tally = tally_of(json.at("counts"));
  return shard;
}

Result<Manifest::Signature> signature_of(const Json& json) {
  Manifest::Signature signature;
  signature.algorithm = json.at("algorithm").get<std::string>();
  auto key = base64_decode(json.at("public_key").get<std::string>());
  auto value = base64_decode(json.at("value").get<std::string>());
  if (!key || !value) return malformed("its signature is no base64");
  signature.public_key = *std::move(key);
  signature.value = *std::move(value);
  return signature;
}

/// Members that were computed are no statement of their own: nobody may say another share, or
/// another source type, than the counts do. Neither is under the root.
bool shares_follow(const Json& json, const Manifest& manifest) {
  const Json expected = to_value(manifest);
  const auto same = [&](const char* key) {
    return json.value(key, Json()) == expected.value(key, Json());
  };
  return same("counts") && same("shards") && same("digitalSourceType") && same("machine_made");
}

Result<Manifest> manifest_of(Json json) {
  if (json.at("schema") != kSchema) return malformed("its schema is not colophon.dataset/1");
  Manifest manifest;
  if (json.contains("signature")) {
    manifest.signature = TRY(signature_of(json.at("signature")));
    json.erase("signature");
  }
  manifest.signed_bytes = to_buffer(canonical(json));
  if (json.contains("name")) manifest.name = json.at("name").get<std::string>();
  manifest.created = json.at("created").get<std::string>();
  manifest.generator = json.at("generator").get<std::string>();
  manifest.field = json.at("field").get<std::string>();
  manifest.root = TRY(hash_of(json, "root"));
  manifest.tally = tally_of(json.at("counts"));
  for (const Json& shard : json.at("shards")) manifest.shards.push_back(TRY(shard_of(shard)));
  manifest.shares_follow = shares_follow(json, manifest);
  return manifest;
}

}  // namespace

ByteBuffer root_of(const std::vector<Shard>& shards) {
  MerkleTree tree;
  for (const Shard& shard : shards) tree.add(leaf_hash(as_bytes(canonical(to_value(shard)))));
  return to_buffer(Bytes(tree.root()));
}

Result<std::string> write_manifest(const Manifest& manifest, Signer* signer) {
  Json json = to_value(manifest);
  if (signer != nullptr) {
    const std::string bytes = canonical(json);
    const ByteBuffer value = TRY(signer->sign(as_bytes(bytes)));
    json["signature"] = {{"algorithm", to_string(signer->algorithm())},
                         {"public_key", base64_encode(signer->public_key().spki())},
                         {"value", base64_encode(value)}};
  }
  return json.dump(1) + "\n";
}

Result<Manifest> parse_manifest(std::string_view text) {
  try {
    return manifest_of(Json::parse(text));
  } catch (const Json::exception& error) {
    return malformed(error.what());
  }
}

Result<Manifest> read_manifest(const std::string& path) {
  const ByteBuffer bytes = TRY(read_small_file(path, kMostManifest));
  auto manifest = parse_manifest(as_text(bytes));
  if (!manifest) manifest.error().where = path;
  return manifest;
}

std::string hashes_name(const std::string& manifest) {
  constexpr std::string_view kEnding = ".json";
  std::string stem = manifest;
  if (stem.ends_with(kEnding)) stem.resize(stem.size() - kEnding.size());
  return stem + ".hashes";
}

}  // namespace colophon
