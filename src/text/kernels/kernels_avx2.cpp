// SPDX-License-Identifier: Apache-2.0
#include "text/kernels/kernels-inl.hpp"

namespace colophon::textmark {

extern const Kernels kAvx2Kernels;
const Kernels kAvx2Kernels = COLOPHON_TEXT_KERNELS("avx2");

}  // namespace colophon::textmark
