// SPDX-License-Identifier: Apache-2.0
// XMP packets (ISO 16684-1): RDF/XML properties found in every form, and set without touching any
// other byte. Knows no vocabulary.
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"

namespace colophon {

enum class XmpForm : std::uint8_t {
  Element,    ///< <p>value</p>, also with qualifiers (rdf:value)
  Attribute,  ///< p="value" on the rdf:Description
  Resource,   ///< <p rdf:resource="value"/>
  Item,       ///< an rdf:li of a Bag, Seq or Alt; one XmpValue each
};

struct XmpValue {
  std::string uri;     ///< empty when nothing binds the prefix: such packets exist
  std::string prefix;  ///< as written, any
  std::string name;
  std::string value;  ///< unescaped, UTF-8
  XmpForm form = XmpForm::Element;
  Range where;          ///< the value as stored in the packet; empty for UTF-16 and UTF-32 packets
  bool nested = false;  ///< a field inside a structure, so it does not speak of the whole file
};

/// Every property of a packet or RDF/XML fragment, in document order, fields of structures
/// included. Nothing when the bytes are not well-formed XML or hit a cap. Reads UTF-8, UTF-16,
/// UTF-32.
[[nodiscard]] std::vector<XmpValue> xmp_properties(Bytes packet, const Limits& limits = {});
/// The values of one property of the file, in document order; not those inside structures.
[[nodiscard]] std::vector<XmpValue> find_xmp(Bytes packet, std::string_view uri,
                                             std::string_view name, const Limits& limits = {});
/// The trailer says `end="r"`: its writer asked others not to change it in place. We still do.
[[nodiscard]] bool is_read_only_xmp(Bytes packet);

struct XmpProperty {
  std::string uri;
  std::string prefix;  ///< preferred; another is used where it already means something else
  std::string name;
  std::string value;
  bool alternatives = false;  ///< a new one is a list of languages with one item, the default
};

/// The packet in which each of `properties` has that one simple value.
/// - A value that stands already is replaced where and as it stands (an element stays an element,
/// an
///   attribute an attribute; of a list the first item stays; a structure becomes a simple value). A
///   property written several times is set everywhere, so that no two answers remain. An equal
///   value changes no byte.
/// - A new property becomes an element in the first rdf:Description that knows the namespace, else
/// in
///   the first one.
/// - Every other byte stays. White space before the `<?xpacket end` trailer pays for the growth
/// when
///   there is enough of it, and takes up what is saved when there is much of it (64 bytes), so that
///   the size of a padded packet stays the same.
/// - An empty `old_packet` gives a new packet with wrapper and without padding.
/// Errors: `malformed` (not well-formed, or no XMP), `unsupported` (UTF-16 or UTF-32), `usage` (a
/// value that XML cannot hold), `limit-exceeded`.
[[nodiscard]] Result<ByteBuffer> set_properties(Bytes old_packet,
                                                std::span<const XmpProperty> properties,
                                                const Limits& limits = {});

}  // namespace colophon
