// SPDX-License-Identifier: Apache-2.0
#include "wire/pdf_document.hpp"

#include "wire/pdf_filter.hpp"

#include <algorithm>

namespace colophon::wire::pdf {
namespace {

constexpr std::uint64_t kHeaderWithin = 1024;
constexpr std::uint64_t kTailWindow = 64 << 10;
constexpr std::uint64_t kMaxTail = 64 << 20;  // how far back a finished revision is looked for
constexpr int kMaxCandidates = 8;
constexpr std::string_view kStart = "startxref";

struct Start {
  std::uint64_t at = 0;      ///< of the word
  std::uint64_t offset = 0;  ///< what it says
  std::uint64_t end = 0;     ///< behind it, or behind the end mark
  bool is_finished = false;  ///< the end mark follows
};

/// The last "startxref" that begins before `before`.
std::optional<std::uint64_t> last_start(Source& source, std::uint64_t before) {
  const std::uint64_t lowest = source.size() - std::min(source.size(), kMaxTail);
  while (before > lowest) {
    const std::uint64_t from = before - std::min(before - lowest, kTailWindow);
    const std::string_view text =
        as_text(view_some(source, {from, before - from + kStart.size() - 1}));
    const auto found = text.rfind(kStart);
    if (found != std::string_view::npos) return from + found;
    before = from;
  }
  return std::nullopt;
}

std::optional<Start> read_start(Source& source, std::uint64_t at, const Limits& limits) {
  const Bytes text = view_some(source, {at, 128});
  Parser parser(text, kStart.size(), limits);
  const auto offset = parser.number();
  if (!offset) return std::nullopt;
  Start start{at, *offset, at + parser.at(), false};
  const auto mark = as_text(text).find("%%EOF");
  if (mark != std::string_view::npos) {
    start.is_finished = true;
    start.end = at + mark + 5;
  }
  return start;
}

}  // namespace

Result<Document> Document::open(Source& source, const Limits& limits) {
  Document document(source, limits);
  TRY(document.find_header());
  if (!document.find_chain()) TRY(document.rescan());
  if (!document.check_catalog()) {
    if (document.chain_.sections.empty()) {
      return fail(ErrorCode::Malformed, "the file has no document catalog; it may be cut", "pdf");
    }
    TRY(document.rescan());
    TRY(document.check_catalog());
  }
  return document;
}

Status Document::find_header() {
  const auto at = as_text(view_some(reader_.source(), {0, kHeaderWithin})).find("%PDF-");
  if (at == std::string_view::npos) {
    return fail(ErrorCode::Malformed, "the file does not begin as a PDF", "pdf", 0);
  }
  reader_.base = at;
  return {};
}

/// Takes the sections that start at `offset`. Offsets count from the header; where bytes stand
/// before it, some writers count from the start of the file.
bool Document::use_chain(std::uint64_t offset) {
  const std::uint64_t header = reader_.base;
  for (const std::uint64_t base : {header, std::uint64_t{0}}) {
    reader_.base = base;
    auto chain = read_chain(reader_, offset);
    if (chain) {
      const auto named = std::find_if(
          chain->sections.begin(), chain->sections.end(),
          [](const Section& section) { return section.trailer.value.find("Root") != nullptr; });
      if (named != chain->sections.end()) {
        trailer_ = named->trailer;
        chain_ = std::move(*chain);
        newest_ = offset;
        return true;
      }
    }
    if (header == 0) break;
  }
  reader_.base = header;
  return false;
}

/// The newest revision that was written to its end. A startxref without its end mark that leads
/// nowhere is a write that was cut: the revision before it holds. One with the mark that leads
/// nowhere is damage, and the objects are searched for.
bool Document::find_chain() {
  Source& source = reader_.source();
  cut_ = true;
  std::uint64_t before = source.size();
  for (int tried = 0; tried < kMaxCandidates; ++tried) {
    const auto at = last_start(source, before);
    if (!at) return false;
    before = *at;
    const auto start = read_start(source, *at, reader_.limits());
    if (!start || start->offset == 0) continue;  // 0: the first part of a linearized file
    if (use_chain(start->offset)) {
      cut_ = false;
      loose_ = source.size() - std::min(source.size(), start->end);
      return true;
    }
    if (start->is_finished) {
      cut_ = false;
      return false;
    }
  }
  return false;
}

/// Once for a file: a search that fails counts as one that found nothing.
Status Document::search_objects() {
  scan_ = Scan{};
  scan_ = TRY(scan_objects(reader_));
  return {};
}

Status Document::rescan() {
  chain_ = {};
  TRY(search_objects());
  if (!scan_->trailer) {
    return fail(
        ErrorCode::Malformed,
        "the file has neither a cross-reference table nor a document catalog; it may be cut",
        "pdf");
  }
  trailer_ = *scan_->trailer;
  return {};
}

Reference Document::root() const noexcept {
  const Object* root = trailer_.value.find("Root");
  return root != nullptr ? root->reference : Reference{};
}

Status Document::check_catalog() {
  const auto catalog = load(root().number);
  if (!catalog && is_encrypted() && catalog.error().code == ErrorCode::Unsupported) return {};
  if (catalog && catalog->value.is(Kind::Dictionary)) return {};
  return fail(ErrorCode::Malformed, "the document catalog is missing or broken", "pdf");
}

Result<Stored> Document::load(std::uint64_t number) {
  const bool sound = !chain_.sections.empty() && !chain_.broken;
  const auto entry = chain_.find(reader_, number);
  if (entry && entry->state == Entry::State::Free && sound) return Stored{};
  if (!entry && sound) return Stored{};
  if (entry) {
    auto stored = load_entry(*entry, number);
    if (stored || (stored.error().code != ErrorCode::Malformed &&
                   stored.error().code != ErrorCode::Truncated)) {
      return stored;
    }
  }
  if (!scan_) TRY(search_objects());
  const auto found = scan_->entries.find(number);
  if (found == scan_->entries.end()) return Stored{};
  return load_entry(found->second, number);
}

Result<Stored> Document::load_entry(const Entry& entry, std::uint64_t number) {
  switch (entry.state) {
    case Entry::State::Plain:
      return load_plain(entry.where, number);
    case Entry::State::Packed:
      return load_packed(entry, number);
    case Entry::State::Free:
    case Entry::State::Broken:
      break;
  }
  return fail(ErrorCode::Malformed, "a cross-reference entry is broken", "pdf");
}

Result<Stored> Document::load_plain(std::uint64_t at, std::uint64_t number) {
  Stored stored = TRY(reader_.indirect(at));
  if (stored.id.number != number) {
    return fail(ErrorCode::Malformed, "another object stands where one is said to be", "pdf", at);
  }
  return stored;
}

Result<Stored> Document::load_packed(const Entry& entry, std::uint64_t number) {
  if (is_encrypted()) {
    return fail(ErrorCode::Unsupported, "the object is encrypted", "pdf");
  }
  if (!container_ || container_->number != entry.where) TRY(open_container(entry.where));
  const PackedIndex& index = container_->index;
  auto place = index.end();
  if (entry.index < index.size() && index[entry.index].first == number) {
    place = index.begin() + static_cast<std::ptrdiff_t>(entry.index);
  } else {
    place = std::find_if(index.begin(), index.end(),
                         [&](const auto& pair) { return pair.first == number; });
  }
  if (place == index.end()) {
    return fail(ErrorCode::Malformed, "an object stream does not hold its object", "pdf",
                container_->where.offset);
  }
  const Bytes text = slice(container_->content, place->second);
  Parser parser(text, 0, reader_.limits());
  Stored stored;
  auto value = parser.object();
  TRY(reader_.spend(parser.at() + parser.objects() * sizeof(Object)));
  stored.value = TRY(std::move(value));
  stored.id.number = static_cast<std::uint32_t>(number);
  stored.text = to_buffer(slice(text, 0, parser.at()));
  stored.where = container_->where;
  return stored;
}

/// Object streams stand in the file themselves (7.5.7), so there is no way round in a circle.
Status Document::open_container(std::uint64_t number) {
  container_.reset();
  auto entry = chain_.find(reader_, number);
  if (!entry && scan_) {
    const auto found = scan_->entries.find(number);
    if (found != scan_->entries.end()) entry = found->second;
  }
  if (!entry || entry->state != Entry::State::Plain) {
    return fail(ErrorCode::Malformed, "an object stream is missing", "pdf");
  }
  const Stored stored = TRY(load_plain(entry->where, number));
  if (!stored.data_at) {
    return fail(ErrorCode::Malformed, "an object stream is no stream", "pdf", entry->where);
  }
  const Range data = TRY(reader_.data_range(stored, length_of(stored)));
  Container container{number, {stored.where.offset, data.end() - stored.where.offset}, {}, {}};
  container.content = TRY(reader_.decoded(stored.value, data));
  container.index = packed_index(stored.value, container.content, reader_.limits());
  container_ = std::move(container);
  return {};
}

/// /Length may be a reference, but only to an object outside object streams (7.3.8.2, 7.5.7).
std::optional<std::uint64_t> Document::length_of(const Stored& stream) {
  const Object* length = stream.value.find("Length");
  if (length == nullptr || !length->is(Kind::Reference)) return stream.value.number_of("Length");
  const auto entry = chain_.find(reader_, length->reference.number);
  if (!entry || entry->state != Entry::State::Plain) return std::nullopt;
  const auto stored = load_plain(entry->where, length->reference.number);
  if (!stored || !stored->value.is(Kind::Integer) || stored->value.integer < 0) return std::nullopt;
  return static_cast<std::uint64_t>(stored->value.integer);
}

Result<Stored> Document::resolve(const Object& object) {
  Stored stored;
  stored.value = object;
  for (int hops = 0; hops < 4 && stored.value.is(Kind::Reference); ++hops) {
    stored = TRY(load(stored.value.reference.number));
  }
  return stored;
}

Result<Stored> Document::entry_of(const Stored& owner, std::string_view key) {
  Stored out;
  const Object* found = owner.value.find(key);
  if (found == nullptr) return out;
  if (found->is(Kind::Reference)) return resolve(*found);
  out.value = *found;
  out.where = owner.where;
  if (found->is(Kind::Dictionary)) {
    out.text = owner.text;
    out.text_at = owner.text_at;
  }
  return out;
}

Result<Object> Document::with_direct_filters(const Object& dictionary) {
  Object out = dictionary;
  for (std::size_t i = 0; i < out.keys.size(); ++i) {
    const std::string& key = out.keys[i].name;
    if (key == "Filter" || key == "DecodeParms") out.items[i] = TRY(resolve(out.items[i])).value;
  }
  return out;
}

Result<Document::Content> Document::content_of(const Stored& stream) {
  if (!stream.data_at) return fail(ErrorCode::Malformed, "a stream is expected here", "pdf");
  const Range data = TRY(reader_.data_range(stream, length_of(stream)));
  return Content{data, is_stored_plain(TRY(with_direct_filters(stream.value)))};
}

Result<ByteBuffer> Document::decoded(const Stored& stream) {
  const Content content = TRY(content_of(stream));
  return reader_.decoded(TRY(with_direct_filters(stream.value)), content.data);
}

}  // namespace colophon::wire::pdf
