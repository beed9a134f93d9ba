// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "cli/messages.hpp"
#include "cli/print.hpp"

namespace colophon::cli {
namespace {

std::string locale_language() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') {
      return std::string_view(value).starts_with("zh") ? "zh" : "en";
    }
  }
  return "en";
}

bool wants_colour(const std::string& when) {
  if (when != "auto") return when == "always";
  const char* no_color = std::getenv("NO_COLOR");
  const bool refused = no_color != nullptr && *no_color != '\0';
  return !refused && isatty(STDOUT_FILENO) != 0;
}

const char* code_of(Colour colour) {
  switch (colour) {
    case Colour::Red:
      return "31";
    case Colour::Green:
      return "32";
    case Colour::Yellow:
      return "33";
    case Colour::Blue:
      return "36";
    case Colour::Grey:
      return "90";
    case Colour::Bold:
      return "1";
  }
  return "0";
}

Text in_words(ErrorCode code) {
  switch (code) {
    case ErrorCode::Truncated:
      return {"the file is cut off", "文件不完整"};
    case ErrorCode::Malformed:
      return {"the file is damaged", "文件已损坏"};
    case ErrorCode::Unsupported:
      return {"not supported", "不支持"};
    case ErrorCode::LimitExceeded:
      return {"over a limit", "超出限制"};
    case ErrorCode::Io:
      return {"input or output failed", "读写失败"};
    case ErrorCode::NotFound:
      return {"not found", "未找到"};
    case ErrorCode::Refused:
      return {"refused", "已拒绝"};
    case ErrorCode::Conflict:
      return {"conflict", "冲突"};
    case ErrorCode::Usage:
      return {"wrong use", "用法错误"};
    case ErrorCode::Mismatch:
      return {"check after writing failed", "写后核对失败"};
  }
  return {};
}

/// What others answer can be bad without any fault of the file.
Text in_words(const Error& error) {
  if (error.code == ErrorCode::Malformed || error.code == ErrorCode::Mismatch) {
    if (error.where == "signer") return {"no signature", "未得到签名"};
    if (error.where == "time-stamp") return {"no time-stamp", "未得到时间戳"};
  }
  return in_words(error.code);
}

std::int64_t now_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

constexpr std::size_t kMostComplaint = 16'384;
constexpr std::int64_t kFirstDrawMs = 500;
constexpr std::int64_t kRedrawMs = 100;

}  // namespace

void tell(std::string line) {
  line += '\n';
  // Not fmt::print, which throws where the log's disk is full or its reader has gone.
  (void)std::fwrite(line.data(), 1, line.size(), stderr);
}

Terminal::Terminal(const Options& options)
    : language_(options.language.empty()             ? locale_language()
                : options.language.starts_with("zh") ? "zh"
                                                     : "en"),
      colours_(wants_colour(options.color)) {}

std::string Terminal::say(const Error& error) const {
  return language_ == "zh" ? in_chinese(error.message) : error.message;
}

std::string Terminal::paint(Colour colour, std::string_view text) const {
  return colours_ ? fmt::format("\x1b[{}m{}\x1b[0m", code_of(colour), text) : std::string(text);
}

void Terminal::print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) failed_ = true;
}

void Terminal::complain(std::string_view file, const Error& error) {
  std::string line = "colophon: ";
  if (!file.empty()) line += fmt::format("{}: ", file);
  line += fmt::format("{}: {}", say(in_words(error)), say(error));
  if (!error.where.empty()) line += fmt::format(" [{}]", error.where);
  if (error.offset) line += fmt::format(" ({} {})", say("at byte", "位于字节"), *error.offset);
  std::fflush(stdout);
  tell(printable(line, kMostComplaint));
}

void Terminal::warn(std::string_view file, const Text& text) const {
  std::fflush(stdout);
  tell(fmt::format("colophon: {}: {}", printable(file, kMostComplaint),
                   printable(say(text), kMostComplaint)));
}

Progress::Progress(std::size_t total, bool wanted)
    : total_(total),
      active_(wanted && total > 1 && isatty(STDERR_FILENO) != 0),
      started_ms_(now_ms()) {}

Progress::~Progress() {
  if (active_ && drawn_ms_ != 0) std::fputs("\r\x1b[K", stderr);
}

void Progress::advance(std::size_t count) {
  const std::lock_guard lock(mutex_);
  done_ += count;
  const std::int64_t now = now_ms();
  if (!active_ || now - started_ms_ < kFirstDrawMs || now - drawn_ms_ < kRedrawMs) return;
  drawn_ms_ = now;
  draw();
}

void Progress::draw() {
  constexpr std::size_t kWidth = 30;
  const std::size_t filled = kWidth * std::min(done_, total_) / std::max<std::size_t>(total_, 1);
  const std::int64_t elapsed = drawn_ms_ - started_ms_;
  const auto left = static_cast<std::int64_t>(total_ - std::min(done_, total_)) * elapsed /
                    static_cast<std::int64_t>(std::max<std::size_t>(done_, 1)) / 1000;
  const std::string line = fmt::format("\r\x1b[K[{}{}] {}/{}  {} s", std::string(filled, '='),
                                       std::string(kWidth - filled, ' '), done_, total_, left);
  std::fputs(line.c_str(), stderr);
}

}  // namespace colophon::cli
