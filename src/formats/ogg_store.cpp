// SPDX-License-Identifier: Apache-2.0
// A C2PA store in Ogg (C2PA 2.4): a logical stream of its own, whose only packet is 00 'c2pa' and
// the store. Its pages stand together behind the first pages of the other streams, so that one
// range of the file holds them.
#include "formats/ogg.hpp"

#include <algorithm>

namespace colophon::ogg {
namespace {

using wire::ogg::Page;

constexpr std::uint32_t kSerial = 0x61703263;  // "c2pa"

bool is_store(const Stream& stream) noexcept {
  return stream.codec != nullptr && stream.codec->magic == kStoreMagic;
}

/// Behind all first pages: they come before everything else (RFC 3533, section 4).
Result<std::uint64_t> behind_first_pages(Source& source, const Limits& limits) {
  std::uint64_t at = 0;
  for (std::uint32_t count = 0; at < source.size() && count < limits.max_structures; ++count) {
    const Page page = TRY(wire::ogg::read_page(source, at));
    if ((page.flags & wire::ogg::kFirst) == 0) break;
    at = page.whole.end();
  }
  return at;
}

/// All pages of a stream go; they may stand among those of others.
Status take_out(Source& source, const Stream& stream, const Limits& limits,
                std::vector<Replacement>& changes) {
  std::uint64_t at = stream.first_page;
  for (std::uint32_t count = 0; at < source.size(); ++count) {
    if (count >= limits.max_structures) {
      return fail(ErrorCode::LimitExceeded,
                  "the stream with the old C2PA store has no end among the pages that are looked "
                  "at; take it out with an Ogg tool",
                  "ogg", at);
    }
    const Page page = TRY(wire::ogg::read_page(source, at));
    at = page.whole.end();
    if (page.serial != stream.serial) continue;
    changes.push_back({page.whole, {}});
    if ((page.flags & wire::ogg::kLast) != 0) break;
  }
  return {};
}

std::uint32_t free_serial(const File& file) {
  std::uint32_t serial = kSerial;
  while (std::ranges::any_of(file.streams, [&](const Stream& stream) {
    return stream.serial == serial && !is_store(stream);
  })) {
    ++serial;
  }
  return serial;
}

}  // namespace

Result<Splice> put_store(Source& source, const Layout&, Bytes store, const Limits& limits) {
  const File file = TRY(read_file(source, limits));
  ByteBuffer packet = to_buffer(kStoreMagic);
  append(packet, store);
  const auto segments = static_cast<std::size_t>(wire::ogg::segments(packet.size()));
  wire::ogg::Run run{free_serial(file), 0, true};
  run.first = true;
  Replacement pages{{TRY(behind_first_pages(source, limits)), 0}, {}};
  for (const ByteBuffer& page :
       wire::ogg::make_pages(run, {std::move(packet)}, wire::ogg::spread(segments, 1))) {
    append(pages.bytes, page);
  }
  std::vector<Replacement> changes = {std::move(pages)};
  for (const Stream& stream : file.streams) {
    if (is_store(stream)) TRY(take_out(source, stream, limits, changes));
  }
  return whole_after(source, TRY(replace_ranges(source.size(), std::move(changes))), limits);
}

}  // namespace colophon::ogg
