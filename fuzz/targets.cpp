// SPDX-License-Identifier: Apache-2.0
#include "targets.hpp"

#include <stdexcept>

namespace colophon::fuzz {

std::vector<Target> targets() {
  std::vector<Target> all;
  add_formats(all);
  add_standards(all);
  add_text_parsers(all);
  add_binary_parsers(all);
  add_tag_parsers(all);
  add_archive_parsers(all);
  add_crypto_parsers(all);
  add_rules(all);
  add_c2pa(all);
  add_c2pa_hashes(all);
  add_c2pa_sealing(all);
  add_keys(all);
  add_tokenizers(all);
  add_streams(all);
  add_watermarks(all);
  add_marks(all);
  add_sound_marks(all);
  return all;
}

void must(bool holds, const char* law) {
  if (!holds) throw std::logic_error(law);
}

void must_lie_in(Range range, std::uint64_t size) {
  must(range.offset <= size && range.size <= size - range.offset, "a range leaves the input");
}

Seeds texts(std::initializer_list<std::string_view> all) {
  Seeds seeds;
  for (const std::string_view text : all) seeds.push_back(to_buffer(text));
  return seeds;
}

}  // namespace colophon::fuzz
