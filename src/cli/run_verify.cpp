// SPDX-License-Identifier: Apache-2.0
#include "cli/batch.hpp"
#include "cli/commands.hpp"
#include "cli/jobs.hpp"
#include "cli/print.hpp"
#include "cli/watermark.hpp"
#include "ops/request.hpp"

namespace colophon::cli {
namespace {

int usage(Terminal& terminal, const Error& error) {
  terminal.complain("", error);
  return 2;
}

/// The report as asked: JSON, or text for people.
template <typename Report>
std::string render(const Report& report, const Options& options, const Terminal& terminal) {
  if (!options.json && !options.jsonl) return {};
  return to_json(report, json_options(options, terminal.language())) + (options.jsonl ? "\n" : "");
}

}  // namespace

int run_verify(const Options& options, Terminal& terminal) {
  const VerifyRequest request = verify_request(options);
  auto wanted = verify_options(request);
  if (!wanted) return usage(terminal, wanted.error());
  wanted->full = options.effort == "full";
  if (wanted->full) {
    auto watermarks = configured_watermarks(options);
    if (!watermarks) return usage(terminal, watermarks.error());
    wanted->watermarks = *std::move(watermarks);
  }
  bool failed = false;
  const std::vector<Input> files = expand(options, terminal, failed);
  if (!options.fragments.empty() && files.size() != 1) {
    return usage(
        terminal,
        {ErrorCode::Usage, "--fragments belong to one file, the initialisation segment", {}, {}});
  }
  const Env env = env_for(request);
  int code = run_batch(files, options, terminal, [&](const Input& input) {
    const std::string& file = input.path;
    const Report report = verify_file(file, env, *wanted);
    Answer answer{render(report, options, terminal), file, report.error,
                  report.error ? 3 : exit_code(report.verdict, report.evidence)};
    const bool could_look = report.format != nullptr || !report.error;
    if (answer.text.empty() && !options.quiet && could_look) {
      answer.text = describe(report, terminal, options);
    }
    return answer;
  });
  if (failed) code = 3;
  return options.exit_zero && (code == 1 || code == 4 || code == 5) ? 0 : code;
}

int run_inspect(const Options& options, Terminal& terminal) {
  auto wanted = verify_options(verify_request(options));
  if (!wanted) return usage(terminal, wanted.error());
  wanted->tree = options.tree;
  bool failed = false;
  const std::vector<Input> files = expand(options, terminal, failed);
  const Env env = system_env();
  const int code = run_batch(files, options, terminal, [&](const Input& input) {
    const std::string& file = input.path;
    const Inspection inspection = inspect_file(file, env, *wanted);
    Answer answer{render(inspection, options, terminal), file, inspection.error,
                  inspection.error ? 3 : 0};
    if (answer.text.empty() && !options.quiet) answer.text = describe(inspection, terminal);
    return answer;
  });
  return failed ? 3 : code;
}

}  // namespace colophon::cli
