// SPDX-License-Identifier: Apache-2.0
#include "watermark/parameters.hpp"

#include "base/text.hpp"
#include "io/io.hpp"
#include "wire/json_text.hpp"

#include <fmt/core.h>

#include <cstdlib>
#include <limits>

namespace colophon::watermark {
namespace {

constexpr std::uint64_t kMostFile = 32 << 20;

}  // namespace

Result<std::vector<std::uint8_t>> read_table(const std::string& path, std::size_t entries) {
  const ByteBuffer file = TRY(read_small_file(path, kMostFile));
  if (file.size() == entries) {
    for (std::size_t i = 0; i < file.size(); ++i) {
      if (file[i] > 1) return fail(ErrorCode::Usage, "the table holds more than 0 and 1", path, i);
    }
    return file;
  }
  if (file.size() * 8 != entries) {
    return fail(
        ErrorCode::Usage,
        fmt::format("the table has {} bytes; {} bits or bytes are expected", file.size(), entries),
        path);
  }
  std::vector<std::uint8_t> table(entries);
  for (std::size_t i = 0; i < entries; ++i) table[i] = file[i / 8] >> (i % 8) & 1;
  return table;
}

Status read_bayes(const std::string& path, textmark::Settings& settings) {
  const ByteBuffer file = TRY(read_small_file(path, kMostFile));
  auto json = wire::parse_json(as_text(file), {});
  if (!json) {
    json.error().where = path;
    return Failure(json.error());
  }
  const wire::JsonValue* beta = json->find("beta");
  const wire::JsonValue* delta = json->find("delta");
  if (beta == nullptr || delta == nullptr) {
    return fail(ErrorCode::Usage, "the parameters need \"beta\" and \"delta\"", path);
  }
  const auto add = [](const wire::JsonValue& value, std::vector<double>& to) {
    to.push_back(value.type == wire::JsonType::Number ? std::atof(value.text.c_str())
                                                      : std::numeric_limits<double>::quiet_NaN());
  };
  for (const wire::JsonValue& value : beta->items) add(value, settings.bayes_beta);
  for (const wire::JsonValue& row : delta->items) {
    if (row.type == wire::JsonType::Array) {
      for (const wire::JsonValue& value : row.items) add(value, settings.bayes_delta);
    } else {
      add(row, settings.bayes_delta);
    }
  }
  if (const wire::JsonValue* prior = json->find("prior")) {
    settings.bayes_prior = std::atof(prior->text.c_str());
  }
  return {};
}

}  // namespace colophon::watermark
