// SPDX-License-Identifier: Apache-2.0
// Ogg pages (RFC 3533, section 6): read one, make some, renumber one without reading its body.
#pragma once

#include "base/base.hpp"

namespace colophon::wire::ogg {

constexpr std::uint64_t kHeader = 27;
constexpr std::size_t kMaxSegments = 255;
/// The granule position of a page on which no packet ends.
constexpr std::uint64_t kNoGranule = UINT64_MAX;

enum Flag : std::uint8_t { kContinued = 1, kFirst = 2, kLast = 4 };

struct Page {
  Range whole, body;
  std::uint8_t flags = 0;
  std::uint64_t granule = 0;
  std::uint32_t serial = 0, sequence = 0, checksum = 0;
  ByteBuffer lacing;  ///< the size of each segment; below 255 ends a packet
};

/// The page at `at`. Errors: `malformed` (no page there), `truncated`.
[[nodiscard]] Result<Page> read_page(Source& source, std::uint64_t at);
/// True when the page's checksum is right; reads the body.
[[nodiscard]] Result<bool> check(Source& source, const Page& page);
/// The checksum of RFC 3533: polynomial 04C11DB7, nothing inverted.
[[nodiscard]] std::uint32_t checksum(Bytes bytes, std::uint32_t start = 0) noexcept;
/// Sequence number and checksum (8 bytes, at offset 18) of the page under another number. The
/// checksum is linear, so the old one and the page's size suffice.
[[nodiscard]] ByteBuffer renumbered(const Page& page, std::uint32_t sequence);
/// The same for other flags and another position, too: 21 bytes, at offset 5.
[[nodiscard]] ByteBuffer moved(const Page& page, std::uint8_t flags, std::uint64_t granule,
                               std::uint32_t sequence);
/// How many segments a packet of `size` bytes takes.
[[nodiscard]] constexpr std::uint64_t segments(std::uint64_t size) noexcept {
  return size / 255 + 1;
}
/// A page of these segments; with its checksum.
struct PageFacts {
  std::uint32_t serial = 0, sequence = 0;
  std::uint64_t granule = 0;
  std::uint8_t flags = 0;
};
[[nodiscard]] ByteBuffer make_page(const PageFacts& facts, Bytes lacing, Bytes body);
/// Numbers and flags of the pages to make.
struct Run {
  std::uint32_t serial = 0, sequence = 0;  ///< `sequence` of the first
  bool last = false;                       ///< the last of them ends the stream
  bool first = false;                      ///< the first of them begins it
};
/// Header pages (granule position 0) that hold whole packets. `counts` says how many segments go
/// on each page: 1 to 255, together as many as the packets have.
[[nodiscard]] std::vector<ByteBuffer> make_pages(const Run& run,
                                                 const std::vector<ByteBuffer>& packets,
                                                 const std::vector<std::size_t>& counts);
/// `total` segments spread evenly over `pages` pages, or over as many as are needed at least or
/// possible at most.
[[nodiscard]] std::vector<std::size_t> spread(std::size_t total, std::size_t pages);

}  // namespace colophon::wire::ogg
