// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/jobs.hpp"
#include "cli/keys.hpp"
#include "cli/writing.hpp"
#include "ops/request.hpp"

namespace colophon::cli {
namespace {

Status check_destination(const Options& options) {
  if (options.in_place && !options.out.empty()) {
    return fail(ErrorCode::Usage, "-o and --in-place exclude each other");
  }
  if (!options.in_place && options.out.empty() && !options.dry_run) {
    return fail(ErrorCode::Usage, "say where the result goes: -o OUT or --in-place");
  }
  if (options.out == "-" && (options.json || options.jsonl)) {
    return fail(ErrorCode::Usage, "-o - and a report on standard output exclude each other");
  }
  return {};
}

int usage(Terminal& terminal, const Error& error) {
  terminal.complain("", error);
  return 2;
}

}  // namespace

int run_carry(const Options& options, Terminal& terminal) {
  if (const Status status = check_destination(options); !status) {
    return usage(terminal, status.error());
  }
  CarryRequest request = carry_request(options);
  const auto key = with_passphrase(request.manifest.key, options, terminal);
  if (!key) return usage(terminal, key.error());
  request.manifest.key = *key;
  if (const Status status = check_manifest_options(options, request.manifest); !status) {
    return usage(terminal, status.error());
  }
  warn_if_exposed(request.manifest.key, terminal);
  const auto job = carry_job(request);
  if (!job) return usage(terminal, job.error());
  const Env env = env_for(request);
  return run_batch({{options.carry_to, ""}}, options, terminal, [&](const Input& input) {
    const auto report =
        carry_file(options.carry_from, input.path, destination_for("", options), *job, env);
    if (report) return written_answer(*report, options, terminal);
    const bool of_from = is_nothing_to_carry(report.error());
    return failed_answer(of_from ? options.carry_from : input.path, report.error(), options,
                         terminal);
  });
}

}  // namespace colophon::cli
