// SPDX-License-Identifier: Apache-2.0
#include "formats/splice.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace {

constexpr std::uint64_t kBlock = 256 * 1024;

std::uint64_t size_of(const Piece& piece) noexcept {
  if (const auto* range = std::get_if<Range>(&piece)) return range->size;
  return std::get<Put>(piece).bytes.size();
}

/// What is put at one place stays in the order it was given.
std::vector<Replacement*> in_file_order(std::vector<Replacement>& replacements) {
  std::vector<Replacement*> order;
  order.reserve(replacements.size());
  for (Replacement& replacement : replacements) order.push_back(&replacement);
  std::sort(order.begin(), order.end(), [](const Replacement* a, const Replacement* b) {
    return a->range.offset != b->range.offset ? a->range.offset < b->range.offset : a < b;
  });
  return order;
}

Status write_range(Source& source, Range range, Sink& sink, const Tap& tap) {
  if (!tap && TRY(sink.copy(source, range))) return {};
  for (std::uint64_t at = range.offset; at < range.end();) {
    const std::uint64_t size = std::min(kBlock, range.end() - at);
    const Bytes bytes = TRY(source.view({at, size}));
    if (tap) tap(bytes);
    TRY(sink.write(bytes));
    at += size;
  }
  return {};
}

std::vector<std::uint64_t> starts_of(const Splice& splice) {
  std::vector<std::uint64_t> starts;
  starts.reserve(splice.pieces.size());
  std::uint64_t at = 0;
  for (const Piece& piece : splice.pieces) {
    starts.push_back(at);
    at += size_of(piece);
  }
  return starts;
}

/// Says in bytes of the first plan's source what a second plan says in bytes of its output.
class Composer {
 public:
  explicit Composer(const Splice& first) : first_(first), starts_(starts_of(first)) {
    for (const Piece& piece : first.pieces) {
      if (const auto* put = std::get_if<Put>(&piece)) {
        phases_ = std::max(phases_, static_cast<std::uint8_t>(put->phase + 1));
      }
    }
  }

  void keep(Range range) {
    if (range.size == 0) return;
    auto index = static_cast<std::size_t>(
        std::upper_bound(starts_.begin(), starts_.end(), range.offset) - starts_.begin() - 1);
    for (std::uint64_t at = range.offset; at < range.end(); ++index) {
      const Piece& piece = first_.pieces[index];
      const std::uint64_t skip = at - starts_[index];
      const std::uint64_t size = std::min(size_of(piece) - skip, range.end() - at);
      if (const auto* kept = std::get_if<Range>(&piece)) {
        keep_of_source({kept->offset + skip, size});
      } else {
        const Put& put = std::get<Put>(piece);
        splice_.pieces.emplace_back(Put{to_buffer(slice(put.bytes, skip, size)), put.phase});
      }
      at += size;
    }
  }
  void put(const Put& put) {
    splice_.pieces.emplace_back(Put{put.bytes, static_cast<std::uint8_t>(put.phase + phases_)});
  }
  [[nodiscard]] Splice take() noexcept { return std::move(splice_); }

 private:
  void keep_of_source(Range range) {
    auto* last = splice_.pieces.empty() ? nullptr : std::get_if<Range>(&splice_.pieces.back());
    if (last != nullptr && last->end() == range.offset) {
      last->size += range.size;
    } else {
      splice_.pieces.emplace_back(range);
    }
  }

  const Splice& first_;
  std::vector<std::uint64_t> starts_;
  std::uint8_t phases_ = 0;
  Splice splice_;
};

}  // namespace

std::uint64_t Splice::output_size() const noexcept {
  std::uint64_t size = 0;
  for (const Piece& piece : pieces) size += size_of(piece);
  return size;
}

bool Splice::fits_in_place(std::uint64_t source_size) const noexcept {
  std::uint64_t at = 0;
  for (const Piece& piece : pieces) {
    if (const auto* range = std::get_if<Range>(&piece); range && range->offset != at) return false;
    at += size_of(piece);
  }
  return at >= source_size;
}

bool Splice::is_identity(std::uint64_t source_size) const noexcept {
  return fits_in_place(source_size) && output_size() == source_size &&
         std::all_of(pieces.begin(), pieces.end(), [](const Piece& piece) {
           return std::holds_alternative<Range>(piece) || size_of(piece) == 0;
         });
}

Splice identity(std::uint64_t source_size) {
  Splice splice;
  if (source_size > 0) splice.pieces.emplace_back(Range{0, source_size});
  return splice;
}

Result<Splice> replace_ranges(std::uint64_t source_size, std::vector<Replacement> replacements) {
  Splice splice;
  std::uint64_t at = 0;
  for (Replacement* replacement : in_file_order(replacements)) {
    const Range range = replacement->range;
    if (range.offset < at || range.offset > source_size ||
        source_size - range.offset < range.size) {
      return fail(ErrorCode::Malformed,
                  fmt::format("the planned change of bytes {}..{} overlaps another or passes the "
                              "end of the file",
                              range.offset, range.end()),
                  "splice", range.offset);
    }
    if (range.offset > at) splice.pieces.emplace_back(Range{at, range.offset - at});
    if (!replacement->bytes.empty()) {
      splice.pieces.emplace_back(Put{std::move(replacement->bytes), replacement->phase});
    }
    at = range.end();
  }
  if (at < source_size) splice.pieces.emplace_back(Range{at, source_size - at});
  return splice;
}

Splice compose(const Splice& first, const Splice& second) {
  Composer composer(first);
  for (const Piece& piece : second.pieces) {
    if (const auto* kept = std::get_if<Range>(&piece)) {
      composer.keep(*kept);
    } else {
      composer.put(std::get<Put>(piece));
    }
  }
  Splice both = composer.take();
  both.notes = first.notes;
  both.notes.insert(both.notes.end(), second.notes.begin(), second.notes.end());
  return both;
}

SplicedSource::SplicedSource(Source& source, const Splice& splice)
    : source_(source), splice_(splice), starts_(starts_of(splice)), size_(splice.output_size()) {}

Result<Bytes> SplicedSource::view(Range range) {
  if (range.offset > size_ || size_ - range.offset < range.size) return truncated(range, size_);
  if (range.size == 0) return Bytes{};
  auto index = static_cast<std::size_t>(
      std::upper_bound(starts_.begin(), starts_.end(), range.offset) - starts_.begin() - 1);
  // A range inside one kept piece or put needs no copy.
  const std::uint64_t inside = range.offset - starts_[index];
  if (size_of(splice_.pieces[index]) - inside >= range.size) {
    if (const auto* kept = std::get_if<Range>(&splice_.pieces[index])) {
      return source_.view({kept->offset + inside, range.size});
    }
    return slice(std::get<Put>(splice_.pieces[index]).bytes, inside, range.size);
  }
  window_.clear();
  for (std::uint64_t at = range.offset; at < range.end(); ++index) {
    const std::uint64_t skip = at - starts_[index];
    const std::uint64_t size = std::min(size_of(splice_.pieces[index]) - skip, range.end() - at);
    if (const auto* kept = std::get_if<Range>(&splice_.pieces[index])) {
      append(window_, TRY(source_.view({kept->offset + skip, size})));
    } else {
      append(window_, slice(std::get<Put>(splice_.pieces[index]).bytes, skip, size));
    }
    at += size;
  }
  return Bytes(window_);
}

Status MemorySink::write(Bytes bytes) {
  append(bytes_, bytes);
  return {};
}

Status MemorySink::patch(std::uint64_t at, Bytes bytes) {
  if (at > bytes_.size() || bytes_.size() - at < bytes.size()) {
    return fail(ErrorCode::Malformed, "a patch passes the end of what was written", "sink", at);
  }
  std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(at));
  return {};
}

Status execute(Source& source, const Splice& splice, Sink& sink, const Tap& tap) {
  for (const Piece& piece : splice.pieces) {
    if (const auto* range = std::get_if<Range>(&piece)) {
      TRY(write_range(source, *range, sink, tap));
    } else {
      const Put& put = std::get<Put>(piece);
      if (tap) tap(put.bytes);
      TRY(sink.write(put.bytes));
    }
  }
  return {};
}

}  // namespace colophon
