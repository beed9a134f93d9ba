// SPDX-License-Identifier: Apache-2.0
#include "wire/ogg.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace colophon::wire::ogg {
namespace {

constexpr std::uint32_t kPolynomial = 0x04C11DB7;
constexpr std::size_t kSequenceAt = 18, kChecksumAt = 22;

constexpr std::uint32_t times_x(std::uint32_t value) noexcept {
  return (value << 1) ^ ((value & 0x80000000U) != 0 ? kPolynomial : 0);
}

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    table[i] = i << 24;
    for (int bit = 0; bit < 8; ++bit) table[i] = times_x(table[i]);
  }
  return table;
}
constexpr auto kTable = make_table();

/// The product of two polynomials over GF(2), modulo the checksum's.
std::uint32_t multiply(std::uint32_t a, std::uint32_t b) noexcept {
  std::uint32_t product = 0;
  for (int bit = 31; bit >= 0; --bit) {
    product = times_x(product);
    if (((b >> bit) & 1U) != 0) product ^= a;
  }
  return product;
}

/// The checksum after `count` more zero bytes: times x^(8 count).
std::uint32_t followed_by_zeros(std::uint32_t value, std::uint64_t count) noexcept {
  std::uint32_t power = 0x100;  // x^8
  for (; count != 0; count >>= 1) {
    if ((count & 1) != 0) value = multiply(value, power);
    power = multiply(power, power);
  }
  return value;
}

}  // namespace

Result<Page> read_page(Source& source, std::uint64_t at) {
  const ByteBuffer head = TRY(read(source, {at, kHeader}));
  if (!has_prefix(head, std::string_view("OggS\0", 5))) {
    return fail(ErrorCode::Malformed, "there is no Ogg page where the one before ends", "ogg", at);
  }
  Page page;
  page.flags = head[5];
  page.granule = *load_le(head, 6, 8);
  page.serial = static_cast<std::uint32_t>(*load_le(head, 14, 4));
  page.sequence = static_cast<std::uint32_t>(*load_le(head, kSequenceAt, 4));
  page.checksum = static_cast<std::uint32_t>(*load_le(head, kChecksumAt, 4));
  page.lacing = TRY(read(source, {at + kHeader, head[26]}));
  page.body.offset = at + kHeader + page.lacing.size();
  for (const std::uint8_t size : page.lacing) page.body.size += size;
  page.whole = {at, page.body.end() - at};
  if (page.whole.end() > source.size()) return truncated(page.whole, source.size());
  return page;
}

Result<bool> check(Source& source, const Page& page) {
  ByteBuffer bytes = TRY(read(source, page.whole));
  store_le(bytes, kChecksumAt, 0, 4);
  return checksum(bytes) == page.checksum;
}

std::uint32_t checksum(Bytes bytes, std::uint32_t start) noexcept {
  for (const std::uint8_t byte : bytes) start = (start << 8) ^ kTable[(start >> 24) ^ byte];
  return start;
}

ByteBuffer make_page(const PageFacts& facts, Bytes lacing, Bytes body) {
  ByteBuffer page = to_buffer("OggS");
  page.push_back(0);
  page.push_back(facts.flags);
  append_le(page, facts.granule, 8);
  append_le(page, facts.serial, 4);
  append_le(page, facts.sequence, 4);
  append_le(page, 0, 4);
  page.push_back(static_cast<std::uint8_t>(lacing.size()));
  append(page, lacing);
  append(page, body);
  store_le(page, kChecksumAt, checksum(page), 4);
  return page;
}

ByteBuffer moved(const Page& page, std::uint8_t flags, std::uint64_t granule,
                 std::uint32_t sequence) {
  ByteBuffer changed{static_cast<std::uint8_t>(page.flags ^ flags)};
  append_le(changed, page.granule ^ granule, 8);
  append_le(changed, 0, 4);
  append_le(changed, page.sequence ^ sequence, 4);
  const std::uint32_t change = followed_by_zeros(checksum(changed), page.whole.size - kChecksumAt);
  ByteBuffer out{flags};
  append_le(out, granule, 8);
  append_le(out, page.serial, 4);
  append_le(out, sequence, 4);
  append_le(out, page.checksum ^ change, 4);
  return out;
}

ByteBuffer renumbered(const Page& page, std::uint32_t sequence) {
  ByteBuffer changed;
  append_le(changed, page.sequence ^ sequence, 4);
  const std::uint32_t change =
      followed_by_zeros(checksum(changed), page.whole.size - kSequenceAt - 4);
  ByteBuffer out;
  append_le(out, sequence, 4);
  append_le(out, page.checksum ^ change, 4);
  return out;
}

std::vector<ByteBuffer> make_pages(const Run& run, const std::vector<ByteBuffer>& packets,
                                   const std::vector<std::size_t>& counts) {
  ByteBuffer lacing, data;
  for (const ByteBuffer& packet : packets) {
    lacing.insert(lacing.end(), packet.size() / 255, 255);
    lacing.push_back(static_cast<std::uint8_t>(packet.size() % 255));
    append(data, packet);
  }
  std::vector<ByteBuffer> out;
  std::uint32_t sequence = run.sequence;
  std::size_t at = 0, data_at = 0;
  for (const std::size_t count : counts) {
    const Bytes part = slice(lacing, at, count);
    const std::size_t size = std::accumulate(part.begin(), part.end(), std::size_t{0});
    std::uint8_t flags = at > 0 && lacing[at - 1] == 255 ? kContinued : 0;
    if (run.first && at == 0) flags |= kFirst;
    if (run.last && at + count == lacing.size()) flags |= kLast;
    const bool ends = std::any_of(part.begin(), part.end(), [](auto each) { return each < 255; });
    out.push_back(make_page({run.serial, sequence++, ends ? 0 : kNoGranule, flags}, part,
                            slice(data, data_at, size)));
    at += count;
    data_at += size;
  }
  return out;
}

std::vector<std::size_t> spread(std::size_t total, std::size_t pages) {
  std::vector<std::size_t> counts;
  while (total > 0) {
    const std::size_t left = pages > counts.size() ? pages - counts.size() : 1;
    counts.push_back(std::min({kMaxSegments, total, (total + left - 1) / left}));
    total -= counts.back();
  }
  return counts;
}

}  // namespace colophon::wire::ogg
