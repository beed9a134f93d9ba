// SPDX-License-Identifier: Apache-2.0
// What the person in front of the screen sees: language, colour, progress.
#pragma once

#include <colophon/types.hpp>

#include <mutex>

#include "cli/options.hpp"

namespace colophon::cli {

enum class Colour : std::uint8_t { Red, Green, Yellow, Blue, Grey, Bold };

/// A line on standard error. That it cannot be written stops nothing: the results matter more.
void tell(std::string line);

/// Decided once at start: language from --lang or the locale, colour from --color, NO_COLOR and
/// whether standard output is a terminal.
class Terminal {
 public:
  explicit Terminal(const Options& options);

  [[nodiscard]] const std::string& language() const noexcept { return language_; }
  [[nodiscard]] std::string say(const char* en, const char* zh) const {
    return language_ == "zh" ? zh : en;
  }
  [[nodiscard]] const std::string& say(const Text& text) const { return text.in(language_); }
  /// What went wrong; English where the catalogue has no entry.
  [[nodiscard]] std::string say(const Error& error) const;
  [[nodiscard]] std::string paint(Colour colour, std::string_view text) const;

  /// To standard output; reports a full disk or a closed pipe through `output_failed`.
  void print(std::string_view text);
  [[nodiscard]] bool output_failed() const noexcept { return failed_; }
  /// "colophon: FILE: ..." to standard error.
  void complain(std::string_view file, const Error& error);
  /// "colophon: FILE: ..." to standard error, where work goes on.
  void warn(std::string_view file, const Text& text) const;

 private:
  std::string language_;
  bool colours_ = false;
  bool failed_ = false;
};

/// One line on a terminal's standard error for long runs; nothing elsewhere.
class Progress {
 public:
  Progress(std::size_t total, bool wanted);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void advance(std::size_t count = 1);

 private:
  void draw();
  std::mutex mutex_;
  std::size_t total_, done_ = 0;
  bool active_;
  std::int64_t started_ms_, drawn_ms_ = 0;
};

}  // namespace colophon::cli
