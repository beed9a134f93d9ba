// SPDX-License-Identifier: Apache-2.0
// Fonts, which hold nothing but what their directory asks for, and stores that are a file.
#include "support/specimens.hpp"

#include <string>
#include <utility>

namespace colophon::testing {
namespace {

using Tables = std::vector<std::pair<std::string, ByteBuffer>>;

ByteBuffer font(std::string_view version, const Tables& tables) {
  ByteBuffer out = to_buffer(version);
  append_be(out, tables.size(), 2);
  out.resize(12);
  std::uint64_t at = out.size() + tables.size() * 16;
  for (const auto& [tag, data] : tables) {
    append(out, tag);
    append_be(out, 0, 4);
    append_be(out, at, 4);
    append_be(out, data.size(), 4);
    at += (data.size() + 3) / 4 * 4;
  }
  for (const auto& [tag, data] : tables) {
    append(out, Bytes(data));
    out.resize((out.size() + 3) / 4 * 4);
  }
  return out;
}

ByteBuffer names() {
  ByteBuffer out;
  append_be(out, 0, 2);
  append_be(out, 2, 2);
  append_be(out, 6 + 2 * 12, 2);
  for (const std::uint64_t platform : {1, 3}) {
    append_be(out, platform, 2);
    append_be(out, platform == 1 ? 0 : 1, 2);
    append_be(out, 0, 2);
    append_be(out, 10, 2);
    append_be(out, platform == 1 ? 2 : 4, 2);
    append_be(out, platform == 1 ? 0 : 2, 2);
  }
  append(out, std::string_view("AI\0A\0I", 6));
  return out;
}

ByteBuffer store() {
  ByteBuffer out = to_buffer(std::string_view("\0\0\0\x29jumb\0\0\0\x21jumdc2pa", 20));
  append(out, std::string_view("\0\x11\0\x10\x80\0\0\xAA\0\x38\x9B\x71\3c2pa\0", 18));
  out.resize(0x29);
  return out;
}

ByteBuffer store_table() {
  ByteBuffer out;
  append_be(out, 0, 2);
  append_be(out, 1, 2);
  append_be(out, 0, 8);
  append_be(out, 20, 4);
  append_be(out, store().size(), 4);
  append(out, Bytes(store()));
  return out;
}

std::vector<Specimen> make() {
  const ByteBuffer head(54), glyphs(32);
  const std::string_view true_type("\0\1\0\0", 4);
  return {{"font", "TrueType", font(true_type, {{"glyf", glyphs}, {"head", head}})},
          {"font", "OpenType with names",
           font("OTTO", {{"CFF ", glyphs}, {"head", head}, {"name", names()}})},
          {"font", "with a store",
           font(true_type, {{"C2PA", store_table()}, {"glyf", glyphs}, {"head", head}})},
          {"c2pa", "an empty store", store()}};
}

const bool registered = register_specimens(make);

}  // namespace
}  // namespace colophon::testing
