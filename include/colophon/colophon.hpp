// SPDX-License-Identifier: Apache-2.0
// Colophon: labels AI-generated content, and reads, verifies and judges every such label.
//
// Every function is safe to call from several threads at once, keeps no state between calls, and
// throws nothing but std::bad_alloc. Memory stays bounded (64 MiB by default) whatever the file's
// size says. Nothing goes to a network but what a request asks for by name
// (ManifestRequest::time_stamp, VerifyRequest::fetch_remote).
#pragma once

#include <colophon/transport.hpp>
#include <colophon/types.hpp>

#include <span>

namespace colophon {

/// A key that signs.
struct SigningKey {
  std::string
      key;  ///< a private key, PEM (PKCS#8): a file, or env:NAME for a text in the environment
  std::string passphrase;  ///< of an encrypted key
  /// In place of `key`: a command that holds it, run by /bin/sh -c. It gets the digest on standard
  /// input and gives the signature on standard output.
  std::string command;
  std::string public_key;  ///< of `command`: a file with its certificate or public key
  std::string algorithm;   ///< "SM2", "ES256", "PS256", ...; empty: the key's usual one
  [[nodiscard]] bool empty() const noexcept { return key.empty() && command.empty(); }
};

/// How to read.
struct VerifyRequest {
  /// Jurisdictions whose notices the verdict carries: built-in names or paths of .toml files.
  std::vector<std::string> profiles = {"cn", "eu"};
  std::string format;  ///< e.g. "png"; empty: by content
  std::string name;    ///< of bytes in memory: its extension tells kinds of plain text apart
  std::string language = "en";  ///< of the sentences in `Answer::json`: "en" or "zh"
  bool show_prompts = false;    ///< also report what a user typed to a generator
  /// PEM files or folders of them: whose C2PA signatures are trusted, and whose time-stamps (empty:
  /// the same).
  std::vector<std::string> trust, tsa_trust;
  /// `verify_file` only: media segments, or folders of them, of the fragmented film (DASH, HLS)
  /// whose initialisation segment the file is.
  std::vector<std::string> fragments;
  std::string time;          ///< RFC 3339: judge certificates as of then; empty: now
  std::string trust_folder;  ///< pinned keys and anchors (docs/keys.md); empty: nothing is trusted
  /// Fetch the C2PA manifest store that a file names by its address and does not hold, 16 MiB at
  /// most. Whoever serves it learns that the file was looked at.
  bool fetch_remote = false;
  bool fetch_private = false;  ///< also from addresses of this machine and of private networks
  std::shared_ptr<Transport> transport;  ///< for that; null: http_transport()
};

/// Who signs a C2PA manifest over the labelled file.
struct ManifestRequest {
  SigningKey key;     ///< ES256, ES384, ES512, PS256, PS384, PS512 or Ed25519
  std::string chain;  ///< its certificates, leaf first: PEM file, or env:NAME; empty: in the key
  /// A command, run by /bin/sh -c, that gets a time-stamp request (RFC 3161) on standard input and
  /// gives the authority's response on standard output; empty: no time-stamp.
  std::string time_stamp_command;
  /// In its place: the http(s) address of such an authority. It gets the digest of a signature.
  std::string time_stamp;
  std::shared_ptr<Transport> transport;  ///< for that; null: http_transport()
  bool disclosure = false;               ///< also the assertion c2pa.ai-disclosure
  [[nodiscard]] bool empty() const noexcept { return key.empty(); }
};

/// The label that people see or hear (docs/marks.md).
struct ExplicitRequest {
  std::string label = "auto";  ///< "auto": as the profiles demand; "never"; else the words to show
  std::string place;  ///< in pictures: "top-right", "bottom", ...; empty: as the profiles demand
  std::string at;     ///< in texts and sounds: "start", "end", "both"
  std::string span;   ///< in films: seconds, or "whole"
  std::string every;  ///< in films and sounds: seconds after which it comes again
  std::string cue;    ///< in sounds: "rhythm", "voice", "both"
};

/// What to write.
struct LabelRequest {
  /// An empty produce_id keeps the existing one, else a fresh ULID is made (GB 45438-2025 Annex E
  /// e). Ids and codes outside the characters of Annex E j) are refused.
  Label label;
  bool platform = false;  ///< write only the propagation half (Measures Art. 6)
  std::vector<std::string> profiles = {"cn"};
  ExplicitRequest explicit_label;
  std::string format, name, language = "en";
  bool force = false;    ///< overwrite another producer's half or break a C2PA store; reported
  bool sidecar = false;  ///< write NAME.EXT.aigc.json instead of into the file
  bool keep_times = false;
  SigningKey sign;           ///< signs the half of the label that is written (TC260-PG-202511A)
  ManifestRequest manifest;  ///< signs the file, after everything else was written
};

/// How to bring the labels of one file to another that was made from it (docs/carry.md).
struct CarryRequest {
  /// What was done to it: "c2pa.resized", "c2pa.cropped", ...; empty: what is measured.
  std::string action;
  bool force = false;    ///< also when nothing shows that it was made from it; reported
  bool sidecar = false;  ///< write NAME.EXT.aigc.json instead of into the file
  bool keep_times = false;
  ManifestRequest manifest;         ///< signs the new file, with the other one as its parent
  std::string from_format, format;  ///< e.g. "png"; empty: by content
  std::string from_name, name;      ///< of bytes in memory
  std::vector<std::string> profiles = {"cn"};  ///< whose notices the verdict carries
  std::string language = "en";
};

/// What was found, or what was done.
struct Answer {
  /// As the command exits: 0 done or a label was found, 1 no label, 2 usage, 3 failed, 4 a label is
  /// present but invalid, damaged or in conflict.
  int code = 0;
  std::optional<Error> error;
  std::string format;      ///< "png"; empty when not recognised
  std::string media_type;  ///< "image/png"
  Verdict verdict;
  std::vector<Evidence> evidence;
  std::vector<Finding> findings;
  std::string json;  ///< the whole report, schema "colophon.report/1"
};

/// An answer with the labelled bytes.
struct Labelled : Answer {
  std::vector<std::uint8_t> bytes;     ///< empty on an error
  std::vector<std::uint8_t> sidecar;   ///< the sidecar document, when the label goes there
  std::vector<std::uint8_t> manifest;  ///< with it: the C2PA store that belongs into NAME.EXT.c2pa
};

/// Reads and judges every label of a file; "-" is standard input.
[[nodiscard]] COLOPHON_API Answer verify(const std::string& path,
                                         const VerifyRequest& request = {});
/// The same for bytes in memory, which are read in place.
[[nodiscard]] COLOPHON_API Answer verify(std::span<const std::uint8_t> bytes,
                                         const VerifyRequest& request = {});

/// Writes the labels of `path` into `output`; equal paths replace the file. The output
/// appears whole or not at all, and has been read back before. On an error nothing changed.
[[nodiscard]] COLOPHON_API Answer label(const std::string& path, const std::string& output,
                                        const LabelRequest& request);
/// Replaces the file itself; patches it in place where the container allows.
[[nodiscard]] COLOPHON_API Answer label_in_place(const std::string& path,
                                                 const LabelRequest& request);
[[nodiscard]] COLOPHON_API Labelled label(std::span<const std::uint8_t> bytes,
                                          const LabelRequest& request);

/// Brings the labels of `from` to `to`, which another tool made from it: writes `output`; `to`
/// itself for equal paths. Code 1: `from` has no label. On an error nothing changed.
[[nodiscard]] COLOPHON_API Answer carry(const std::string& from, const std::string& to,
                                        const std::string& output, const CarryRequest& request);
[[nodiscard]] COLOPHON_API Labelled carry(std::span<const std::uint8_t> from,
                                          std::span<const std::uint8_t> to,
                                          const CarryRequest& request);

/// What an HTTP response field says about AI: `AI-Disclosure` (draft-abaris-aicdh) and the vendors'
/// `X-AI-Generated`. Nothing for a field that is not about AI. `Evidence::says` is the parsed
/// value, its findings tell broken syntax.
[[nodiscard]] COLOPHON_API std::optional<Evidence> verify_http_field(std::string_view name,
                                                                     std::string_view value);

/// Every carrier with its place and payload, without judgement.
struct Inspected {
  int code = 0;  ///< 0 done, 2 usage, 3 failed (what was found before stands in `json`)
  std::optional<Error> error;
  std::string json;  ///< schema "colophon.inspection/1"
};
[[nodiscard]] COLOPHON_API Inspected inspect(const std::string& path,
                                             const VerifyRequest& request = {});
[[nodiscard]] COLOPHON_API Inspected inspect(std::span<const std::uint8_t> bytes,
                                             const VerifyRequest& request = {});

/// "0.1.0"
[[nodiscard]] COLOPHON_API std::string_view version() noexcept;

}  // namespace colophon
