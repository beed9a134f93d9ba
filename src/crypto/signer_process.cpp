// SPDX-License-Identifier: Apache-2.0
// Asking an external signer. The command is the user's own, so a shell runs it as they wrote it;
// nothing of any input is put into it.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>

#include "crypto/signers.hpp"

namespace colophon {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kTooLong = "the command took too long, and was ended";

Failure failed(std::string message) {
  return fail(ErrorCode::Io, std::move(message), "signer");
}

class Descriptor {
 public:
  explicit Descriptor(int number = -1) noexcept : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }
  void reset(int number = -1) noexcept {
    if (number_ >= 0) close(number_);
    number_ = number;
  }
  [[nodiscard]] int get() const noexcept { return number_; }

 private:
  int number_;
};

/// A process that is ended and reaped when nobody waits for it any more.
class Child {
 public:
  /// `group`: it leads a group of processes, which ends with it.
  Child(pid_t id, bool group) noexcept : id_(id), group_(group) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (id_ <= 0) return;
    kill(group_ ? -id_ : id_, SIGKILL);
    int status = 0;
    while (waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
  }
  /// The exit status; nothing when it still runs at the deadline.
  std::optional<int> wait_until(Clock::time_point deadline) {
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

 private:
  pid_t id_;
  bool group_;
};

/// Then the command stays in our group: only the one in the foreground may ask for a PIN there.
bool has_terminal() {
  const Descriptor terminal(open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY));
  return terminal.get() >= 0;
}

/// The input as a file without a name: however much or little of it the child reads, nobody waits.
bool put(Bytes input, const Descriptor& file) {
  while (!input.empty()) {
    const ssize_t written = ::write(file.get(), input.data(), input.size());
    if (written <= 0) return false;
    input = input.subspan(static_cast<std::size_t>(written));
  }
  return lseek(file.get(), 0, SEEK_SET) == 0;
}

Result<pid_t> start(const std::string& command, int input, int output, bool group) {
  std::string shell = "sh";
  std::string option = "-c";
  std::string text = command;
  const std::array<char*, 4> arguments = {shell.data(), option.data(), text.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t id = 0;
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  if (group) posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  const int error = posix_spawn(&id, "/bin/sh", &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return failed("the command cannot be started");
  return id;
}

Result<ByteBuffer> read_all(int output, std::size_t most, Clock::time_point deadline) {
  ByteBuffer all;
  std::array<std::uint8_t, 4096> block{};
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd wanted{output, POLLIN, 0};
    const int ready = left > 0 ? poll(&wanted, 1, static_cast<int>(left)) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return failed(kTooLong);
    const ssize_t size = ::read(output, block.data(), block.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return failed("the command's output cannot be read");
    if (size == 0) return all;
    append(all, Bytes(block.data(), static_cast<std::size_t>(size)));
    if (all.size() > most) return failed("the command wrote more than any right answer");
  }
}

}  // namespace

Result<ByteBuffer> ask_process(const std::string& command, Bytes input, std::size_t most_output,
                               int timeout_ms) {
  const auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
  const Descriptor file(memfd_create("colophon-signer", MFD_CLOEXEC));
  std::array<int, 2> ends{-1, -1};
  if (file.get() < 0 || !put(input, file) || pipe2(ends.data(), O_CLOEXEC) != 0) {
    return failed("the system gives no pipe to the command");
  }
  const Descriptor output(ends[0]);
  Descriptor child_output(ends[1]);
  const bool group = !has_terminal();
  Child child(TRY(start(command, file.get(), child_output.get(), group)), group);
  child_output.reset();
  ByteBuffer answer = TRY(read_all(output.get(), most_output, deadline));
  const auto status = child.wait_until(deadline);
  if (!status) return failed(kTooLong);
  if (!WIFEXITED(*status) || WEXITSTATUS(*status) != 0) {
    return failed(WIFEXITED(*status)
                      ? "the command failed with exit code " + std::to_string(WEXITSTATUS(*status))
                      : "the command was ended by a signal");
  }
  return answer;
}

}  // namespace colophon
