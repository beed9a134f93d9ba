// SPDX-License-Identifier: Apache-2.0
// Rules about meaning: provider codes, HTTP fields, merging, profiles, text hidden in pixels.
#include <algorithm>
#include <array>

#include "media/stealth_alpha.hpp"
#include "profiles/profiles.hpp"
#include "standards/http_disclosure.hpp"
#include "standards/merge.hpp"
#include "standards/provider_code.hpp"
#include "targets.hpp"
#include "wire/inflate.hpp"

namespace colophon::fuzz {
namespace {

void provider_code(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  (void)looks_like_code(text);
  (void)is_organisation_code(text);
  (void)is_identity_number(text);
  (void)seen_with(text);
  const CodeReport report = explain_code(text);
  for (const auto& field : report.fields) must(field.position >= 1, "positions count from 1");
  const std::string_view leading = text.substr(0, 17);
  const auto check = uscc_check(leading);
  if (!check || leading.size() != 17) return;
  const std::string uscc = std::string(leading) + *check;
  for (const CodeRole role : {CodeRole::Unused, CodeRole::Generation, CodeRole::Propagation}) {
    const std::string_view extension = role == CodeRole::Unused ? "0000" : "0001";
    const auto code = make_code(uscc, role, extension);
    must(!code || explain_code(*code).ok(), "a code that was made is right");
  }
}

void http_field(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  (void)read_http_field("AI-Disclosure", text);
  (void)read_http_field("X-AI-Generated", text);
  Label label;
  label.origin = Origin::Generated;
  label.producer = text;
  const auto field = http_disclosure(label);
  if (!field) return;
  const auto evidence = read_http_field("AI-Disclosure", *field);
  must(evidence && evidence->says && evidence->says->origin == label.origin,
       "the field that was written is read");
  must(evidence->findings.empty(), "the field that was written keeps the rules");
}

/// A label whose fields are the next bytes, few values so that equal ones are common.
Label label_from(Bytes bytes) {
  const auto name = [&](std::size_t at) {
    constexpr std::array<std::string_view, 4> kNames = {"", "a", "b", "c"};
    return std::string(at < bytes.size() ? kNames[bytes[at] % kNames.size()] : "");
  };
  Label label;
  label.origin = static_cast<Origin>(bytes.empty() ? 0 : bytes[0] % 6);
  label.producer = name(1);
  label.produce_id = name(2);
  label.propagator = name(3);
  label.propagate_id = name(4);
  label.reserved1 = name(5);
  label.reserved2 = name(6);
  return label;
}

void merging(Bytes bytes) {
  if (bytes.size() < 15) return;
  const Label existing = label_from(bytes.subspan(1, 7));
  const Label wanted = label_from(bytes.subspan(8, 7));
  const Role role = (bytes[0] & 1) != 0 ? Role::Platform : Role::Producer;
  const bool force = (bytes[0] & 2) != 0;
  const auto merged = merge(existing, wanted, role, force);
  if (!merged) return;
  const auto again = merge(*merged, wanted, role, force);
  must(!again || *again == *merged, "merging again changes nothing");
}

void profile(Bytes bytes) {
  const auto parsed = parse_profile(as_text(bytes), "fuzz");
  if (!parsed) return;
  (void)parsed->implicit_standards();
  (void)parsed->notice(Origin::Generated);
}

Seeds profile_seeds() {
  return texts(
      {"name = \"x\"\nin_force = 2025-09-01\nauthority = [\"a\"]\n[title]\nen = \"X\"\n"
       "[implicit.standards]\nvalue = [\"gb45438\"]\nbasis = \"law\"\nsource = \"s\"\n"
       "[image.height]\nvalue = 0.05\nbasis = \"house\"\nsource = \"s\"\n"});
}

void stealth(Bytes bytes) {
  MemorySource source(bytes);
  Limits limits;
  limits.max_inflated = 1 << 20;
  (void)stealth_alpha(source, *find_format("png"), limits);
}

void chunk(ByteBuffer& out, std::string_view type, Bytes data) {
  append_be(out, data.size(), 4);
  ByteBuffer body = to_buffer(type);
  append(body, data);
  append(out, Bytes(body));
  append_be(out, wire::crc32(body), 4);
}

/// 16 x 16 pixels with `hidden` in the alpha channel.
ByteBuffer stealth_png(std::string_view hidden) {
  constexpr std::uint32_t kSide = 16;
  ByteBuffer out = to_buffer(std::string_view("\x89PNG\r\n\x1a\n", 8));
  ByteBuffer header;
  append_be(header, kSide, 4);
  append_be(header, kSide, 4);
  append(header, std::string_view("\x08\x06\x00\x00\x00", 5));
  chunk(out, "IHDR", header);
  ByteBuffer rows;
  for (std::size_t y = 0; y < kSide; ++y) {
    rows.push_back(0);
    for (std::size_t x = 0; x < kSide; ++x) {
      const std::size_t bit = x * kSide + y;
      const bool set = bit / 8 < hidden.size() && (hidden[bit / 8] >> (7 - bit % 8) & 1) != 0;
      append_be(rows, set ? 0x000000FF : 0x000000FE, 4);
    }
  }
  chunk(out, "IDAT", wire::deflate(rows, wire::Deflate::Zlib));
  chunk(out, "IEND", {});
  return out;
}

Seeds stealth_seeds() {
  return {stealth_png(std::string_view("stealth_pnginfo\0\0\0\x20text", 23)),
          stealth_png(std::string_view("stealth_pngcomp\0\0\0\x60\x1f\x8b\x08\0\0\0\0\0\0\x03\x03"
                                       "\0",
                                       31))};
}

}  // namespace

void add_rules(std::vector<Target>& all) {
  all.push_back({"standard_provider_code", provider_code,
                 [] { return texts({"001191110000802100433B10001", "91110000802100433B"}); }});
  all.push_back({"standard_http_disclosure", http_field, [] {
                   return texts({"mode=ai-generated, model=\"x\", provider=\"p\\\"q\"",
                                 "mode=\"ai-originated\"; provider=p; date=@1700000000", "true"});
                 }});
  all.push_back({"standard_merge", merging, [] {
                   return texts({"\x01\x05\x01\x01\x01\x01\x01\x01\x05\x01\x01\x02\x02\x01\x01",
                                 std::string_view("\x02\x05\x01\x01\x01\x01\x01\x01\x05\x02\x02"
                                                  "\0\0\0\0",
                                                  15)});
                 }});
  all.push_back({"profile_toml", profile, profile_seeds});
  all.push_back({"media_stealth_alpha", stealth, stealth_seeds});
}

}  // namespace colophon::fuzz
