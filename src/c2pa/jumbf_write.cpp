// SPDX-License-Identifier: Apache-2.0
#include "c2pa/jumbf_write.hpp"

namespace colophon::c2pa {
namespace {

constexpr std::uint64_t kHead = 8, kWideHead = 16;
constexpr std::uint8_t kRequestableWithLabel = 0x03;
/// What follows the four letters in every type UUID of C2PA.
constexpr std::string_view kUuidTail{"\x00\x11\x00\x10\x80\x00\x00\xAA\x00\x38\x9B\x71", 12};

}  // namespace

ByteBuffer jumbf_content(std::string_view type, Bytes content) {
  ByteBuffer out;
  const bool wide = content.size() > UINT32_MAX - kHead;
  append_be(out, wide ? 1 : content.size() + kHead, 4);
  append(out, type);
  if (wide) append_be(out, content.size() + kWideHead, 8);
  append(out, content);
  return out;
}

ByteBuffer jumbf_superbox(std::string_view kind, std::string_view label, Bytes content) {
  ByteBuffer description = to_buffer(kind);
  append(description, kUuidTail);
  description.push_back(kRequestableWithLabel);
  append(description, label);
  description.push_back(0);
  ByteBuffer body = jumbf_content("jumd", description);
  append(body, content);
  return jumbf_content("jumb", body);
}

ByteBuffer jumbf_cbor(std::string_view kind, std::string_view label, Bytes cbor) {
  return jumbf_superbox(kind, label, jumbf_content("cbor", cbor));
}

Bytes hashed_part(Bytes superbox) noexcept {
  return slice(superbox, load_be(superbox, 0, 4) == 1 ? kWideHead : kHead);
}

}  // namespace colophon::c2pa
