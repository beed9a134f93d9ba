// SPDX-License-Identifier: Apache-2.0
// What the command line asks for. The one description of all options is options.cpp: parser, help,
// man page and shell completion come from it.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace colophon::cli {

/// `dataset seal|verify|stats`
struct DatasetOptions {
  std::string manifest, field = "provenance", name;
  std::string origin, model, version, teacher, created, watermark_key;  ///< of a statement
  bool append = false;
};

/// `watermark text detect|embed|keys`
struct WatermarkOptions {
  std::string scheme = "gumbel", statistic = "weighted", repeats = "strict";
  std::vector<std::string> key_sources;  ///< files, or env:NAME
  std::string key_value, tokenizer, input = "auto", table, bayes;
  std::string tokens_field = "tokens", text_field = "text", id_field = "id";
  std::vector<std::string> ignore, names;
  long width = -1, end_token = -1;
  long vocabulary = 0, history = -1;
  double gamma = 0.25, delta = 2, false_positives = 1e-4, entropy = 0.53, temperature = 1;
  bool spans = false, all_keys = false, plain = false, skip_first = false;
  long seed = -1;
};

/// `scan`
struct ScanOptions {
  std::string list, text_field = "text", id_field = "id", shard, attributes, copies;
  std::vector<std::string> keep, drop;
  double cap_share = -1;  ///< below 0: none
  bool null_names = false, only_labelled = false, fresh = false;
};

struct Options {
  std::vector<std::string> files;
  std::string out, out_dir, backup_suffix;
  bool in_place = false, keep_times = false, dry_run = false, force = false, sidecar = false;
  std::vector<std::string> profiles;
  std::string producer, produce_id, propagator, propagate_id, origin = "generated";
  std::string role = "producer", system, system_version, prompt, prompt_writer;
  std::string explicit_label = "auto", explicit_place, explicit_at, explicit_for, explicit_every;
  std::string cue;
  bool implicit_only = false;
  std::string format, effort = "quick", language, color = "auto";
  bool json = false, jsonl = false, show_prompts = false, exit_zero = false, quiet = false;
  bool recursive = false;
  std::vector<std::string> trust, tsa_trust, fragments;
  std::string time;
  bool tree = false;
  int jobs = 0;                    ///< 0: one for each processor
  std::vector<std::string> codes;  ///< `code check`
  std::string uscc, code_role = "generation", extension = "0000";
  std::string profile_name;
  std::string sign, signer, signer_key, sign_algorithm, passphrase_file;
  std::string c2pa, c2pa_signer, c2pa_algorithm, cert, time_stamp, time_stamp_command;
  bool stamp_asked = false, cert_asked = false;  ///< on the command line, not by the configuration
  bool fetch_remote = false, fetch_private = false;
  bool ai_disclosure = false;
  std::string carry_from, carry_to, action, from_format;
  std::string store;                     ///< the trust folder
  std::string profile_folder;            ///< of profiles of one's own
  std::vector<std::string> passed_over;  ///< settings of ./colophon.toml that do not count
  std::string watermark_keys, watermark_scheme = "gumbel", watermark_tokenizer;
  std::string watermark_width, watermark_gamma;  ///< numbers; empty: as the scheme has it
  std::string key_type = "sm2", certificate, key_file, note, pin_as = "pin";
  DatasetOptions dataset;
  WatermarkOptions watermark;
  ScanOptions scan;
  std::string generate;  ///< "man", "bash" or "zsh"
};

/// The parser, bound to `options`. The names of its subcommands are the commands.
[[nodiscard]] std::unique_ptr<CLI::App> make_app(Options& options);

/// A man page or shell completion made from the parser's own description.
[[nodiscard]] std::string man_page(const CLI::App& app);
[[nodiscard]] std::string bash_completion(const CLI::App& app);
[[nodiscard]] std::string zsh_completion(const CLI::App& app);

/// Fills `options` from colophon.toml files and COLOPHON_* (flags come later and win). Returns a
/// sentence when a file is broken.
[[nodiscard]] std::string load_defaults(Options& options);

}  // namespace colophon::cli
