// SPDX-License-Identifier: Apache-2.0
// Small FLV files, made byte by byte without the code under test, and where their positions lead.
#pragma once

#include "support/support.hpp"

namespace colophon::testing::flash {

[[nodiscard]] ByteBuffer operator+(ByteBuffer a, const ByteBuffer& b);
[[nodiscard]] ByteBuffer number(double value);
[[nodiscard]] ByteBuffer text(std::string_view value);
[[nodiscard]] ByteBuffer long_text(std::string_view value);
[[nodiscard]] ByteBuffer property(std::string_view name, const ByteBuffer& value);
[[nodiscard]] ByteBuffer object(const ByteBuffer& properties);
[[nodiscard]] ByteBuffer array(std::uint32_t count, const ByteBuffer& properties, bool end = true);
[[nodiscard]] ByteBuffer numbers(const std::vector<double>& values);
/// A tag with its PreviousTagSize.
[[nodiscard]] ByteBuffer tag(std::uint8_t type, const ByteBuffer& data);
[[nodiscard]] ByteBuffer script(std::string_view name, const ByteBuffer& value);

/// A film of three pictures behind `scripts`; positions in them must be right already.
[[nodiscard]] ByteBuffer film(const ByteBuffer& scripts);
/// With `keyframes`, `filesize` and `lastkeyframelocation` before further properties.
[[nodiscard]] ByteBuffer indexed_film(std::uint32_t more, const ByteBuffer& properties,
                                      const ByteBuffer& scripts_behind = {});
/// The bytes of the tags that filepositions lead to, then whether filesize is right.
[[nodiscard]] std::vector<std::string> pointed_at(Bytes file);
/// True when every PreviousTagSize holds and the last tag ends with the file.
[[nodiscard]] bool is_well_formed(Bytes file);

}  // namespace colophon::testing::flash
