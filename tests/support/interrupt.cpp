// SPDX-License-Identifier: Apache-2.0
#include "support/interrupt.hpp"

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <iterator>

namespace colophon::testing {
namespace {

constexpr long kChanging[] = {
    SYS_write,  SYS_pwrite64, SYS_fsync,     SYS_fdatasync, SYS_ftruncate,
    SYS_linkat, SYS_renameat, SYS_renameat2, SYS_unlinkat,
#ifdef SYS_rename
    SYS_link,   SYS_rename,   SYS_unlink,
#endif
};

bool enters_changing_call(pid_t child) {
  struct __ptrace_syscall_info info{};
  if (ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info) <= 0) return false;
  return info.op == PTRACE_SYSCALL_INFO_ENTRY &&
         std::find(std::begin(kChanging), std::end(kChanging), static_cast<long>(info.entry.nr)) !=
             std::end(kChanging);
}

[[noreturn]] void be_traced(const std::function<void()>& work) {
  if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(99);
  raise(SIGSTOP);
  work();
  _exit(0);
}

}  // namespace

Interrupted interrupt_at(unsigned n, int signal, const std::function<void()>& work) {
  Interrupted result;
  const pid_t child = fork();
  if (child == 0) be_traced(work);
  waitpid(child, &result.status, 0);
  if (child < 0 || !WIFSTOPPED(result.status)) return {false, false, 0};
  ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  unsigned seen = 0;
  for (int deliver = 0;;) {
    ptrace(PTRACE_SYSCALL, child, nullptr, deliver);
    deliver = 0;
    waitpid(child, &result.status, 0);
    if (!WIFSTOPPED(result.status)) return result;
    const int stop = WSTOPSIG(result.status);
    if (stop == (SIGTRAP | 0x80)) {
      if (!enters_changing_call(child) || seen++ != n) continue;
      result.reached = true;
      kill(child, signal);
    } else if (stop != SIGTRAP) {
      deliver = stop;
    }
  }
}

}  // namespace colophon::testing
