// SPDX-License-Identifier: Apache-2.0
#include "c2pa/maker.hpp"

#include "crypto/digest.hpp"
#include "crypto/tools.hpp"

namespace colophon::testing {
namespace {

ByteBuffer to_cbor(const Json& json) {
  return Json::to_cbor(json);
}

void append_bstr(ByteBuffer& out, Bytes bytes) {
  append(out, Bytes(to_cbor(binary(bytes))));
}

ByteBuffer sha256(Bytes bytes) {
  return digest_of(DigestAlgorithm::Sha256, bytes);
}

/// Of a superbox: without its own head.
Json box_hash(Bytes box) {
  return binary(sha256(slice(box, 8)));
}

ByteBuffer protected_header(const std::vector<ByteBuffer>& chain, const Json& more) {
  ByteBuffer out{0xA2, 0x01, 0x26, 0x18, 0x21};  // {1: -7, 33: [...]}
  out[0] = static_cast<std::uint8_t>(out[0] + more.size());
  out.push_back(static_cast<std::uint8_t>(0x80 + chain.size()));
  for (const ByteBuffer& certificate : chain) append_bstr(out, certificate);
  for (const auto& [key, value] : more.items()) {
    append(out, Bytes(to_cbor(key)));
    append(out, Bytes(to_cbor(value)));
  }
  return out;
}

ByteBuffer signature_box(const MadeManifest& manifest, Bytes claim) {
  const Signing& signing = *Signing::get();
  const ByteBuffer guarded = protected_header(signing.chain(), manifest.more_protected);
  ByteBuffer message{0x84, 0x6A};
  append(message, std::string_view("Signature1"));
  append_bstr(message, guarded);
  message.push_back(0x40);
  append_bstr(message, manifest.attached_payload ? Bytes(*manifest.attached_payload) : claim);
  ByteBuffer signature = signing.sign(message);
  if (manifest.spoil_signature) manifest.spoil_signature(signature);
  ByteBuffer out{0xD2, 0x84};
  append_bstr(out, guarded);
  append(out, Bytes(to_cbor(manifest.unprotected ? manifest.unprotected(guarded, signature)
                                                 : Json::object())));
  if (manifest.attached_payload) {
    append_bstr(out, *manifest.attached_payload);
  } else {
    out.push_back(0xF6);
  }
  append_bstr(out, signature);
  return superbox("c2cs", "c2pa.signature", box("cbor", out));
}

}  // namespace

const Signing* Signing::get() {
  static const std::unique_ptr<Signing> one(have_openssl() ? new Signing() : nullptr);
  return one.get();
}

Signing::Signing() {
  make_certificate(folder_, {.name = "root", .extensions = kAuthority});
  make_certificate(folder_, {.name = "leaf", .issuer = "root", .extensions = kSigner + kForEmail});
  root_ = certificate(folder_, "root.pem");
  chain_ = {certificate(folder_, "leaf.pem").der()};
}

ByteBuffer Signing::sign(Bytes message) const {
  KeySource source;
  source.path = folder_.file("leaf.key");
  const auto signer = open_signer(source);
  REQUIRE(signer.has_value());
  const auto signature = (*signer)->sign(message);
  REQUIRE(signature.has_value());
  return *signature;
}

ByteBuffer box(std::string_view type, Bytes content) {
  ByteBuffer out;
  append_be(out, content.size() + 8, 4);
  append(out, type);
  append(out, content);
  return out;
}

ByteBuffer superbox(std::string_view kind, std::string_view label, Bytes content) {
  ByteBuffer description = to_buffer(kind);
  append(description, std::string_view("\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71\x03", 13));
  append(description, label);
  description.push_back(0);
  ByteBuffer body = box("jumd", description);
  append(body, content);
  return box("jumb", body);
}

Json binary(Bytes bytes) {
  return Json::binary(ByteBuffer(bytes.begin(), bytes.end()));
}

Json manifest_reference(std::string_view label, Bytes manifest_box) {
  return {{"url", "self#jumbf=/c2pa/" + std::string(label)}, {"hash", box_hash(manifest_box)}};
}

Json hash_data(Bytes asset) {
  return {{"exclusions", Json::array()},
          {"alg", "sha256"},
          {"hash", binary(sha256(asset))},
          {"pad", binary({})}};
}

Json actions(std::initializer_list<Json> all) {
  Json list = Json::array();
  for (const Json& action : all) list.push_back(action);
  return {{"actions", list}};
}

ByteBuffer make_manifest(const MadeManifest& manifest) {
  ByteBuffer store;
  Json created = Json::array(), gathered = Json::array();
  for (const MadeAssertion& each : manifest.assertions) {
    ByteBuffer content = each.raw;
    if (content.empty() && each.json) content = box("json", as_bytes(each.content.dump()));
    if (content.empty()) content = box("cbor", to_cbor(each.content));
    const ByteBuffer assertion = superbox(each.json ? "json" : "cbor", each.label, content);
    append(store, assertion);
    if (!each.listed) continue;
    const std::string url = "self#jumbf=c2pa.assertions/" + each.label;
    (each.created ? created : gathered)
        .push_back({{"url", each.url.empty() ? url : each.url}, {"hash", box_hash(assertion)}});
    if (manifest.twice_in_store && &each == &manifest.assertions.front()) append(store, assertion);
  }
  Json claim = {
      {"instanceID", "xmp:iid:1"}, {"signature", "self#jumbf=c2pa.signature"}, {"alg", "sha256"}};
  if (manifest.version == 1) {
    claim["claim_generator"] = "test/1";
    claim["dc:format"] = "text/plain";
    claim["assertions"] = created;
  } else {
    claim["claim_generator_info"] = {{"name", "test"}, {"version", "1"}};
    claim["created_assertions"] = created;
    if (!gathered.empty()) claim["gathered_assertions"] = gathered;
  }
  for (const auto& [key, value] : manifest.more.items()) {
    if (value.is_null()) {
      claim.erase(key);
    } else {
      claim[key] = value;
    }
  }
  ByteBuffer bytes = to_cbor(claim);
  if (manifest.spoil_claim) manifest.spoil_claim(bytes);
  ByteBuffer body = superbox("c2as", "c2pa.assertions", store);
  for (unsigned i = 0; i < manifest.claims; ++i) {
    append(body, superbox("c2cl", manifest.version == 1 ? "c2pa.claim" : "c2pa.claim.v2",
                          box("cbor", bytes)));
  }
  append(body, signature_box(manifest, bytes));
  return superbox(manifest.update ? "c2um" : "c2ma", manifest.label, body);
}

ByteBuffer make_store(const std::vector<ByteBuffer>& manifests) {
  ByteBuffer body;
  for (const ByteBuffer& manifest : manifests) append(body, manifest);
  return superbox("c2pa", "c2pa", body);
}

MadeManifest usual_manifest(Bytes asset) {
  MadeManifest manifest;
  manifest.assertions = {
      {"c2pa.hash.data", hash_data(asset)},
      {"c2pa.actions.v2", actions({{{"action", "c2pa.created"}, {"digitalSourceType", kAi}}})},
  };
  return manifest;
}

}  // namespace colophon::testing
