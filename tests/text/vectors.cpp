// SPDX-License-Identifier: Apache-2.0
#include "vectors.hpp"

#include "support/support.hpp"

#include <iostream>

namespace colophon::testing {

std::optional<nlohmann::json> vectors(const std::string& name) {
  const std::string samples = samples_folder();
  const ByteBuffer bytes =
      samples.empty() ? ByteBuffer{} : read_file(samples + "/../vectors/" + name);
  if (bytes.empty()) {
    std::cout << "skipped: no vectors/" << name << " beside the samples\n";
    return std::nullopt;
  }
  return nlohmann::json::parse(bytes);
}

std::vector<textmark::Token> tokens_in(const nlohmann::json& array) {
  return array.get<std::vector<textmark::Token>>();
}

std::uint64_t word_in(const nlohmann::json& value) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (value.is_number()) return static_cast<std::uint64_t>(value.get<std::int64_t>());
  const auto text = value.get<std::string>();
  return text.starts_with("-") ? static_cast<std::uint64_t>(std::stoll(text)) : std::stoull(text);
}

}  // namespace colophon::testing
