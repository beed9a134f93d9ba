// SPDX-License-Identifier: Apache-2.0
// SecurityData as it stands in a reserved code, before anybody verifies it. Private to
// src/standards/gb45438*.cpp.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "standards/gb45438_security.hpp"

namespace colophon::gb45438 {

/// An entry `DS` of PubSD. Every text is as written, trimmed.
struct SignatureEntry {
  std::string algorithm;  ///< an OID, mostly
  std::string covers;     ///< TBSData.Type
  std::string value;      ///< hex or base64
  std::string key_id;
};
/// An entry `PubKey`.
struct KeyEntry {
  std::string algorithm, value, key_id;
};
struct SecurityData {
  std::vector<SignatureEntry> signatures;
  std::vector<KeyEntry> keys;
  std::string bindings;  ///< the value of `Bindings` as compact JSON; empty: none
  std::string message;   ///< Extension.Message: what our own propagation signatures cover
};
/// Nothing when `code` holds no security data. Lenient: spelling in any case, objects or strings.
[[nodiscard]] std::optional<SecurityData> parse_security_data(std::string_view code);

/// What hex or base64 stand for.
[[nodiscard]] std::optional<ByteBuffer> decode_value(std::string_view text);
/// A key in any encoding that labels use; `looks_like_key`: it has the size of one.
[[nodiscard]] std::optional<PublicKey> decode_key(const KeyEntry& entry, bool& looks_like_key);

/// The algorithms that an AlgID allows with a kind of key. An AlgID that is not known here allows
/// what the key can do.
[[nodiscard]] std::vector<SignatureAlgorithm> algorithms_for(std::string_view id, KeyKind kind);
[[nodiscard]] bool is_known_algorithm(std::string_view id) noexcept;
/// The OID that is written for an algorithm.
[[nodiscard]] std::string_view id_of(SignatureAlgorithm algorithm) noexcept;

/// Annex A.1: what a signature over the label covers.
[[nodiscard]] std::string message_of(const Label& label, LabelHalf half);

/// TBSData.Type of a signature over the label, spelt as the guide has it.
inline constexpr std::string_view kCoversLabel = "LabelMataData";
/// Extension.Message of our propagation signatures.
inline constexpr std::string_view kPropagationMessage = "Label,ContentPropagator,PropagateID";

}  // namespace colophon::gb45438
