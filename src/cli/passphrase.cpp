// SPDX-License-Identifier: Apache-2.0
// Passphrases: from a file, the environment, or the person at the terminal.
#include <termios.h>
#include <unistd.h>

#include <cstdlib>

#include "base/text.hpp"
#include "cli/keys.hpp"
#include "io/io.hpp"

namespace colophon::cli {
namespace {

constexpr std::uint64_t kMostFile = 4096;
constexpr int kGiveUp = 3, kEnd = 4, kBackspace = 8, kDelete = 127;  // ^C, ^D

/// The terminal shows nothing and hands over every key at once, until this goes out of scope.
class Unseen {
 public:
  Unseen() {
    active_ = tcgetattr(STDIN_FILENO, &before_) == 0;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    active_ = active_ && tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
  ~Unseen() {
    if (active_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  [[nodiscard]] bool active() const noexcept { return active_; }

 private:
  termios before_{};
  bool active_ = false;
};

Result<std::string> ask(const std::string& question) {
  const Failure given_up = fail(ErrorCode::Usage, "no passphrase was given");
  const Unseen unseen;
  if (!unseen.active()) return given_up;
  std::fprintf(stderr, "%s", question.c_str());
  std::string answer;
  for (char c = 0; ::read(STDIN_FILENO, &c, 1) == 1 && c != '\n' && c != '\r';) {
    if (c == kGiveUp || c == kEnd) {
      std::fputc('\n', stderr);
      return given_up;
    }
    if (c != kBackspace && c != kDelete) {
      answer += c;
    } else if (!answer.empty()) {
      answer.pop_back();
    }
  }
  std::fputc('\n', stderr);
  return answer;
}

bool is_terminal() {
  return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

}  // namespace

Result<std::string> given_passphrase(const Options& options) {
  if (!options.passphrase_file.empty()) {
    const ByteBuffer text = TRY(read_small_file(options.passphrase_file, kMostFile));
    return std::string(as_text(text).substr(0, as_text(text).find_first_of("\r\n")));
  }
  const char* value = std::getenv("COLOPHON_KEY_PASSPHRASE");
  return std::string(value != nullptr ? value : "");
}

Result<std::string> new_passphrase(const Options& options, const Terminal& terminal) {
  std::string given = TRY(given_passphrase(options));
  if (!given.empty() || !is_terminal()) return given;
  std::string first = TRY(ask(terminal.say("Passphrase for the new key (empty: none): ",
                                           "新密钥的口令（留空则不加密）：")));
  if (first.empty()) return first;
  const std::string second = TRY(ask(terminal.say("The same again: ", "再次输入：")));
  if (first != second) return fail(ErrorCode::Usage, "the two passphrases differ");
  return first;
}

Result<SigningKey> with_passphrase(SigningKey key, const Options& options,
                                   const Terminal& terminal) {
  key.passphrase = TRY(given_passphrase(options));
  if (!needs_passphrase(key)) return key;
  if (!is_terminal()) {
    return fail(ErrorCode::Usage,
                "the key is encrypted: give --passphrase-file FILE, or COLOPHON_KEY_PASSPHRASE",
                key.key);
  }
  key.passphrase = TRY(ask(terminal.say("Passphrase of ", "口令：") + key.key + ": "));
  return key;
}

void warn_if_exposed(const SigningKey& key, const Terminal& terminal) {
  if (!is_exposed(key)) return;
  terminal.warn(key.key, {"all users of this machine can read this private key: chmod 600",
                          "本机所有用户都能读取此私钥：请 chmod 600"});
}

}  // namespace colophon::cli
