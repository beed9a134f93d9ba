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

/// A file to work on, and its name below the folder that was walked to find it; the bare name of a
/// file that was named itself.
struct Input {
  std::string path, below;
};

/// The files named, with folders walked when `recursive`, but not the output folder. A folder
/// without -r becomes an error at its place.
[[nodiscard]] std::vector<Input> expand(const Options& options, Terminal& terminal, bool& failed);

/// Runs `work` over the files and prints the answers in order. Returns the joint exit code:
/// 3 if any failed, else 4, else 0 if any is 0, else 1 (docs/report.md).
[[nodiscard]] int run_batch(const std::vector<Input>& files, const Options& options,
                            Terminal& terminal, const std::function<Answer(const Input&)>& work);

}  // namespace colophon::cli
