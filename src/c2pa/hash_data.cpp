// SPDX-License-Identifier: Apache-2.0
// c2pa.hash.data (C2PA 9.2.1, 15.12.1, 18.5): the whole asset but for some ranges. What is left out
// could be anything, so it may be nothing but the store in its wrapping, or metadata.
#include "c2pa/binding_check.hpp"

#include "formats/text_store.hpp"
#include "wire/tiff_ifd.hpp"

#include <algorithm>

namespace colophon::c2pa {
namespace {

using wire::CborItem;

constexpr std::uint16_t kTiffStore = 52545;
constexpr std::uint64_t kTail = 4096;

Result<std::vector<Range>> read_exclusions(const HashCheck& check) {
  const CborItem* list = check.binding.content.find("exclusions");
  std::vector<Range> ranges;
  if (list == nullptr) return ranges;
  if (!is_array(list)) return malformed("the exclusions are no list");
  for (const CborItem& each : elements(list)) {
    const auto start = number_of(each.find("start"));
    const auto length = number_of(each.find("length"));
    if (!start || !length) return malformed("an exclusion has no start or no length");
    if (*length > UINT64_MAX - *start) return malformed("an exclusion ends beyond every file");
    if (!ranges.empty() && *start < ranges.back().end()) {
      return malformed("the exclusions overlap or are out of order");
    }
    ranges.push_back({*start, *length});
  }
  if (!ranges.empty() && ranges.back().end() > check.asset.source.size()) {
    return mismatch("an exclusion ends beyond the end of the file");
  }
  return ranges;
}

/// The most bytes of the container's own grammar that stand between two pieces of a store.
std::uint64_t longest_gap(std::string_view format) noexcept {
  if (format == "jpeg") return 4 + 8 + 16;  // marker, length; CI, En, Z; a repeated box header
  if (format == "ogg") return 27 + 255;     // a page header
  return 1;                                 // the length of a GIF sub-block
}

bool only_its_content(std::string_view format) noexcept {
  return format == "svg" || format == "pdf";  // their elements and dictionaries hold more
}

/// The store's pieces follow each other, and behind the box there is nothing but zeros.
Status check_wrapping(const Asset& asset) {
  const Carrier& store = *asset.store;
  std::vector<Range> parts = store.parts;
  if (parts.empty()) parts.push_back(store.payload);
  const std::uint64_t longest = longest_gap(asset.format != nullptr ? asset.format->id : "");
  std::uint64_t total = parts.front().size;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i].offset - parts[i - 1].end() > longest) {
      return mismatch("other data stands between the pieces of the manifest store");
    }
    total += parts[i].size;
  }
  if (store.value || parts.size() > 1) return {};
  const auto size = load_be(view_some(asset.source, {parts.front().offset, 8}), 0, 4);
  if (!size || *size < 8 || *size >= total) return {};
  for (Range tail{parts.front().offset + *size, total - *size}; tail.size > 0;) {
    const Bytes bytes = TRY(asset.source.view({tail.offset, std::min(tail.size, kTail)}));
    if (std::any_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte != 0; })) {
      return mismatch("other data stands behind the manifest store in its place");
    }
    tail = {tail.offset + bytes.size(), tail.size - bytes.size()};
  }
  return {};
}

/// Where the entry that points to the store says how long it is.
Result<std::optional<Range>> tiff_count(const HashCheck& check) {
  const Asset& asset = check.asset;
  std::optional<Range> found;
  (void)TRY(
      wire::walk_tiff(asset.source, {0, asset.source.size()}, check.limits,
                      [&](const wire::TiffHeader& header, const wire::TiffIfd& ifd) -> Status {
                        const wire::TiffEntry* entry = ifd.find(kTiffStore);
                        if (entry != nullptr && entry->value == asset.store->payload) {
                          found = Range{entry->entry.offset + 4, header.width()};
                        }
                        return {};
                      }));
  return found;
}

/// Where the store is, with what belongs to it.
Result<std::vector<Range>> store_places(const HashCheck& check) {
  const Asset& asset = check.asset;
  const std::string_view id = asset.format != nullptr ? asset.format->id : "";
  if (asset.store == nullptr || id == "c2pa") return std::vector<Range>{};  // a store alone
  TRY(check_wrapping(asset));
  std::vector<Range> places = {only_its_content(id) ? asset.store->payload : asset.store->whole};
  if (id == "tiff" || id == "dng") {
    if (const auto count = TRY(of_asset(tiff_count(check)))) places.push_back(*count);
  }
  normalize(places);
  return places;
}

bool is_metadata(CarrierKind kind) noexcept {
  switch (kind) {
    case CarrierKind::C2paStore:
    case CarrierKind::PlainText:
    case CarrierKind::StealthAlpha:
    case CarrierKind::Sidecar:
      return false;
    default:
      return true;
  }
}

std::vector<Range> metadata_places(const HashCheck& check) {
  std::vector<Range> places;
  if (check.asset.layout == nullptr) return places;
  for (const Carrier& carrier : check.asset.layout->carriers) {
    if (is_metadata(carrier.kind)) places.push_back(carrier.whole);
  }
  normalize(places);
  return places;
}

Status check_exclusions(const HashCheck& check, const std::vector<Range>& exclusions) {
  const std::vector<Range> store = TRY(store_places(check));
  const std::vector<Range> metadata = metadata_places(check);
  bool additional = false;
  for (const Range& each : exclusions) {
    if (each.size == 0 || covers(store, each)) continue;
    if (touches(store, each)) {
      return mismatch("the exclusion of the manifest store leaves other bytes unprotected, too");
    }
    if (!covers(metadata, each)) return mismatch("an exclusion leaves content unprotected");
    additional = true;
  }
  if (additional) {
    check.status.inform("assertion.dataHash.additionalExclusionsPresent",
                        std::string(check.binding.url), "metadata is not protected by the hash");
  }
  return {};
}

Status hash_bytes(Source& source, const std::vector<Range>& exclusions, Digest& digest) {
  std::uint64_t at = 0;
  for (const Range& each : exclusions) {
    TRY(digest.update(source, {at, each.offset - at}));
    at = each.end();
  }
  return digest.update(source, {at, source.size() - at});
}

}  // namespace

Status check_data_hash(const HashCheck& check) {
  const CborItem& content = check.binding.content;
  const auto stored = bytes_of(content.find("hash"));
  if (!stored) return mismatch("the data hash holds no hash");  // 15.12.1.1
  const DigestAlgorithm algorithm = TRY(algorithm_of(content, check.binding.default_algorithm));
  const std::vector<Range> exclusions = TRY(read_exclusions(check));
  TRY(check_exclusions(check, exclusions));
  Digest digest(algorithm);
  const Carrier* store = check.asset.store;
  if (store != nullptr && is_in_selectors(*store)) {
    TRY(hash_text(check.asset.source, exclusions, check.limits, digest));
  } else {
    TRY(of_asset(hash_bytes(check.asset.source, exclusions, digest)));
  }
  if (!equal(digest.finish(), *stored)) return mismatch("the content is not what was signed");
  return {};
}

Range unhashed_range(const Format& format, const Carrier& carrier) {
  constexpr std::string_view kWhole[] = {"jpeg", "png", "gif", "jxl", "ogg"};
  constexpr std::string_view kWithoutPadding[] = {"webp", "wav", "avi"};
  if (std::ranges::find(kWhole, format.id) != std::end(kWhole)) return carrier.whole;
  if (std::ranges::find(kWithoutPadding, format.id) != std::end(kWithoutPadding)) {
    return {carrier.whole.offset, carrier.payload.end() - carrier.whole.offset};
  }
  return carrier.payload;
}

}  // namespace colophon::c2pa
