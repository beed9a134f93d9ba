// SPDX-License-Identifier: Apache-2.0
// Short words for the tests of ZIP documents.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>

#include "support/documents.hpp"
#include "support/support.hpp"
#include "wire/zip.hpp"

namespace colophon::testing::documents {

inline const std::string kJson = R"({"Label":"1","ContentProducer":"p & q <r>","ProduceID":"一"})";

inline const Format& row(std::string_view id) {
  const Format* format = find_format(id);
  REQUIRE(format != nullptr);
  return *format;
}

inline Layout inspected(std::string_view id, Bytes bytes) {
  MemorySource source(bytes);
  CHECK(row(id).sniff(source));
  auto layout = row(id).inspect(source, Limits{});
  REQUIRE(layout);
  return *layout;
}

/// "path=value" of every carrier.
inline std::vector<std::string> said(std::string_view id, Bytes bytes) {
  std::vector<std::string> all;
  MemorySource source(bytes);
  for (const Carrier& carrier : inspected(id, bytes).carriers) {
    const auto payload = row(id).extract(source, carrier, Limits{});
    REQUIRE(payload);
    all.push_back(carrier.path + "=" + to_string(*payload));
  }
  return all;
}

inline std::vector<std::string> rules(const Layout& layout) {
  std::vector<std::string> all;
  for (const Finding& finding : layout.oddities) {
    CHECK_FALSE(finding.message.zh.empty());
    all.push_back(finding.rule);
  }
  return all;
}

inline ByteBuffer labelled(std::string_view id, Bytes bytes, const std::string& value = kJson) {
  return edited(row(id), bytes, {CarrierKind::AigcKey, "", std::nullopt, to_buffer(value)});
}

inline Result<Splice> try_label(std::string_view id, Bytes bytes,
                                const std::string& value = kJson) {
  MemorySource source(bytes);
  const auto layout = row(id).inspect(source, Limits{});
  REQUIRE(layout);
  const Edit edit{CarrierKind::AigcKey, "", std::nullopt, to_buffer(value)};
  return plan_edits(row(id), source, *layout, {&edit, 1}, Limits{});
}

inline std::string member(Bytes bytes, std::string_view name) {
  MemorySource source(bytes);
  const auto zip = wire::read_zip(source, Limits{});
  REQUIRE(zip);
  const wire::ZipMember* found = zip->find(name);
  if (found == nullptr) return "(none)";
  const auto content = wire::read_member(source, *zip, *found, Limits{});
  REQUIRE(content);
  return to_string(*content);
}

inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

inline Entries replace_in(Entries entries, std::string_view name, std::string_view from,
                          std::string_view to) {
  entry(entries, name).content = replaced(entry(entries, name).content, from, to);
  return entries;
}

inline const std::string kEscaped =
    "{\"Label\":\"1\",\"ContentProducer\":\"p &amp; q &lt;r&gt;\",\"ProduceID\":\"一\"}";

}  // namespace colophon::testing::documents
