// SPDX-License-Identifier: Apache-2.0
#include "wire/amf0.hpp"

#include <bit>

namespace colophon::wire {
namespace {

constexpr std::uint64_t kNumberSize = 8, kDateSize = 10, kCountSize = 4, kEndSize = 3;

Failure cut(std::uint64_t at) {
  return fail(ErrorCode::Truncated, "the metadata end in the middle of a value", "amf", at);
}

/// Finds where values end; calls itself for values in values.
class Meter {
 public:
  Meter(Bytes bytes, const Limits& limits) : bytes_(bytes), limits_(limits) {}

  Result<AmfValue> value(std::uint64_t at, std::uint32_t depth) {
    if (at >= bytes_.size()) return cut(at);
    if (depth >= limits_.max_depth) {
      return fail(ErrorCode::LimitExceeded, "values are nested too deep", "amf", at);
    }
    AmfValue value;
    value.type = static_cast<AmfType>(bytes_[at]);
    value.whole.offset = at;
    const std::uint64_t end = TRY(end_of(value, at + 1, depth));
    if (end > bytes_.size()) return cut(at);
    value.whole.size = end - at;
    return value;
  }

  /// Past the properties from `at` and their end mark; `visit` sees each.
  template <typename Visit>
  Result<std::uint64_t> properties(std::uint64_t at, bool needs_end, std::uint32_t depth,
                                   const Visit& visit) {
    for (;;) {
      if (at == bytes_.size() && !needs_end) return at;
      const auto size = load_be(bytes_, at, 2);
      if (!size) return cut(at);
      if (*size == 0 && at + 2 < bytes_.size() &&
          bytes_[at + 2] == static_cast<std::uint8_t>(AmfType::ObjectEnd)) {
        return at + kEndSize;
      }
      const AmfValue value = TRY(this->value(at + 2 + *size, depth));
      TRY(visit(Range{at, value.whole.end() - at}, slice(bytes_, at + 2, *size), value));
      at = value.whole.end();
    }
  }

 private:
  Result<std::uint64_t> end_of(AmfValue& value, std::uint64_t at, std::uint32_t depth) {
    switch (value.type) {
      case AmfType::Number:
        return at + kNumberSize;
      case AmfType::Boolean:
        return at + 1;
      case AmfType::Null:
      case AmfType::Undefined:
      case AmfType::Unsupported:
        return at;
      case AmfType::Reference:
        return at + 2;
      case AmfType::Date:
        return at + kDateSize;
      case AmfType::String:
        return text(value, at, 2);
      case AmfType::LongString:
      case AmfType::XmlDocument:
        return text(value, at, 4);
      case AmfType::Object:
        return skip_properties(at, true, depth);
      case AmfType::EcmaArray:
        return skip_properties(at + kCountSize, false, depth);
      case AmfType::TypedObject: {
        AmfValue name;
        return skip_properties(TRY(text(name, at, 2)), true, depth);
      }
      case AmfType::StrictArray:
        return array(at, depth);
      case AmfType::ObjectEnd:
        break;
    }
    return fail(ErrorCode::Malformed, "a value has an unknown type", "amf", at - 1);
  }

  Result<std::uint64_t> text(AmfValue& value, std::uint64_t at, unsigned width) {
    const auto size = load_be(bytes_, at, width);
    if (!size || *size > bytes_.size() - at - width) return cut(at);
    value.text = {at + width, *size};
    return value.text.end();
  }

  Result<std::uint64_t> skip_properties(std::uint64_t at, bool needs_end, std::uint32_t depth) {
    return properties(at, needs_end, depth + 1,
                      [](Range, Bytes, const AmfValue&) -> Status { return {}; });
  }

  Result<std::uint64_t> array(std::uint64_t at, std::uint32_t depth) {
    const auto count = load_be(bytes_, at, kCountSize);
    if (!count || *count > bytes_.size() - at) return cut(at);
    at += kCountSize;
    for (std::uint64_t i = 0; i < *count; ++i) at = TRY(value(at, depth + 1)).whole.end();
    return at;
  }

  Bytes bytes_;
  const Limits& limits_;
};

Failure too_many(std::uint64_t at) {
  return fail(ErrorCode::LimitExceeded, "too many values", "amf", at);
}

}  // namespace

Result<AmfValue> read_amf(Bytes bytes, std::uint64_t at, const Limits& limits) {
  return Meter(bytes, limits).value(at, 0);
}

Result<AmfProperties> amf_properties(Bytes bytes, const AmfValue& object, const Limits& limits) {
  const bool array = object.type == AmfType::EcmaArray;
  AmfProperties found;
  found.end = object.whole.offset + 1 + (array ? kCountSize : 0);
  (void)TRY(
      Meter(bytes, limits)
          .properties(found.end, !array, 1, [&](Range whole, Bytes name, const AmfValue& value) {
            if (found.list.size() >= limits.max_structures) return Status(too_many(whole.offset));
            found.list.push_back({to_string(name), whole, value});
            found.end = whole.end();
            return Status();
          }));
  return found;
}

Result<std::vector<std::uint64_t>> amf_numbers(Bytes bytes, const AmfValue& array,
                                               const Limits& limits) {
  std::vector<std::uint64_t> found;
  if (array.type != AmfType::StrictArray) return found;
  Meter meter(bytes, limits);
  std::uint64_t at = array.whole.offset + 1 + kCountSize;
  while (at < array.whole.end()) {
    const AmfValue value = TRY(meter.value(at, 1));
    if (value.type == AmfType::Number) {
      if (found.size() >= limits.max_structures) return too_many(at);
      found.push_back(at + 1);
    }
    at = value.whole.end();
  }
  return found;
}

ByteBuffer make_amf_string(Bytes text) {
  const bool wide = text.size() > UINT16_MAX;
  ByteBuffer out{static_cast<std::uint8_t>(wide ? AmfType::LongString : AmfType::String)};
  append_be(out, text.size(), wide ? 4 : 2);
  append(out, text);
  return out;
}

ByteBuffer make_amf_property(std::string_view name, Bytes text) {
  ByteBuffer out;
  append_be(out, name.size(), 2);
  append(out, name);
  append(out, make_amf_string(text));
  return out;
}

double load_amf_number(Bytes bytes, std::uint64_t at) noexcept {
  return std::bit_cast<double>(load_be(bytes, at, kNumberSize).value_or(0));
}

void store_amf_number(ByteBuffer& bytes, std::uint64_t at, double value) noexcept {
  store_be(bytes, static_cast<std::size_t>(at), std::bit_cast<std::uint64_t>(value), kNumberSize);
}

}  // namespace colophon::wire
