// SPDX-License-Identifier: Apache-2.0
// Private to the AVI module.
#pragma once

#include "formats/riff_form.hpp"

namespace colophon::avi {

/// The form "AVI " and the forms "AVIX" of OpenDML behind it.
[[nodiscard]] Result<std::vector<riff::Form>> read_forms(Source& source, riff::Budget& budget);
[[nodiscard]] Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                                  const Limits& limits);
[[nodiscard]] Result<Splice> put_store(Source& source, const Layout& layout, Bytes store,
                                       const Limits& limits);

}  // namespace colophon::avi
