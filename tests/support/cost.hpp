// SPDX-License-Identifier: Apache-2.0
// What an answer costs: the time that it computed, and the memory that it took at most.
#pragma once

#include "support/support.hpp"

#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

namespace colophon::testing {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kCostsMore = true;
#elif defined(__has_feature)
inline constexpr bool kCostsMore = __has_feature(address_sanitizer);
#else
inline constexpr bool kCostsMore = false;
#endif

struct Cost {
  double seconds = 0;
  std::uint64_t bytes = 0;  ///< more than before, at most; 0 under a sanitizer, which needs its own
};

/// In a process of its own. A crash costs a year.
inline Cost cost_of(const std::function<void()>& work) {
  int ends[2];
  if (::pipe(ends) != 0) return {};
  ::malloc_trim(0);  // what was freed before is not at hand
  const pid_t child = ::fork();
  if (child == 0) {
    std::uint64_t pages = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> pages >> resident;
    const auto start = ComputingClock::now();
    work();
    Cost cost;
    cost.seconds = std::chrono::duration<double>(ComputingClock::now() - start).count();
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const std::uint64_t most = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
    const std::uint64_t before = resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    cost.bytes = kCostsMore || most < before ? 0 : most - before;
    ::_exit(::write(ends[1], &cost, sizeof cost) == sizeof cost ? 0 : 1);
  }
  ::close(ends[1]);
  Cost cost;
  const bool told = ::read(ends[0], &cost, sizeof cost) == sizeof cost;
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return told ? cost : Cost{3e7, UINT64_MAX};
}

}  // namespace colophon::testing
