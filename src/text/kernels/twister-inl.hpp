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

HWY_INLINE hn::Vec<hn::Repartition<double, D64>> as_double(D64 d, V64 below_2_52) {
  const hn::Repartition<double, D64> df;
  const auto shifted = hn::BitCast(df, hn::Or(below_2_52, hn::Set(d, 0x4330000000000000)));
  return hn::Sub(shifted, hn::Set(df, 4503599627370496.0));
}

/// Remainders by way of doubles. A reciprocal is a little too large, so that a quotient never falls
/// below the whole number it is; it is too little to reach the next. Everything else is exact.
void draw(std::uint32_t* numbers, std::size_t count, std::uint32_t first, std::uint32_t size,
          const double* reciprocals) {
  const D64 d;
  const hn::Repartition<double, D64> df;
  const std::size_t lanes = hn::Lanes(d);
  const auto magic = hn::Set(df, 4503599627370496.0);
  const auto ceiling = hn::Set(df, static_cast<double>(size));
  const auto step = hn::Set(df, static_cast<double>(lanes));
  auto index = as_double(d, hn::Iota(d, first));
  for (std::size_t i = 0; i < count; i += lanes) {
    const auto number = as_double(d, load_words(d, numbers + i));
    const auto quotient = hn::Floor(hn::Mul(number, hn::LoadU(df, reciprocals + first + i)));
    const auto rest = hn::Sub(number, hn::Mul(quotient, hn::Sub(ceiling, index)));
    store_words(d, hn::BitCast(d, hn::Add(hn::Add(rest, index), magic)), numbers + i);
    index = hn::Add(index, step);
  }
}

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

}  // namespace HWY_NAMESPACE
}  // namespace colophon::textmark
