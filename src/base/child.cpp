// SPDX-License-Identifier: Apache-2.0
#include "base/child.hpp"

#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <thread>

namespace colophon {

using Clock = std::chrono::steady_clock;

void Descriptor::reset(int number) noexcept {
  if (number_ >= 0) close(number_);
  number_ = number;
}

Child::~Child() {
  if (id_ <= 0) return;
  kill(group_ ? -id_ : id_, SIGKILL);
  int status = 0;
  while (waitpid(id_, &status, 0) < 0 && errno == EINTR) {
  }
}

std::optional<int> Child::wait_until(Deadline deadline) {
  for (;;) {
    int status = 0;
    const pid_t ended = waitpid(id_, &status, WNOHANG);
    if (ended == id_ || (ended < 0 && errno != EINTR)) {
      id_ = 0;
      return ended < 0 ? -1 : status;
    }
    if (Clock::now() >= deadline) return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

Descriptor memory_file(const char* name, Bytes bytes) {
  Descriptor file(memfd_create(name, MFD_CLOEXEC));
  while (file.get() >= 0 && !bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written <= 0) return Descriptor();
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  if (file.get() >= 0 && lseek(file.get(), 0, SEEK_SET) != 0) return Descriptor();
  return file;
}

Heard hear(int pipe, std::size_t most, Deadline deadline, ByteBuffer& all) {
  std::array<std::uint8_t, 16384> block{};
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd wanted{pipe, POLLIN, 0};
    const int ready = left > 0 ? poll(&wanted, 1, static_cast<int>(left)) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return Heard::TooLate;
    const ssize_t size = ::read(pipe, block.data(), block.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return Heard::Broken;
    if (size == 0) return Heard::All;
    append(all, Bytes(block.data(), static_cast<std::size_t>(size)));
    if (all.size() > most) return Heard::TooMuch;
  }
}

}  // namespace colophon
