// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "cli/options_parts.hpp"

namespace colophon::cli {
namespace {

void add_inputs(CLI::App& app, Options& o) {
  app.add_option("SHARD", o.files,
                 "files of JSON lines (also .gz, .zst), or folders of files *.jsonl");
}
void add_manifest(CLI::App& app, Options& o) {
  app.add_option("--manifest", o.dataset.manifest,
                 "the manifest (default: SHARD.seal.json, or dataset.seal.json in the folder)");
}
void add_field(CLI::App& app, Options& o) {
  app.add_option("--field", o.dataset.field, "the member of a record that holds its statement")
      ->capture_default_str();
}
void add_output(CLI::App& app, Options& o) {
  app.add_flag("--json", o.json, "print JSON");
  app.add_flag("-q,--quiet", o.quiet, "print nothing but errors");
}

void add_statement(CLI::App& app, Options& o) {
  DatasetOptions& d = o.dataset;
  app.add_option("--origin", d.origin,
                 "who made the records that do not say so yet; written into each of them")
      ->check(CLI::IsMember({"human", "machine", "mixed"}));
  app.add_option("--source-model", d.model, "the model that made them");
  app.add_option("--generator-version", d.version, "its version");
  app.add_option("--teacher", d.teacher, "the model they were distilled from");
  app.add_option("--created", d.created, "when they were made, RFC 3339");
  app.add_option("--watermark-key-id", d.watermark_key,
                 "name of the key of the watermark they carry; never the key");
  app.add_option("--out-dir", o.out_dir, "write the shards with these statements into this folder");
  app.add_flag("--in-place", o.in_place, "replace the shards by those with these statements");
}

void add_seal(CLI::App& dataset, Options& o) {
  CLI::App& seal = *dataset.add_subcommand(
      "seal", "write a manifest with counts and a Merkle root over all records");
  add_inputs(seal, o);
  seal.get_option("SHARD")->required();
  seal.add_option("-o,--output,--manifest", o.dataset.manifest,
                  "the manifest (default: SHARD.seal.json, or dataset.seal.json in the folder)");
  add_field(seal, o);
  add_statement(seal, o);
  seal.add_option("--name", o.dataset.name, "a name for the set");
  seal.add_flag("--append", o.dataset.append,
                "add the shards to the manifest; those in it are not read again");
  seal.add_flag("--force", o.force, "replace what stands there");
  add_signing_key(seal, o, "sign the manifest with this private key (PEM file, or env:NAME)");
  add_passphrase(seal, o);
  add_output(seal, o);
}

}  // namespace

void add_dataset(CLI::App& app, Options& o) {
  CLI::App& dataset =
      *app.add_subcommand("dataset", "data sets that say which of their records are machine-made");
  dataset.require_subcommand(1);
  add_seal(dataset, o);
  CLI::App& verify = *dataset.add_subcommand(
      "verify", "name the records that were added, removed, changed or moved since sealing");
  add_inputs(verify, o);
  add_manifest(verify, o);
  add_trust(verify, o);
  add_store(verify, o);
  add_output(verify, o);
  verify.add_flag("--exit-zero", o.exit_zero, "exit 0 instead of 4");
  CLI::App& stats =
      *dataset.add_subcommand("stats", "count what records say of their making, sealed or not");
  add_inputs(stats, o);
  stats.get_option("SHARD")->required();
  add_field(stats, o);
  add_output(stats, o);
}

}  // namespace colophon::cli
