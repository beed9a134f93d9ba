// SPDX-License-Identifier: Apache-2.0
#include "c2pa/build.hpp"

#include "c2pa/jumbf_write.hpp"
#include "c2pa/uri.hpp"
#include "crypto/time_stamp.hpp"
#include "wire/cbor_write.hpp"

namespace colophon::c2pa {
namespace {

using wire::cbor_array;
using wire::cbor_bool;
using wire::cbor_bytes;
using wire::cbor_text;
using wire::CborMap;

constexpr const char* kAlgorithm = "sha256";
constexpr const char* kGenerator = "Colophon";
constexpr const char* kSpecVersion = "2.4.0";
constexpr const char* kIngredient = "c2pa.ingredient.v3";
/// Tokens of one authority differ by the size of an ECDSA signature and of a serial number.
constexpr std::size_t kTokenSlack = 40;
constexpr int kMostStamps = 4;

std::string assertion_path(std::string_view label) {
  return "self#jumbf=c2pa.assertions/" + std::string(label);
}

ByteBuffer hashed_uri(std::string_view url, Bytes covered) {
  return CborMap()
      .put("url", url)
      .put("hash", cbor_bytes(digest_of(DigestAlgorithm::Sha256, covered)))
      .encoded();
}

/// What created, opened or changed the content, and that AI did.
ByteBuffer stated(const Draft& draft, std::string_view action) {
  CborMap map;
  map.put("action", action).put("digitalSourceType", draft.source_type);
  if (!draft.system.empty()) {
    CborMap agent;
    agent.put("name", draft.system);
    if (!draft.system_version.empty()) agent.put("version", draft.system_version);
    map.put("softwareAgent", agent.encoded());
  }
  return map.encoded();
}

/// Without a parent the content was created, as far as anybody tells. With one it was opened, which
/// carries no source type (C2PA 2.4), so the statement stands in the action that follows.
ByteBuffer actions(const Draft& draft, Bytes ingredient_box) {
  std::vector<ByteBuffer> list;
  if (draft.parent) {
    const ByteBuffer uri = hashed_uri(assertion_path(kIngredient), hashed_part(ingredient_box));
    list.push_back(CborMap()
                       .put("action", "c2pa.opened")
                       .put("parameters", CborMap().put("ingredients", cbor_array({uri})).encoded())
                       .encoded());
    for (const std::string& action : draft.actions) list.push_back(stated(draft, action));
    if (draft.actions.empty()) {
      list.push_back(stated(draft, draft.edited ? "c2pa.edited" : "c2pa.edited.metadata"));
    }
  } else {
    list.push_back(stated(draft, "c2pa.created"));
  }
  if (draft.labelled) {
    list.push_back(CborMap()
                       .put("action", "c2pa.edited")
                       .put("description", "a label was added that tells people of the use of AI")
                       .encoded());
  }
  // Nobody told what else was done to the content before it came here.
  return CborMap()
      .put("actions", cbor_array(list))
      .put("allActionsIncluded", cbor_bool(false))
      .encoded();
}

ByteBuffer disclosure(const Draft& draft) {
  CborMap map;
  map.put("modelType", "c2pa.types.model");
  if (!draft.system.empty()) map.put("modelName", draft.system);
  return map.encoded();
}

ByteBuffer entries(const std::vector<StatusEntry>& list) {
  std::vector<ByteBuffer> items;
  const auto add = [&](std::string_view code, const std::string& url) {
    CborMap map;
    map.put("code", code);
    if (!url.empty()) map.put("url", url);
    items.push_back(map.encoded());
  };
  for (const StatusEntry& entry : list) {
    add(entry.code, entry.url);
    // c2pa-rs knows it by the name of earlier versions, and reports what it finds unrecorded.
    if (entry.code == "claimSignature.outsideValidity") add("signingCredential.expired", entry.url);
  }
  return cbor_array(items);
}

ByteBuffer status_map(const StatusList& status) {
  return CborMap()
      .put("success", entries(status.success))
      .put("informational", entries(status.informational))
      .put("failure", entries(status.failure))
      .encoded();
}

ByteBuffer validation_results(const Validation& validation) {
  CborMap map;
  map.put("activeManifest", status_map(validation.status));
  std::vector<ByteBuffer> deltas;
  for (const Validation::Delta& delta : validation.ingredient_deltas) {
    deltas.push_back(CborMap()
                         .put("ingredientAssertionURI", delta.ingredient_uri)
                         .put("validationDeltas", status_map(delta.status))
                         .encoded());
  }
  if (!deltas.empty()) map.put("ingredientDeltas", cbor_array(deltas));
  return map.encoded();
}

/// A root that is left out of the chain, as C2PA 14.5 asks.
bool is_root(const Certificate& certificate) {
  return certificate.self_signed();
}

}  // namespace

Status check_signatory(const Signatory& signatory, std::int64_t now) {
  const auto& chain = signatory.chain;
  if (signatory.signer == nullptr || chain.empty()) {
    return fail(ErrorCode::Usage, "a C2PA signature needs a key and its certificate chain");
  }
  const Certificate& leaf = chain.front();
  if (leaf.public_key().spki() != signatory.signer->public_key().spki()) {
    return fail(
        ErrorCode::Usage,
        "the first certificate of the chain is not that of the signing key: " + leaf.subject());
  }
  if (auto breach = profile_breach(chain, CertificateUse::ClaimSigning, {})) {
    return fail(ErrorCode::Refused,
                "no validator would accept a C2PA signature with this certificate: " + *breach);
  }
  if (now < leaf.not_before() || now > leaf.not_after()) {
    return fail(ErrorCode::Refused, "the signing certificate is not in force now");
  }
  (void)TRY(protected_header(signatory.signer->algorithm(), {leaf.der()}));
  return {};
}

Result<Parent> make_parent(Bytes store, const Validation& validation, std::string_view media_type,
                           const Limits& limits) {
  const auto read = TRY(Store::read(store, limits));
  const JumbfBox root = TRY(read_jumbf(store, limits));
  const Manifest* active = read.active();
  if (active == nullptr) return fail(ErrorCode::Malformed, "the store holds no manifest", "c2pa");
  Parent parent;
  for (const JumbfBox& box : root.children) {
    append(parent.manifests, slice(store, box.whole.offset, box.whole.size));
  }
  const auto covered = [](const JumbfBox& box, Bytes bytes) {
    return hashed_part(slice(bytes, box.whole.offset, box.whole.size));
  };
  CborMap map;
  map.put("relationship", "parentOf");
  map.put("dc:format", media_type);
  map.put("activeManifest", hashed_uri("self#jumbf=/c2pa/" + active->label,
                                       covered(*active->stored, active->stored_bytes)));
  const JumbfBox* signature =
      active->box == nullptr ? nullptr : active->box->child("c2pa.signature");
  if (signature != nullptr) {
    map.put("claimSignature",
            hashed_uri(signature_uri(active->label), covered(*signature, active->bytes)));
  }
  map.put("validationResults", validation_results(validation));
  parent.ingredient = map.encoded();
  return parent;
}

Parent make_bare_parent(std::string_view media_type) {
  CborMap map;
  map.put("relationship", "parentOf");
  map.put("dc:format", media_type);
  return {{}, map.encoded()};
}

Result<StoreWriter> StoreWriter::make(Draft draft, const Signatory& signatory) {
  StoreWriter writer;
  writer.draft_ = std::move(draft);
  writer.signatory_ = signatory;
  std::vector<ByteBuffer> chain;
  for (const Certificate& certificate : signatory.chain) {
    if (chain.empty() || !is_root(certificate)) chain.push_back(certificate.der());
  }
  writer.header_ = TRY(protected_header(signatory.signer->algorithm(), chain));
  if (signatory.stamp) {
    writer.token_size_ = TRY(writer.ask_stamp(writer.header_)).size() + kTokenSlack;
  }
  return writer;
}

StoreWriter::Unsigned StoreWriter::claim_for(const NewAssertion& binding) const {
  Unsigned parts;
  std::vector<ByteBuffer> created;
  const auto add = [&](std::string_view label, Bytes cbor) {
    const ByteBuffer box = jumbf_cbor("cbor", label, cbor);
    created.push_back(hashed_uri(assertion_path(label), hashed_part(box)));
    append(parts.assertions, box);
    return box;
  };
  ByteBuffer ingredient;
  if (draft_.parent) ingredient = add(kIngredient, draft_.parent->ingredient);
  add("c2pa.actions.v2", actions(draft_, ingredient));
  if (draft_.disclosure) add("c2pa.ai-disclosure", disclosure(draft_));
  add(binding.label, binding.cbor);
  CborMap info;
  info.put("name", kGenerator).put("specVersion", kSpecVersion);
  if (!draft_.generator_version.empty()) info.put("version", draft_.generator_version);
  parts.claim = CborMap()
                    .put("alg", kAlgorithm)
                    .put("instanceID", draft_.instance)
                    .put("signature", signature_uri(draft_.label))
                    .put("claim_generator_info", info.encoded())
                    .put("created_assertions", cbor_array(created))
                    .encoded();
  return parts;
}

ByteBuffer StoreWriter::manifest(const Unsigned& parts, Bytes cose) const {
  ByteBuffer body = jumbf_superbox("c2as", "c2pa.assertions", parts.assertions);
  append(body, jumbf_cbor("c2cl", "c2pa.claim.v2", parts.claim));
  append(body, jumbf_cbor("c2cs", "c2pa.signature", cose));
  return jumbf_superbox("c2ma", draft_.label, body);
}

ByteBuffer StoreWriter::store(const Unsigned& parts, Bytes cose) const {
  ByteBuffer body;
  if (draft_.parent) append(body, draft_.parent->manifests);
  append(body, manifest(parts, cose));
  return jumbf_superbox("c2pa", "c2pa", body);
}

CoseSignature StoreWriter::blank() const {
  CoseSignature cose;
  cose.protected_header = header_;
  cose.signature.resize(signatory_.signer->signature_size());
  if (token_size_ > 0) cose.stamps.push_back({true, ByteBuffer(token_size_)});
  return cose;
}

ByteBuffer StoreWriter::unsigned_store(const NewAssertion& binding) const {
  const CoseSignature cose = blank();
  const auto pad = cose.stamps.empty() ? std::nullopt : std::optional<std::size_t>(0);
  return store(claim_for(binding), write_cose(cose, pad));
}

std::uint64_t StoreWriter::manifest_size(const NewAssertion& binding) const {
  const std::uint64_t parents = draft_.parent ? draft_.parent->manifests.size() : 0;
  return unsigned_store(binding).size() - parents;
}

Result<ByteBuffer> StoreWriter::signed_store(const NewAssertion& binding) const {
  const Unsigned parts = claim_for(binding);
  CoseSignature cose = blank();
  cose.stamps.clear();
  const std::size_t size = cose.signature.size();
  cose.signature = TRY(signatory_.signer->sign(signed_bytes(cose, parts.claim)));
  if (cose.signature.size() != size) {
    return fail(ErrorCode::Mismatch, "the signature has another size than the signer announced");
  }
  if (token_size_ == 0) return store(parts, write_cose(cose, std::nullopt));
  const ByteBuffer with_stamp = TRY(stamped(std::move(cose), parts.claim));
  return store(parts, with_stamp);
}

/// In exactly the space that was set aside.
Result<ByteBuffer> StoreWriter::stamped(CoseSignature cose, Bytes claim) const {
  const std::size_t wanted = write_cose(blank(), 0).size();
  const ByteBuffer message = stamped_bytes(cose, true, claim);
  for (int i = 0; i < kMostStamps; ++i) {
    cose.stamps = {{true, TRY(ask_stamp(message))}};
    // The head of a byte string jumps, so that not every size can be had; then another is asked.
    for (std::size_t pad = 0; pad <= kTokenSlack * 2; ++pad) {
      ByteBuffer out = write_cose(cose, pad);
      if (out.size() == wanted) return out;
    }
  }
  return fail(ErrorCode::Unsupported,
              "the time-stamps of this authority vary in size too much to make room for one");
}

Result<ByteBuffer> StoreWriter::ask_stamp(Bytes message) const {
  const ByteBuffer request = time_stamp_request(message, DigestAlgorithm::Sha256);
  const ByteBuffer response = TRY(signatory_.stamp(request));
  return token_that_answers(request, message, response);
}

}  // namespace colophon::c2pa
