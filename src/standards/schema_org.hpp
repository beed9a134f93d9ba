// SPDX-License-Identifier: Apache-2.0
// Private to the schema.org reader and writer.
#pragma once

#include "formats/carrier.hpp"
#include "standards/digital_source_type.hpp"
#include "wire/json_text.hpp"

namespace colophon::schema_org {

inline constexpr std::string_view kSourceType = "digitalSourceType";

/// Is `key` the property, bare, compact (schema:) or as an IRI?
[[nodiscard]] bool is_property(std::string_view key, std::string_view name) noexcept;
/// A string, or what stands in its @id or @value.
[[nodiscard]] std::string_view text_of(const wire::JsonValue& value) noexcept;
/// schema.org's URI of a term, or IPTC's where schema.org has none.
[[nodiscard]] std::string uri_of(const SourceType& type);
[[nodiscard]] Result<ByteBuffer> write(const Label& label, CarrierKind kind, Bytes old_payload);

}  // namespace colophon::schema_org
