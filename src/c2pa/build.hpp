// SPDX-License-Identifier: Apache-2.0
// Writing manifests: claim v2 in deterministic CBOR, its assertions, its signature (C2PA 10, 11,
// 13.2, 18).
#pragma once

#include "c2pa/cose.hpp"
#include "c2pa/validate.hpp"
#include "crypto/certificates.hpp"

#include <memory>

namespace colophon::c2pa {

/// Who signs.
struct Signatory {
  std::shared_ptr<Signer> signer;
  std::vector<Certificate> chain;  ///< leaf first; a root at its end is left out of the signature
  /// Answers a TimeStampReq (RFC 3161) with a TimeStampResp; empty: no time-stamp.
  std::function<Result<ByteBuffer>(Bytes request)> stamp;
};
/// Does the chain meet the certificate profile (C2PA 14.5.1), belong to the key and hold at `now`?
/// Errors `usage` and `refused`.
[[nodiscard]] Status check_signatory(const Signatory& signatory, std::int64_t now);

/// A manifest that the content had before, as an ingredient.
struct Parent {
  ByteBuffer manifests;   ///< all boxes of its store, one behind the other, as they were
  ByteBuffer ingredient;  ///< the assertion c2pa.ingredient.v3, CBOR
};
/// Error `malformed` for a store without a manifest that can be read.
[[nodiscard]] Result<Parent> make_parent(Bytes store, const Validation& validation,
                                         std::string_view media_type, const Limits& limits);

/// For content that has no manifest.
[[nodiscard]] Parent make_bare_parent(std::string_view media_type);

/// The label of the manifest that the store's active one names as its parent's; empty for a parent
/// without any, nothing where no parent is named.
[[nodiscard]] std::optional<std::string> parent_of(Bytes store, const Limits& limits);

/// What a manifest will say.
struct Draft {
  std::string label;              ///< "urn:c2pa:UUID"
  std::string instance;           ///< "xmp:iid:UUID"
  std::string generator_version;  ///< of Colophon
  std::string source_type;        ///< digitalSourceType, a URI
  /// The content was changed by AI, not made: with a parent it is `c2pa.edited`.
  bool edited = false;
  /// A label that people see or hear was put into the content, which is an edit of its own.
  bool labelled = false;
  std::string system, system_version;  ///< the AI system; may be empty
  bool disclosure = false;             ///< also `c2pa.ai-disclosure`
  std::optional<Parent> parent;
  /// What was done to the parent, "c2pa.resized"; empty: by `edited`.
  std::vector<std::string> actions;
};

struct NewAssertion {
  std::string label;
  ByteBuffer cbor;
};

/// Writes the store. Its size depends on the size of the hard binding alone.
class StoreWriter {
 public:
  /// Asks for a first time-stamp, when there are any, to know their size.
  [[nodiscard]] static Result<StoreWriter> make(Draft draft, const Signatory& signatory);

  /// With zeros for a signature: a placeholder of the exact size.
  [[nodiscard]] ByteBuffer unsigned_store(const NewAssertion& binding) const;
  [[nodiscard]] Result<ByteBuffer> signed_store(const NewAssertion& binding) const;
  /// The size of the new manifest alone.
  [[nodiscard]] std::uint64_t manifest_size(const NewAssertion& binding) const;

 private:
  struct Unsigned {
    ByteBuffer assertions, claim;
  };
  StoreWriter() = default;
  [[nodiscard]] Unsigned claim_for(const NewAssertion& binding) const;
  [[nodiscard]] ByteBuffer manifest(const Unsigned& parts, Bytes cose) const;
  [[nodiscard]] ByteBuffer store(const Unsigned& parts, Bytes cose) const;
  [[nodiscard]] CoseSignature blank() const;
  [[nodiscard]] Result<ByteBuffer> stamped(CoseSignature cose, Bytes claim) const;
  [[nodiscard]] Result<ByteBuffer> ask_stamp(Bytes message) const;

  Draft draft_;
  Signatory signatory_;
  ByteBuffer header_;           ///< protected
  std::size_t token_size_ = 0;  ///< what is set aside for a time-stamp token
};

}  // namespace colophon::c2pa
