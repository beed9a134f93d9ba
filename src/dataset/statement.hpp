// SPDX-License-Identifier: Apache-2.0
// What a record of a data set says about its own making: a JSON object in a declared member.
//   {"origin":"machine","source_model":"NAME","generator_version":"1","teacher":"NAME",
//    "created":"2026-11-23T10:00:00Z","watermark_key_id":"ID"}
#pragma once

#include "base/limits.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace colophon {

enum class Maker : std::uint8_t { Unstated, Human, Machine, Mixed };
[[nodiscard]] std::string_view to_string(Maker maker) noexcept;
[[nodiscard]] std::optional<Maker> parse_maker(std::string_view word) noexcept;

struct Statement {
  Maker origin = Maker::Unstated;
  std::string source_model, generator_version, teacher;
  std::string created;           ///< RFC 3339
  std::string watermark_key_id;  ///< names the key, is not the key
  friend bool operator==(const Statement&, const Statement&) = default;
};
/// As it is written: members without a value are left out.
[[nodiscard]] std::string to_json(const Statement& statement);

/// What one line of a shard holds.
struct Record {
  std::string id;  ///< the text of its member `id` (a string or number), at most 255 bytes
  bool is_object = false;
  bool has_field = false;  ///< the declared member is there, readable or not
  /// From the declared member; else from a label under the key AIGC (GB 45438-2025 Annex E):
  /// Label 1 is machine, 2 and 3 state nothing that can be counted.
  Statement statement;
  std::optional<Error> error;  ///< why it cannot be read; the offset is within the line
};
[[nodiscard]] Record read_record(std::string_view line, std::string_view field,
                                 const Limits& limits);
/// The line with the statement in the declared member, all other bytes as they are.
[[nodiscard]] Result<std::string> with_statement(std::string_view line, std::string_view field,
                                                 const Statement& statement);

}  // namespace colophon
