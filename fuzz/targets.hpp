// SPDX-License-Identifier: Apache-2.0
// The fuzz targets: one per row of formats() and of standards(), one per parser. libFuzzer drives
// them (main.cpp); tests/corpus replays every past finding and every seed through the same table.
#pragma once

#include "base/bytes.hpp"
#include "base/source.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace colophon::fuzz {

using Seeds = std::vector<ByteBuffer>;
struct Target {
  std::string name;                ///< "format_png", "wire_cbor"
  std::function<void(Bytes)> run;  ///< throws std::logic_error when a law is broken
  std::function<Seeds()> seeds = [] { return Seeds{}; };  ///< small inputs worth starting from
};

/// Every target, names unique.
[[nodiscard]] std::vector<Target> targets();

// The parts of the table, one per file.
void add_formats(std::vector<Target>& all);
void add_standards(std::vector<Target>& all);
void add_text_parsers(std::vector<Target>& all);
void add_binary_parsers(std::vector<Target>& all);
void add_tag_parsers(std::vector<Target>& all);
void add_archive_parsers(std::vector<Target>& all);
void add_crypto_parsers(std::vector<Target>& all);
void add_rules(std::vector<Target>& all);
void add_c2pa(std::vector<Target>& all);
void add_c2pa_hashes(std::vector<Target>& all);
void add_c2pa_sealing(std::vector<Target>& all);
void add_keys(std::vector<Target>& all);
void add_tokenizers(std::vector<Target>& all);
void add_streams(std::vector<Target>& all);
void add_watermarks(std::vector<Target>& all);
void add_marks(std::vector<Target>& all);
void add_sound_marks(std::vector<Target>& all);

/// Throws std::logic_error(`law`) unless it `holds`.
void must(bool holds, const char* law);
/// `range` lies inside `size` bytes.
void must_lie_in(Range range, std::uint64_t size);
/// Texts as seeds.
[[nodiscard]] Seeds texts(std::initializer_list<std::string_view> all);

}  // namespace colophon::fuzz
