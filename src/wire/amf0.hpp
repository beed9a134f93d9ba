// SPDX-License-Identifier: Apache-2.0
// AMF0 (Adobe, "Action Message Format - AMF 0", 2007): where values and properties stand in bytes.
#pragma once

#include "base/limits.hpp"
#include "base/result.hpp"

#include "base/bytes.hpp"

namespace colophon::wire {

enum class AmfType : std::uint8_t {
  Number = 0,
  Boolean = 1,
  String = 2,
  Object = 3,
  Null = 5,
  Undefined = 6,
  Reference = 7,
  EcmaArray = 8,
  ObjectEnd = 9,
  StrictArray = 10,
  Date = 11,
  LongString = 12,
  Unsupported = 13,
  XmlDocument = 15,
  TypedObject = 16,
};

/// Ranges count from the start of the bytes that were read.
struct AmfValue {
  AmfType type = AmfType::Null;
  Range whole;  ///< with the type byte
  Range text;   ///< of strings: the characters
  [[nodiscard]] bool is_string() const noexcept {
    return type == AmfType::String || type == AmfType::LongString;
  }
  [[nodiscard]] bool is_object() const noexcept {
    return type == AmfType::Object || type == AmfType::EcmaArray;
  }
};
struct AmfProperty {
  std::string name;
  Range whole;  ///< name and value
  AmfValue value;
};
struct AmfProperties {
  std::vector<AmfProperty> list;
  std::uint64_t end = 0;  ///< where the next property would stand
};

/// The value that starts at `at`, measured to its end. Caps: Limits::max_depth.
[[nodiscard]] Result<AmfValue> read_amf(Bytes bytes, std::uint64_t at, const Limits& limits);
/// The properties of an object or ECMA array. An array that lacks its end mark ends with the bytes.
[[nodiscard]] Result<AmfProperties> amf_properties(Bytes bytes, const AmfValue& object,
                                                   const Limits& limits);
/// Where the numbers of a strict array stand, past their type byte; other elements are left out.
[[nodiscard]] Result<std::vector<std::uint64_t>> amf_numbers(Bytes bytes, const AmfValue& array,
                                                             const Limits& limits);

/// A string value, long where it must be.
[[nodiscard]] ByteBuffer make_amf_string(Bytes text);
[[nodiscard]] ByteBuffer make_amf_property(std::string_view name, Bytes text);
[[nodiscard]] double load_amf_number(Bytes bytes, std::uint64_t at) noexcept;
void store_amf_number(ByteBuffer& bytes, std::uint64_t at, double value) noexcept;

}  // namespace colophon::wire
