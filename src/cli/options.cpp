// SPDX-License-Identifier: Apache-2.0
#include "cli/options_parts.hpp"

#include <CLI/CLI.hpp>

#include "ops/version.hpp"

namespace colophon::cli {
namespace {

constexpr const char* kFooter =
    "Exit codes: 0 done, or a label was found; 1 no label found; 2 usage; 3 some files failed;\n"
    "4 a label is present but invalid, damaged or in conflict; 5 a rule of the profile is broken.\n"
    "Defaults come from flags, then COLOPHON_* in the environment, then ./colophon.toml,\n"
    "~/.config/colophon/colophon.toml, /etc/colophon/colophon.toml.";

void add_files(CLI::App& app, Options& o) {
  app.add_option("FILE", o.files, "files to work on; - is standard input")->required();
}

void add_input(CLI::App& app, Options& o) {
  app.add_option("--format", o.format,
                 "read the file as this format, whatever its content or name says");
  app.add_flag("-r,--recursive", o.recursive, "go into folders");
  app.add_option("--jobs", o.jobs, "how many files at once (0: one for each processor)")
      ->check(CLI::Range(0, 1024));
}

void add_output(CLI::App& app, Options& o) {
  app.add_flag("--json", o.json, "print one JSON array of reports");
  app.add_flag("--jsonl", o.jsonl, "print one JSON report a line");
  app.add_flag("-q,--quiet", o.quiet, "print nothing but errors");
  app.add_flag("--show-prompts", o.show_prompts,
               "also print what the user typed to the generator, where a file holds it");
}

/// A list behind a flag is one argument: what follows it may be a file.
void add_profiles(CLI::App& app, Options& o, const char* help) {
  app.add_option("--profile", o.profiles, help)->delimiter(',')->allow_extra_args(false);
}

/// Either one on the command line overrules both of the configuration.
void add_time_stamp(CLI::App& app, Options& o) {
  CLI::Option* address =
      app.add_option("--time-stamp", o.time_stamp,
                     "ask the time-stamp authority (RFC 3161) at this http(s) address to date the "
                     "manifest; it is sent a digest (\"\": none)");
  CLI::Option* command = app.add_option(
      "--time-stamp-command", o.time_stamp_command,
      "command that takes an RFC 3161 request on its input to a time-stamp authority and "
      "writes the response to its output");
  address->excludes(command);
  address->each([&o](const std::string& value) {
    o.stamp_asked = !value.empty();
    o.time_stamp_command.clear();
  });
  command->each([&o](const std::string& value) {
    o.stamp_asked = !value.empty();
    o.time_stamp.clear();
  });
}

void add_manifest(CLI::App& app, Options& o) {
  CLI::Option* c2pa = app.add_option(
      "--c2pa", o.c2pa,
      "sign a C2PA manifest over the labelled file with this private key (PEM file, or "
      "env:NAME; \"\": none)");
  CLI::Option* c2pa_signer = app.add_option("--c2pa-signer", o.c2pa_signer,
                                            "command that signs manifests in place of a key");
  c2pa_signer->excludes(c2pa);
  // Either one overrules both of the configuration.
  c2pa->each([&o](const std::string&) { o.c2pa_signer.clear(); });
  c2pa_signer->each([&o](const std::string&) { o.c2pa.clear(); });
  app.add_option(
      "--c2pa-algorithm", o.c2pa_algorithm,
      "ES256, ES384, ES512, PS256, PS384, PS512 or EdDSA (default: the key's usual one)");
  app.add_option("--cert", o.cert,
                 "certificates of the manifest's signer, leaf first (default: those in the key "
                 "file)")
      ->each([&o](const std::string&) { o.cert_asked = true; });
  add_time_stamp(app, o);
  app.add_flag("--ai-disclosure", o.ai_disclosure,
               "also put the assertion c2pa.ai-disclosure into the manifest");
  add_passphrase(app, o);
}

void add_signing(CLI::App& app, Options& o) {
  add_signing_key(app, o,
                  "sign the label with this private key (PEM file, or env:NAME), TC260-PG-202511A");
  add_manifest(app, o);
}

void add_label(CLI::App& app, Options& o) {
  CLI::App& label = *app.add_subcommand("label", "write labels into files");
  add_files(label, o);
  label.add_option("-o,--output", o.out, "write the labelled file here; - is standard output");
  label.add_option(
      "--out-dir", o.out_dir,
      "write the labelled files into this folder; with -r, in the folders they came from");
  label.add_flag("--in-place", o.in_place,
                 "replace the file itself; --in-place=SUFFIX keeps the old one under that suffix");
  label.add_option("--backup-suffix", o.backup_suffix, "")->group("");
  add_profiles(label, o, "jurisdictions whose labels to write, e.g. cn,eu (default: cn)");
  label.add_option("--producer", o.producer, "who generated it: provider code or name");
  label.add_option("--produce-id", o.produce_id, "the producer's content id (default: a new ULID)");
  label.add_option("--propagator", o.propagator, "the platform that spreads it: code or name");
  label.add_option("--propagate-id", o.propagate_id, "the platform's content id");
  label.add_option("--origin", o.origin, "what the label says")
      ->check(CLI::IsMember({"generated", "edited", "possible", "suspected"}))
      ->capture_default_str();
  label.add_option("--role", o.role, "whose half of the label to write")
      ->check(CLI::IsMember({"producer", "platform"}))
      ->capture_default_str();
  label.add_option("--system", o.system, "the AI system that was used (IPTC)");
  label.add_option("--system-version", o.system_version, "its version (IPTC)");
  label.add_option("--prompt", o.prompt, "the prompt (IPTC); written only when given");
  label.add_option("--prompt-writer", o.prompt_writer, "who wrote the prompt (IPTC)");
  add_explicit(label, o);
  label.add_flag("--sidecar", o.sidecar, "write NAME.EXT.aigc.json beside the file instead");
  label.add_flag("--keep-times", o.keep_times, "keep the file's times");
  label.add_flag("--dry-run", o.dry_run, "say what would be done and write nothing");
  label.add_flag(
      "--force", o.force,
      "overrule a refusal: another producer's label, a C2PA signature, a platform's own claim; "
      "it is reported");
  add_signing(label, o);
  add_input(label, o);
  add_output(label, o);
}

void add_carry(CLI::App& app, Options& o) {
  CLI::App& carry =
      *app.add_subcommand("carry", "bring the labels of one file to another that was made from it");
  carry.add_option("FROM", o.carry_from, "the file that has the labels")->required();
  carry.add_option("TO", o.carry_to, "what another tool made from it")->required();
  carry.add_option("-o,--output", o.out, "write the labelled file here; - is standard output");
  carry.add_flag("--in-place", o.in_place,
                 "replace TO itself; --in-place=SUFFIX keeps the old one under that suffix");
  carry.add_option("--backup-suffix", o.backup_suffix, "")->group("");
  carry.add_option("--action", o.action,
                   "what was done to FROM, e.g. c2pa.cropped (default: what is measured)");
  carry.add_flag("--force", o.force,
                 "also when nothing shows that TO was made from FROM, and as for label; it is "
                 "reported");
  carry.add_flag("--sidecar", o.sidecar, "write TO.aigc.json beside the file instead");
  carry.add_flag("--keep-times", o.keep_times, "keep the times of TO");
  carry.add_flag("--dry-run", o.dry_run, "say what would be done and write nothing");
  carry.add_option("--from-format", o.from_format, "read FROM as this format");
  carry.add_option("--format", o.format, "read TO as this format");
  add_profiles(carry, o, "jurisdictions whose notices the report has (default: cn)");
  add_manifest(carry, o);
  add_output(carry, o);
}

void add_fetch(CLI::App& app, Options& o) {
  CLI::Option* fetch = app.add_flag(
      "--fetch-remote", o.fetch_remote,
      "go to the network for the C2PA manifest that a file names by its address and does not hold; "
      "its server learns of it (without: nothing goes to a network)");
  app.add_flag("--fetch-private", o.fetch_private,
               "with --fetch-remote: also from addresses of this machine and of private networks")
      ->needs(fetch);
}

void add_verify(CLI::App& app, Options& o) {
  CLI::App& verify = *app.add_subcommand("verify", "find, explain and judge every label in files");
  add_files(verify, o);
  add_profiles(verify, o, "jurisdictions whose notices to print (default: cn,eu)");
  verify
      .add_option("--effort", o.effort,
                  "quick: all carriers; full: also labels that are seen or heard, and text "
                  "watermarks, with the keys of --watermark-keys")
      ->check(CLI::IsMember({"quick", "full"}))
      ->capture_default_str();
  add_watermark_keys(verify, o);
  add_trust(verify, o);
  add_store(verify, o);
  add_fetch(verify, o);
  verify.add_option("--fragments", o.fragments,
                    "media segments, or folders of them, of the film (DASH, HLS) whose "
                    "initialisation segment the file is");
  verify.add_flag("--exit-zero", o.exit_zero, "exit 0 instead of 1, 4 and 5");
  add_input(verify, o);
  add_output(verify, o);
}

void add_check(CLI::App& app, Options& o) {
  CLI::App& check =
      *app.add_subcommand("check", "does a file meet the profiles? one line for each rule");
  add_files(check, o);
  add_profiles(check, o, "jurisdictions whose rules to check, e.g. cn,eu (default: cn)");
  add_trust(check, o);
  add_store(check, o);
  check.add_flag("--exit-zero", o.exit_zero, "exit 0 instead of 5");
  add_input(check, o);
  add_output(check, o);
}

void add_inspect(CLI::App& app, Options& o) {
  CLI::App& inspect = *app.add_subcommand(
      "inspect", "list every carrier with its place and payload, without judging");
  add_files(inspect, o);
  inspect.add_flag("--tree", o.tree, "also draw the tree of C2PA manifests");
  add_trust(inspect, o);
  add_input(inspect, o);
  add_output(inspect, o);
}

void add_code(CLI::App& app, Options& o) {
  CLI::App& code = *app.add_subcommand("code", "provider codes of TC260-PG-20252A");
  code.require_subcommand(1);
  CLI::App& check = *code.add_subcommand("check", "explain every field and the check character");
  check.add_option("CODE", o.codes, "27-character codes")->required();
  check.add_flag("--json", o.json, "print JSON");
  CLI::App& make = *code.add_subcommand("make", "build a code for an organisation");
  make.add_option("--uscc", o.uscc, "unified social credit code, 18 characters")->required();
  make.add_option("--role", o.code_role, "the service's role")
      ->check(CLI::IsMember({"generation", "propagation", "unused"}))
      ->capture_default_str();
  make.add_option("--extension", o.extension, "own model or app number, 4 characters 0-9 A-Z")
      ->capture_default_str();
}

void add_key(CLI::App& app, Options& o) {
  CLI::App& key = *app.add_subcommand("key", "signing keys, and keys that are trusted");
  key.require_subcommand(1);
  CLI::App& made = *key.add_subcommand("new", "make a key pair; nothing is overwritten");
  made.add_option("-o,--output", o.out,
                  "the private key (mode 0600); NAME.pub.pem stands beside it")
      ->required();
  made.add_option("--type", o.key_type, "sm2 for GB 45438; the others also for C2PA")
      ->check(CLI::IsMember({"sm2", "es256", "es384", "es512", "ed25519", "rsa-pss"}))
      ->capture_default_str();
  made.add_option("--certificate", o.certificate,
                  "also make a C2PA certificate of this name and its root, for tests only");
  add_passphrase(made, o);
  CLI::App& show =
      *key.add_subcommand("show", "explain a key or certificate; print its public key");
  show.add_option("FILE", o.files, "PEM files, or env:NAME")->required();
  show.add_flag("--json", o.json, "print JSON");
  add_passphrase(show, o);
  CLI::App& pin = *key.add_subcommand("pin", "trust a key or certificate from now on");
  pin.add_option("FILE", o.key_file, "public key or certificate, PEM")->required();
  pin.add_option("--producer", o.producer, "whose key it is: provider code or name in labels");
  pin.add_option("--note", o.note, "a line for people, e.g. where the key came from");
  pin.add_option("--as", o.pin_as,
                 "pin: signer of labels; anchor: root of C2PA signers; tsa: root of time-stamps; "
                 "allowed: a C2PA signer")
      ->check(CLI::IsMember({"pin", "anchor", "tsa", "allowed"}))
      ->capture_default_str();
  add_store(pin, o);
  CLI::App& list = *key.add_subcommand("list", "explain everything that is trusted");
  list.add_flag("--json", o.json, "print JSON");
  add_store(list, o);
}

void add_profiles_command(CLI::App& app, Options& o) {
  CLI::App& profiles =
      *app.add_subcommand("profiles", "list the jurisdictions, or print one with its sources");
  profiles.add_option("NAME", o.profile_name, "cn, eu, us-ca, in, kr, or a .toml file");
  profiles.add_flag("--json", o.json, "print JSON");
}

}  // namespace

std::unique_ptr<CLI::App> make_app(Options& o) {
  auto app = std::make_unique<CLI::App>(
      "Labels AI-generated content, and reads, verifies and judges every such label.", "colophon");
  app->set_version_flag("--version", std::string("colophon ") + kVersion, "print the version");
  app->footer(kFooter);
  app->require_subcommand(1);
  app->fallthrough();
  app->add_option("--lang", o.language, "language of messages: en or zh (default: the locale's)");
  app->add_option("--color", o.color, "colours: auto, always or never; NO_COLOR is honoured")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  add_label(*app, o);
  add_carry(*app, o);
  add_verify(*app, o);
  add_inspect(*app, o);
  add_check(*app, o);
  add_code(*app, o);
  add_key(*app, o);
  add_scan(*app, o);
  add_dataset(*app, o);
  add_watermark(*app, o);
  add_profiles_command(*app, o);
  CLI::App& generate = *app->add_subcommand("generate", "print the man page or a shell completion");
  generate.group("");
  generate.add_option("WHAT", o.generate, "man, bash or zsh")
      ->required()
      ->check(CLI::IsMember({"man", "bash", "zsh"}));
  return app;
}

}  // namespace colophon::cli
