// SPDX-License-Identifier: Apache-2.0
// Files and hash assertions that match: the signer's own for the specimens of the tests, and those
// made here by hand for what it does not write (boxes, Merkle trees, fragments, parts).
#include "c2pa_hashes.hpp"

#include <algorithm>
#include <stdexcept>

#include "c2pa/cbor.hpp"
#include "c2pa/content_map.hpp"
#include "crypto/digest.hpp"
#include "formats/box_map.hpp"
#include "formats/mp4.hpp"
#include "support/movie.hpp"
#include "support/specimens.hpp"
#include "support/values.hpp"
#include "wire/cbor_write.hpp"

namespace colophon::fuzz {
namespace {

using testing::box;
using testing::item;
using testing::list;
using testing::map;
using testing::number;
using testing::operator+;
using wire::CborItem;
using wire::CborType;

constexpr std::size_t kLargest = 20'000;  // of a seed: small ones are faster

ByteBuffer encoded(const CborItem& item) {
  switch (item.type) {
    case CborType::Unsigned:
      return wire::cbor_unsigned(item.number);
    case CborType::Text:
      return wire::cbor_text(item.text);
    case CborType::Bytes:
      return wire::cbor_bytes(as_bytes(item.text));
    case CborType::Array: {
      std::vector<ByteBuffer> items;
      for (const CborItem& each : item.items) items.push_back(encoded(each));
      return wire::cbor_array(items);
    }
    case CborType::Map: {
      wire::CborMap made;
      for (std::size_t i = 0; i + 1 < item.items.size(); i += 2) {
        made.put(item.items[i].text, encoded(item.items[i + 1]));
      }
      return made.encoded();
    }
    default:
      return wire::cbor_bool(item.number == 21);
  }
}

ByteBuffer sha256(Bytes bytes) {
  return digest_of(DigestAlgorithm::Sha256, bytes);
}

/// The first small specimens of each row that holds a store, with one.
std::vector<std::pair<const Format*, ByteBuffer>> files_with_stores(std::size_t most) {
  std::vector<std::pair<const Format*, ByteBuffer>> files;
  for (const Format* format : formats()) {
    if (!format->can_write(CarrierKind::C2paStore) ||
        format->can.write.front() == CarrierKind::C2paStore) {
      continue;
    }
    std::size_t count = 0;
    for (const auto& make : testing::specimen_makers()) {
      for (const testing::Specimen& specimen : make()) {
        if (specimen.format != format->id || specimen.bytes.size() > kLargest || count == most) {
          continue;
        }
        MemorySource source(specimen.bytes);
        const auto layout = format->inspect(source, {});
        const Edit edit{CarrierKind::C2paStore, {}, std::nullopt, testing::store_of(20)};
        if (!layout) continue;
        const auto plan = plan_edits(*format, source, *layout, {&edit, 1}, {});
        MemorySink sink;
        if (!plan || !execute(source, *plan, sink)) continue;
        files.emplace_back(format, sink.take());
        ++count;
      }
    }
  }
  return files;
}

/// What a signer of ours writes, where that is the assertion `label`.
Seeds signed_seeds(std::string_view label, std::size_t most, bool text) {
  Seeds seeds;
  for (const auto& [format, file] : files_with_stores(most)) {
    if ((format->family == Family::Text) != text) continue;
    MemorySource source(file);
    const auto layout = format->inspect(source, {});
    if (!layout || stores_of(*layout).size() != 1) continue;
    const auto content = c2pa::ContentMap::of(source, *format, stores_of(*layout).front(), {});
    if (!content) continue;
    c2pa::ContentHash hash = content->hash();
    hash.update(file);
    const auto hashes = hash.finish();
    if (!hashes) continue;
    const c2pa::NewAssertion made = content->assertion(*hashes);
    if (made.label == label) seeds.push_back(joined({made.cbor, file}));
  }
  return seeds;
}

CborItem group(Bytes file, const NamedBox& box) {
  ByteBuffer bytes = to_buffer(slice(file, box.whole.offset, box.whole.size));
  if (box.zeroed.size > 0) {
    store_be(bytes, box.zeroed.offset - box.whole.offset, 0,
             static_cast<unsigned>(box.zeroed.size));
  }
  for (const Range& more : box.more) append(bytes, slice(file, more.offset, more.size));
  return map({{"names", list({item(box.name)})}, {"hash", item(sha256(bytes))}});
}

CborItem exclusion(const char* xpath, testing::Pairs more = {}) {
  more.emplace_back("xpath", item(xpath));
  return map(more);
}

CborItem exclusions(bool in_tree) {
  const ByteBuffer uuid = to_buffer(Bytes(mp4::kC2paUuid));
  std::vector<CborItem> all = {
      exclusion("/uuid", {{"data", list({map({{"offset", item(8)}, {"value", item(uuid)}})})}}),
      exclusion("/ftyp"), exclusion("/mfra")};
  if (in_tree) {
    all.push_back(
        exclusion("/mdat", {{"subset", list({map({{"offset", item(16)}, {"length", item(0)}})})}}));
  }
  return list(all);
}

/// Bytes as version 2 and 3 of the assertion feed them: behind their offset.
ByteBuffer placed(std::uint64_t at, const ByteBuffer& bytes) {
  return number(at, 8) + bytes;
}

ByteBuffer init_segment() {
  return box("ftyp", to_buffer("isom")) + box("moov", box("udta", {}));
}
constexpr std::uint64_t kMovieAt = 12;  // in it

CborItem tree(const std::vector<ByteBuffer>& leaves, testing::Pairs more) {
  std::vector<CborItem> row;
  for (const ByteBuffer& each : leaves) row.push_back(item(each));
  more.insert(more.end(), {{"uniqueId", item(1)},
                           {"localId", item(1)},
                           {"count", item(leaves.size())},
                           {"hashes", list(row)}});
  return map(more);
}

/// A fragment that leads to the leaf `index` of a stored row of leaves.
ByteBuffer segment(std::uint8_t index) {
  wire::CborMap proof;
  proof.put("uniqueId", wire::cbor_unsigned(1)).put("localId", wire::cbor_unsigned(1));
  proof.put("location", wire::cbor_unsigned(index)).put("hashes", wire::cbor_array({}));
  return box("uuid", to_buffer(Bytes(mp4::kC2paUuid)) + number(0, 4) +
                         to_buffer(std::string_view("merkle\0", 7)) + proof.encoded()) +
         box("moof", testing::full_box("mfhd", number(index, 4))) +
         box("mdat", to_buffer("media " + std::to_string(index)));
}

/// Its boxes without the first, which is left out.
ByteBuffer leaf(const ByteBuffer& segment, std::uint64_t at) {
  ByteBuffer all;
  for (std::uint64_t from = *load_be(segment, 0, 4); from < segment.size();) {
    const std::uint64_t size = *load_be(segment, from, 4);
    all = all + placed(at + from, to_buffer(slice(segment, from, size)));
    from += size;
  }
  return sha256(all);
}

}  // namespace

Seeds data_hash_seeds() {
  Seeds seeds = signed_seeds("c2pa.hash.data", 1, false);
  const ByteBuffer text = to_buffer("content");
  seeds.push_back(joined({encoded(map({{"hash", item(sha256(text))}})), text}));
  return seeds;
}

Seeds text_hash_seeds() {
  Seeds seeds = signed_seeds("c2pa.hash.data", 2, true);
  return seeds;
}

Seeds boxes_hash_seeds() {
  Seeds seeds;
  for (const auto& [format, file] : files_with_stores(1)) {
    if (format->boxes == nullptr) continue;
    MemorySource source(file);
    const auto layout = format->inspect(source, {});
    const auto boxes = format->boxes(source, *layout, {});
    if (!boxes) continue;
    std::vector<CborItem> groups;
    for (const NamedBox& box : boxes->boxes) groups.push_back(group(file, box));
    seeds.push_back(joined({encoded(map({{"boxes", list(groups)}})), file}));
  }
  return seeds;
}

Seeds bmff_flat_seeds() {
  return signed_seeds("c2pa.hash.bmff.v3", 2, false);
}

Seeds bmff_merkle_seeds() {
  constexpr std::uint64_t kBlock = 100;
  const ByteBuffer data(2 * kBlock + 50, 'm');
  const ByteBuffer init = init_segment();
  const ByteBuffer file = init + box("mdat", ByteBuffer(8, 'h') + data);
  const ByteBuffer hash = sha256(placed(kMovieAt, to_buffer(slice(init, kMovieAt))) +
                                 placed(init.size(), to_buffer(slice(file, init.size(), 16))));
  const auto with = [&](const std::vector<ByteBuffer>& leaves, testing::Pairs sizes) {
    return joined({encoded(map({{"exclusions", exclusions(true)},
                                {"hash", item(hash)},
                                {"merkle", list({tree(leaves, std::move(sizes))})}})),
                   file});
  };
  const ByteBuffer block = sha256(slice(data, 0, kBlock));
  const std::vector<ByteBuffer> leaves = {block, block, sha256(slice(data, 0, 50))};
  return {with(leaves, {{"fixedBlockSize", item(kBlock)}}),
          with(leaves, {{"variableBlockSizes", list({item(kBlock), item(kBlock), item(50)})}}),
          with({sha256(data)}, {})};
}

Seeds bmff_fragmented_seeds() {
  const ByteBuffer init = init_segment();
  const testing::Pairs vouched = {
      {"initHash", item(sha256(placed(kMovieAt, to_buffer(slice(init, kMovieAt)))))}};
  const auto content = [&](const std::vector<ByteBuffer>& leaves) {
    return encoded(
        map({{"exclusions", exclusions(false)}, {"merkle", list({tree(leaves, vouched)})}}));
  };
  const ByteBuffer first = segment(0), second = segment(1);
  const std::uint64_t at = init.size();
  const ByteBuffer end;
  return {joined({content({leaf(first, 0), leaf(second, 0)}), init, first, second, end}),
          joined({content({leaf(first, at), leaf(second, at + first.size())}),
                  init + first + second, end})};
}

Seeds collection_hash_seeds() {
  return signed_seeds("c2pa.hash.collection.data", 1, false);
}

Seeds multi_asset_seeds() {
  const ByteBuffer first = to_buffer("first part, "), second = to_buffer("second part");
  const auto part = [](std::uint64_t at, const ByteBuffer& bytes, const char* uri,
                       testing::Pairs more = {}) {
    more.emplace_back("location", map({{"byteOffset", item(at)}, {"length", item(bytes.size())}}));
    more.emplace_back("hashAssertion", map({{"url", item(uri)}}));
    return map(more);
  };
  const ByteBuffer file = first + second;
  const CborItem parts = list({part(0, first, "d1"), part(first.size(), second, "d2"),
                               part(file.size(), second, "d2", {{"optional", testing::truth()}})});
  return {joined({encoded(map({{"parts", parts},
                               {"d1", map({{"hash", item(sha256(first))}})},
                               {"d2", map({{"hash", item(sha256(second))}})}})),
                  file})};
}

}  // namespace colophon::fuzz
