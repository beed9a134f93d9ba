// SPDX-License-Identifier: Apache-2.0
#include "wire/riff.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::wire::riff {
namespace {

constexpr FourCc kRiff = fourcc("RIFF");
constexpr FourCc kRf64 = fourcc("RF64");
constexpr FourCc kBw64 = fourcc("BW64");
constexpr FourCc kList = fourcc("LIST");
constexpr FourCc kData = fourcc("data");
constexpr FourCc kMovi = fourcc("movi");
constexpr FourCc kMetadata[] = {kList,          fourcc("AIGC"), fourcc("C2PA"),
                                fourcc("EXIF"), fourcc("ID3 "), fourcc("XMP "),
                                fourcc("_PMX"), fourcc("aigc"), fourcc("id3 ")};
constexpr std::uint64_t kOpen = 0xFFFFFFFF;
/// Writers that cannot seek back leave a number near the top: SoX 7FFFF000 and more, arecord
/// 80000000, others FFFFFFFF.
constexpr std::uint64_t kUnknown = 0x7FFFF000;
constexpr std::uint64_t kDs64Fixed = 28;
constexpr std::uint64_t kTableEntry = 12;
constexpr std::uint64_t kMaxTable = 64;

FourCc load_id(Bytes bytes, std::uint64_t at) noexcept {
  return static_cast<FourCc>(load_be(bytes, at, 4).value_or(0));
}

bool is_printable(Bytes id) noexcept {
  return id.size() == 4 &&
         std::all_of(id.begin(), id.end(), [](std::uint8_t c) { return c >= 0x20 && c < 0x7F; });
}

/// The sizes that ds64 gives to chunks whose own field is open.
struct Sizes64 {
  bool present = false;
  std::uint64_t data = 0;
  std::vector<std::pair<FourCc, std::uint64_t>> table;

  [[nodiscard]] std::optional<std::uint64_t> of(FourCc id) const {
    if (!present) return std::nullopt;
    if (id == kData) return data;
    for (const auto& [name, size] : table) {
      if (name == id) return size;
    }
    return std::nullopt;
  }
};

class Walker {
 public:
  Walker(Source& source, Range& within, Budget& budget, bool in_form)
      : source_(source), within_(within), budget_(budget), in_form_(in_form) {}

  Sizes64 sizes;
  bool streamed = false;  // the size of the form is no number
  bool lied = false;      // a chunk passed the end of the form, but not of the file

  Result<Chunks> walk(std::uint64_t at) {
    Chunks chunks;
    chunks.tail = at;
    while (more(chunks.tail)) {
      auto chunk = read(chunks.tail);
      if (!chunk) {
        if (chunk.error().code == ErrorCode::Io) return Failure(chunk.error());
        chunks.damage = chunk.error();
        break;
      }
      chunks.tail = chunk->whole.end();
      chunks.all.push_back(*chunk);
    }
    return chunks;
  }

 private:
  [[nodiscard]] bool more(std::uint64_t at) const noexcept {
    const std::uint64_t end = within_.end();
    if (at < end) return end - at >= kHeader;
    return in_form_ && at == end && is_stray(at);
  }

  /// Tools that add metadata without correcting the size leave it behind the end of the form.
  [[nodiscard]] bool is_stray(std::uint64_t at) const noexcept {
    const Bytes head = view_some(source_, {at, kHeader});
    if (head.size() < kHeader) return false;
    const auto size = *load_le(head, 4, 4);
    return std::find(std::begin(kMetadata), std::end(kMetadata), load_id(head, 0)) !=
               std::end(kMetadata) &&
           size <= source_.size() - at - kHeader;
  }

  Result<Chunk> read(std::uint64_t at) {
    if (budget_.left == 0) return fail(ErrorCode::LimitExceeded, "too many chunks", "riff", at);
    --budget_.left;
    const Bytes head = view_some(source_, {at, kFormHeader});
    if (head.size() < kHeader) return truncated({at, kHeader}, source_.size());
    Chunk chunk;
    chunk.id = load_id(head, 0);
    if (chunk.id == kList) chunk.list = load_id(head, kHeader);
    std::uint64_t size = *load_le(head, 4, 4);
    if (size == kOpen) size = sizes.of(chunk.id).value_or(size);
    const Range data{at + kHeader, size};
    chunk.open = is_open(chunk, data);
    chunk.data = chunk.open ? Range{data.offset, within_.end() - data.offset} : data;
    TRY(fit(chunk));
    TRY(pad(chunk, at));
    if (chunk.id != kList) return chunk;
    if (chunk.data.size < 4) {
      return fail(ErrorCode::Malformed, "a LIST chunk is too short to say what it holds", "riff",
                  at);
    }
    chunk.data = {chunk.data.offset + 4, chunk.data.size - 4};
    return chunk;
  }

  /// Only what a recorder writes last and never comes back to may be open.
  [[nodiscard]] bool is_open(const Chunk& chunk, Range data) const noexcept {
    if (!in_form_ || (chunk.id != kData && !chunk.is_list(kMovi))) return false;
    if (sizes.present) return data.size == UINT64_MAX;
    return data.size == 0 ? streamed : data.end() > source_.size() && data.size >= kUnknown;
  }

  Status fit(const Chunk& chunk) {
    const std::uint64_t end = chunk.data.end();
    if (end > source_.size()) return truncated(chunk.data, source_.size());
    if (end <= within_.end()) return {};
    if (!in_form_) {
      return fail(
          ErrorCode::Malformed,
          fmt::format("the chunk {} is longer than the list that holds it", to_string(chunk.id)),
          "riff", chunk.data.offset - kHeader);
    }
    lied = true;
    within_.size = end - within_.offset;
    return {};
  }

  /// An odd chunk is followed by a zero byte, which some writers forget, and others do not count.
  Status pad(Chunk& chunk, std::uint64_t at) {
    const std::uint64_t end = chunk.data.end();
    chunk.whole = {at, end - at};
    if (chunk.data.size % 2 == 0) return {};
    const Bytes next = view_some(source_, {end, 5});
    const bool last = end >= within_.end();
    const bool zero = !next.empty() && next[0] == 0;
    chunk.pad_missing = next.empty() || (last && (!in_form_ || !zero)) ||
                        (!zero && is_printable(slice(next, 0, 4)));
    if (chunk.pad_missing) return {};
    chunk.whole.size += 1;
    if (last) within_.size += 1;
    return {};
  }

  Source& source_;
  Range& within_;
  Budget& budget_;
  bool in_form_;
};

/// ds64 must be the first chunk: size of the form, of "data", a sample count, and a table.
Sizes64 read_ds64(Source& source, std::uint64_t at, Form& form) {
  const Bytes head = view_some(source, {at, kHeader + kDs64Fixed + kMaxTable * kTableEntry});
  Sizes64 sizes;
  if (load_id(head, 0) != fourcc("ds64") || load_le(head, 4, 4).value_or(0) < kDs64Fixed ||
      head.size() < kHeader + kDs64Fixed) {
    return sizes;
  }
  sizes.present = true;
  form.size64 = {at + kHeader, 8};
  form.data_size64 = {at + kHeader + 8, 8};
  sizes.data = *load_le(head, kHeader + 8, 8);
  const std::uint64_t room = (*load_le(head, 4, 4) - kDs64Fixed) / kTableEntry;
  const std::uint64_t count = std::min({*load_le(head, kHeader + 24, 4), room, kMaxTable});
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t entry = kHeader + kDs64Fixed + i * kTableEntry;
    const auto size = load_le(head, entry + 4, 8);
    if (size) sizes.table.emplace_back(load_id(head, entry), *size);
  }
  return sizes;
}

}  // namespace

const Chunk* Form::find(FourCc wanted) const noexcept {
  const auto found = std::find_if(chunks.all.begin(), chunks.all.end(),
                                  [wanted](const Chunk& chunk) { return chunk.is(wanted); });
  return found == chunks.all.end() ? nullptr : &*found;
}

Result<Form> read_form(Source& source, std::uint64_t at, Budget& budget) {
  const Bytes head = TRY(source.view({at, kFormHeader}));
  Form form;
  form.id = load_id(head, 0);
  form.type = load_id(head, kHeader);
  if (form.id != kRiff && form.id != kRf64 && form.id != kBw64) {
    return fail(ErrorCode::Malformed, "there is no RIFF header", "riff", at);
  }
  std::uint64_t size = *load_le(head, 4, 4);
  Walker walker(source, form.whole, budget, true);
  if (form.id != kRiff) {
    walker.sizes = read_ds64(source, at + kFormHeader, form);
    if (size == kOpen && walker.sizes.present)
      size = TRY(read_le(source, form.size64.offset, 8));
    else
      form.size64 = {};
  }
  walker.streamed = size < 4 || size == kOpen || size == UINT64_MAX;
  form.whole = {at, kHeader + std::min(size, UINT64_MAX - kHeader)};
  if (walker.streamed || form.whole.end() > source.size()) {
    form.size_is_right = false;
    const bool is_number = form.size64.size > 0 ? size != UINT64_MAX : size < kUnknown;
    if (!walker.streamed && is_number) form.missing = form.whole.end() - source.size();
    form.whole.size = source.size() - at;
  }
  form.chunks = TRY(walker.walk(at + kFormHeader));
  form.size_is_right = form.size_is_right && !walker.lied;
  return form;
}

Result<Chunks> read_list(Source& source, const Chunk& list, Budget& budget) {
  Range within = list.data;
  return Walker(source, within, budget, false).walk(list.data.offset);
}

ByteBuffer make_chunk(FourCc id, Bytes data) {
  ByteBuffer chunk;
  chunk.reserve(kHeader + data.size() + 1);
  append_be(chunk, id, 4);
  append_le(chunk, data.size(), 4);
  append(chunk, data);
  if (data.size() % 2 != 0) chunk.push_back(0);
  return chunk;
}

ByteBuffer make_list(FourCc type, Bytes chunks) {
  ByteBuffer body;
  append_be(body, type, 4);
  append(body, chunks);
  return make_chunk(kList, body);
}

bool starts_with_form(Source& source, FourCc type) noexcept {
  const Bytes head = view_some(source, {0, kFormHeader});
  if (head.size() < kFormHeader || load_id(head, kHeader) != type) return false;
  const FourCc id = load_id(head, 0);
  return id == kRiff || id == kRf64 || id == kBw64;
}

}  // namespace colophon::wire::riff
