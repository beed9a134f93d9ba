// SPDX-License-Identifier: Apache-2.0
#include "c2pa/content_map.hpp"

#include "base/text.hpp"
#include "c2pa/bmff_hash.hpp"
#include "formats/box_map.hpp"
#include "formats/text_store.hpp"
#include "wire/cbor_write.hpp"
#include "wire/zip.hpp"

#include <algorithm>

namespace colophon::c2pa {
namespace {

using wire::cbor_array;
using wire::cbor_bytes;
using wire::cbor_text;
using wire::cbor_unsigned;
using wire::CborMap;

constexpr std::string_view kStoreMember = "META-INF/content_credential.c2pa";
constexpr std::uint8_t kNoHash[] = {0};                   ///< of the box of the store (C2PA 18.7.1)
constexpr std::uint64_t kCrcInRecord = 16, kCrcSize = 4;  // APPNOTE 4.3.12
/// What the assertion is sized for, wherever the store stands.
constexpr Range kLargest{UINT64_C(1) << 32, UINT32_MAX};

ByteBuffer data_assertion(std::optional<Range> left_out, Bytes hash, std::size_t pad) {
  CborMap map;
  if (left_out) {
    map.put("exclusions", cbor_array({CborMap()
                                          .put("start", cbor_unsigned(left_out->offset))
                                          .put("length", cbor_unsigned(left_out->size))
                                          .encoded()}));
  }
  return map.put("alg", "sha256")
      .put("hash", cbor_bytes(hash))
      .put("pad", cbor_bytes(ByteBuffer(pad)))
      .encoded();
}

ByteBuffer bmff_assertion(Bytes hash) {
  std::vector<ByteBuffer> exclusions;
  for (const BmffExclusion& each : mandatory_bmff_exclusions()) {
    CborMap map;
    map.put("xpath", each.xpath);
    std::vector<ByteBuffer> data;
    for (const BmffExclusion::Data& one : each.data) {
      data.push_back(CborMap()
                         .put("offset", cbor_unsigned(one.offset))
                         .put("value", cbor_bytes(one.value))
                         .encoded());
    }
    if (!data.empty()) map.put("data", cbor_array(data));
    exclusions.push_back(map.encoded());
  }
  return CborMap()
      .put("exclusions", cbor_array(exclusions))
      .put("alg", "sha256")
      .put("hash", cbor_bytes(hash))
      .encoded();
}

ByteBuffer boxes_assertion(const std::vector<std::string>& names,
                           const std::vector<ByteBuffer>& hashes) {
  std::vector<ByteBuffer> boxes;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Bytes hash = names[i] == kStoreBox ? Bytes(kNoHash) : Bytes(hashes[i]);
    boxes.push_back(CborMap()
                        .put("names", cbor_array({cbor_text(names[i])}))
                        .put("hash", cbor_bytes(hash))
                        .put("pad", cbor_bytes({}))
                        .encoded());
  }
  return CborMap().put("boxes", cbor_array(boxes)).put("alg", "sha256").encoded();
}

/// What belongs to no member could be changed and nobody would see it.
Failure uncovered() {
  return fail(ErrorCode::Unsupported,
              "the members of the archive share bytes, or other bytes stand around them, which a "
              "signature would not cover; pack it anew",
              "zip");
}

}  // namespace

ContentHash::ContentHash(std::size_t digests, std::vector<Stretch> stretches,
                         std::optional<TextNormalizer> normalizer)
    : stretches_(std::move(stretches)), normalizer_(std::move(normalizer)) {
  digests_.reserve(digests);
  for (std::size_t i = 0; i < digests; ++i) digests_.emplace_back(DigestAlgorithm::Sha256);
}

void ContentHash::feed(Bytes next, Digest& digest) {
  if (!normalizer_) {
    digest.update(next);
  } else if (status_) {
    status_ = normalizer_->add(next, digest);
  }
}

void ContentHash::update(Bytes next) {
  const std::uint64_t end = at_ + next.size();
  for (; current_ < stretches_.size(); ++current_, begun_ = false) {
    const Stretch& stretch = stretches_[current_];
    if (stretch.range.offset > end) break;
    Digest& digest = digests_[stretch.into];
    if (!begun_) digest.update(stretch.prefix);
    begun_ = true;
    const std::uint64_t from = std::max(at_, stretch.range.offset);
    const std::uint64_t to = std::min(end, stretch.range.end());
    if (from < to) feed(slice(next, from - at_, to - from), digest);
    if (stretch.range.end() > end) break;
  }
  at_ = end;
}

Result<std::vector<ByteBuffer>> ContentHash::finish() {
  TRY(status_);
  if (normalizer_) TRY(normalizer_->finish(digests_.front()));
  std::vector<ByteBuffer> hashes;
  for (Digest& digest : digests_) hashes.push_back(digest.finish());
  return hashes;
}

ContentMap::Kind ContentMap::kind_for(Source& file, const Format& format) noexcept {
  constexpr std::string_view kBmff[] = {"mp4", "mov", "m4a", "heif", "avif"};
  if (std::ranges::find(kBmff, format.id) != std::end(kBmff)) return Kind::Bmff;
  // Check sums of a font depend on the store, so that its bytes cannot be hashed as they stand.
  if (format.id == "font") return Kind::Boxes;
  return wire::looks_like_zip(file) ? Kind::Collection : Kind::Data;
}

Result<ContentMap> ContentMap::of(Source& file, const Format& format, const Carrier* store,
                                  const Limits& limits) {
  ContentMap map;
  // A binding of boxes or members needs a place for the store among them.
  map.kind_ = store != nullptr ? kind_for(file, format) : Kind::Data;
  if (map.kind_ == Kind::Bmff) {
    TRY(map.map_bmff_boxes(file, limits));
  } else if (map.kind_ == Kind::Boxes) {
    TRY(map.map_named_boxes(file, format, limits));
  } else if (map.kind_ == Kind::Collection) {
    TRY(map.map_collection(file, limits));
  } else {
    TRY(map.map_data(file, format, store, limits));
  }
  return map;
}

Status ContentMap::map_data(Source& file, const Format& format, const Carrier* store,
                            const Limits& limits) {
  std::uint64_t at = 0;
  if (store != nullptr) {
    left_out_ = unhashed_range(format, *store);
    if (is_in_selectors(*store)) normalizer_.emplace(limits.max_text);
    if (left_out_->size > kLargest.size) {
      return fail(ErrorCode::LimitExceeded, "the manifest store is too large");
    }
    stretches_.push_back({{0, left_out_->offset}});
    at = left_out_->end();
  }
  stretches_.push_back({{at, file.size() - at}});
  return {};
}

Status ContentMap::map_bmff_boxes(Source& file, const Limits& limits) {
  const BmffMap map = TRY(map_bmff(file, mandatory_bmff_exclusions(), limits));
  const Status covered = check_media_places(file, map, map.left_out(), limits);
  if (!covered && covered.error().code == ErrorCode::Mismatch) {
    return fail(ErrorCode::Unsupported,
                "content of the film stands in a part of the file that a signature leaves out; "
                "write the file again with another tool",
                "bmff");
  }
  TRY(covered);
  for (const RootBox& root : map.boxes) {
    if (root.excluded) continue;
    ByteBuffer prefix;
    append_be(prefix, root.box.whole.offset, 8);
    stretches_.push_back({root.box.whole, prefix});
  }
  stretches_.push_back({map.rest});
  return {};
}

/// Each in a group of its own, so that the font can be put into another container (C2PA 18.7.3.6).
Status ContentMap::map_named_boxes(Source& file, const Format& format, const Limits& limits) {
  const Layout layout = TRY(format.inspect(file, limits));
  const BoxMap map = TRY(format.boxes(file, layout, limits));
  digests_ = map.boxes.size();
  for (const NamedBox& box : map.boxes) {
    if (to_valid_utf8(box.name) != box.name) {
      return fail(ErrorCode::Unsupported, "a part of the file has a name that is no text",
                  std::string(format.id), box.whole.offset);
    }
    const std::size_t into = names_.size();
    names_.push_back(box.name);
    if (box.name == kStoreBox) continue;
    if (box.zeroed.size == 0) {
      stretches_.push_back({box.whole, {}, into});
      continue;
    }
    const Range before{box.whole.offset, box.zeroed.offset - box.whole.offset};
    const Range after{box.zeroed.end(), box.whole.end() - box.zeroed.end()};
    stretches_.push_back({before, {}, into});
    stretches_.push_back({after, ByteBuffer(static_cast<std::size_t>(box.zeroed.size)), into});
  }
  std::ranges::sort(stretches_, {}, [](const Stretch& each) {
    return std::pair(each.range.offset, each.range.end());
  });
  for (std::size_t i = 1; i < stretches_.size(); ++i) {
    if (stretches_[i].range.offset < stretches_[i - 1].range.end()) {
      return fail(ErrorCode::Unsupported,
                  "parts of the file share bytes; a signature would not "
                  "say which of them they belong to",
                  std::string(format.id));
    }
  }
  return {};
}

Status ContentMap::map_collection(Source& file, const Limits& limits) {
  const wire::ZipArchive zip = TRY(wire::read_zip(file, limits));
  std::vector<const wire::ZipMember*> members;
  for (const wire::ZipMember& member : zip.members) members.push_back(&member);
  std::sort(members.begin(), members.end(),
            [](const auto* a, const auto* b) { return a->header < b->header; });
  if (!wire::zip_collisions(zip).empty()) return uncovered();
  std::uint64_t at = 0;
  for (const wire::ZipMember* member : members) {
    const Range place = TRY(zip_member_place(file, zip, *member));
    if (place.offset != at) return uncovered();
    at = place.end();
    if (member->name == kStoreMember) continue;
    stretches_.push_back({place, {}, names_.size()});
    names_.push_back(member->name);
  }
  if (at != zip.directory.offset) return uncovered();
  const wire::ZipMember* store = zip.find(kStoreMember);
  if (store == nullptr) return fail(ErrorCode::Malformed, "the archive has no place for the store");
  // The check sum of the store cannot be known when the directory is hashed.
  const std::uint64_t crc = store->record.offset + kCrcInRecord;
  const std::size_t last = names_.size();
  stretches_.push_back({{zip.directory.offset, crc - zip.directory.offset}, {}, last});
  stretches_.push_back({{crc + kCrcSize, file.size() - crc - kCrcSize}, {}, last});
  digests_ = last + 1;
  return {};
}

NewAssertion ContentMap::assertion(const std::vector<ByteBuffer>& hashes) const {
  if (kind_ == Kind::Bmff) return {"c2pa.hash.bmff.v3", bmff_assertion(hashes.front())};
  if (kind_ == Kind::Boxes) return {"c2pa.hash.boxes", boxes_assertion(names_, hashes)};
  if (kind_ == Kind::Collection) {
    // The specification has a list here; c2pa-rs, the one validator there is, reads a map alone.
    CborMap uris;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      uris.put(names_[i], CborMap().put("hash", cbor_bytes(hashes[i])).encoded());
    }
    return {"c2pa.hash.collection.data",
            CborMap()
                .put("uris", uris.encoded())
                .put("alg", "sha256")
                .put("zip_central_directory_hash", cbor_bytes(hashes.back()))
                .encoded()};
  }
  const ByteBuffer& hash = hashes.front();
  const auto largest = left_out_ ? std::optional<Range>(kLargest) : std::nullopt;
  const std::size_t size = data_assertion(largest, hash, 0).size();
  const std::size_t least = data_assertion(left_out_, hash, 0).size();
  return {"c2pa.hash.data", data_assertion(left_out_, hash, size - least)};
}

NewAssertion ContentMap::blank() const {
  return assertion(std::vector<ByteBuffer>(digests_, ByteBuffer(32)));
}

}  // namespace colophon::c2pa
