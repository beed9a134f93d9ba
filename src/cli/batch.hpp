// SPDX-License-Identifier: Apache-2.0
// Many files, several at once, answers in the order of the files.
#pragma once

#include <functional>

#include "cli/terminal.hpp"

namespace colophon::cli {

/// One file's answer: what to print, what to complain about, and its exit code.
struct Answer {
  std::string text;
  std::string file;
  std::optional<Error> error;
  int code = 0;
};

/// The files named, with folders walked when `recursive`. A folder without -r becomes an error at
/// its place.
[[nodiscard]] std::vector<std::string> expand(const Options& options, Terminal& terminal,
                                              bool& failed);

/// Runs `work` over the files and prints the answers in order. Returns the joint exit code:
/// 3 if any failed, else 4, else 0 if any is 0, else 1 (docs/report.md).
[[nodiscard]] int run_batch(const std::vector<std::string>& files, const Options& options,
                            Terminal& terminal,
                            const std::function<Answer(const std::string&)>& work);

}  // namespace colophon::cli
