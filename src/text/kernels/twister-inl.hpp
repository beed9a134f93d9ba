// SPDX-License-Identifier: Apache-2.0
// MT19937 and the draws of torch's CPU randperm: a block of 624 numbers at a time.
// Included by each kernels_*.cpp; no include guard, no include of its own.

namespace colophon::textmark {
namespace HWY_NAMESPACE {

using D32 = hn::ScalableTag<std::uint32_t>;
using V32 = hn::Vec<D32>;

HWY_INLINE V32 twisted(D32 d, const std::uint32_t* m, std::size_t k, std::size_t from) {
  const V32 y = hn::Or(hn::And(hn::LoadU(d, m + k), hn::Set(d, 0x80000000U)),
                       hn::And(hn::LoadU(d, m + k + 1), hn::Set(d, 0x7FFFFFFFU)));
  const V32 one = hn::Set(d, 1);
  const V32 odd = hn::IfThenElseZero(hn::Eq(hn::And(y, one), one), hn::Set(d, 0x9908B0DFU));
  return hn::Xor(hn::Xor(hn::LoadU(d, m + from), hn::ShiftRight<1>(y)), odd);
}

inline std::uint32_t twisted_one(const std::uint32_t* m, std::size_t k, std::size_t from) {
  const std::uint32_t y = (m[k] & 0x80000000U) | (m[(k + 1) % 624] & 0x7FFFFFFFU);
  return m[from] ^ (y >> 1) ^ ((y & 1) != 0 ? 0x9908B0DFU : 0);
}

void twist(std::uint32_t* m, std::uint32_t* numbers) {
  const D32 d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t k = 0;
  for (; k + lanes <= 227; k += lanes) hn::StoreU(twisted(d, m, k, k + 397), d, m + k);
  for (; k < 227; ++k) m[k] = twisted_one(m, k, k + 397);
  for (; k + lanes <= 623; k += lanes) hn::StoreU(twisted(d, m, k, k - 227), d, m + k);
  for (; k < 624; ++k) m[k] = twisted_one(m, k, k - 227);
  for (std::size_t i = 0; i < 624; i += lanes) {  // 624 = 39 * 16
    V32 y = hn::LoadU(d, m + i);
    y = hn::Xor(y, hn::ShiftRight<11>(y));
    y = hn::Xor(y, hn::And(hn::ShiftLeft<7>(y), hn::Set(d, 0x9D2C5680U)));
    y = hn::Xor(y, hn::And(hn::ShiftLeft<15>(y), hn::Set(d, 0xEFC60000U)));
    hn::StoreU(hn::Xor(y, hn::ShiftRight<18>(y)), d, numbers + i);
  }
}

#if HWY_TARGET == HWY_SCALAR
void draw(std::uint32_t* numbers, std::size_t count, std::uint32_t first, std::uint32_t size,
          const std::uint32_t*) {
  for (std::uint32_t i = 0; i < count; ++i) {
    numbers[i] = first + i + numbers[i] % (size - first - i);
  }
}
#else
/// Remainders by way of reciprocals, which are rounded down: a quotient is right or one too small,
/// and then the remainder is a divisor too large.
void draw(std::uint32_t* numbers, std::size_t count, std::uint32_t first, std::uint32_t size,
          const std::uint32_t* reciprocals) {
  const D32 d;
  const hn::RepartitionToWide<D32> wide;
  const std::size_t lanes = hn::Lanes(d);
  const auto high = hn::Set(wide, 0xFFFFFFFF00000000);
  const auto step = hn::Set(d, static_cast<std::uint32_t>(lanes));
  auto index = hn::Iota(d, first);
  auto divisor = hn::Sub(hn::Set(d, size), index);
  for (std::size_t i = 0; i < count; i += lanes) {
    const auto number = hn::LoadU(d, numbers + i);
    const auto reciprocal = hn::LoadU(d, reciprocals + first + i);
    const auto even = hn::ShiftRight<32>(hn::MulEven(number, reciprocal));
    const auto odd = hn::MulEven(hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(wide, number))),
                                 hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(wide, reciprocal))));
    const auto quotient = hn::BitCast(d, hn::Or(even, hn::And(odd, high)));
    const auto rest = hn::Sub(number, hn::Mul(quotient, divisor));
    hn::StoreU(hn::Add(hn::Min(rest, hn::Sub(rest, divisor)), index), d, numbers + i);
    index = hn::Add(index, step);
    divisor = hn::Sub(divisor, step);
  }
}
#endif

std::size_t find(const std::uint32_t* values, std::size_t count, std::uint32_t wanted) {
  const D32 d;
  const std::size_t lanes = hn::Lanes(d);
  const V32 all = hn::Set(d, wanted);
  std::size_t i = 0;
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    const auto a = hn::Or(hn::Eq(hn::LoadU(d, values + i), all),
                          hn::Eq(hn::LoadU(d, values + i + lanes), all));
    const auto b = hn::Or(hn::Eq(hn::LoadU(d, values + i + 2 * lanes), all),
                          hn::Eq(hn::LoadU(d, values + i + 3 * lanes), all));
    if (!hn::AllFalse(d, hn::Or(a, b))) break;
  }
  for (; i < count && values[i] != wanted; ++i) {
  }
  return i;
}

namespace {

/// Where to look: nearly all values that are no place of a token are sorted out by tables of bits.
class Places {
 public:
  Places(std::uint32_t* places, std::size_t count) : places_(places), count_(count) {
    for (std::size_t k = 0; k < count; ++k) add(places[k]);
  }

  /// The first of values[from .. end) that is a place, or `end`.
  std::uint32_t find(const std::uint32_t* values, std::uint32_t from, std::uint32_t end) const {
    std::uint32_t i = from;
#if HWY_TARGET != HWY_SCALAR
    const D32 d;
    constexpr auto kLanes = static_cast<std::uint32_t>(hn::MaxLanes(D32()));
    const V32 bit = hn::Set(d, 31), one = hn::Set(d, 1), spreading = hn::Set(d, kSpread);
    const V32 table0 = hn::Load(d, tables_[0]), table1 = hn::Load(d, tables_[1]);
    const V32 table2 = hn::Load(d, tables_[2]), word = hn::Set(d, kWords - 1);
    const auto looked_up = [&](V32 table, V32 hash) {
      const auto at = hn::IndicesFromVec(d, hn::And(hn::ShiftRight<5>(hash), word));
      return hn::Shr(hn::TableLookupLanes(table, at), hn::And(hash, bit));
    };
    for (; i + kLanes <= end; i += kLanes) {
      const V32 value = hn::LoadU(d, values + i), spread = hn::Mul(value, spreading);
      const V32 met =
          hn::And(looked_up(table0, value), hn::And(looked_up(table1, hn::ShiftRight<10>(spread)),
                                                    looked_up(table2, hn::ShiftRight<20>(spread))));
      if (HWY_LIKELY(hn::AllFalse(d, hn::Eq(hn::And(met, one), one)))) continue;
      auto is_place = hn::Eq(value, hn::Set(d, places_[0]));
      for (std::size_t k = 1; k < count_; ++k) {
        is_place = hn::Or(is_place, hn::Eq(value, hn::Set(d, places_[k])));
      }
      const auto first = hn::FindFirstTrue(d, is_place);
      if (first >= 0) return i + static_cast<std::uint32_t>(first);
    }
#endif
    for (; i < end; ++i) {
      if (!may_be(values[i])) continue;
      for (std::size_t k = 0; k < count_; ++k) {
        if (places_[k] == values[i]) return i;
      }
    }
    return end;
  }

  /// The first place from `from` on, or `end`.
  [[nodiscard]] std::uint32_t next(std::uint32_t from, std::uint32_t end) const {
    std::uint32_t next = end;
    for (std::size_t k = 0; k < count_; ++k) {
      const std::uint32_t ahead = places_[k] >= from ? places_[k] : end;
      next = ahead < next ? ahead : next;
    }
    return next;
  }

  void exchange(std::uint32_t i, std::uint32_t j) {
    for (std::size_t k = 0; k < count_; ++k) {
      places_[k] = places_[k] == i ? j : places_[k] == j ? i : places_[k];
    }
    add(j);
  }

 private:
  static constexpr std::uint32_t kSpread = 0x9E3779B1;
#if HWY_TARGET == HWY_SCALAR
  static constexpr std::uint32_t kWords = 64;
#else
  static constexpr auto kWords = static_cast<std::uint32_t>(hn::MaxLanes(D32()));
#endif

  void add(std::uint32_t place) {
    const std::uint32_t spread = place * kSpread;
    set(0, place);
    set(1, spread >> 10);
    set(2, spread >> 20);
  }
  void set(std::size_t table, std::uint32_t hash) {
    tables_[table][hash >> 5 & (kWords - 1)] |= 1U << (hash & 31);
  }
  [[nodiscard]] bool may_be(std::uint32_t value) const {
    const std::uint32_t hash = value * kSpread >> 10;
    return (tables_[1][hash >> 5 & (kWords - 1)] >> (hash & 31) & 1) != 0;
  }

  std::uint32_t* places_;
  std::size_t count_;
  HWY_ALIGN std::uint32_t tables_[3][kWords] = {};
};

}  // namespace

/// A token that met the swap at its place stands behind the way and moves no more.
void track(const std::uint32_t* swaps, std::uint32_t count, std::uint32_t* places,
           std::size_t place_count) {
  Places all(places, place_count);
  for (std::uint32_t i = 0; i < count; ++i) {
    i = all.find(swaps, i, all.next(i, count));
    if (i < count) all.exchange(i, swaps[i]);
  }
}

void pack(const std::uint8_t* marks, std::size_t count, std::uint8_t* bits) {
#if HWY_TARGET == HWY_SCALAR
  for (std::size_t i = 0; i < count; i += 8) {
    unsigned byte = 0;
    for (unsigned k = 0; k < 8; ++k) byte |= unsigned{marks[i + k]} << k;
    bits[i / 8] = static_cast<std::uint8_t>(byte);
  }
#else
  const hn::ScalableTag<std::uint8_t> d;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    hn::StoreMaskBits(d, hn::Ne(hn::LoadU(d, marks + i), hn::Zero(d)), bits + i / 8);
  }
#endif
}

}  // namespace HWY_NAMESPACE
}  // namespace colophon::textmark
