// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/jobs.hpp"
#include "cli/print.hpp"
#include "io/line_reader.hpp"
#include "ops/request.hpp"
#include "scan/scan.hpp"

namespace colophon::cli {
namespace {

int failed(Terminal& terminal, const Error& error) {
  terminal.complain("", error);
  return error.code == ErrorCode::Usage ? 2 : 3;
}

/// The names in a list, one a line or each with a NUL behind it.
Result<std::vector<std::string>> names_in(const std::string& list, bool null_names) {
  std::vector<std::string> names;
  const auto stream = TRY(open_stream(list, {.unpack = false, .ahead = false}));
  std::string all;
  while (true) {
    const Bytes block = TRY(stream->next());
    if (block.empty()) break;
    all += as_text(block);
  }
  const char end = null_names ? '\0' : '\n';
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t stop = std::min(all.find(end, at), all.size());
    if (stop > at) names.push_back(all.substr(at, stop - at));
    at = stop + 1;
  }
  return names;
}

Result<std::vector<std::string>> inputs_of(const Options& options) {
  std::vector<std::string> inputs = options.files;
  const bool from_input = options.scan.list.empty() && options.scan.null_names;
  const std::string list = from_input ? "-" : options.scan.list;
  if (!list.empty()) {
    for (std::string& name : TRY(names_in(list, options.scan.null_names))) {
      inputs.push_back(std::move(name));
    }
  }
  if (inputs.empty() && list.empty()) {
    return fail(ErrorCode::Usage, "say what to scan: files, folders, or --files-from LIST");
  }
  return inputs;
}

std::vector<Origin> origins(const std::vector<std::string>& words) {
  std::vector<Origin> all;
  for (const std::string& word : words) all.push_back(parse_origin(word).value_or(Origin::None));
  return all;
}

Result<scan::ScanJob> job_of(const Options& options) {
  scan::ScanJob job;
  job.inputs = TRY(inputs_of(options));
  job.judging.text_field = options.scan.text_field;
  job.judging.id_field = options.scan.id_field;
  job.judging.verify = TRY(verify_options(verify_request(options)));
  if (!options.scan.shard.empty()) {
    job.shard = TRY(scan::parse_shard(options.scan.shard));
  } else if (const auto shard = TRY(scan::shard_from_environment())) {
    job.shard = *shard;
  }
  job.jobs = static_cast<std::size_t>(options.jobs);
  job.part_folder = options.out_dir;
  job.attributes_folder = options.scan.attributes;
  job.copies_folder = options.scan.copies;
  job.filter.keep = origins(options.scan.keep);
  job.filter.drop = origins(options.scan.drop);
  if (options.scan.cap_share >= 0) job.filter.cap_share = options.scan.cap_share;
  job.only_labelled = options.scan.only_labelled;
  job.fresh = options.scan.fresh;
  return job;
}

void summarise(const scan::ScanReport& report, const Terminal& terminal) {
  const scan::Counts& counts = report.counts;
  std::string line =
      fmt::format("{} {}, {} {}", counts.documents, terminal.say("documents", "个文档"),
                  counts.files, terminal.say("files", "个文件"));
  for (const auto& [origin, count] : counts.origins) line += fmt::format(", {} {}", origin, count);
  const auto add = [&](std::uint64_t count, const char* en, const char* zh) {
    if (count > 0) line += fmt::format(", {} {}", count, terminal.say(en, zh));
  };
  add(counts.errors, "errors", "个错误");
  add(counts.without_text, "without the text field", "条无正文字段");
  add(counts.unread, "in no known container, not read", "个未知格式未读取");
  add(counts.partly, "searched only in part", "个仅检索了一部分");
  add(counts.bad_utf8, "bytes that are no UTF-8", "个非 UTF-8 字节");
  add(counts.nuls, "NUL bytes", "个空字节");
  add(counts.hidden, "hidden characters", "个隐藏字符");
  add(counts.kept, "kept", "条保留");
  add(counts.dropped, "dropped", "条去除");
  if (report.done_before) {
    line += terminal.say("; done before, nothing was read", "；此前已完成，未再读取");
  } else if (report.seconds > 0) {
    line += fmt::format("; {:.1f} MB/s", static_cast<double>(counts.bytes) / 1e6 / report.seconds);
  }
  tell(std::move(line));
}

int exit_of(const scan::Counts& counts, bool exit_zero) {
  if (counts.errors > 0) return 3;
  if (exit_zero) return 0;
  if (counts.invalid > 0) return 4;
  for (const auto& [origin, count] : counts.origins) {
    if (origin != "none" && origin != "not-generated" && count > 0) return 0;
  }
  return 1;
}

}  // namespace

int run_scan(const Options& options, Terminal& terminal) {
  auto job = job_of(options);
  if (!job) return failed(terminal, job.error());
  job->print = [&](std::string_view lines) -> Status {
    terminal.print(lines);
    if (terminal.output_failed()) return fail(ErrorCode::Io, "cannot write to standard output");
    return {};
  };
  constexpr std::uint64_t kMostTold = 1000;
  std::uint64_t told = 0;
  job->complain = [&](const std::string& file, const scan::Document* document, const Error& error) {
    if (++told > kMostTold) return;
    std::string place = file;
    if (document != nullptr && document->kind != scan::DocumentKind::File) {
      place += document->line != 0 ? fmt::format(":{}", document->line)
                                   : fmt::format("#{}", document->number);
    }
    terminal.complain(place, error);
  };
  std::optional<Progress> progress;
  std::uint64_t shown = 0;
  job->progress = [&](std::uint64_t read, std::uint64_t total, std::uint64_t) {
    constexpr std::uint64_t kUnit = 1 << 20;
    if (!progress) progress.emplace(static_cast<std::size_t>(total / kUnit), !options.quiet);
    if (read / kUnit > shown) progress->advance(static_cast<std::size_t>(read / kUnit - shown));
    shown = std::max(shown, read / kUnit);
  };
  const auto report = scan::scan(*job, system_env());
  progress.reset();
  if (!report) return failed(terminal, report.error());
  if (told > kMostTold) {
    tell(fmt::format("colophon: {} {}", told - kMostTold,
                     terminal.say("more errors; they stand in the results", "个其他错误，见结果")));
  }
  if (!options.quiet) summarise(*report, terminal);
  return exit_of(report->counts, options.exit_zero);
}

}  // namespace colophon::cli
