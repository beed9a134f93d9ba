// SPDX-License-Identifier: Apache-2.0
#include "c2pa/cose.hpp"

#include "wire/cbor.hpp"

namespace colophon::c2pa {
namespace {

using wire::CborItem;
using wire::CborType;

constexpr std::uint64_t kSign1Tag = 18;
constexpr std::uint64_t kAlgorithm = 1, kChain = 33;
constexpr std::size_t kMaxChain = 16, kMaxOcsp = 16;

Failure malformed(const char* what) {
  return fail(ErrorCode::Malformed, what, "cose");
}

const CborItem* find_number(const CborItem& map, std::uint64_t label) {
  if (map.type != CborType::Map) return nullptr;
  for (std::size_t i = 0; i + 1 < map.items.size(); i += 2) {
    if (map.items[i].type == CborType::Unsigned && map.items[i].number == label) {
      return &map.items[i + 1];
    }
  }
  return nullptr;
}

std::optional<SignatureAlgorithm> algorithm_of(const CborItem* item) {
  if (item == nullptr || item->type != CborType::Negative) return std::nullopt;
  switch (item->number) {  // -1 - value
    case 6:
      return SignatureAlgorithm::Es256;
    case 34:
      return SignatureAlgorithm::Es384;
    case 35:
      return SignatureAlgorithm::Es512;
    case 36:
      return SignatureAlgorithm::Ps256;
    case 37:
      return SignatureAlgorithm::Ps384;
    case 38:
      return SignatureAlgorithm::Ps512;
    case 7:
      return SignatureAlgorithm::EdDsa;
    default:
      return std::nullopt;
  }
}

/// The one x5chain: label 33 wins over the text label; one label in both buckets is refused.
Result<const CborItem*> find_chain(const CborItem& guarded, const CborItem& open) {
  const CborItem* numbered[] = {find_number(guarded, kChain), find_number(open, kChain)};
  const CborItem* named[] = {guarded.find("x5chain"), open.find("x5chain")};
  for (const auto& pair : {numbered, named}) {
    if (pair[0] != nullptr && pair[1] != nullptr) {
      return malformed("the signature gives its certificates twice");
    }
    if (pair[0] != nullptr) return pair[0];
    if (pair[1] != nullptr) return pair[1];
  }
  return malformed("the signature comes without certificates");
}

Result<std::vector<ByteBuffer>> read_chain(const CborItem& item) {
  std::vector<ByteBuffer> chain;
  if (item.type == CborType::Bytes) {
    chain.push_back(to_buffer(item.text));
    return chain;
  }
  if (item.type != CborType::Array || item.items.empty() || item.items.size() > kMaxChain) {
    return malformed("the signature's certificates are no list, or too many");
  }
  for (const CborItem& certificate : item.items) {
    if (certificate.type != CborType::Bytes) return malformed("a certificate is no byte string");
    chain.push_back(to_buffer(certificate.text));
  }
  return chain;
}

void read_stamps(const CborItem& header, bool second, CoseSignature& cose) {
  const CborItem* item = header.find(second ? "sigTst2" : "sigTst");
  if (item == nullptr) return;
  const CborItem* tokens = item->find("tstTokens");
  const bool one =
      tokens != nullptr && tokens->type == CborType::Array && tokens->items.size() == 1;
  const CborItem* value = one ? tokens->items.front().find("val") : nullptr;
  if (value == nullptr || value->type != CborType::Bytes) {
    cose.stamps_malformed = true;
    return;
  }
  cose.stamps.push_back({second, to_buffer(value->text)});
}

void read_ocsp(const CborItem& header, CoseSignature& cose) {
  const CborItem* values = header.find("rVals");
  const CborItem* answers = values == nullptr ? nullptr : values->find("ocspVals");
  if (answers == nullptr) return;
  for (const CborItem& answer : answers->items) {
    if (answer.type == CborType::Bytes && cose.ocsp.size() < kMaxOcsp) {
      cose.ocsp.push_back(to_buffer(answer.text));
    }
  }
}

void append_head(ByteBuffer& out, std::uint8_t major, std::uint64_t value) {
  const auto first = static_cast<std::uint8_t>(major << 5);
  if (value < 24) {
    out.push_back(static_cast<std::uint8_t>(first | value));
    return;
  }
  const unsigned step = value <= 0xFF ? 0 : value <= 0xFFFF ? 1 : value <= 0xFFFFFFFF ? 2 : 3;
  out.push_back(static_cast<std::uint8_t>(first | (24 + step)));
  append_be(out, value, 1U << step);
}

void append_bytes(ByteBuffer& out, Bytes bytes) {
  append_head(out, 2, bytes.size());
  append(out, bytes);
}

/// [context, protected, external_aad = h'', payload] (RFC 9052 4.4).
ByteBuffer structure(std::string_view context, Bytes guarded, Bytes payload) {
  ByteBuffer out;
  append_head(out, 4, 4);
  append_head(out, 3, context.size());
  append(out, context);
  append_bytes(out, guarded);
  append_bytes(out, {});
  append_bytes(out, payload);
  return out;
}

}  // namespace

Result<CoseSignature> read_cose(Bytes bytes, const Limits& limits) {
  const CborItem whole = TRY(wire::read_cbor(bytes, limits));
  // The tag is demanded by C2PA and left out by some writers (RFC 9052 2 allows both).
  const bool tagged = whole.type == CborType::Tag && whole.number == kSign1Tag;
  const CborItem& sign1 = tagged ? whole.items.front() : whole;
  if (sign1.type != CborType::Array || sign1.items.size() != 4 ||
      sign1.items[0].type != CborType::Bytes || sign1.items[1].type != CborType::Map ||
      sign1.items[3].type != CborType::Bytes) {
    return malformed("the signature is no COSE_Sign1");
  }
  CoseSignature cose;
  cose.protected_header = to_buffer(sign1.items[0].text);
  CborItem guarded;
  guarded.type = CborType::Map;
  if (!cose.protected_header.empty()) {
    guarded = TRY(wire::read_cbor(cose.protected_header, limits));
  }
  const CborItem& open = sign1.items[1];
  cose.algorithm = algorithm_of(find_number(guarded, kAlgorithm));
  const CborItem* chain = TRY(find_chain(guarded, open));
  cose.chain = TRY(read_chain(*chain));
  if (sign1.items[2].type == CborType::Bytes) {
    cose.payload = to_buffer(sign1.items[2].text);
  } else if (sign1.items[2].type != CborType::Simple || sign1.items[2].number != 22) {
    return malformed("the signature's payload is neither bytes nor nil");
  }
  cose.signature = to_buffer(sign1.items[3].text);
  read_stamps(open, true, cose);
  read_stamps(open, false, cose);
  read_ocsp(open, cose);
  if (const CborItem* time = guarded.find("iat")) {
    const CborItem& value = time->untagged();
    if (value.type == CborType::Unsigned && value.number <= INT64_MAX) {
      cose.claimed_time = static_cast<std::int64_t>(value.number);
    }
  }
  return cose;
}

ByteBuffer signed_bytes(const CoseSignature& cose, Bytes claim) {
  return structure("Signature1", cose.protected_header, claim);
}

ByteBuffer stamped_bytes(const CoseSignature& cose, bool second, Bytes claim) {
  if (!second) return structure("CounterSignature", cose.protected_header, claim);
  ByteBuffer encoded;  // the signature as CBOR, so it is wrapped twice
  append_bytes(encoded, cose.signature);
  return structure("CounterSignature", cose.protected_header, encoded);
}

}  // namespace colophon::c2pa
