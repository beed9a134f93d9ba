// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>

#include "cli/batch.hpp"
#include "cli/commands.hpp"
#include "cli/jobs.hpp"
#include "cli/print.hpp"
#include "io/io.hpp"
#include "ops/request.hpp"

namespace colophon::cli {
namespace {

Result<Destination> destination_for(const std::string& file, const Options& options) {
  Destination destination;
  destination.keep_times = options.keep_times;
  using Kind = Destination::Kind;
  if (options.dry_run) {
    destination.kind = Kind::Nowhere;
  } else if (options.in_place) {
    destination.kind = Kind::InPlace;
    destination.backup_suffix = options.backup_suffix;
  } else if (options.out == "-") {
    destination.kind = Kind::Stream;
  } else if (!options.out.empty()) {
    destination.path = options.out;
  } else {
    const auto slash = file.rfind('/');
    destination.path =
        options.out_dir + "/" + (slash == std::string::npos ? file : file.substr(slash + 1));
  }
  return destination;
}

Status check_destination(const Options& options, std::size_t files) {
  const int given = (options.in_place ? 1 : 0) + (options.out.empty() ? 0 : 1) +
                    (options.out_dir.empty() ? 0 : 1);
  if (given == 0 && !options.dry_run) {
    return fail(ErrorCode::Usage, "say where the result goes: -o OUT, --out-dir DIR or --in-place");
  }
  if (given > 1) {
    return fail(ErrorCode::Usage, "-o, --out-dir and --in-place exclude each other");
  }
  if (!options.out.empty() && files > 1) {
    return fail(ErrorCode::Usage, "-o takes one file; for several give --out-dir or --in-place");
  }
  if (options.out == "-" && (options.json || options.jsonl)) {
    return fail(ErrorCode::Usage, "-o - and a report on standard output exclude each other");
  }
  if (!options.out_dir.empty() && !is_folder(options.out_dir)) {
    return fail(ErrorCode::Usage, options.out_dir + " is not a folder");
  }
  return {};
}

/// Two inputs of one name would overwrite each other in the output folder.
std::optional<std::string> clash(const std::vector<std::string>& files, const Options& options) {
  if (options.out_dir.empty()) return std::nullopt;
  std::vector<std::string> names;
  names.reserve(files.size());
  for (const std::string& file : files) names.push_back(destination_for(file, options)->path);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  return twice == names.end() ? std::nullopt : std::optional(*twice);
}

int usage(Terminal& terminal, const Error& error) {
  terminal.complain("", error);
  return 2;
}

Answer failed_answer(const std::string& file, const Error& error, const Options& options,
                     const Terminal& terminal) {
  Answer answer{{}, file, error, error.code == ErrorCode::Usage ? 2 : 3};
  if (!options.json && !options.jsonl) return answer;
  Report report;
  report.file = file;
  report.error = error;
  report.verdict = decide({}, {}, report.findings);
  answer.text = to_json(report, json_options(options, terminal.language()));
  if (options.jsonl) answer.text += '\n';
  return answer;
}

}  // namespace

int run_label(const Options& options, Terminal& terminal) {
  bool failed = false;
  const std::vector<std::string> files = expand(options, terminal, failed);
  if (const Status status = check_destination(options, files.size()); !status) {
    return usage(terminal, status.error());
  }
  if (const auto twice = clash(files, options)) {
    return usage(
        terminal,
        {ErrorCode::Usage, "two files would both be written to " + *twice, {}, std::nullopt});
  }
  const auto job = label_job(label_request(options));
  if (!job) return usage(terminal, job.error());
  const Env env = system_env();
  const int code = run_batch(files, options, terminal, [&](const std::string& file) {
    const auto destination = destination_for(file, options);
    const auto report = label_file(file, *destination, *job, env);
    if (!report) return failed_answer(file, report.error(), options, terminal);
    Answer answer{{}, file, std::nullopt, 0};
    if (options.json || options.jsonl) {
      answer.text = to_json(*report, json_options(options, terminal.language()));
      if (options.jsonl) answer.text += '\n';
    } else if (!options.quiet && options.out != "-") {
      answer.text = describe_written(*report, terminal);
    }
    return answer;
  });
  return failed ? 3 : code;
}

}  // namespace colophon::cli
