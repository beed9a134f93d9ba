// SPDX-License-Identifier: Apache-2.0
// The vectors of C2PA's wrapper for text that lie beside the samples: where it stands, what it
// holds, what its hash covers, and what is said of those that are damaged or double.
#include <doctest/doctest.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "bindings_support.hpp"
#include "crypto/tools.hpp"
#include "ops/ops.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

ByteBuffer hex_in(const nlohmann::json& row, const char* name) {
  const ByteBuffer bytes = unhex(row.at(name).get<std::string>());
  return bytes;
}

std::vector<Carrier> stores_in(const ByteBuffer& text) {
  MemorySource source{Bytes(text)};
  const auto layout = find_format("text")->inspect(source, Limits{});
  REQUIRE(layout);
  std::vector<Carrier> stores;
  for (const Carrier& carrier : layout->carriers) {
    if (carrier.kind == CarrierKind::C2paStore) stores.push_back(carrier);
  }
  return stores;
}

std::string codes_of(const ByteBuffer& text) {
  MemorySource source{Bytes(text)};
  VerifyOptions options;
  options.file_name = "a.txt";
  std::string all;
  for (const Evidence& evidence : verify(source, system_env(), options).evidence) {
    if (!evidence.c2pa) continue;
    for (const std::string& code : evidence.c2pa->codes) all += code + " ";
  }
  return all;
}

void check_good(const nlohmann::json& row, const ByteBuffer& text) {
  const std::vector<Carrier> stores = stores_in(text);
  const Range where{row["exclusion"]["start"], row["exclusion"]["length"]};
  REQUIRE(stores.size() == 1);
  CHECK(stores[0].whole == where);
  CHECK(*stores[0].value == hex_in(row, "payload_hex"));
  CHECK(check("c2pa.hash.data", Bytes(text),
              map({{"exclusions", list({testing::range(where.offset, where.size)})},
                   {"hash", item(hex_in(row, "covered_sha256"))}})) == "assertion.dataHash.match");
}

}  // namespace

TEST_CASE("vectors: every wrapper of C2PA's text") {
  const std::string samples = samples_folder();
  const ByteBuffer file =
      samples.empty() ? ByteBuffer{} : read_file(samples + "/../vectors/c2pa_text/wrapper.json");
  if (file.empty()) {
    std::cout << "skipped: no vectors/c2pa_text/wrapper.json beside the samples\n";
    return;
  }
  int good = 0, bad = 0, none = 0;
  const auto rows = nlohmann::json::parse(file);
  for (const auto& row : rows["cases"]) {
    const std::string name = row["name"], status = row["status"];
    CAPTURE(name);
    const ByteBuffer text = hex_in(row, "asset_utf8_hex");
    if (status == "ok") {
      check_good(row, text);
      ++good;
    } else if (status.starts_with("none")) {
      CHECK(stores_in(text).empty());
      CHECK(codes_of(text).empty());
      ++none;
    } else {
      CHECK(codes_of(text).find(status) != std::string::npos);
      ++bad;
    }
  }
  CHECK(good >= 7);
  CHECK(bad >= 3);
  CHECK(none >= 5);
}
