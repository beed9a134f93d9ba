// SPDX-License-Identifier: Apache-2.0
// From Options to what src/watermark asks for.
#pragma once

#include "cli/terminal.hpp"
#include "watermark/detect.hpp"

namespace colophon::cli {

[[nodiscard]] Result<textmark::Settings> text_settings(const Options& options);
/// Of --key, --keys and --key-value.
[[nodiscard]] Result<std::vector<watermark::NamedKey>> text_keys(const Options& options);
[[nodiscard]] watermark::DocumentOptions document_options(const Options& options);

}  // namespace colophon::cli
