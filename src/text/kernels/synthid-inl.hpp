// SPDX-License-Identifier: Apache-2.0
// SynthID v2's g-function, and the tournament over candidates.
// Included by each kernels_*.cpp; no include guard, no include of its own.

namespace colophon::textmark {
namespace HWY_NAMESPACE {

constexpr std::uint64_t kMultiplier = 6364136223846793005;

/// x * kMultiplier mod 2^64.
HWY_INLINE V64 times_multiplier(D64 d, V64 x) {
#if HWY_TARGET <= HWY_AVX3 || HWY_TARGET == HWY_SCALAR
  return hn::Mul(x, hn::Set(d, kMultiplier));
#else
  const V64 m = hn::Set(d, kMultiplier), m_high = hn::Set(d, kMultiplier >> 32);
  const V64 cross = hn::Add(low_product(d, hn::ShiftRight<32>(x), m), low_product(d, x, m_high));
  return hn::Add(low_product(d, x, m), hn::ShiftLeft<32>(cross));
#endif
}

/// Twelve times x = ((x + 1) M + 1) >> 5, then bit 30, for chains that hide each other's latency.
template <std::size_t kChains>
HWY_INLINE void last_bits(D64 d, V64 (&x)[kChains]) {
  const hn::RebindToSigned<D64> di;
  const V64 offset = hn::Set(d, kMultiplier + 1);  // (x + 1) M + 1 = x M + (M + 1)
  for (int i = 0; i < 12; ++i) {
    for (V64& chain : x) {
      const V64 next = hn::Add(times_multiplier(d, chain), offset);
      chain = hn::BitCast(d, hn::ShiftRight<5>(hn::BitCast(di, next)));
    }
  }
  for (V64& chain : x) chain = hn::And(hn::ShiftRight<30>(chain), hn::Set(d, 1));
}

void synthid2_bits(const std::uint64_t* hashes, std::size_t count, const std::uint64_t* keys,
                   std::size_t layers, std::uint64_t* bits) {
  const D64 d;
  const V64 one = hn::Set(d, 1);
  for (std::size_t at = 0; at < count; at += hn::Lanes(d)) {
    const V64 hash = hn::LoadU(d, hashes + at);
    V64 all = hn::Zero(d);
    // From the last layer down, so that each bit arrives at its place by doubling. The first step
    // is the hash with the layer's key.
    const auto start = [&](std::size_t l) HWY_ATTR {
      return hn::Add(times_multiplier(d, hn::Add(hash, hn::Set(d, keys[l]))), one);
    };
    std::size_t l = layers;
    for (; l % 4 != 0; --l) {
      V64 x[1] = {start(l - 1)};
      last_bits(d, x);
      all = hn::Or(hn::Add(all, all), x[0]);
    }
    for (; l != 0; l -= 4) {
      V64 x[4] = {start(l - 1), start(l - 2), start(l - 3), start(l - 4)};
      last_bits(d, x);
      const V64 high = hn::Or(hn::ShiftLeft<3>(x[0]), hn::ShiftLeft<2>(x[1]));
      all = hn::Or(hn::ShiftLeft<4>(all), hn::Or(high, hn::Or(hn::Add(x[2], x[2]), x[3])));
    }
    hn::StoreU(all, d, bits + at);
  }
}

void exponentials(const float* logits, std::size_t count, float most, float* out) {
  const hn::ScalableTag<float> df;
  const hn::RebindToSigned<decltype(df)> di;
  const auto constant = [&](float value) HWY_ATTR { return hn::Set(df, value); };
  for (std::size_t i = 0; i < count; i += hn::Lanes(df)) {
    const auto wanted = hn::Sub(hn::LoadU(df, logits + i), constant(most));
    const auto x = hn::Max(wanted, constant(-87.0F));
    // x = k ln 2 + r with k whole and |r| below 0.35; 1.5 * 2^23 rounds.
    const auto k = hn::Sub(hn::Add(hn::Mul(x, constant(1.44269504F)), constant(12582912.0F)),
                           constant(12582912.0F));
    auto r = hn::Sub(x, hn::Mul(k, constant(0.693359375F)));
    r = hn::Add(r, hn::Mul(k, constant(2.12194440e-4F)));
    auto series = constant(1.0F / 5040);
    for (const float term : {1.0F / 720, 1.0F / 120, 1.0F / 24, 1.0F / 6, 0.5F, 1.0F, 1.0F}) {
      series = hn::Add(hn::Mul(series, r), constant(term));
    }
    const auto power = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(di, k), hn::Set(di, 127)));
    const auto value = hn::Mul(series, hn::BitCast(df, power));
    hn::StoreU(hn::IfThenElseZero(hn::Ge(wanted, constant(-87.0F)), value), df, out + i);
  }
}

void logarithms(float* values, std::size_t count) {
  const hn::ScalableTag<float> df;
  for (std::size_t i = 0; i < count; i += hn::Lanes(df)) {
    const auto value = hn::LoadU(df, values + i);
    const auto log = hn::Neg(minus_log(df, value));
    const auto positive = hn::Ge(value, hn::Set(df, 1.17549435e-38F));
    hn::StoreU(hn::IfThenElse(positive, log, hn::Set(df, -1e12F)), df, values + i);
  }
}

/// The sum of sixteen columns, in an order that no instruction set changes.
HWY_INLINE double sum_of(const float (&part)[kGroup]) {
  double sum = 0;
  for (const float p : part) sum += p;
  return sum;
}

/// What has g = 0 is summed, and all: 1 - mass would lose its digits where the mass is near 1, and
/// an error of the whole would grow from layer to layer. Sixteen columns each.
struct Masses {
  HWY_ALIGN float zeros[kGroup] = {};
  HWY_ALIGN float whole[kGroup] = {};
};

/// p times one of two factors by bit `now`, and the sums for bit `next`.
HWY_INLINE Masses one_round(float* p, const std::uint32_t* bits, std::size_t count,
                            std::uint32_t now, std::uint32_t next, float with, float without) {
  const hn::ScalableTag<float> df;
  const hn::RebindToUnsigned<decltype(df)> du;
  constexpr std::size_t kLanes = hn::MaxLanes(df), kVectors = kGroup / kLanes;
  hn::Vec<decltype(df)> zeros[kVectors], whole[kVectors];
  for (std::size_t v = 0; v < kVectors; ++v) zeros[v] = whole[v] = hn::Zero(df);
  const auto in = hn::Set(df, with), out = hn::Set(df, without);
  const auto lacks = [&](hn::Vec<decltype(du)> word, std::uint32_t bit) HWY_ATTR {
    return hn::RebindMask(df, hn::Eq(hn::And(word, hn::Set(du, bit)), hn::Zero(du)));
  };
  for (std::size_t i = 0; i < count; i += kGroup) {
    for (std::size_t v = 0; v < kVectors; ++v) {
      const auto word = hn::LoadU(du, bits + i + v * kLanes);
      float* place = p + i + v * kLanes;
      const auto value = hn::Mul(hn::LoadU(df, place), hn::IfThenElse(lacks(word, now), out, in));
      hn::StoreU(value, df, place);
      zeros[v] = hn::Add(zeros[v], hn::IfThenElseZero(lacks(word, next), value));
      whole[v] = hn::Add(whole[v], value);
    }
  }
  Masses masses;
  for (std::size_t v = 0; v < kVectors; ++v) {
    hn::StoreU(zeros[v], df, masses.zeros + v * kLanes);
    hn::StoreU(whole[v], df, masses.whole + v * kLanes);
  }
  return masses;
}

void tournament(float* p, const std::uint32_t* bits, std::size_t count, std::size_t layers,
                std::uint32_t leaves) {
  Masses masses = one_round(p, bits, count, 1, 1, 1, 1);
  for (std::size_t layer = 0; layer < layers; ++layer) {
    const double without = sum_of(masses.zeros) / sum_of(masses.whole);
    double in = 1 + without, out = without;
    if (leaves > 2) {
      out = ::pow(without, leaves - 1.0);
      in = without < 1 ? (1 - ::pow(without, static_cast<double>(leaves))) / (1 - without) : 0;
    }
    const std::size_t next = layer + 1 < layers ? layer + 1 : 0;
    masses = one_round(p, bits, count, std::uint32_t{1} << layer, std::uint32_t{1} << next,
                       static_cast<float>(in), static_cast<float>(out));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace colophon::textmark
