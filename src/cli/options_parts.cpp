// SPDX-License-Identifier: Apache-2.0
#include "cli/options_parts.hpp"

#include <CLI/CLI.hpp>

namespace colophon::cli {

void add_store(CLI::App& app, Options& o) {
  app.add_option("--store", o.store,
                 "folder of pinned keys and anchors (default: ~/.config/colophon/trust)");
}

void add_passphrase(CLI::App& app, Options& o) {
  app.add_option("--passphrase-file", o.passphrase_file,
                 "file whose first line is the key's passphrase (or COLOPHON_KEY_PASSPHRASE)");
}

void add_signing_key(CLI::App& app, Options& o, const char* help) {
  CLI::Option* sign = app.add_option("--sign", o.sign, help);
  CLI::Option* signer = app.add_option(
      "--signer", o.signer,
      "command that signs in place of a key: digest on its input, signature on its output");
  signer->excludes(sign);
  app.add_option("--signer-key", o.signer_key, "certificate or public key of --signer, PEM file")
      ->needs(signer);
  app.add_option("--sign-algorithm", o.sign_algorithm,
                 "SM2, SM2-prehashed, ES256, PS256, RS256, ... (default: the key's usual one)");
}

void add_explicit(CLI::App& app, Options& o) {
  app.add_option("--explicit", o.explicit_label,
                 "the label that people see or hear: auto (as the profiles demand), never, or the "
                 "words to show")
      ->capture_default_str();
  app.add_flag("--implicit-only", o.implicit_only, "the same as --explicit never");
  app.add_option("--explicit-place", o.explicit_place,
                 "where in a picture: top-left, top-right, bottom-left, bottom-right, top, bottom, "
                 "left, right");
  app.add_option("--explicit-at", o.explicit_at, "where in a text or sound: start, end, both");
  app.add_option("--explicit-for", o.explicit_for, "how long in a film: seconds, or whole");
  app.add_option("--explicit-every", o.explicit_every,
                 "seconds after which it comes again in a film or sound");
  app.add_option("--cue", o.cue, "in a sound: rhythm (short long, short short), voice, both");
}

void add_trust(CLI::App& app, Options& o) {
  app.add_option(
         "--trust", o.trust,
         "PEM file or folder: certificates of C2PA signers, or public keys of labels, to trust")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--tsa-trust", o.tsa_trust,
                 "the same for time-stamps (default: the files of --trust)")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--time", o.time, "judge certificates as of this moment, RFC 3339");
}

}  // namespace colophon::cli
