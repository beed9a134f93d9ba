// SPDX-License-Identifier: Apache-2.0
// Everything that one instruction set needs. The object is compiled with its flags, so nothing here
// may be shared with other objects: no inline function of the standard library is called.
#define HWY_COMPILE_ONLY_STATIC
#define HWY_DISABLE_PCLMUL_AES
#define HWY_DISABLE_BMI2_FMA
#define HWY_DISABLE_F16C
#include "text/kernels/kernels.hpp"

#include <hwy/highway.h>

#include <math.h>  // NOLINT(modernize-deprecated-headers): C's functions, which no object may copy

#include "text/kernels/gumbel-inl.hpp"
#include "text/kernels/synthid-inl.hpp"
#include "text/kernels/twister-inl.hpp"

#define COLOPHON_TEXT_KERNELS(NAME) \
  {NAME,                            \
   HWY_NAMESPACE::gumbel_total,     \
   HWY_NAMESPACE::gumbel_words,     \
   HWY_NAMESPACE::gumbel_row,       \
   HWY_NAMESPACE::gumbel_scores,    \
   HWY_NAMESPACE::exponentials,     \
   HWY_NAMESPACE::logarithms,       \
   HWY_NAMESPACE::synthid2_bits,    \
   HWY_NAMESPACE::twist,            \
   HWY_NAMESPACE::draw,             \
   HWY_NAMESPACE::find,             \
   HWY_NAMESPACE::track,            \
   HWY_NAMESPACE::pack,             \
   HWY_NAMESPACE::tournament}
