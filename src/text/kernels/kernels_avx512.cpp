// SPDX-License-Identifier: Apache-2.0
#include "text/kernels/kernels-inl.hpp"

namespace colophon::textmark {

extern const Kernels kAvx512Kernels;
const Kernels kAvx512Kernels = COLOPHON_TEXT_KERNELS("avx512");

}  // namespace colophon::textmark
