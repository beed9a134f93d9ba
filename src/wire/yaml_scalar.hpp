// SPDX-License-Identifier: Apache-2.0
// Lines and scalars of the YAML subset; private to src/wire/yaml_*.cpp.
#pragma once

#include "wire/yaml_front_matter.hpp"

namespace colophon::wire {

struct YamlLine {
  std::size_t start = 0;
  std::size_t text = 0;  ///< the first byte that is neither space nor tab
  std::size_t end = 0;   ///< behind the last byte, without the line ending
  std::size_t next = 0;  ///< the next line
  bool blank = false;    ///< empty or a comment
  [[nodiscard]] std::size_t indent() const noexcept { return text - start; }
};
[[nodiscard]] YamlLine yaml_line(std::string_view yaml, std::size_t at) noexcept;

/// A scalar and where reading goes on.
struct YamlScalar {
  YamlValue value;
  std::size_t after = 0;
};
/// A quoted scalar at `at`. In block context the following lines must be indented deeper than
/// `parent`, otherwise the closing quote is missing; `parent` of npos: flow context.
[[nodiscard]] YamlScalar read_quoted(std::string_view yaml, std::size_t at, std::size_t parent);
/// A plain scalar in block context; goes on over deeper lines.
[[nodiscard]] YamlScalar read_plain(std::string_view yaml, std::size_t at, std::size_t parent);
/// `|` or `>` with its lines.
[[nodiscard]] YamlScalar read_block_scalar(std::string_view yaml, std::size_t at,
                                           std::size_t parent);
/// The text of a scalar that may run over several lines, folded (7.3): one break is a space.
[[nodiscard]] std::string fold_lines(std::string_view stored);

}  // namespace colophon::wire
