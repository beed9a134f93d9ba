// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <atomic>

#include "cli/batch.hpp"
#include "cli/commands.hpp"
#include "cli/jobs.hpp"
#include "cli/print.hpp"
#include "ops/check.hpp"
#include "ops/request.hpp"

namespace colophon::cli {
namespace {

std::string rule_line(const RuleResult& result, const Terminal& terminal) {
  struct Word {
    const char *en, *zh;
    Colour colour;
  };
  constexpr Word kWords[] = {{"pass", "符合", Colour::Green},
                             {"FAIL", "不符合", Colour::Red},
                             {"not checkable", "无法检查", Colour::Yellow}};
  const Word& word = kWords[static_cast<std::size_t>(result.state)];
  const std::string why = printable(terminal.say(result.why), 600);
  return fmt::format("  {:<6} {:<14} {}{}{}\n", result.profile, result.rule,
                     terminal.paint(word.colour, terminal.say(word.en, word.zh)),
                     why.empty() ? "" : ": ", why);
}

std::string describe(const CheckReport& check, const Terminal& terminal) {
  std::string out =
      fmt::format("{}  {}\n", terminal.paint(Colour::Bold, printable(check.report.file, 4096)),
                  check.ok() ? terminal.say("no rule is broken", "未违反规则")
                             : terminal.say("a rule is broken", "违反规则"));
  for (const RuleResult& result : check.rules) out += rule_line(result, terminal);
  for (const Mark& mark : check.marks) {
    out += fmt::format("  {}: {}\n", terminal.say("explicit label", "显式标识"),
                       describe(mark, terminal));
  }
  return out;
}

int usage(Terminal& terminal, const Error& error) {
  terminal.complain("", error);
  return 2;
}

}  // namespace

int run_check(const Options& options, Terminal& terminal) {
  const VerifyRequest request = check_request(options);
  const auto wanted = verify_options(request);
  if (!wanted) return usage(terminal, wanted.error());
  bool failed = false;
  const std::vector<Input> files = expand(options, terminal, failed);
  const Env env = env_for(request);
  std::atomic<bool> broken = false;
  const int code = run_batch(files, options, terminal, [&](const Input& input) {
    Answer answer{{}, input.path, std::nullopt, 0};
    if (input.path == "-") {
      answer.error = Error{ErrorCode::Usage, "check reads files, no standard input", {}, {}};
      answer.code = 3;
      return answer;
    }
    const auto check = check_file(input.path, env, *wanted);
    if (!check) {
      answer.error = check.error();
      answer.code = 3;
      return answer;
    }
    answer.error = check->report.error;
    answer.code = answer.error ? 3 : 0;
    if (!check->ok() && !answer.error) broken = true;
    if (options.json || options.jsonl) {
      answer.text = to_json(*check, json_options(options, terminal.language()));
      if (options.jsonl) answer.text += '\n';
    } else if (!options.quiet && !answer.error) {
      answer.text = describe(*check, terminal);
    }
    return answer;
  });
  if (failed || code == 3) return 3;
  return broken && !options.exit_zero ? 5 : 0;
}

}  // namespace colophon::cli
