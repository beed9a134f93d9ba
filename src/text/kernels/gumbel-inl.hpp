// SPDX-License-Identifier: Apache-2.0
// vLLM's PRF "philox4x32-10-v1" over many items at once. A lane of 64 bits holds a word of 32 in
// its lower half; the upper half is whatever the products left there, and no multiplication reads
// it. Included by each kernels_*.cpp; no include guard, no include of its own.

namespace colophon::textmark {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D64 = hn::ScalableTag<std::uint64_t>;
using V64 = hn::Vec<D64>;

constexpr std::size_t kGroup = 16;  ///< items that are worked on together, on every processor

struct Block {
  V64 a, b, c, d;
};

HWY_INLINE V64 low_product(D64 d64, V64 x, V64 multiplier) {
  const hn::Repartition<std::uint32_t, D64> d32;
#if HWY_TARGET == HWY_SCALAR
  (void)d32;
  return hn::Mul(hn::And(x, hn::Set(d64, 0xFFFFFFFF)), multiplier);
#else
  (void)d64;
  return hn::MulEven(hn::BitCast(d32, x), hn::BitCast(d32, multiplier));
#endif
}

/// Philox4x32, ten rounds (Salmon et al. 2011).
HWY_INLINE void philox(D64 d, Block& x, V64 key0, V64 key1) {
  const V64 m0 = hn::Set(d, 0xD2511F53), m1 = hn::Set(d, 0xCD9E8D57);
  const V64 w0 = hn::Set(d, 0x9E3779B9), w1 = hn::Set(d, 0xBB67AE85);
  for (int round = 0; round < 10; ++round) {
    const V64 p = low_product(d, x.a, m0), q = low_product(d, x.c, m1);
    x.a = hn::Xor(hn::Xor(hn::ShiftRight<32>(q), x.b), key0);
    x.c = hn::Xor(hn::Xor(hn::ShiftRight<32>(p), x.d), key1);
    x.b = q;
    x.d = p;
    key0 = hn::Add(key0, w0);
    key1 = hn::Add(key1, w1);
  }
}

HWY_INLINE V64 load_words(D64 d, const std::uint32_t* from) {
  const hn::Rebind<std::uint32_t, D64> d32;
  return hn::PromoteTo(d, hn::LoadU(d32, from));
}

/// Word `token & 3` of the four.
HWY_INLINE V64 choose(D64 d, const Block& x, V64 token) {
  const V64 one = hn::Set(d, 1), two = hn::Set(d, 2);
  const auto odd = hn::Eq(hn::And(token, one), one);
  const auto upper = hn::Eq(hn::And(token, two), two);
  return hn::IfThenElse(upper, hn::IfThenElse(odd, x.d, x.c), hn::IfThenElse(odd, x.b, x.a));
}

/// The words of the items from `at` on, one for each lane, above them garbage.
HWY_INLINE V64 item_words(D64 d, const Columns& items, std::size_t at, std::uint64_t key) {
  const V64 zero = hn::Zero(d);
  const std::uint32_t k0 = static_cast<std::uint32_t>(key);
  const V64 k1 = hn::Set(d, key >> 32);
  Block s = {hn::Set(d, 0x574D4358), hn::Set(d, items.width), zero, zero};
  for (std::uint32_t offset = 0; offset < items.width; offset += 4) {
    const auto word = [&](std::uint32_t i) HWY_ATTR {
      return offset + i < items.width ? load_words(d, items.columns[offset + i] + at)
                                      : hn::Set(d, 0xFFFFFFFFU - i);
    };
    s = {hn::Xor(s.a, word(0)), hn::Xor(s.b, word(1)), hn::Xor(s.c, word(2)),
         hn::Xor(s.d, word(3))};
    philox(d, s, hn::Set(d, k0 ^ offset), k1);
  }
  const V64 token = load_words(d, items.tokens + at);
  Block x = {hn::ShiftRight<2>(token), s.a, s.b, s.c};
  philox(d, x, hn::Xor(hn::Set(d, k0), s.d), hn::Xor(k1, hn::Set(d, 0x574D544B)));
  return choose(d, x, token);
}

/// 1 - u, where u = (word >> 8 + 1) / (2^24 + 1) rounded to a float: exact in a double. The product
/// with the reciprocal rounds as the quotient does for each of the 2^24 numerators.
HWY_INLINE void remainders(D64 d, V64 words, double* out) {
  const hn::Repartition<double, D64> df;
  const hn::Rebind<float, decltype(df)> half;
  const V64 numerator =
      hn::Add(hn::ShiftRight<8>(hn::And(words, hn::Set(d, 0xFFFFFFFF))), hn::Set(d, 1));
  // An integer below 2^52 as a double: into the digits of 2^52, which is then taken away.
  const auto shifted = hn::BitCast(df, hn::Or(numerator, hn::Set(d, 0x4330000000000000)));
  const auto whole = hn::Sub(shifted, hn::Set(df, 4503599627370496.0));
  const auto u = hn::PromoteTo(df, hn::DemoteTo(half, hn::Mul(whole, hn::Set(df, 1 / 16777217.0))));
  hn::StoreU(hn::Sub(hn::Set(df, 1.0), u), df, out);
}

/// Products of sixteen columns; each factor is at least 2^-24, so forty fit into a double.
double gumbel_total(const Columns& items, std::uint64_t key) {
  const D64 d;
  constexpr std::size_t kFactors = 40;
  double total = 0, product[kGroup], factor[kGroup];
  for (double& p : product) p = 1;
  std::size_t factors = 0;
  const auto settle = [&]() HWY_ATTR {
    for (double& p : product) total -= ::log(p), p = 1;
    factors = 0;
  };
  for (std::size_t at = 0; at < items.count; at += kGroup) {
    for (std::size_t lane = 0; lane < kGroup; lane += hn::Lanes(d)) {
      remainders(d, item_words(d, items, at + lane, key), factor + lane);
    }
    for (std::size_t i = items.count - at; i < kGroup; ++i) factor[i] = 1;
    for (std::size_t i = 0; i < kGroup; ++i) product[i] *= factor[i];
    if (++factors == kFactors) settle();
  }
  settle();
  return total;
}

HWY_INLINE void store_words(D64 /*d*/, V64 words, std::uint32_t* out) {
  const hn::Rebind<std::uint32_t, D64> d32;
  hn::StoreU(hn::TruncateTo(d32, words), d32, out);
}

void gumbel_words(const Columns& items, std::uint64_t key, std::uint32_t* words) {
  const D64 d;
  for (std::size_t at = 0; at < items.count; at += kGroup) {
    for (std::size_t lane = 0; lane < kGroup; lane += hn::Lanes(d)) {
      store_words(d, item_words(d, items, at + lane, key), words + at + lane);
    }
  }
}

void gumbel_row(const std::uint32_t state[4], std::uint64_t key, std::size_t blocks,
                std::uint32_t* words) {
  const D64 d;
  const std::size_t lanes = hn::Lanes(d);
  const V64 k0 = hn::Set(d, static_cast<std::uint32_t>(key) ^ state[3]);
  const V64 k1 = hn::Set(d, static_cast<std::uint32_t>(key >> 32) ^ 0x574D544B);
  HWY_ALIGN std::uint32_t part[4][kGroup];
  for (std::size_t at = 0; at < blocks; at += lanes) {
    Block x = {hn::Iota(d, at), hn::Set(d, state[0]), hn::Set(d, state[1]), hn::Set(d, state[2])};
    philox(d, x, k0, k1);
    store_words(d, x.a, part[0]);
    store_words(d, x.b, part[1]);
    store_words(d, x.c, part[2]);
    store_words(d, x.d, part[3]);
    for (std::size_t i = 0; i < lanes && at + i < blocks; ++i) {
      for (std::size_t j = 0; j < 4; ++j) words[4 * (at + i) + j] = part[j][i];
    }
  }
}

/// -log of a positive float to about 1e-7 of its size and 1e-7: the argument's exponent, and
/// atanh's series for what is left. Only coarse scores come from here; the best few are computed
/// exactly.
template <class DF>
HWY_INLINE hn::Vec<DF> minus_log(DF df, hn::Vec<DF> x) {
  const hn::RebindToSigned<DF> di;
  const auto bits = hn::BitCast(di, x);
  const auto from_half = hn::Sub(bits, hn::Set(di, 0x3F3504F3));  // sqrt(1/2)
  const auto exponent = hn::ConvertTo(df, hn::ShiftRight<23>(from_half));
  const auto fraction = hn::BitCast(
      df, hn::Add(hn::And(from_half, hn::Set(di, 0x007FFFFF)), hn::Set(di, 0x3F3504F3)));
  const auto one = hn::Set(df, 1.0F);
  const auto s = hn::Div(hn::Sub(fraction, one), hn::Add(fraction, one));
  const auto z = hn::Mul(s, s);
  auto series = hn::Set(df, 1.0F / 9);
  series = hn::Add(hn::Mul(series, z), hn::Set(df, 1.0F / 7));
  series = hn::Add(hn::Mul(series, z), hn::Set(df, 1.0F / 5));
  series = hn::Add(hn::Mul(series, z), hn::Set(df, 1.0F / 3));
  series = hn::Add(hn::Mul(series, z), one);
  const auto log =
      hn::Add(hn::Mul(exponent, hn::Set(df, 0.69314718F)), hn::Mul(hn::Add(s, s), series));
  return hn::Neg(log);
}

void gumbel_scores(const float* logits, const std::uint32_t* words, std::size_t count,
                   float* scores) {
  const hn::ScalableTag<float> df;
  const hn::RebindToSigned<decltype(df)> di;
  const hn::RebindToUnsigned<decltype(df)> du;
  const std::size_t lanes = hn::Lanes(df);
  for (std::size_t i = 0; i < count; i += lanes) {
    // 1 - u has the digits that u near one lacks: -log u = -log1p(-(1 - u)).
    const auto word = hn::ShiftRight<8>(hn::LoadU(du, words + i));
    const auto k = hn::ConvertTo(df, hn::BitCast(di, word));  // below 2^24: exact
    const auto u = hn::Mul(hn::Add(k, hn::Set(df, 1.0F)), hn::Set(df, 1.0F / 16777217.0F));
    const auto rest =
        hn::Mul(hn::Sub(hn::Set(df, 16777216.0F), k), hn::Set(df, 1.0F / 16777217.0F));
    // For rest < 2^-6: rest + rest^2 / 2 + rest^3 / 3 + rest^4 / 4.
    auto series = hn::Add(hn::Mul(rest, hn::Set(df, 0.25F)), hn::Set(df, 1.0F / 3));
    series = hn::Add(hn::Mul(series, rest), hn::Set(df, 0.5F));
    series = hn::Add(hn::Mul(series, rest), hn::Set(df, 1.0F));
    const auto near_one = hn::Mul(series, rest);
    const auto exponential =
        hn::IfThenElse(hn::Lt(rest, hn::Set(df, 0.015625F)), near_one, minus_log(df, u));
    hn::StoreU(hn::Add(hn::LoadU(df, logits + i), minus_log(df, exponential)), df, scores + i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace colophon::textmark
