// SPDX-License-Identifier: Apache-2.0
#include "text/kernels/kernels-inl.hpp"

namespace colophon::textmark {

extern const Kernels kBaselineKernels;
const Kernels kBaselineKernels = COLOPHON_TEXT_KERNELS("baseline");

}  // namespace colophon::textmark
