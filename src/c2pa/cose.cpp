// SPDX-License-Identifier: Apache-2.0
#include "c2pa/cose.hpp"

#include "wire/cbor.hpp"
#include "wire/cbor_write.hpp"

namespace colophon::c2pa {
namespace {

using wire::cbor_array;
using wire::cbor_bytes;
using wire::cbor_null;
using wire::cbor_number;
using wire::cbor_tagged;
using wire::cbor_text;
using wire::CborItem;
using wire::CborMap;
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

/// [context, protected, external_aad = h'', payload] (RFC 9052 4.4).
ByteBuffer structure(std::string_view context, Bytes guarded, Bytes payload) {
  return cbor_array({cbor_text(context), cbor_bytes(guarded), cbor_bytes({}), cbor_bytes(payload)});
}

/// The numbers of RFC 9053 and RFC 8812; nothing for algorithms that C2PA does not allow.
std::optional<std::int64_t> cose_number(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::Es256:
      return -7;
    case SignatureAlgorithm::Es384:
      return -35;
    case SignatureAlgorithm::Es512:
      return -36;
    case SignatureAlgorithm::Ps256:
      return -37;
    case SignatureAlgorithm::Ps384:
      return -38;
    case SignatureAlgorithm::Ps512:
      return -39;
    case SignatureAlgorithm::EdDsa:
      return -8;
    default:
      return std::nullopt;
  }
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
  // The signature as CBOR, so it is wrapped twice.
  return structure("CounterSignature", cose.protected_header, cbor_bytes(cose.signature));
}

Result<ByteBuffer> protected_header(SignatureAlgorithm algorithm,
                                    const std::vector<ByteBuffer>& chain) {
  const auto number = cose_number(algorithm);
  if (!number) {
    return fail(ErrorCode::Usage,
                "C2PA signatures are ES256, ES384, ES512, PS256, PS384, PS512 or "
                "EdDSA; this key makes others",
                "cose");
  }
  if (chain.empty()) return malformed("the signature comes without certificates");
  std::vector<ByteBuffer> items;
  for (const ByteBuffer& certificate : chain) items.push_back(cbor_bytes(certificate));
  CborMap map;
  map.put(1, cbor_number(*number));
  map.put(kChain, items.size() == 1 ? items.front() : cbor_array(items));
  return map.encoded();
}

ByteBuffer write_cose(const CoseSignature& cose, std::optional<std::size_t> pad) {
  CborMap open;
  for (const CoseTimeStamp& stamp : cose.stamps) {
    const ByteBuffer token = CborMap().put("val", cbor_bytes(stamp.token)).encoded();
    open.put(stamp.second ? "sigTst2" : "sigTst",
             CborMap().put("tstTokens", cbor_array({token})).encoded());
  }
  if (pad) open.put("pad", cbor_bytes(ByteBuffer(*pad)));
  return cbor_tagged(kSign1Tag, cbor_array({cbor_bytes(cose.protected_header), open.encoded(),
                                            cbor_null(), cbor_bytes(cose.signature)}));
}

}  // namespace colophon::c2pa
