// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include <csignal>

#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "io/io.hpp"

namespace {

using namespace colophon::cli;

/// "--in-place=.bak" carries its value behind "=" only, so that "--in-place FILE" takes no file for
/// a suffix. The parser has no such option; it sees two.
std::vector<std::string> arguments(int argc, char** argv) {
  constexpr std::string_view kInPlace = "--in-place=";
  std::vector<std::string> all;
  for (int i = argc - 1; i > 0; --i) {  // CLI11 takes them in reverse
    const std::string argument = argv[i];
    if (!argument.starts_with(kInPlace)) {
      all.push_back(argument);
      continue;
    }
    all.push_back("--backup-suffix=" + argument.substr(kInPlace.size()));
    all.emplace_back("--in-place");
  }
  return all;
}

/// Takes the temporary files away and dies of the same signal, so that the shell sees it.
extern "C" void die_clean(int signal) {
  colophon::remove_temporaries();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

/// Where the caller has closed a standard stream, the next file that is opened takes its number,
/// and messages would go into it. The number is taken by what fails as a closed stream does.
void hold_standard_streams() {
  for (int number = STDIN_FILENO; number <= STDERR_FILENO; ++number) {
    if (fcntl(number, F_GETFD) != -1) continue;
    (void)open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

void handle_signals() {
  // A closed pipe is a failed write, not a reason to die half way through a file.
  std::signal(SIGPIPE, SIG_IGN);
  // The same for a file size limit: the write fails with a message, the temporary file goes.
  std::signal(SIGXFSZ, SIG_IGN);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    // What nohup and background shells have switched off stays off.
    if (std::signal(signal, die_clean) == SIG_IGN) std::signal(signal, SIG_IGN);
  }
}

int run_key(const CLI::App& key, const Options& options, Terminal& terminal) {
  if (key.got_subcommand("new")) return run_key_new(options, terminal);
  if (key.got_subcommand("show")) return run_key_show(options, terminal);
  return key.got_subcommand("pin") ? run_key_pin(options, terminal)
                                   : run_key_list(options, terminal);
}

int run_dataset(const CLI::App& dataset, const Options& options, Terminal& terminal) {
  if (dataset.got_subcommand("seal")) return run_dataset_seal(options, terminal);
  return dataset.got_subcommand("verify") ? run_dataset_verify(options, terminal)
                                          : run_dataset_stats(options, terminal);
}

int run_watermark(const CLI::App& watermark, const Options& options, Terminal& terminal) {
  const CLI::App& text = *watermark.get_subcommand("text");
  if (text.got_subcommand("detect")) return run_text_detect(options, terminal);
  if (text.got_subcommand("embed")) return run_text_embed(options, terminal);
  const CLI::App& keys = *text.get_subcommand("keys");
  if (keys.got_subcommand("new")) return run_text_keys_new(options, terminal);
  return keys.got_subcommand("list") ? run_text_keys_list(options, terminal)
                                     : run_text_keys_check(options, terminal);
}

void tell_passed_over(const Options& options, const Terminal& terminal) {
  if (options.passed_over.empty()) return;
  const std::string keys = fmt::format("{}", fmt::join(options.passed_over, ", "));
  terminal.warn(
      "colophon.toml",
      {fmt::format("not used: {}. The current folder may have come with somebody's files, so it "
                   "names neither whom to trust nor whom to ask; put it into "
                   "~/.config/colophon/colophon.toml or give it on the command line",
                   keys),
       fmt::format(
           "未采用：{}。当前文件夹可能随他人的文件而来，不能由它决定信任谁、向谁发出请求；请写入 "
           "~/.config/colophon/colophon.toml，或在命令行中给出",
           keys)});
}

int run(const CLI::App& app, const Options& options) {
  Terminal terminal(options);
  tell_passed_over(options, terminal);
  const auto chosen = [&](const char* name) { return app.got_subcommand(name); };
  int code = 2;
  if (chosen("label")) code = run_label(options, terminal);
  if (chosen("carry")) code = run_carry(options, terminal);
  if (chosen("verify")) code = run_verify(options, terminal);
  if (chosen("check")) code = run_check(options, terminal);
  if (chosen("inspect")) code = run_inspect(options, terminal);
  if (chosen("profiles")) code = run_profiles(options, terminal);
  if (chosen("code")) {
    const bool check = app.get_subcommand("code")->got_subcommand("check");
    code = check ? run_code_check(options, terminal) : run_code_make(options, terminal);
  }
  if (chosen("key")) code = run_key(*app.get_subcommand("key"), options, terminal);
  if (chosen("scan")) code = run_scan(options, terminal);
  if (chosen("dataset")) code = run_dataset(*app.get_subcommand("dataset"), options, terminal);
  if (chosen("watermark")) {
    code = run_watermark(*app.get_subcommand("watermark"), options, terminal);
  }
  if (chosen("generate")) {
    terminal.print(options.generate == "man"    ? man_page(app)
                   : options.generate == "bash" ? bash_completion(app)
                                                : zsh_completion(app));
    code = 0;
  }
  if (std::fflush(stdout) != 0 || terminal.output_failed()) return 3;
  return code;
}

/// The parser stops at its first error, so what --lang says may not have arrived yet.
int explain(const CLI::App& app, Options& options, const CLI::ParseError& error) {
  if (const auto& given = app.get_option("--lang")->results(); !given.empty()) {
    options.language = given.back();
  }
  if (error.get_exit_code() == 0 || Terminal(options).language() != "zh") {
    return app.exit(error) == 0 ? 0 : 2;
  }
  tell(fmt::format("{}\n用 --help 查看用法。", in_chinese(error.what())));
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  hold_standard_streams();
  handle_signals();
  Options options;
  if (const std::string problem = load_defaults(options); !problem.empty()) {
    std::fprintf(stderr, "colophon: %s\n", problem.c_str());
    return 2;
  }
  const auto app = make_app(options);
  try {
    app->parse(arguments(argc, argv));
    return run(*app, options);
  } catch (const CLI::ParseError& error) {
    return explain(*app, options, error);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "colophon: %s\n", error.what());
    return 3;
  }
}
