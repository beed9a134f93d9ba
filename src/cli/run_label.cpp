// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "cli/batch.hpp"
#include "cli/commands.hpp"
#include "cli/jobs.hpp"
#include "cli/keys.hpp"
#include "cli/writing.hpp"
#include "io/io.hpp"
#include "ops/request.hpp"

namespace colophon::cli {
namespace {

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
Status check_clashes(const std::vector<Input>& files, const Options& options) {
  if (options.out_dir.empty()) return {};
  std::map<std::filesystem::path, const std::string*> from;
  for (const Input& input : files) {
    if (input.path == "-") {
      return fail(ErrorCode::Usage, "standard input has no name for --out-dir; give -o");
    }
    const auto target = std::filesystem::path(input.below).lexically_normal();
    const auto [there, is_new] = from.emplace(target, &input.path);
    if (is_new) continue;
    return fail(ErrorCode::Usage,
                fmt::format("{} and {} would both be written to {}/{}; nothing was written",
                            *there->second, input.path, options.out_dir, target.string()));
  }
  return {};
}

/// A sidecar in a walked folder is part of the file beside it, not a document to label.
void drop_sidecars(std::vector<Input>& files) {
  std::set<std::string> names;
  for (const Input& input : files) names.insert(sidecar_name(input.path));
  std::erase_if(files, [&](const Input& input) { return names.contains(input.path); });
}

Status check_signing(const Options& options, const LabelRequest& request) {
  if (request.sign.empty() && !options.sign_algorithm.empty()) {
    return fail(ErrorCode::Usage, "--sign-algorithm goes with --sign KEY or --signer CMD");
  }
  return check_manifest_options(options, request.manifest);
}

int usage(Terminal& terminal, const Error& error) {
  terminal.complain("", error);
  return 2;
}

}  // namespace

int run_label(const Options& options, Terminal& terminal) {
  bool failed = false;
  std::vector<Input> files = expand(options, terminal, failed);
  if (options.recursive) drop_sidecars(files);
  if (const Status status = check_destination(options, files.size()); !status) {
    return usage(terminal, status.error());
  }
  if (const Status status = check_clashes(files, options); !status) {
    return usage(terminal, status.error());
  }
  LabelRequest request = label_request(options);
  const auto key = with_passphrase(signing_key(options), options, terminal);
  if (!key) return usage(terminal, key.error());
  request.sign = *key;
  request.manifest = manifest_request(options);
  const auto manifest_key = with_passphrase(request.manifest.key, options, terminal);
  if (!manifest_key) return usage(terminal, manifest_key.error());
  request.manifest.key = *manifest_key;
  if (const Status status = check_signing(options, request); !status) {
    return usage(terminal, status.error());
  }
  warn_if_exposed(request.sign, terminal);
  warn_if_exposed(request.manifest.key, terminal);
  const auto job = label_job(request);
  if (!job) return usage(terminal, job.error());
  Env env = env_for(request);
  Progress progress(100, files.size() == 1 && !options.quiet);
  if (files.size() == 1) {
    env.progress = [&progress, shown = std::size_t{0}](double share) mutable {
      const auto now = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * 100);
      if (now > shown) progress.advance(now - shown);
      shown = std::max(shown, now);
    };
  }
  const int code = run_batch(files, options, terminal, [&](const Input& input) {
    const std::string& file = input.path;
    const auto report = label_file(file, destination_for(input.below, options), *job, env);
    if (!report) return failed_answer(file, report.error(), options, terminal);
    return written_answer(*report, options, terminal);
  });
  return failed ? 3 : code;
}

}  // namespace colophon::cli
