// SPDX-License-Identifier: Apache-2.0
// A process that is stopped in the middle of its writing, at a chosen system call.
#pragma once

#include <functional>

namespace colophon::testing {

struct Interrupted {
  bool possible = true;  ///< false: processes cannot be traced here
  bool reached = false;  ///< false: it made fewer calls and ended by itself
  int status = 0;        ///< as of waitpid
};

/// Runs `work` in a child process and sends it `signal` when it makes its `n`th call (from 0) of
/// those that change files: SIGKILL stops it before the call, other signals arrive right after it.
[[nodiscard]] Interrupted interrupt_at(unsigned n, int signal, const std::function<void()>& work);

}  // namespace colophon::testing
