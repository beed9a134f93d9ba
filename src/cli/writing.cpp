// SPDX-License-Identifier: Apache-2.0
#include "cli/writing.hpp"

#include <fmt/core.h>

#include "cli/jobs.hpp"
#include "cli/print.hpp"

namespace colophon::cli {

Destination destination_for(const std::string& below, const Options& options) {
  Destination destination;
  destination.keep_times = options.keep_times;
  destination.dry_run = options.dry_run;
  using Kind = Destination::Kind;
  if (options.in_place) {
    destination.kind = Kind::InPlace;
    destination.backup_suffix = options.backup_suffix;
  } else if (options.out == "-") {
    destination.kind = Kind::Stream;
  } else if (!options.out.empty()) {
    destination.path = options.out;
  } else if (!options.out_dir.empty()) {
    destination.path = options.out_dir + "/" + below;
    destination.make_folders = true;
  } else {
    destination.kind = Kind::Nowhere;
  }
  return destination;
}

namespace {

int code_of(const Error& error) {
  return is_nothing_to_carry(error) ? 1 : error.code == ErrorCode::Usage ? 2 : 3;
}

}  // namespace

Answer failed_answer(const std::string& file, const Error& error, const Options& options,
                     const Terminal& terminal) {
  Answer answer{{}, file, error, code_of(error)};
  if (!options.json && !options.jsonl) return answer;
  Report report;
  report.file = file;
  report.error = error;
  report.verdict = decide({}, {}, report.findings);
  answer.text = to_json(report, json_options(options, terminal.language()));
  if (options.jsonl) answer.text += '\n';
  return answer;
}

Status check_manifest_options(const Options& options, const ManifestRequest& manifest) {
  if (!manifest.empty()) return {};
  const char* idle = options.stamp_asked               ? "--time-stamp"
                     : options.cert_asked              ? "--cert"
                     : !options.c2pa_algorithm.empty() ? "--c2pa-algorithm"
                     : options.ai_disclosure           ? "--ai-disclosure"
                                                       : nullptr;
  if (idle == nullptr) return {};
  return fail(ErrorCode::Usage,
              fmt::format("{} is about a C2PA manifest; give --c2pa KEY, too", idle));
}

Answer written_answer(const Report& report, const Options& options, const Terminal& terminal) {
  Answer answer{{}, report.file, std::nullopt, 0};
  if (options.json || options.jsonl) {
    answer.text = to_json(report, json_options(options, terminal.language()));
    if (options.jsonl) answer.text += '\n';
  } else if (!options.quiet && options.out != "-") {
    answer.text = describe_written(report, terminal);
  }
  return answer;
}

}  // namespace colophon::cli
