// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "cli/options_parts.hpp"

namespace colophon::cli {
namespace {

void add_scheme(CLI::App& app, Options& o) {
  app.add_option("--scheme", o.watermark.scheme, "which generator's mark")
      ->check(CLI::IsMember({"gumbel", "gumbel-dual", "synthid-v1", "synthid-v2", "kgw-lefthash",
                             "kgw-selfhash", "kgw-minhash", "kgw-skipgram", "unigram"}))
      ->capture_default_str();
}

void add_keys(CLI::App& app, Options& o) {
  WatermarkOptions& w = o.watermark;
  app.add_option("--key,--keys", w.key_sources,
                 "files with keys, a line each: NAME = WORDS (or env:NAME)")
      ->allow_extra_args(false);
  app.add_option("--key-value", w.key_value,
                 "the key itself; other users of this machine can see it while the command runs");
}

void add_settings(CLI::App& app, Options& o) {
  WatermarkOptions& w = o.watermark;
  app.add_option("--width", w.width,
                 "tokens of context (default: 4; kgw-lefthash 1, kgw-skipgram 5); SynthID's "
                 "ngram_len less one");
  app.add_option("--vocabulary", w.vocabulary,
                 "size of the model's vocabulary: KGW and Unigram need it");
  app.add_option("--gamma", w.gamma, "KGW, Unigram: share of green tokens")->capture_default_str();
  app.add_option("--history", w.history,
                 "contexts that the generator remembers (default: as it does; 0: all)");
  app.add_option("--end-token", w.end_token, "nothing behind its first place counts");
  app.add_option("--table", w.table,
                 "SynthID v1: the table of the generator's GPU, exported (8 KiB of bits, or 65,536 "
                 "bytes)");
}

void add_detect(CLI::App& text, Options& o) {
  WatermarkOptions& w = o.watermark;
  CLI::App& detect = *text.add_subcommand(
      "detect", "look for the mark of one or many keys in token ids, or in text");
  detect
      .add_option("FILE", o.files,
                  "JSON lines with token ids or text (also .gz, .zst), 32-bit ids (.bin), or text; "
                  "- is standard input")
      ->required();
  add_scheme(detect, o);
  add_keys(detect, o);
  detect.add_option("--tokenizer", w.tokenizer,
                    "the model's vocabulary, for text: a GGUF file or tokenizer.json");
  detect.add_option("--input", w.input, "what the files are")
      ->check(CLI::IsMember({"auto", "jsonl", "binary", "text"}))
      ->capture_default_str();
  detect.add_option("--tokens-field", w.tokens_field, "member of a record with its token ids")
      ->capture_default_str();
  detect.add_option("--text-field", w.text_field, "member of a record with its text")
      ->capture_default_str();
  detect.add_option("--id-field", w.id_field, "member of a record with its name")
      ->capture_default_str();
  detect.add_flag("--plain", w.plain, "control tokens (<|im_end|>) in texts are letters");
  add_settings(detect, o);
  detect.add_option("--statistic", w.statistic, "SynthID: how layers are weighed")
      ->check(CLI::IsMember({"weighted", "mean", "bayesian"}))
      ->capture_default_str();
  detect.add_option("--bayes", w.bayes,
                    "SynthID: trained parameters, JSON with beta, delta and prior");
  detect
      .add_option("--repeats", w.repeats,
                  "what counts once; reference: as the scheme's own detector has it, keep: "
                  "everything counts, and p-values are wrong on repetitive text")
      ->check(CLI::IsMember({"strict", "reference", "keep"}))
      ->capture_default_str();
  detect
      .add_option("--ignore", w.ignore,
                  "documents (as FILE) whose contexts do not count: templates, stock phrases")
      ->allow_extra_args(false);
  detect
      .add_option("--max-false-positives", w.false_positives,
                  "a mark is found when chance alone gives it less often than this")
      ->capture_default_str();
  detect
      .add_option("--entropy", w.entropy,
                  "nats a token, from which \"not enough text\" is reckoned")
      ->capture_default_str();
  detect.add_flag("--spans", w.spans, "also say which stretches bear the mark");
  detect.add_flag("--all-keys", w.all_keys, "also say the p-value of every key");
  detect.add_option("--jobs", o.jobs, "how many documents at once (0: one for each processor)")
      ->check(CLI::Range(0, 1024));
  detect.add_flag("--json", o.json, "print one JSON array");
  detect.add_flag("--jsonl", o.jsonl, "print one JSON object a line");
  detect.add_flag("-q,--quiet", o.quiet, "print nothing but errors");
  detect.add_flag("--exit-zero", o.exit_zero, "exit 0 instead of 1");
}

void add_embed(CLI::App& text, Options& o) {
  WatermarkOptions& w = o.watermark;
  CLI::App& embed = *text.add_subcommand(
      "embed",
      "choose tokens so that they bear the mark: logits in, ids out, a JSON line each step. A mark "
      "cannot be put into text that is there already");
  embed.add_option("FILE", o.files, "steps (default: standard input)")->expected(0, 1);
  add_scheme(embed, o);
  add_keys(embed, o);
  add_settings(embed, o);
  embed.add_option("--delta", w.delta, "KGW, Unigram: what is added to green logits")
      ->capture_default_str();
  embed.add_option("--temperature", w.temperature, "logits are divided by this")
      ->capture_default_str();
  embed.add_option("--seed", w.seed, "of the chances that the mark leaves open (default: chance)");
  embed.add_flag("--skip-first", w.skip_first, "SynthID: leave the first tokens unmarked");
}

void add_keys_command(CLI::App& text, Options& o) {
  CLI::App& keys = *text.add_subcommand("keys", "make, list and check keys");
  keys.require_subcommand(1);
  CLI::App& made = *keys.add_subcommand("new", "make keys at random; nothing is overwritten");
  made.add_option("-o,--output", o.out, "the file (mode 0600)")->required();
  made.add_option("NAME", o.watermark.names, "a key for each name (default: one without a name)");
  add_scheme(made, o);
  CLI::App& list =
      *keys.add_subcommand("list", "names and fingerprints; the keys themselves are not printed");
  CLI::App& check = *keys.add_subcommand("check", "are these good keys, and different ones?");
  for (CLI::App* command : {&list, &check}) {
    command->add_option("FILE", o.watermark.key_sources, "files with keys, or env:NAME")
        ->required();
    add_scheme(*command, o);
    command->add_flag("--json", o.json, "print JSON");
  }
  check.add_option("--vocabulary", o.watermark.vocabulary, "size of the model's vocabulary");
}

}  // namespace

void add_watermark_keys(CLI::App& verify, Options& o) {
  verify
      .add_option("--watermark-keys", o.watermark_keys,
                  "with --effort full: a file with keys of text watermarks, or env:NAME")
      ->group("Watermarks");
  verify
      .add_option("--watermark-tokenizer", o.watermark_tokenizer,
                  "the vocabulary of the model that the keys belong to: GGUF or tokenizer.json")
      ->group("Watermarks");
  verify
      .add_option("--watermark-scheme", o.watermark_scheme,
                  "which generator's mark, as for watermark text detect")
      ->group("Watermarks")
      ->capture_default_str();
  verify
      .add_option("--watermark-width", o.watermark_width,
                  "tokens of context (default: as the scheme has it)")
      ->group("Watermarks");
  verify
      .add_option("--watermark-gamma", o.watermark_gamma,
                  "KGW, Unigram: share of green tokens (default: 0.25)")
      ->group("Watermarks");
}

void add_watermark(CLI::App& app, Options& o) {
  CLI::App& watermark = *app.add_subcommand("watermark", "marks inside content");
  watermark.require_subcommand(1);
  CLI::App& text = *watermark.add_subcommand("text", "marks in the choice of a model's tokens");
  text.require_subcommand(1);
  add_detect(text, o);
  add_embed(text, o);
  add_keys_command(text, o);
}

}  // namespace colophon::cli
