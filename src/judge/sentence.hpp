// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <colophon/types.hpp>

namespace colophon {

/// One honest sentence for a verdict whose origin, assurance and basis are set.
[[nodiscard]] Text sentence(const Verdict& verdict);

}  // namespace colophon
