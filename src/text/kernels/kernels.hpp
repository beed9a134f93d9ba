// SPDX-License-Identifier: Apache-2.0
// The inner loops, once for each instruction set: one object each, chosen once by what the
// processor has. All give equal results, bit for bit: integers, and sums whose order is fixed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace colophon::textmark {

/// Tokens and the words before them, as columns: `columns[c][i]` is word c of the context of item
/// i.
struct Columns {
  const std::uint32_t* const* columns = nullptr;
  std::uint32_t width = 0;
  const std::uint32_t* tokens = nullptr;
  std::size_t count = 0;
  /// Every column can be read up to here: `count` rounded up to a multiple of 16.
  std::size_t readable = 0;
};

/// 2^32 / divisor, rounded down, for divisors from 2: see `draw`.
[[nodiscard]] std::uint32_t reciprocal(std::uint32_t divisor) noexcept;

struct Kernels {
  const char* name;
  /// Sum of -ln(1 - u) over all items.
  double (*gumbel_total)(const Columns& items, std::uint64_t key);
  /// The random word of each item; `words` has room for `readable`.
  void (*gumbel_words)(const Columns& items, std::uint64_t key, std::uint32_t* words);
  /// Words of tokens 4 * block ... of one context, four for each of `blocks`.
  void (*gumbel_row)(const std::uint32_t state[4], std::uint64_t key, std::size_t blocks,
                     std::uint32_t* words);
  /// logits - log(-log u), coarsely (within 1e-4 + 2e-6 of the size); `count` is a multiple of 16.
  void (*gumbel_scores)(const float* logits, const std::uint32_t* words, std::size_t count,
                        float* scores);
  /// exp(logits - most); `count` is a multiple of 16. To 3e-7 of its size, 0 below e^-87.
  void (*exponentials)(const float* logits, std::size_t count, float most, float* out);
  /// Logarithms, in place; of 0 it is -1e12, as SynthID has it.
  void (*logarithms)(float* values, std::size_t count);
  /// Bit l of each word: SynthID v2's g-value for layer l of that hash. `count` a multiple of 16.
  void (*synthid2_bits)(const std::uint64_t* hashes, std::size_t count, const std::uint64_t* keys,
                        std::size_t layers, std::uint64_t* bits);
  /// Mersenne Twister: the next 624 numbers, from the state, which has room for 640.
  void (*twist)(std::uint32_t* twister, std::uint32_t* numbers);
  /// numbers[i] = first + i + numbers[i] % (size - first - i), where reciprocals[k] belongs to
  /// size - k. Both are readable to a multiple of 16.
  void (*draw)(std::uint32_t* numbers, std::size_t count, std::uint32_t first, std::uint32_t size,
               const std::uint32_t* reciprocals);
  /// The first index whose value is `wanted`, or `count`.
  std::size_t (*find)(const std::uint32_t* values, std::size_t count, std::uint32_t wanted);
  /// Where tokens end that stand at `places` when each of the `count` places i from 0 on is
  /// exchanged with swaps[i], which is not below i.
  void (*track)(const std::uint32_t* swaps, std::uint32_t count, std::uint32_t* places,
                std::size_t place_count);
  /// Bit i % 8 of byte i / 8 is marks[i], 0 or 1; `count` is a multiple of 64.
  void (*pack)(const std::uint8_t* marks, std::size_t count, std::uint8_t* bits);
  /// The tournament over probabilities `p`, at most 32 layers a call: p *= 1 + g - mass for each
  /// layer, where mass is the sum of p with g = 1. `count` is a multiple of 16.
  void (*tournament)(float* p, const std::uint32_t* bits, std::size_t count, std::size_t layers,
                     std::uint32_t leaves);
};

/// The best that this processor has.
[[nodiscard]] const Kernels& kernels() noexcept;
/// "baseline", "avx2", "avx512"; nullptr when this build or processor has no such thing.
[[nodiscard]] const Kernels* kernels_named(const char* name) noexcept;

}  // namespace colophon::textmark
