// SPDX-License-Identifier: Apache-2.0
// Limits of the system, and a list of the calls that may still be made (seccomp, mode filter); all
// others fail with EPERM. Writing is left for the answer alone.
#include "worker/sandbox.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <vector>

namespace colophon::worker {
namespace {

// Sanitizers reserve terabytes of addresses and read /proc: those builds run without these two.
#ifdef COLOPHON_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

constexpr rlim_t kFiles = 16;
constexpr unsigned kCloneThread = 0x00010000;

#if defined(__x86_64__)
constexpr unsigned kMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned kMachine = AUDIT_ARCH_AARCH64;
#else
constexpr unsigned kMachine = 0;
#endif

// clang-format off
constexpr unsigned kAllowed[] = {
    SYS_read, SYS_pread64, SYS_lseek, SYS_close, SYS_fstat, SYS_newfstatat,
    SYS_mmap, SYS_munmap, SYS_mprotect, SYS_mremap, SYS_madvise, SYS_brk,
    SYS_futex, SYS_sched_yield, SYS_sched_getaffinity, SYS_nanosleep, SYS_clock_nanosleep,
    SYS_clock_gettime, SYS_clock_getres, SYS_gettimeofday, SYS_getrandom, SYS_getpid, SYS_gettid,
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_tgkill,
    SYS_set_robust_list, SYS_rseq, SYS_exit, SYS_exit_group, SYS_sysinfo, SYS_uname,
    SYS_restart_syscall,
};
// clang-format on

using Program = std::vector<sock_filter>;

void add(Program& program, unsigned code, unsigned value, std::size_t yes = 0, std::size_t no = 0) {
  program.push_back({static_cast<unsigned short>(code), static_cast<unsigned char>(yes),
                     static_cast<unsigned char>(no), value});
}
void load(Program& program, std::size_t offset) {
  add(program, BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset));
}
void give(Program& program, unsigned answer) {
  add(program, BPF_RET | BPF_K, answer);
}

/// Only when the call is `number`: its argument `index`, masked, must be `wanted`.
void allow_with(Program& program, unsigned number, unsigned index, unsigned mask, unsigned wanted) {
  add(program, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 5);
  load(program, offsetof(seccomp_data, args) + index * sizeof(__u64));
  add(program, BPF_ALU | BPF_AND | BPF_K, mask);
  add(program, BPF_JMP | BPF_JEQ | BPF_K, wanted, 0, 1);
  give(program, SECCOMP_RET_ALLOW);
  give(program, SECCOMP_RET_ERRNO | EPERM);
}

bool filter_calls() {
  if (kMachine == 0) return true;
  Program program;
  load(program, offsetof(seccomp_data, arch));
  add(program, BPF_JMP | BPF_JEQ | BPF_K, kMachine, 1, 0);
  give(program, SECCOMP_RET_KILL_PROCESS);
  load(program, offsetof(seccomp_data, nr));
  for (const unsigned number : kAllowed) {
    add(program, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
    give(program, SECCOMP_RET_ALLOW);
  }
  // The C library falls back to clone, whose flags a filter can see.
  add(program, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
  give(program, SECCOMP_RET_ERRNO | ENOSYS);
  allow_with(program, SYS_clone, 0, kCloneThread, kCloneThread);
  allow_with(program, SYS_write, 0, ~0U, STDOUT_FILENO);
  give(program, SECCOMP_RET_ERRNO | EPERM);
  const sock_fprog all{static_cast<unsigned short>(program.size()), program.data()};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all) == 0;
}

bool limit(__rlimit_resource what, rlim_t value) {
  const rlimit both{value, value};
  return setrlimit(what, &both) == 0;
}

}  // namespace

bool give_up_rights(const Budget& budget) {
  bool good = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  good = good && limit(RLIMIT_CORE, 0) && limit(RLIMIT_CPU, budget.seconds) &&
         limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NOFILE, kFiles);
  return good && (kSanitized || (limit(RLIMIT_AS, budget.memory_mib << 20) && filter_calls()));
}

}  // namespace colophon::worker
