// SPDX-License-Identifier: Apache-2.0
// The C2PA manifest store of a TIFF (C2PA A.3.5): tag 52545 of type UNDEFINED. A file that has none
// gets it in its last page's directory, so that the pages stay as many as they were; that directory
// is copied behind the end of the file, and one pointer is patched. An old one is replaced in the
// directory where it stands.
#include "formats/tiff.hpp"

#include <algorithm>

namespace colophon::tiff {
namespace {

constexpr std::uint8_t kPointerPhase = 1;  // after what it points at

bool overlap(const Range& a, const Range& b) noexcept {
  return a.offset < b.end() && b.offset < a.end();
}

class StorePlan {
 public:
  StorePlan(Source& source, Bytes store, const Limits& limits)
      : source_(source), store_(store), limits_(limits), end_(source.size()) {}

  [[nodiscard]] Result<Splice> run();

 private:
  [[nodiscard]] Status find();
  void visit(const wire::TiffIfd& ifd);
  [[nodiscard]] Result<std::uint64_t> place_value();
  [[nodiscard]] Result<bool> is_intact(Range value);
  [[nodiscard]] Status add_to_last_page(Bytes entry);
  [[nodiscard]] Status rewrite(const wire::TiffIfd& ifd, Bytes entry);
  std::uint64_t append_aligned(Bytes bytes);

  Source& source_;
  Bytes store_;
  const Limits& limits_;
  wire::TiffHeader header_;
  std::vector<Range> directories_;
  std::vector<wire::TiffIfd> holders_;   // of stores
  std::optional<wire::TiffIfd> last_;    // the last page
  Range last_pointer_;                   // to that page
  std::optional<wire::TiffEntry> kept_;  // the entry that gets the new store
  std::uint64_t end_ = 0;                // the file is kept up to here
  ByteBuffer appended_;
  std::vector<Replacement> patches_;
};

void StorePlan::visit(const wire::TiffIfd& ifd) {
  directories_.push_back(ifd.whole);
  if (ifd.kind == wire::IfdKind::Main) {
    last_pointer_ = last_ ? Range{last_->whole.end() - header_.width(), header_.width()}
                          : header_.first_pointer();
    last_ = ifd;
  }
  if (ifd.find(kC2pa) != nullptr) holders_.push_back(ifd);
}

/// Of several stores the one in the last page is kept, where readers look first.
Status StorePlan::find() {
  header_ = TRY(wire::read_tiff_header(source_, {0, source_.size()}));
  (void)TRY(wire::walk_tiff(source_, {0, source_.size()}, limits_,
                            [&](const wire::TiffHeader&, const wire::TiffIfd& ifd) -> Status {
                              visit(ifd);
                              return {};
                            }));
  if (!last_) return fail(ErrorCode::Malformed, "the file has no directory", "tiff");
  if (holders_.empty()) return {};
  const wire::TiffEntry* of_last = last_->find(kC2pa);
  kept_ = of_last != nullptr ? *of_last : *holders_.front().find(kC2pa);
  return {};
}

/// The value is a store from its first byte to its last, and no directory stands in it: the entry
/// tells the truth about what may be overwritten.
Result<bool> StorePlan::is_intact(Range value) {
  if (value.size < 8 || TRY(read_be(source_, value.offset, 4)) != value.size ||
      TRY(read_be(source_, value.offset + 4, 4)) != 0x6A756D62) {  // "jumb"
    return false;
  }
  return std::none_of(directories_.begin(), directories_.end(),
                      [&](const Range& directory) { return overlap(directory, value); });
}

std::uint64_t StorePlan::append_aligned(Bytes bytes) {
  appended_.resize(appended_.size() + (end_ + appended_.size()) % 2, 0);
  const std::uint64_t at = end_ + appended_.size();
  append(appended_, bytes);
  return at;
}

/// In the old one's place when it has that size or ends the file.
Result<std::uint64_t> StorePlan::place_value() {
  if (kept_ && TRY(is_intact(kept_->value))) {
    if (kept_->value.size == store_.size()) {
      patches_.push_back({kept_->value, to_buffer(store_)});
      return kept_->value.offset;
    }
    if (kept_->value.end() == source_.size()) end_ = kept_->value.offset;
  }
  return append_aligned(store_);
}

Status StorePlan::add_to_last_page(Bytes entry) {
  const ByteBuffer stored = TRY(read(source_, last_->whole));
  const ByteBuffer moved = TRY(wire::insert_tiff_entry(header_, *last_, stored, entry));
  const std::uint64_t at = append_aligned(moved);
  patches_.push_back({last_pointer_, wire::offset_field(header_, at), kPointerPhase});
  return {};
}

/// The directory with `entry` for the kept store and without any other.
Status StorePlan::rewrite(const wire::TiffIfd& ifd, Bytes entry) {
  const ByteBuffer stored = TRY(read(source_, ifd.whole));
  ByteBuffer body;
  std::uint64_t count = 0;
  for (const wire::TiffEntry& other : ifd.entries) {
    const bool kept = other.entry == kept_->entry;
    if (other.tag == kC2pa && !kept) continue;
    append(body,
           kept ? entry : slice(stored, other.entry.offset - ifd.whole.offset, other.entry.size));
    ++count;
  }
  if (count == 0) {
    return fail(ErrorCode::Unsupported,
                "a directory holds nothing but a second C2PA store; remove that page first", "tiff",
                ifd.whole.offset);
  }
  ByteBuffer out;
  header_.append(out, count, header_.count_width());
  append(out, body);
  append(out, slice(stored, header_.count_width() + ifd.entries.size() * header_.entry_size()));
  out.resize(stored.size(), 0);
  patches_.push_back({ifd.whole, std::move(out), kPointerPhase});
  return {};
}

Result<Splice> StorePlan::run() {
  TRY(find());
  const std::uint64_t at = TRY(place_value());
  const ByteBuffer entry =
      wire::make_tiff_entry(header_, kC2pa, static_cast<std::uint16_t>(wire::TiffType::Undefined),
                            store_.size(), wire::offset_field(header_, at));
  if (holders_.empty()) TRY(add_to_last_page(entry));
  for (const wire::TiffIfd& ifd : holders_) TRY(rewrite(ifd, entry));
  if (!header_.big && end_ + appended_.size() > UINT32_MAX) {
    return fail(ErrorCode::LimitExceeded,
                "a classic TIFF file ends at 4 GiB: there is no room for a C2PA store", "tiff");
  }
  if (!appended_.empty()) TRY(check_end(source_, end_ + appended_.size(), limits_, kC2pa));
  std::vector<Replacement> replacements = std::move(patches_);
  replacements.push_back({{end_, source_.size() - end_}, std::move(appended_)});
  return replace_ranges(source_.size(), std::move(replacements));
}

}  // namespace

Result<Splice> put_store(Source& source, const Layout&, Bytes store, const Limits& limits) {
  return StorePlan(source, store, limits).run();
}

}  // namespace colophon::tiff
