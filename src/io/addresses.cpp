// SPDX-License-Identifier: Apache-2.0
// Which addresses lie on the public internet: the IANA special-purpose registries (RFC 6890).
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "io/transport.hpp"

namespace colophon {
namespace {

struct Network4 {
  std::uint32_t first;
  int bits;
};
constexpr Network4 kReserved4[] = {
    {0x00000000, 8},   // "this network"
    {0x0A000000, 8},   // private
    {0x64400000, 10},  // shared between a provider and its customers
    {0x7F000000, 8},   // loopback
    {0xA9FE0000, 16},  // link-local; services of cloud machines
    {0xAC100000, 12},  // private
    {0xC0000000, 24},  // protocol assignments
    {0xC0000200, 24},  // documentation
    {0xC0586300, 24},  // 6to4 relays
    {0xC0A80000, 16},  // private
    {0xC6120000, 15},  // benchmarks
    {0xC6336400, 24},  // documentation
    {0xCB007100, 24},  // documentation
    {0xE0000000, 4},   // multicast
    {0xF0000000, 4},   // reserved, broadcast
};

bool is_public(std::uint32_t address) noexcept {
  return std::none_of(std::begin(kReserved4), std::end(kReserved4), [&](const Network4& network) {
    return (address ^ network.first) >> (32 - network.bits) == 0;
  });
}

using Bytes16 = std::array<std::uint8_t, 16>;

std::uint32_t last_four(const Bytes16& address) noexcept {
  return static_cast<std::uint32_t>(address[12]) << 24 | address[13] << 16 | address[14] << 8 |
         address[15];
}

bool begins(const Bytes16& address, std::initializer_list<std::uint8_t> with) noexcept {
  return std::equal(with.begin(), with.end(), address.begin());
}

bool is_public(const Bytes16& address) noexcept {
  const bool mapped = begins(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF});
  const bool translated = begins(address, {0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0});
  if (mapped || translated) return is_public(last_four(address));
  if ((address[0] & 0xE0) != 0x20) return false;  // 2000::/3 is what is global
  const bool protocols = begins(address, {0x20, 0x01}) && address[2] < 2;  // Teredo, ORCHID, ...
  return !protocols && !begins(address, {0x20, 0x01, 0x0D, 0xB8}) &&       // documentation
         !begins(address, {0x20, 0x02}) &&                                 // 6to4: any IPv4 inside
         !(begins(address, {0x3F, 0xFF}) && address[2] < 0x10);            // documentation
}

}  // namespace

bool is_public_address(const sockaddr& address) noexcept {
  if (address.sa_family == AF_INET) {
    sockaddr_in ip{};
    std::memcpy(&ip, &address, sizeof ip);
    return is_public(ntohl(ip.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return false;
  sockaddr_in6 ip{};
  std::memcpy(&ip, &address, sizeof ip);
  Bytes16 bytes{};
  std::memcpy(bytes.data(), &ip.sin6_addr, bytes.size());
  return is_public(bytes);
}

}  // namespace colophon
