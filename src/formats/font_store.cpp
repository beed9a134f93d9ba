// SPDX-License-Identifier: Apache-2.0
// Writing the table "C2PA" of a font: the last of its tables, with the directory and the check sums
// that it takes (ISO/IEC 14496-22, 5.1 and 5.2.3).
#include "formats/font.hpp"

#include <algorithm>
#include <bit>

namespace colophon::font {
namespace {

constexpr std::uint64_t kBlock = 1 << 20;  // a multiple of four
constexpr std::uint32_t kWholeSum = 0xB1B0AFBA;

std::uint64_t padded(std::uint64_t size) noexcept {
  return (size + 3) / 4 * 4;
}

/// Big-endian words, the last one filled up with zeros.
std::uint32_t sum_of(Bytes bytes) noexcept {
  std::uint32_t sum = 0;
  const std::size_t whole = bytes.size() / 4 * 4;
  for (std::size_t at = 0; at < whole; at += 4) {
    sum += static_cast<std::uint32_t>(*load_be(bytes, at, 4));
  }
  ByteBuffer last = to_buffer(slice(bytes, whole));
  last.resize(4, 0);
  return sum + static_cast<std::uint32_t>(*load_be(last, 0, 4));
}

Result<std::uint32_t> sum_of(Source& source) {
  std::uint32_t sum = 0;
  for (std::uint64_t at = 0; at < source.size(); at += kBlock) {
    sum += sum_of(TRY(source.view({at, std::min(kBlock, source.size() - at)})));
  }
  return sum;
}

ByteBuffer store_table(Bytes store) {
  ByteBuffer table;
  append_be(table, 0, 2);
  append_be(table, 1, 2);  // version 0.1
  append_be(table, 0, 8);  // no URI
  append_be(table, kStoreHead, 4);
  append_be(table, store.size(), 4);
  append(table, store);
  return table;
}

class Writer {
 public:
  Writer(Source& source, std::vector<Table> tables) : source_(source), tables_(std::move(tables)) {}

  Result<Splice> put(Bytes store) {
    TRY(check_signature());
    TRY(take_old());
    std::vector<Replacement> changes = TRY(directory_changes(store));
    const Splice draft = TRY(replace_ranges(source_.size(), changes));
    const Table* head = find("head");
    if (head == nullptr || head->where.size < kAdjustment + 4) return draft;
    // The sum over a font whose adjustment counts as zero.
    SplicedSource output(source_, draft);
    const std::uint64_t at = head->where.offset + kAdjustment;
    const std::uint64_t old = TRY(read_be(source_, at, 4));
    const auto sum = TRY(sum_of(output)) - share_of(at, static_cast<std::uint32_t>(old));
    ByteBuffer adjustment;
    append_be(adjustment, static_cast<std::uint32_t>(kWholeSum - sum), 4);
    changes.push_back({{at, 4}, std::move(adjustment)});
    return replace_ranges(source_.size(), std::move(changes));
  }

 private:
  [[nodiscard]] const Table* find(std::string_view tag) const {
    const auto found = std::find_if(tables_.begin(), tables_.end(),
                                    [&](const Table& table) { return table.tag == tag; });
    return found != tables_.end() ? &*found : nullptr;
  }

  /// An empty DSIG table is common and signs nothing.
  Status check_signature() {
    const Table* table = find("DSIG");
    if (table == nullptr || table->where.size < 6) return {};
    if (TRY(read_be(source_, table->where.offset + 4, 2)) == 0) return {};
    return fail(ErrorCode::Refused,
                "the font carries a digital signature that a change would break; take the table "
                "DSIG out of it first",
                "font:DSIG", table->where.offset);
  }

  /// The old table goes with its padding; nothing else may stand there.
  Status take_old() {
    const Table* old = find(kStoreTag);
    if (old == nullptr) return {};
    old_ = old->where;
    for (const Table& table : tables_) {
      if (&table == old || table.where.size == 0) continue;
      const bool apart = table.where.offset >= old_.end() || table.where.end() <= old_.offset;
      if (!apart || table.tag == kStoreTag) {
        return fail(ErrorCode::Malformed, "the table C2PA shares bytes with another, or its name",
                    "font", table.where.offset);
      }
    }
    if (old_.offset < kHead + tables_.size() * kRecord) {
      return fail(ErrorCode::Malformed, "the table C2PA stands in the directory", "font",
                  old_.offset);
    }
    had_ = true;
    const std::uint64_t next = next_table(old_.end());
    old_.size = std::min(padded(old_.end()), next) - old_.offset;
    return {};
  }

  [[nodiscard]] std::uint64_t next_table(std::uint64_t at) const {
    std::uint64_t next = source_.size();
    for (const Table& table : tables_) {
      if (table.where.size > 0 && table.where.offset >= at) {
        next = std::min(next, table.where.offset);
      }
    }
    return next;
  }

  /// Where the byte at `at` comes to stand.
  [[nodiscard]] std::uint64_t moved(std::uint64_t at) const noexcept {
    const std::uint64_t gone = had_ && at >= old_.end() ? old_.size : 0;
    return at + (had_ ? 0 : kRecord) - gone;
  }

  /// What a word at `at` adds to the sum: it may lie across two words of the output.
  [[nodiscard]] std::uint32_t share_of(std::uint64_t at, std::uint32_t word) const noexcept {
    return std::rotr(word, static_cast<int>(moved(at) % 4 * 8));
  }

  Result<std::vector<Replacement>> directory_changes(Bytes store) {
    const ByteBuffer table = store_table(store);
    const std::uint64_t before = moved(source_.size());
    const std::uint64_t place = padded(before);
    ByteBuffer bytes(static_cast<std::size_t>(place - before), 0);
    append(bytes, table);
    bytes.resize(static_cast<std::size_t>(padded(bytes.size() + before) - before), 0);
    if (before + bytes.size() > UINT32_MAX) {
      return fail(ErrorCode::LimitExceeded, "the font would be larger than a font can be", "font");
    }
    ByteBuffer entry = to_buffer(kStoreTag);
    append_be(entry, sum_of(table), 4);
    append_be(entry, place, 4);
    append_be(entry, table.size(), 4);
    std::vector<Replacement> changes;
    changes.push_back({{0, kHead + tables_.size() * kRecord}, TRY(directory(entry))});
    changes.push_back({{source_.size(), 0}, std::move(bytes)});
    if (had_) changes.push_back({old_, {}});
    return changes;
  }

  /// Records are sorted by tag; where they are not, the new one goes before the first larger tag.
  Result<ByteBuffer> directory(const ByteBuffer& entry) {
    ByteBuffer out = TRY(read(source_, {0, kHead}));
    const std::uint64_t count = tables_.size() + (had_ ? 0 : 1);
    const std::uint64_t power = std::bit_floor(count);
    store_be(out, 4, count, 2);
    store_be(out, 6, power * kRecord & 0xFFFF, 2);
    store_be(out, 8, static_cast<std::uint64_t>(std::bit_width(power) - 1), 2);
    store_be(out, 10, (count - power) * kRecord & 0xFFFF, 2);
    const ByteBuffer old = TRY(read(source_, {kHead, tables_.size() * kRecord}));
    bool placed = false;
    for (std::size_t i = 0; i < tables_.size(); ++i) {
      const bool is_store = tables_[i].tag == kStoreTag;
      if (!placed && (is_store || (!had_ && tables_[i].tag > kStoreTag))) {
        append(out, entry);
        placed = true;
      }
      if (is_store) continue;
      ByteBuffer record = to_buffer(slice(old, i * kRecord, kRecord));
      store_be(record, 8, moved(tables_[i].where.offset), 4);
      append(out, record);
    }
    if (!placed) append(out, entry);
    return out;
  }

  Source& source_;
  std::vector<Table> tables_;
  Range old_;  // the old table with its padding
  bool had_ = false;
};

}  // namespace

Result<Splice> put_store(Source& source, const Layout&, Bytes store, const Limits&) {
  std::vector<Table> tables;
  TRY(read_tables(source, tables));
  return Writer(source, std::move(tables)).put(store);
}

}  // namespace colophon::font
