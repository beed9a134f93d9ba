// SPDX-License-Identifier: Apache-2.0
#include "text/kernels/kernels.hpp"

#include <string_view>

namespace colophon::textmark {

extern const Kernels kBaselineKernels;
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;

std::uint32_t reciprocal(std::uint32_t divisor) noexcept {
  return divisor < 2 ? 0xFFFFFFFF : static_cast<std::uint32_t>((std::uint64_t{1} << 32) / divisor);
}

const Kernels* kernels_named(const char* name) noexcept {
  const std::string_view wanted = name;
  if (wanted == "baseline") return &kBaselineKernels;
#if defined(__x86_64__)
  if (wanted == "avx2" && __builtin_cpu_supports("avx2")) return &kAvx2Kernels;
  if (wanted == "avx512" && __builtin_cpu_supports("avx512f") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd")) {
    return &kAvx512Kernels;
  }
#endif
  return nullptr;
}

const Kernels& kernels() noexcept {
  static const Kernels& best = []() -> const Kernels& {
    for (const char* name : {"avx512", "avx2"}) {
      if (const Kernels* found = kernels_named(name)) return *found;
    }
    return kBaselineKernels;
  }();
  return best;
}

}  // namespace colophon::textmark
