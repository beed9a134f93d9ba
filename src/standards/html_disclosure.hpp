// SPDX-License-Identifier: Apache-2.0
// What a whole page says, beyond one carrier; kHtmlDisclosure (standards.hpp) reads single ones.
#pragma once

#include <colophon/types.hpp>

#include <vector>

namespace colophon {

/// Only the first `<meta name="ai-disclosure">` of a page counts, even when its value is invalid
/// (report of 2026, clause 4.1): later ones say nothing any more and get finding H-4. `evidence` is
/// in file order and of one page; evidence of other standards is left alone.
void keep_first_meta(std::vector<Evidence>& evidence);

}  // namespace colophon
