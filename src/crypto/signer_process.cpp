// SPDX-License-Identifier: Apache-2.0
// Asking an external signer. The command is the user's own, so a shell runs it as they wrote it;
// nothing of any input is put into it.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "base/child.hpp"
#include "crypto/signers.hpp"

namespace colophon {
namespace {

constexpr const char* kTooLong = "the command took too long, and was ended";

Failure failed(std::string message) {
  return fail(ErrorCode::Io, std::move(message), "signer");
}

/// Then the command stays in our group: only the one in the foreground may ask for a PIN there.
bool has_terminal() {
  const Descriptor terminal(open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY));
  return terminal.get() >= 0;
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

Result<ByteBuffer> read_all(int output, std::size_t most, Deadline deadline) {
  ByteBuffer all;
  switch (hear(output, most, deadline, all)) {
    case Heard::All:
      return all;
    case Heard::TooLate:
      return failed(kTooLong);
    case Heard::TooMuch:
      return failed("the command wrote more than any right answer");
    case Heard::Broken:
      break;
  }
  return failed("the command's output cannot be read");
}

}  // namespace

Result<ByteBuffer> ask_process(const std::string& command, Bytes input, std::size_t most_output,
                               int timeout_ms) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  const Descriptor file = memory_file("colophon-signer", input);
  std::array<int, 2> ends{-1, -1};
  if (file.get() < 0 || pipe2(ends.data(), O_CLOEXEC) != 0) {
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
