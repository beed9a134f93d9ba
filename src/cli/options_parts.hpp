// SPDX-License-Identifier: Apache-2.0
// Options that several commands have, and commands whose options stand in a file of their own.
#pragma once

#include "cli/options.hpp"

namespace colophon::cli {

void add_store(CLI::App& app, Options& o);
void add_passphrase(CLI::App& app, Options& o);
/// `help` says what --sign does here.
void add_signing_key(CLI::App& app, Options& o, const char* help);
/// The visible or audible label of `label`.
void add_explicit(CLI::App& app, Options& o);
void add_trust(CLI::App& app, Options& o);

void add_dataset(CLI::App& app, Options& o);
/// For `verify --effort full`.
void add_watermark_keys(CLI::App& verify, Options& o);
void add_watermark(CLI::App& app, Options& o);
void add_scan(CLI::App& app, Options& o);

}  // namespace colophon::cli
