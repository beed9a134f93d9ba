// SPDX-License-Identifier: Apache-2.0
#include "media/jpeg_scan.hpp"

#include <algorithm>

#include "media/jpeg_bits.hpp"

namespace colophon {
namespace {

using Coefficients = std::array<std::int16_t, 64>;

/// A block of a unit that is coded again: its DC difference always, the rest when it was drawn on.
struct BlockEdit {
  unsigned component = 0;
  int difference = 0;
  std::size_t ac = 0, end = 0;       ///< bits of its AC codes
  std::optional<std::size_t> drawn;  ///< index of its coefficients
};
struct UnitEdit {
  std::size_t interval = 0, begin = 0, end = 0;  ///< bits
  std::size_t first = 0, blocks = 0;
};

class Marker {
 public:
  Marker(ScanShape& shape, const DrawBlock& draw) : shape_(shape), draw_(draw) {}

  std::optional<MarkedScan> run(Bytes data) {
    if (!bits_.take(data) || !build_tables() || !read()) return std::nullopt;
    MarkedScan marked;
    if (!complete_tables(marked.tables)) return std::nullopt;
    write(marked.data, data.size());
    return marked;
  }

 private:
  bool build_tables() {
    for (const ScanComponent& component : shape_.components) {
      if (component.dc_table > 3 || component.ac_table > 3) return false;
      if (!dc_[component.dc_table].build(shape_.dc[component.dc_table]) ||
          !ac_[component.ac_table].build(shape_.ac[component.ac_table])) {
        return false;
      }
    }
    return true;
  }

  bool read() {
    const std::size_t units = std::size_t{shape_.units_across} * shape_.units_down;
    const std::size_t step = shape_.restart_interval == 0 ? units : shape_.restart_interval;
    if (units == 0 || bits_.intervals.size() != (units + step - 1) / step) return false;
    for (std::size_t unit = 0; unit < units; ++unit) {
      if (unit % step == 0 && !begin_interval(unit / step)) return false;
      const auto across = static_cast<unsigned>(unit % shape_.units_across);
      const auto down = static_cast<unsigned>(unit / shape_.units_across);
      if (!read_unit(across, down)) return false;
    }
    return end_interval();
  }

  bool begin_interval(std::size_t interval) {
    if (interval > 0 && !end_interval()) return false;
    interval_ = interval;
    at_ = bits_.intervals[interval].begin * 8;
    before_.fill(0);
    written_.fill(0);
    return true;
  }
  /// It must be used up, but for bits that fill its last byte.
  bool end_interval() {
    const std::size_t end = bits_.intervals[interval_].end * 8;
    ends_.push_back(at_);
    return at_ <= end && end - at_ < 8;
  }

  [[nodiscard]] bool touches(unsigned across, unsigned down) const {
    return std::any_of(shape_.components.begin(), shape_.components.end(),
                       [&](const ScanComponent& one) {
                         const unsigned x = across * one.h, y = down * one.v;
                         return x < one.span.right && x + one.h > one.span.left &&
                                y < one.span.bottom && y + one.v > one.span.top;
                       });
  }

  bool read_unit(unsigned across, unsigned down) {
    const bool drawn = touches(across, down);
    const bool edited = drawn || before_ != written_;
    UnitEdit unit{interval_, at_, 0, blocks_.size(), 0};
    for (unsigned c = 0; c < shape_.components.size(); ++c) {
      const ScanComponent& one = shape_.components[c];
      for (unsigned i = 0; i < one.h * one.v; ++i) {
        const unsigned column = across * one.h + i % one.h, row = down * one.v + i / one.h;
        const bool under = drawn && column >= one.span.left && column < one.span.right &&
                           row >= one.span.top && row < one.span.bottom;
        if (!read_block(c, column, row, edited, under)) return false;
      }
    }
    if (!edited) return true;
    unit.end = at_;
    unit.blocks = blocks_.size() - unit.first;
    units_.push_back(unit);
    return true;
  }

  bool read_block(unsigned c, unsigned column, unsigned row, bool edited, bool under) {
    const ScanComponent& one = shape_.components[c];
    const std::uint8_t* const bytes = bits_.bytes.data();
    const int size = dc_[one.dc_table].next(bytes, at_);
    if (size < 0 || size > 11) return false;
    before_[c] += signed_bits(bytes, at_, static_cast<unsigned>(size));
    if (before_[c] < -2048 || before_[c] > 2047) return false;
    const std::size_t ac = at_;
    Coefficients* const block = under ? &drawn_.emplace_back() : nullptr;
    if (!read_ac(ac_[one.ac_table], block == nullptr ? nullptr : block->data()) ||
        at_ > bits_.intervals[interval_].end * 8) {
      return false;
    }
    int dc = before_[c];
    if (edited) {
      BlockEdit edit{c, 0, ac, at_, std::nullopt};
      if (under) {
        (*block)[0] = static_cast<std::int16_t>(dc);
        draw_(c, column, row, block->data());
        dc = (*block)[0];
        edit.drawn = drawn_.size() - 1;
        shape_.ac[one.ac_table].need_block(block->data());
      }
      edit.difference = dc - written_[c];
      if (edit.difference < -2047 || edit.difference > 2047) return false;
      shape_.dc[one.dc_table].need_difference(edit.difference);
      blocks_.push_back(edit);
    }
    written_[c] = dc;
    return true;
  }

  bool read_ac(const HuffmanReader& table, std::int16_t* block) {
    const std::uint8_t* const bytes = bits_.bytes.data();
    if (block == nullptr) return table.skip_block(bytes, at_, long_codes_);
    for (unsigned k = 1; k < 64;) {
      const HuffmanReader::Run run = table.run(peek_bits(bytes, at_));
      at_ += run.code;
      k += run.advance;
      if (run.advance == 0 || (k > 64 && k <= HuffmanReader::kEndOfBlock)) return false;
      if (run.size > 0) {
        block[kJpegZigzag[k - 1]] = static_cast<std::int16_t>(signed_bits(bytes, at_, run.size));
      }
    }
    return true;
  }

  /// Codes for what is asked for now.
  bool complete_tables(ByteBuffer& segment) {
    ByteBuffer body;
    std::array<bool, 4> dc{}, ac{};
    for (const ScanComponent& one : shape_.components) {
      dc[one.dc_table] = ac[one.ac_table] = true;
    }
    for (unsigned i = 0; i < 4; ++i) {
      const bool well = (!dc[i] || complete(shape_.dc[i], i, dc_writers_[i], body)) &&
                        (!ac[i] || complete(shape_.ac[i], 0x10U | i, ac_writers_[i], body));
      if (!well) return false;
    }
    if (body.empty()) return true;
    segment = {0xFF, 0xC4};
    append_be(segment, body.size() + 2, 2);
    append(segment, body);
    return true;
  }

  static bool complete(JpegCodes& codes, unsigned name, HuffmanWriter& writer, ByteBuffer& body) {
    const HuffmanWriter old(codes);
    const auto lengths = codes.bits;
    if (!codes.complete()) return false;
    writer = HuffmanWriter(codes);
    if (codes.bits == lengths) return true;
    codes.append_table(body, name);
    const bool dc = name < 0x10;
    for (unsigned symbol = 0; symbol < 256; ++symbol) {
      const unsigned length = old.of(symbol).length;
      const bool kept = length == 0 || length == writer.of(symbol).length;
      if (!kept && (dc || length < HuffmanReader::kLong)) return false;
    }
    return true;
  }

  void write(ByteBuffer& out, std::size_t size) {
    JpegBitWriter writer(out, size + size / 8 + 4096);
    auto unit = units_.begin();
    for (std::size_t i = 0; i < bits_.intervals.size(); ++i) {
      if (i > 0) writer.restart_marker(i - 1);
      std::size_t at = bits_.intervals[i].begin * 8;
      for (; unit != units_.end() && unit->interval == i; ++unit) {
        carry(writer, at, unit->begin);
        for (std::size_t b = 0; b < unit->blocks; ++b)
          write_block(writer, blocks_[unit->first + b]);
        at = unit->end;
      }
      // Bits that fill the last byte are made anew, as there may be more or fewer of them.
      carry(writer, at, ends_[i]);
      writer.align();
    }
  }

  /// Bits as they are, but for codes that became longer.
  void carry(JpegBitWriter& writer, std::size_t at, std::size_t end) {
    for (; next_long_ < long_codes_.size() && long_codes_[next_long_].at < end; ++next_long_) {
      const HuffmanReader::LongCode& code = long_codes_[next_long_];
      if (code.at < at) continue;
      const auto table = static_cast<std::size_t>(code.table - ac_.data());
      const HuffmanWriter::Code now = ac_writers_[table].of(code.symbol);
      if (now.length == code.length) continue;
      writer.copy(bits_.bytes.data(), at, code.at);
      writer.put_code(now);
      at = code.at + code.length;
    }
    writer.copy(bits_.bytes.data(), at, end);
  }

  void write_block(JpegBitWriter& writer, const BlockEdit& edit) {
    const ScanComponent& one = shape_.components[edit.component];
    const HuffmanWriter& dc = dc_writers_[one.dc_table];
    const HuffmanWriter& ac = ac_writers_[one.ac_table];
    const unsigned size = jpeg_bit_size(edit.difference);
    writer.put_value(dc.of(size), edit.difference, size);
    if (!edit.drawn) {
      carry(writer, edit.ac, edit.end);
      return;
    }
    unsigned zeros = 0;
    for (unsigned k = 1; k < 64; ++k) {
      const int value = drawn_[*edit.drawn][kJpegZigzag[k]];
      if (value == 0) {
        ++zeros;
        continue;
      }
      for (; zeros >= 16; zeros -= 16) writer.put_code(ac.of(0xF0));
      const unsigned bits = jpeg_bit_size(value);
      writer.put_value(ac.of(zeros << 4 | bits), value, bits);
      zeros = 0;
    }
    if (zeros > 0) writer.put_code(ac.of(0));
  }

  ScanShape& shape_;
  const DrawBlock& draw_;
  UnstuffedScan bits_;
  std::array<HuffmanReader, 4> dc_{}, ac_{};
  std::array<HuffmanWriter, 4> dc_writers_{}, ac_writers_{};
  std::size_t interval_ = 0, at_ = 0;
  std::array<int, 4> before_{}, written_{};  ///< DC values: of the source, of the outcome
  std::vector<UnitEdit> units_;
  std::vector<BlockEdit> blocks_;
  std::vector<Coefficients> drawn_;
  std::vector<HuffmanReader::LongCode> long_codes_;
  std::size_t next_long_ = 0;
  std::vector<std::size_t> ends_;  ///< of the codes of each interval, in bits
};

}  // namespace

std::optional<MarkedScan> mark_scan(Bytes data, ScanShape shape, const DrawBlock& draw) {
  return Marker(shape, draw).run(data);
}

}  // namespace colophon
