// SPDX-License-Identifier: Apache-2.0
// One function per command: Options in, exit code out.
#pragma once

#include "cli/terminal.hpp"

namespace colophon::cli {

[[nodiscard]] int run_label(const Options& options, Terminal& terminal);
[[nodiscard]] int run_carry(const Options& options, Terminal& terminal);
[[nodiscard]] int run_verify(const Options& options, Terminal& terminal);
[[nodiscard]] int run_check(const Options& options, Terminal& terminal);
[[nodiscard]] int run_inspect(const Options& options, Terminal& terminal);
[[nodiscard]] int run_code_check(const Options& options, Terminal& terminal);
[[nodiscard]] int run_code_make(const Options& options, Terminal& terminal);
[[nodiscard]] int run_key_new(const Options& options, Terminal& terminal);
[[nodiscard]] int run_key_show(const Options& options, Terminal& terminal);
[[nodiscard]] int run_key_pin(const Options& options, Terminal& terminal);
[[nodiscard]] int run_key_list(const Options& options, Terminal& terminal);
[[nodiscard]] int run_scan(const Options& options, Terminal& terminal);
[[nodiscard]] int run_dataset_seal(const Options& options, Terminal& terminal);
[[nodiscard]] int run_dataset_verify(const Options& options, Terminal& terminal);
[[nodiscard]] int run_dataset_stats(const Options& options, Terminal& terminal);
[[nodiscard]] int run_text_detect(const Options& options, Terminal& terminal);
[[nodiscard]] int run_text_embed(const Options& options, Terminal& terminal);
[[nodiscard]] int run_text_keys_new(const Options& options, Terminal& terminal);
[[nodiscard]] int run_text_keys_list(const Options& options, Terminal& terminal);
[[nodiscard]] int run_text_keys_check(const Options& options, Terminal& terminal);
[[nodiscard]] int run_profiles(const Options& options, Terminal& terminal);

}  // namespace colophon::cli
