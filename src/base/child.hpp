// SPDX-License-Identifier: Apache-2.0
// What whoever starts another program needs: descriptors, a process that is never left behind, and
// reading what it says under a cap and a deadline.
#pragma once

#include "base/bytes.hpp"

#include <sys/types.h>

#include <chrono>

namespace colophon {

using Deadline = std::chrono::steady_clock::time_point;

class Descriptor {
 public:
  explicit Descriptor(int number = -1) noexcept : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() { reset(); }
  void reset(int number = -1) noexcept;
  [[nodiscard]] int get() const noexcept { return number_; }

 private:
  int number_;
};

/// A process that is ended and reaped when nobody waits for it any more.
class Child {
 public:
  /// `group`: it leads a group of processes, which ends with it.
  explicit Child(pid_t id, bool group = false) noexcept : id_(id), group_(group) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();
  /// As waitpid tells it; nothing when it still runs at the deadline.
  [[nodiscard]] std::optional<int> wait_until(Deadline deadline);

 private:
  pid_t id_;
  bool group_;
};

/// A file without a name that holds `bytes`, at its start: however much or little of it a child
/// reads, nobody waits. -1 when the system gives none.
[[nodiscard]] Descriptor memory_file(const char* name, Bytes bytes);

enum class Heard : std::uint8_t { All, TooLate, TooMuch, Broken };
/// Reads to the end of a pipe.
[[nodiscard]] Heard hear(int pipe, std::size_t most, Deadline deadline, ByteBuffer& all);

}  // namespace colophon
