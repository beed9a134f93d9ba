// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "cli/options_parts.hpp"

namespace colophon::cli {
namespace {

const std::vector<std::string> kOrigins = {"none",     "generated", "edited",
                                           "possible", "suspected", "not-generated"};

void add_scan_inputs(CLI::App& app, Options& o) {
  app.add_option("PATH", o.files,
                 "files and folders; JSON lines, WARC, WET and tar are gone into, also packed with "
                 "gzip or Zstandard; - is standard input (JSON lines)");
  app.add_option("--files-from", o.scan.list,
                 "also the files named in this one; - is standard input");
  app.add_flag("-0,--null", o.scan.null_names,
               "names in that list end with a NUL byte; without --files-from: on standard input");
  app.add_option("--text-field", o.scan.text_field, "the member of a JSON record that is its text")
      ->capture_default_str();
  app.add_option("--id-field", o.scan.id_field, "the member that is its id")->capture_default_str();
  app.add_option("--jobs", o.jobs, "threads (0: one for each processor)")
      ->check(CLI::Range(0, 1024));
  app.add_option(
      "--shard", o.scan.shard,
      "take every COUNTth input from NUMBER on, NUMBER/COUNT from 0/COUNT (default: from "
      "SLURM_ARRAY_TASK_ID and its like)");
}

void add_scan_outputs(CLI::App& app, Options& o) {
  app.add_option("--out-dir", o.out_dir,
                 "write the results into part-NUMBER-of-COUNT.jsonl in this folder; a run that was "
                 "killed goes on where it was");
  app.add_flag("--fresh", o.scan.fresh, "begin again, whatever an earlier run left there");
  app.add_flag("--jsonl", o.jsonl, "one JSON object for each document (the default)");
  app.add_flag("--only-labelled", o.scan.only_labelled, "no lines for documents without a label");
  app.add_option("--attributes", o.scan.attributes,
                 "also write attribute files as dolma reads them, one for each input, here");
  CLI::Option* copies =
      app.add_option("--copies", o.scan.copies,
                     "also write copies of the JSON lines, without what is dropped, here");
  app.add_option("--keep", o.scan.keep, "into copies go only documents of these origins")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember(kOrigins))
      ->needs(copies);
  app.add_option("--drop", o.scan.drop, "into copies go no documents of these origins")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember(kOrigins))
      ->needs(copies);
  app.add_option("--cap-share", o.scan.cap_share,
                 "into copies go labelled documents up to this share of what is kept, e.g. 0.1")
      ->check(CLI::Range(0.0, 1.0))
      ->needs(copies);
  app.add_flag("-q,--quiet", o.quiet, "no progress and no summary");
  app.add_flag("--exit-zero", o.exit_zero, "exit 0 instead of 1 and 4");
}

}  // namespace

void add_scan(CLI::App& app, Options& o) {
  CLI::App& scan = *app.add_subcommand(
      "scan", "say of every document in corpora and folders what it says of AI");
  add_scan_inputs(scan, o);
  add_scan_outputs(scan, o);
  add_trust(scan, o);
  add_store(scan, o);
}

}  // namespace colophon::cli
