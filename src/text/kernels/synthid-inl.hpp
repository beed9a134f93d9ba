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

/// The sum of sixteen columns, in an order that no instruction set changes.
HWY_INLINE float sum_of(const float (&part)[kGroup]) {
  double sum = 0;
  for (const float p : part) sum += p;
  return static_cast<float>(sum);
}

void tournament(float* p, const std::uint32_t* bits, std::size_t count, std::size_t layers,
                std::uint32_t leaves) {
  const hn::ScalableTag<float> df;
  const hn::RebindToUnsigned<decltype(df)> du;
  const std::size_t lanes = hn::Lanes(df);
  const auto has = [&](std::size_t at, std::size_t layer) HWY_ATTR {
    const auto bit = hn::Set(du, std::uint32_t{1} << layer);
    return hn::RebindMask(df, hn::Ne(hn::And(hn::LoadU(du, bits + at), bit), hn::Zero(du)));
  };
  HWY_ALIGN float part[kGroup] = {};
  for (std::size_t i = 0; i < count; i += lanes) {
    const auto in = hn::IfThenElseZero(has(i, 0), hn::LoadU(df, p + i));
    hn::StoreU(hn::Add(hn::LoadU(df, part + i % kGroup), in), df, part + i % kGroup);
  }
  for (std::size_t layer = 0; layer < layers; ++layer) {
    const double mass = sum_of(part), without = 1 - mass;
    double in = 1 + without, out = without;
    if (leaves > 2) {
      out = ::pow(without, leaves - 1.0);
      in = mass > 0 ? (1 - ::pow(without, static_cast<double>(leaves))) / mass : 0;
    }
    const auto with_bit = hn::Set(df, static_cast<float>(in));
    const auto without_bit = hn::Set(df, static_cast<float>(out));
    const std::size_t next = layer + 1 < layers ? layer + 1 : 0;
    for (float& value : part) value = 0;
    for (std::size_t i = 0; i < count; i += lanes) {
      const auto old = hn::LoadU(df, p + i);
      const auto now = hn::Mul(old, hn::IfThenElse(has(i, layer), with_bit, without_bit));
      hn::StoreU(now, df, p + i);
      const auto ahead = hn::IfThenElseZero(has(i, next), now);
      hn::StoreU(hn::Add(hn::LoadU(df, part + i % kGroup), ahead), df, part + i % kGroup);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace colophon::textmark
