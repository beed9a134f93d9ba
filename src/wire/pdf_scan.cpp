// SPDX-License-Identifier: Apache-2.0
#include "wire/pdf_scan.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::wire::pdf {
namespace {

constexpr std::uint64_t kMaxScan = 256 << 20;
constexpr std::uint64_t kWindow = 64 << 10;
constexpr std::uint64_t kBefore = 24;  // "N G " in front of "obj"
constexpr std::uint64_t kAfter = 512;  // the first lines of an object tell what it is
constexpr std::size_t kMaxTrailers = 16;
constexpr std::uint64_t kMaxPackedWork = 16 << 20;  // leaves budget for what is then read

struct Found {
  std::uint64_t number = 0, at = 0;
};

struct Finds {
  std::vector<Found> objects;                  ///< in file order
  std::vector<Found> packed;                   ///< object streams, in file order
  std::vector<std::uint64_t> trailers;         ///< behind the word; the last few
  std::vector<std::uint64_t> stream_trailers;  ///< cross-reference streams
  std::optional<Found> catalog;
};

/// The start of "N G " that ends where "obj" begins, and N.
std::optional<Found> number_before(std::string_view text, std::size_t obj) noexcept {
  std::size_t at = obj;
  const auto back = [&](const auto& belongs) {
    const std::size_t start = at;
    while (at > 0 && start - at < kBefore && belongs(static_cast<unsigned char>(text[at - 1]))) {
      --at;
    }
    return start - at;
  };
  back(is_space);
  if (at == obj || back(is_digit) == 0 || back(is_space) == 0) return std::nullopt;
  const std::size_t end = at;
  const std::size_t count = back(is_digit);
  if (count == 0 || count > 9) return std::nullopt;
  Found found{0, at};
  for (std::size_t i = at; i < end && is_digit(text[i]); ++i) {
    found.number = found.number * 10 + static_cast<std::uint64_t>(text[i] - '0');
  }
  return found;
}

void note_object(std::string_view text, std::size_t obj, std::uint64_t origin, Finds& finds) {
  auto found = number_before(text, obj);
  if (!found) return;
  found->at += origin;
  finds.objects.push_back(*found);
  const std::string_view head = text.substr(obj, kAfter);
  const std::string_view own = head.substr(0, std::min(head.find("endobj"), head.size()));
  if (own.find("/ObjStm") != own.npos) finds.packed.push_back(*found);
  if (own.find("/XRef") != own.npos) finds.stream_trailers.push_back(found->at);
  if (own.find("/Catalog") != own.npos) finds.catalog = *found;
}

/// `text` stands at `origin`; what begins in [from, to) is looked at.
void search(std::string_view text, std::uint64_t origin, std::size_t from, std::size_t to,
            Finds& finds) {
  for (std::size_t at = text.find("obj", from); at < to; at = text.find("obj", at + 3)) {
    note_object(text, at, origin, finds);
  }
  for (std::size_t at = text.find("trailer", from); at < to; at = text.find("trailer", at + 7)) {
    if (finds.trailers.size() == kMaxTrailers) finds.trailers.erase(finds.trailers.begin());
    finds.trailers.push_back(origin + at + 7);
  }
}

Result<Finds> search_file(Reader& reader) {
  Source& source = reader.source();
  if (source.size() > kMaxScan) {
    return fail(ErrorCode::LimitExceeded,
                "the cross-reference table is broken and the file is too large to search", "pdf");
  }
  Finds finds;
  for (std::uint64_t at = 0; at < source.size(); at += kWindow) {
    const std::uint64_t before = std::min(at, 2 * kBefore);
    const std::uint64_t end = std::min(source.size(), at + kWindow + kAfter);
    const Bytes bytes = TRY(source.view({at - before, end - (at - before)}));
    search(as_text(bytes), at - before, static_cast<std::size_t>(before),
           static_cast<std::size_t>(before + kWindow), finds);
    if (finds.objects.size() > reader.limits().max_structures) {
      return fail(ErrorCode::LimitExceeded, "the file has too many objects", "pdf", at);
    }
  }
  return finds;
}

bool names_root(const Stored& stored) noexcept {
  const Object* root = stored.value.find("Root");
  return root != nullptr && root->is(Kind::Reference);
}

/// The last trailer with a /Root, wherever it stands; both lists are in file order.
std::optional<Stored> last_trailer(Reader& reader, const Finds& finds) {
  std::optional<Stored> best;
  const auto consider = [&](const std::vector<std::uint64_t>& places, bool numbered) {
    const std::size_t count = std::min(places.size(), kMaxTrailers);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t at = places[places.size() - 1 - i];
      if (best && best->where.offset > at) return;
      auto stored = numbered ? reader.indirect(at) : reader.bare(at);
      if (!stored || !names_root(*stored)) continue;
      best = std::move(*stored);
      return;
    }
  };
  consider(finds.trailers, false);
  consider(finds.stream_trailers, true);
  return best;
}

std::optional<Stored> made_up_trailer(const Finds& finds, const Limits& limits) {
  if (!finds.catalog) return std::nullopt;
  Stored stored;
  stored.text = to_buffer(fmt::format("<</Root {} 0 R>>", finds.catalog->number));
  Parser parser(stored.text, 0, limits);
  auto value = parser.object();
  if (!value) return std::nullopt;
  stored.value = std::move(*value);
  return stored;
}

/// The objects inside one object stream, as of the place where it stands.
void add_packed(Reader& reader, const Found& container, std::map<std::uint64_t, Entry>& entries) {
  auto stored = reader.indirect(container.at);
  if (!stored || !stored->data_at) return;
  const auto data = reader.data_range(*stored, stored->value.number_of("Length"));
  if (!data) return;
  const auto content = reader.decoded(stored->value, *data);
  if (!content) return;
  const PackedIndex index = packed_index(stored->value, *content, reader.limits());
  for (std::size_t i = 0; i < index.size(); ++i) {
    Entry& entry = entries[index[i].first];
    const bool newer = entry.state == Entry::State::Plain && entry.where > container.at;
    if (!newer) entry = {Entry::State::Packed, container.number, i};
  }
}

}  // namespace

PackedIndex packed_index(const Object& dictionary, Bytes content, const Limits& limits) {
  PackedIndex index;
  const std::uint64_t count = dictionary.number_of("N").value_or(0);
  const std::uint64_t first = dictionary.number_of("First").value_or(0);
  Parser parser(slice(content, 0, first), 0, limits);
  while (index.size() < count && index.size() < limits.max_structures) {
    const auto number = parser.number();
    const auto offset = number ? parser.number() : std::nullopt;
    if (!offset || *offset > content.size()) break;
    index.emplace_back(*number, first + *offset);
  }
  return index;
}

Result<Scan> scan_objects(Reader& reader) {
  const Finds finds = TRY(search_file(reader));
  Scan scan;
  for (const Found& found : finds.objects) {
    scan.entries[found.number] = {Entry::State::Plain, found.at, 0};
  }
  scan.trailer = last_trailer(reader, finds);
  const bool encrypted = scan.trailer && scan.trailer->value.find("Encrypt") != nullptr;
  if (!encrypted) {
    for (const Found& container : finds.packed) {
      if (reader.spent() > kMaxPackedWork) break;
      add_packed(reader, container, scan.entries);
    }
  }
  if (!scan.trailer) scan.trailer = made_up_trailer(finds, reader.limits());
  return scan;
}

}  // namespace colophon::wire::pdf
