// SPDX-License-Identifier: Apache-2.0
// From Options to what src/watermark asks for.
#pragma once

#include "cli/terminal.hpp"
#include "watermark/detect.hpp"

namespace colophon {
class TextWatermarks;
}

namespace colophon::cli {

[[nodiscard]] Result<textmark::Settings> text_settings(const Options& options);
/// Of --key, --keys and --key-value.
[[nodiscard]] Result<std::vector<watermark::NamedKey>> text_keys(const Options& options);
[[nodiscard]] watermark::DocumentOptions document_options(const Options& options);
/// The vocabulary in a file; errors name it.
[[nodiscard]] Result<tokenizers::Tokenizer> tokenizer_at(const std::string& path);
/// What `verify --effort full` looks for in text; null where no keys are configured.
[[nodiscard]] Result<std::shared_ptr<const TextWatermarks>> configured_watermarks(
    const Options& options);

}  // namespace colophon::cli
