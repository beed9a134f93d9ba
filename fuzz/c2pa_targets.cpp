// SPDX-License-Identifier: Apache-2.0
// Manifest stores: signatures as COSE, and whole stores through the validator.
#include "c2pa/claim.hpp"
#include "c2pa/cose.hpp"
#include "c2pa/graph.hpp"
#include "c2pa/validate.hpp"
#include "targets.hpp"
#include "wire/bmff.hpp"

namespace colophon::fuzz {
namespace {

using namespace std::string_view_literals;

constexpr std::int64_t kNow = 1'800'000'000;

ByteBuffer box(const char (&type)[5], Bytes content) {
  ByteBuffer out;
  wire::append_box(out, wire::fourcc(type), content);
  return out;
}

ByteBuffer superbox(std::string_view kind, std::string_view label, Bytes content) {
  ByteBuffer description = to_buffer(kind);
  append(description, "\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71\x03"sv);
  append(description, label);
  description.push_back(0);
  ByteBuffer body = box("jumd", description);
  append(body, content);
  return box("jumb", body);
}

void cose(Bytes bytes) {
  const auto signature = c2pa::read_cose(bytes, {});
  if (!signature) return;
  must(!signature->chain.empty(), "a signature has certificates");
  const ByteBuffer claim = to_buffer("claim");
  const ByteBuffer message = c2pa::signed_bytes(*signature, claim);
  const auto item = wire::read_cbor(message, {});
  must(item && item->where.size == message.size() && item->items.size() == 4,
       "what is signed is one list of four");
  must(
      c2pa::stamped_bytes(*signature, true, claim) != c2pa::stamped_bytes(*signature, false, claim),
      "the two kinds of time-stamp cover different bytes");
}

Seeds cose_seeds() {
  // [<<{1: -7, 33: h'00'}>>, {"sigTst2": {"tstTokens": [{"val": h'01'}]}}, nil, h'02']
  return texts(
      {"\xd2\x84\x47\xa2\x01\x26\x18\x21\x41\x00\xa1\x67sigTst2\xa1\x69"
       "tstTokens\x81\xa1\x63val\x41\x01\xf6\x41\x02"sv});
}

constexpr auto kClaim =
    "\xa5\x6ainstanceID\x61x\x69signature\x78\x19self#jumbf=c2pa.signature\x63"
    "alg\x66sha256\x74"
    "claim_generator_info\xa1\x64name\x61x\x72"
    "created_assertions\x81\xa2\x63url\x78\x26self#jumbf=c2pa.assertions/c2pa.actions\x64hash\x41"
    "\x00"sv;

/// A claim of either version, by itself: the first byte says which.
void claim(Bytes bytes) {
  if (bytes.empty()) return;
  const char* label = (bytes[0] & 1) != 0 ? "c2pa.claim" : "c2pa.claim.v2";
  const ByteBuffer store = superbox(
      "c2pa", "c2pa",
      superbox("c2ma", "urn:c2pa:1", superbox("c2cl", label, box("cbor", slice(bytes, 1)))));
  const auto read = c2pa::Store::read(store, {});
  must(read && read->active() != nullptr, "the frame is a store");
  c2pa::StatusList status;
  const auto claim = c2pa::read_claim(*read->active(), {}, status);
  must(claim.has_value() == status.failure.empty(), "a claim is read, or it is told why not");
  if (!claim) return;
  must(as_text(claim->bytes) == as_text(slice(bytes, 1)), "what is signed are the stored bytes");
  must(claim->version == ((bytes[0] & 1) != 0 ? 1 : 2), "the label tells the version");
  for (const auto& reference : claim->assertions) {
    must(c2pa::absolute_uri(reference.url, "other") == reference.url, "an absolute URI stays");
  }
}

Seeds claim_seeds() {
  return texts({"\x02" + std::string(kClaim),
                "\x01\xa5\x6ainstanceID\x61x\x69signature\x78\x19self#jumbf=c2pa.signature\x69"
                "dc:format\x61x\x6f"
                "claim_generator\x61x\x6a"
                "assertions\x81\xa2\x63url\x78\x26self#jumbf=c2pa.assertions/c2pa.actions\x64"
                "hash\x41x"sv});
}

void check_paths(const c2pa::Store& store) {
  for (const c2pa::Manifest& manifest : store.manifests()) {
    for (const c2pa::Assertion& assertion : manifest.assertions) {
      const std::string url = c2pa::assertion_uri(manifest.label, assertion.label);
      must(c2pa::absolute_uri(url, "other") == url, "an absolute URI stays");
      const c2pa::Target target = c2pa::resolve(store, url);
      must(target.box == nullptr || target.box->label == assertion.label,
           "a path leads to a box of its label");
    }
  }
}

void validate(Bytes bytes) {
  const auto store = c2pa::Store::read(bytes, {});
  if (store) check_paths(*store);
  MemorySource source(as_bytes("content"));
  c2pa::ValidateOptions options;
  options.now = kNow;
  const auto validation = c2pa::validate({source, nullptr, nullptr, nullptr, {}}, bytes, options);
  must(validation.state != c2pa::State::Trusted, "without anchors nobody is trusted");
  must(validation.state != c2pa::State::Invalid || !validation.status.failure.empty() ||
           !validation.ingredient_deltas.empty(),
       "what is invalid says why");
  Evidence evidence;
  c2pa::add_validation(evidence, validation);
  must(evidence.c2pa.has_value() && !evidence.c2pa->state.empty(), "a state is told");
}

Seeds store_seeds() {
  static constexpr auto kActions =
      "\xa1\x67"
      "actions\x81\xa1\x66"
      "action\x6c"
      "c2pa.created"sv;
  ByteBuffer body = superbox("c2as", "c2pa.assertions",
                             superbox("cbor", "c2pa.actions", box("cbor", as_bytes(kActions))));
  append(body, Bytes(superbox("c2cl", "c2pa.claim.v2", box("cbor", as_bytes(kClaim)))));
  append(body, Bytes(superbox("c2cs", "c2pa.signature", box("cbor", cose_seeds().front()))));
  const ByteBuffer manifest = superbox("c2ma", "urn:c2pa:1", body);
  const ByteBuffer compressed =
      superbox("c2cm", "urn:c2pa:1", box("brob", as_bytes("\x0b\x02\x80hello\x03"sv)));
  return {superbox("c2pa", "c2pa", manifest), superbox("c2pa", "c2pa", compressed)};
}

}  // namespace

void add_c2pa(std::vector<Target>& all) {
  all.push_back({"c2pa_cose", cose, cose_seeds});
  all.push_back({"c2pa_claim", claim, claim_seeds});
  all.push_back({"c2pa_validate", validate, store_seeds});
}

}  // namespace colophon::fuzz
