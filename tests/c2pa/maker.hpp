// SPDX-License-Identifier: Apache-2.0
// Manifest stores made for tests: well formed and well signed, except where a test asks otherwise.
// Nothing of src/c2pa is used here.
#pragma once

#include <nlohmann/json.hpp>

#include "crypto/certificates.hpp"
#include "support/support.hpp"

namespace colophon::testing {

using Json = nlohmann::ordered_json;

struct MadeAssertion {
  std::string label;
  Json content;          ///< written as CBOR
  bool created = true;   ///< false: gathered
  bool listed = true;    ///< false: the claim does not list it
  ByteBuffer raw = {};   ///< instead of `content`, and of its hash: the content box as it is
  bool json = false;     ///< written as JSON
  std::string url = {};  ///< instead of the usual one
};

struct MadeManifest {
  std::string label = "urn:c2pa:00000000-0000-4000-8000-000000000001";
  int version = 2;
  bool update = false;
  std::vector<MadeAssertion> assertions;
  Json more = Json::object();                  ///< further members of the claim; null removes one
  unsigned claims = 1;                         ///< how often the claim box stands there
  std::optional<ByteBuffer> attached_payload;  ///< in the COSE signature
  bool twice_in_store = false;                 ///< the first assertion's box, again
  std::function<void(ByteBuffer& signature)> spoil_signature;
  std::function<void(ByteBuffer& claim)> spoil_claim;  ///< before it is signed
  Json more_protected = Json::object();                ///< further members of the COSE header
  /// The other COSE header, from the protected one and the signature.
  std::function<Json(Bytes guarded, Bytes signature)> unprotected;
};

/// Certificates that live as long as the test program, and their signer.
class Signing {
 public:
  /// Null when there is no openssl.
  static const Signing* get();
  [[nodiscard]] const Certificate& root() const { return *root_; }
  /// root.pem, leaf.pem and their keys.
  [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }
  [[nodiscard]] ByteBuffer sign(Bytes message) const;
  [[nodiscard]] const std::vector<ByteBuffer>& chain() const { return chain_; }

 private:
  Signing();
  TemporaryFolder folder_;
  std::optional<Certificate> root_;
  std::vector<ByteBuffer> chain_;
};

/// The JUMBF box of one manifest.
[[nodiscard]] ByteBuffer make_manifest(const MadeManifest& manifest);
/// The store of several, the active one last.
[[nodiscard]] ByteBuffer make_store(const std::vector<ByteBuffer>& manifests);
[[nodiscard]] ByteBuffer superbox(std::string_view kind, std::string_view label, Bytes content);
[[nodiscard]] ByteBuffer box(std::string_view type, Bytes content);

/// {"url": "self#jumbf=/c2pa/LABEL", "hash": ...} of a manifest box.
[[nodiscard]] Json manifest_reference(std::string_view label, Bytes manifest_box);
[[nodiscard]] Json binary(Bytes bytes);
[[nodiscard]] Json hash_data(Bytes asset);
[[nodiscard]] Json actions(std::initializer_list<Json> all);
inline const std::string kAi =
    "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

/// A manifest over `asset` with a hard binding and one action, which says AI.
[[nodiscard]] MadeManifest usual_manifest(Bytes asset);

}  // namespace colophon::testing
