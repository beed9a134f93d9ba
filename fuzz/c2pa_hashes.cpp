// SPDX-License-Identifier: Apache-2.0
// One target per kind of hash assertion (C2PA 18.5 to 18.9): an assertion beside the file that it
// speaks of. What matches must stop matching when the content changes.
#include "c2pa_hashes.hpp"

#include <algorithm>

#include "c2pa/bindings_support.hpp"
#include "formats/box_map.hpp"
#include "wire/bmff.hpp"
#include "wire/zip.hpp"

namespace colophon::fuzz {
namespace {

using wire::CborItem;
using Places = std::vector<std::uint64_t>;

bool matches(const std::string& outcome) {
  return outcome.ends_with(".match");
}

void must_be_told(const std::string& outcome) {
  must(outcome.starts_with("assertion.") || outcome == "algorithm.unsupported" ||
           outcome == "general.error",
       "a check ends in one of its codes");
}

/// The file, changed at each of `places`, is not what was signed.
template <typename Check>
void must_notice(Bytes file, const Places& places, const Check& check) {
  for (const std::uint64_t at : places) {
    ByteBuffer changed = to_buffer(file);
    // A flipped bit may give another form of the same letter: U+0301, U+0341.
    changed[at] = changed[at] == 'x' ? 'y' : 'x';
    must(!matches(check(changed)), "content that was changed does not match");
  }
}

template <typename Check>
void must_notice_more(Bytes file, const ByteBuffer& more, const Check& check) {
  ByteBuffer longer = to_buffer(file);
  append(longer, Bytes(more));
  must(!matches(check(longer)), "content that was added does not match");
}

/// Some bytes of each range: first, middle, last.
void add_some(Places& places, Range range) {
  if (range.size == 0 || places.size() > 16) return;
  places.insert(places.end(),
                {range.offset, range.offset + range.size / 2, range.offset + range.size - 1});
}

std::uint64_t number_in(const CborItem& map, std::string_view key) {
  const CborItem* item = map.find(key);
  return item == nullptr ? 0 : item->untagged().number;
}

/// What stands between the exclusions.
Places bound_by_data(const CborItem& content, std::uint64_t size) {
  Places places;
  std::uint64_t at = 0;
  if (const CborItem* exclusions = content.find("exclusions")) {
    for (const CborItem& each : exclusions->untagged().items) {
      const std::uint64_t start = std::min(number_in(each, "start"), size);
      if (start > at) add_some(places, {at, start - at});
      at = std::max(at, start + std::min(number_in(each, "length"), size - start));
    }
  }
  add_some(places, {at, size - at});
  return places;
}

void data_hash(Bytes input) {
  const auto pieces = pieces_of(input, 2);
  const auto content = wire::read_cbor(pieces[0], {});
  if (!content || pieces.size() < 2) return;
  const auto check = [&](Bytes file) { return testing::check("c2pa.hash.data", file, *content); };
  const std::string outcome = check(pieces[1]);
  must_be_told(outcome);
  if (!matches(outcome)) return;
  must_notice(pieces[1], bound_by_data(*content, pieces[1].size()), check);
  must_notice_more(pieces[1], to_buffer("more"), check);
}

/// The names of the boxes that an assertion leaves out.
std::vector<std::string> left_out_boxes(const CborItem& content) {
  std::vector<std::string> names{std::string(kStoreBox)};
  const CborItem* groups = content.find("boxes");
  if (groups == nullptr) return names;
  for (const CborItem& group : groups->untagged().items) {
    const CborItem* list = group.find("names");
    if (group.find("excluded") == nullptr || list == nullptr) continue;
    for (const CborItem& name : list->untagged().items) names.emplace_back(name.as_text());
  }
  return names;
}

void boxes_hash(Bytes input) {
  const auto pieces = pieces_of(input, 2);
  const auto content = wire::read_cbor(pieces[0], {});
  if (!content || pieces.size() < 2) return;
  const auto check = [&](Bytes file) { return testing::check("c2pa.hash.boxes", file, *content); };
  const std::string outcome = check(pieces[1]);
  must_be_told(outcome);
  if (!matches(outcome)) return;
  MemorySource source(pieces[1]);
  const Format* format = detect(source, "");
  const auto layout = format->inspect(source, {});
  const auto map = format->boxes(source, *layout, {});
  must(layout && map, "boxes that match can be listed");
  const auto left_out = left_out_boxes(*content);
  Places places;
  for (const NamedBox& box : map->boxes) {
    const bool out = std::ranges::find(left_out, box.name) != left_out.end();
    if (!out && box.zeroed.size == 0) add_some(places, box.whole);
  }
  must_notice(pieces[1], places, check);
  if (!map->has_gaps) must_notice_more(pieces[1], to_buffer("x"), check);
}

/// The content of the boxes with media data.
Places media_places(Bytes file) {
  MemorySource source(file);
  wire::BoxBudget budget{Limits{}};
  wire::BoxWalker walker(source, {0, file.size()}, budget);
  Places places;
  for (auto box = walker.next(); box && *box; box = walker.next()) {
    if ((*box)->is(wire::fourcc("mdat"))) add_some(places, (*box)->body);
  }
  return places;
}

constexpr const char* kBmff[] = {"c2pa.hash.bmff", "c2pa.hash.bmff.v2", "c2pa.hash.bmff.v3"};

/// `most` files: the first one, and fragments.
template <std::size_t most>
void bmff_hash(Bytes input) {
  auto pieces = pieces_of(input, most + 1);
  const auto content = wire::read_cbor(pieces[0], {});
  if (!content || pieces.size() < 2) return;
  pieces.erase(pieces.begin());
  for (const char* label : kBmff) {
    const auto check_with = [&](std::size_t index, Bytes changed) {
      std::vector<Bytes> files = pieces;
      files[index] = changed;
      return testing::check(label, files[0], *content, {files.begin() + 1, files.end()});
    };
    const std::string outcome = check_with(0, pieces[0]);
    must_be_told(outcome);
    if (!matches(outcome)) continue;
    ByteBuffer more;
    wire::append_box(more, wire::fourcc("mdat"), as_bytes("more data"));
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const auto check = [&](Bytes changed) { return check_with(i, changed); };
      must_notice(pieces[i], media_places(pieces[i]), check);
      must_notice_more(pieces[i], more, check);
    }
  }
}

void collection_hash(Bytes input) {
  const auto pieces = pieces_of(input, 2);
  const auto content = wire::read_cbor(pieces[0], {});
  if (!content || pieces.size() < 2) return;
  const auto check = [&](Bytes file) {
    return testing::check("c2pa.hash.collection.data", file, *content);
  };
  const std::string outcome = check(pieces[1]);
  must_be_told(outcome);
  if (!matches(outcome)) return;
  MemorySource source(pieces[1]);
  const auto zip = wire::read_zip(source, {});
  must(zip.has_value(), "a collection that matches is an archive");
  Places places;
  for (const auto& member : zip->members) {
    const auto data = wire::zip_data(source, *zip, member);
    if (data && member.name != "META-INF/content_credential.c2pa") add_some(places, *data);
  }
  must_notice(pieces[1], places, check);
  must_notice_more(pieces[1], to_buffer("more"), check);
}

/// The parts' assertions are members of the same map; their first letter says what they are.
struct Parts {
  explicit Parts(const CborItem& content) {
    if (content.type != wire::CborType::Map) return;
    for (std::size_t i = 0; i + 1 < content.items.size(); i += 2) {
      const std::string_view name = content.items[i].as_text();
      const char first = name.empty() ? 'd' : name[0];
      const std::string_view label = first == 'b'   ? "c2pa.hash.boxes"
                                     : first == 'm' ? "c2pa.hash.bmff.v3"
                                     : first == 'c' ? "c2pa.hash.collection.data"
                                                    : "c2pa.hash.data";
      bindings.push_back({label, name, content.items[i + 1], "sha256"});
    }
  }
  static const c2pa::Binding* find(void* context, std::string_view uri) {
    const auto& all = static_cast<Parts*>(context)->bindings;
    const auto found = std::ranges::find(all, uri, &c2pa::Binding::url);
    return found == all.end() ? nullptr : &*found;
  }
  std::vector<c2pa::Binding> bindings;
};

void multi_asset(Bytes input) {
  const auto pieces = pieces_of(input, 2);
  const auto content = wire::read_cbor(pieces[0], {});
  if (!content || pieces.size() < 2) return;
  Parts parts(*content);
  const auto check = [&](Bytes file) {
    MemorySource source(file);
    const Format* format = detect(source, "");
    const auto layout = format != nullptr ? format->inspect(source, {}) : Result<Layout>(Layout{});
    must(layout.has_value(), "\"could not look\" is for I/O errors alone");
    c2pa::StatusList status;
    c2pa::check_multi_asset({source, format, &*layout, nullptr, {}},
                            {"c2pa.hash.multi-asset", "x", *content, "sha256"}, &Parts::find,
                            &parts, {}, status);
    return testing::codes(status);
  };
  const std::string outcome = check(pieces[1]);
  must_be_told(outcome);
  if (matches(outcome)) must_notice_more(pieces[1], ByteBuffer(64, 'x'), check);
}

}  // namespace

ByteBuffer joined(const std::vector<ByteBuffer>& pieces) {
  ByteBuffer out;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i + 1 < pieces.size()) append_be(out, pieces[i].size(), 2);
    append(out, Bytes(pieces[i]));
  }
  return out;
}

std::vector<Bytes> pieces_of(Bytes input, std::size_t most) {
  std::vector<Bytes> pieces;
  while (pieces.size() + 1 < most && input.size() >= 2) {
    const std::uint64_t size = *load_be(input, 0, 2);
    if (size > input.size() - 2) break;
    pieces.push_back(slice(input, 2, size));
    input = slice(input, 2 + size);
  }
  if (!input.empty() || pieces.empty()) pieces.push_back(input);
  return pieces;
}

void add_c2pa_hashes(std::vector<Target>& all) {
  all.push_back({"c2pa_hash_data", data_hash, data_hash_seeds});
  all.push_back({"c2pa_hash_text", data_hash, text_hash_seeds});
  all.push_back({"c2pa_hash_boxes", boxes_hash, boxes_hash_seeds});
  all.push_back({"c2pa_hash_bmff_flat", bmff_hash<1>, bmff_flat_seeds});
  all.push_back({"c2pa_hash_bmff_merkle", bmff_hash<1>, bmff_merkle_seeds});
  all.push_back({"c2pa_hash_bmff_fragmented", bmff_hash<5>, bmff_fragmented_seeds});
  all.push_back({"c2pa_hash_collection", collection_hash, collection_hash_seeds});
  all.push_back({"c2pa_hash_multi_asset", multi_asset, multi_asset_seeds});
}

}  // namespace colophon::fuzz
