/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Colophon for C and for everything that speaks C: opaque results, JSON in and out, no exceptions.
 * Every function is safe to call from several threads at once. All text is UTF-8.
 *
 * Options are a JSON object or NULL. Known members, all optional:
 *   profiles  array of names ("cn", "eu", "us-ca", "in", "kr") or paths of .toml files
 *   format    read as this format ("png"), whatever the content says
 *   name      file name of bytes in memory; its extension tells kinds of plain text apart
 *   language  "en" or "zh"
 *   show_prompts  boolean
 *   trust     array of PEM files or folders of them: whose C2PA signatures are trusted
 *   tsa_trust the same for time-stamps; without it those of trust
 *   trust_folder  pinned keys and anchors (docs/keys.md)
 *   time      judge certificates as of then, "2026-11-23T10:00:00Z"
 *   fetch_remote  boolean: fetch a C2PA manifest that a file names by its address (HTTPS); without
 *                 it nothing goes to a network
 *   fetch_private boolean: also from addresses of this machine and of private networks
 * and for labelling also:
 *   producer, produce_id, propagator, propagate_id, system, system_version, prompt, prompt_writer
 *   origin    "generated" (default), "edited", "possible", "suspected"
 *   role      "producer" (default) or "platform"
 *   force, sidecar, keep_times  booleans
 *   explicit  an object, the label that people see or hear: label ("auto", the default: as the
 *             profiles demand; "never"; else the words to show), place ("top-right"), at ("start",
 *             "end", "both"), span (seconds, or "whole"), every (seconds), cue ("rhythm", "voice",
 *             "both"); all of them texts
 *   sign      an object, to sign the label (TC260-PG-202511A): key (PEM file, or env:NAME) and
 *             passphrase, or command and public_key; algorithm
 *   c2pa      an object, to sign a C2PA manifest over the file: members as of sign, and
 *             cert (PEM file with the chain, leaf first; without it the certificates are in key),
 *             time_stamp (address of an authority, asked over the network) or time_stamp_command,
 *             ai_disclosure (boolean)
 * An unknown member is an error (code 2), so that a misspelling never passes silently.
 */
#ifndef COLOPHON_H
#define COLOPHON_H

#include <colophon/export.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The outcome of one call. Free it with colophon_result_free. */
typedef struct colophon_result colophon_result;

/** Reads and judges every label. Returns NULL only when memory is exhausted. */
COLOPHON_API colophon_result* colophon_verify_file(const char* path, const char* options);
/** The bytes are read during the call and not kept. */
COLOPHON_API colophon_result* colophon_verify_memory(const uint8_t* bytes, size_t size,
                                                     const char* options);

/** Labels `path` into `output`; NULL for `output` replaces the file itself. */
COLOPHON_API colophon_result* colophon_label_file(const char* path, const char* output,
                                                  const char* options);
/** The labelled bytes come from colophon_result_bytes. */
COLOPHON_API colophon_result* colophon_label_memory(const uint8_t* bytes, size_t size,
                                                    const char* options);

/** Brings the labels of `from` to `to`, which another tool made from it; NULL for `output` replaces
 *  `to` itself. Options: action (a C2PA name), c2pa, force, sidecar, keep_times, profiles, format
 *  (of `to`), language.
 *  Code 1: `from` has no label. */
COLOPHON_API colophon_result* colophon_carry_file(const char* from, const char* to,
                                                  const char* output, const char* options);

/** Every carrier with its payload, without judgement. */
COLOPHON_API colophon_result* colophon_inspect_file(const char* path, const char* options);
COLOPHON_API colophon_result* colophon_inspect_memory(const uint8_t* bytes, size_t size,
                                                      const char* options);

/** 0 done or a label was found, 1 no label, 2 usage, 3 failed, 4 a label is present but invalid,
 *  damaged or in conflict. */
COLOPHON_API int colophon_result_code(const colophon_result* result);
/** The report as JSON, ended by a zero byte; owned by the result. */
COLOPHON_API const char* colophon_result_json(const colophon_result* result);
/** The labelled bytes (NULL and 0 when there are none); owned by the result. */
COLOPHON_API const uint8_t* colophon_result_bytes(const colophon_result* result, size_t* size);
/** The sidecar document, when the label goes there; owned by the result. */
COLOPHON_API const uint8_t* colophon_result_sidecar(const colophon_result* result, size_t* size);
/** With it: the C2PA manifest store that belongs into NAME.EXT.c2pa; owned by the result. */
COLOPHON_API const uint8_t* colophon_result_manifest(const colophon_result* result, size_t* size);
/** NULL is allowed. */
COLOPHON_API void colophon_result_free(colophon_result* result);

/** "0.1.0" */
COLOPHON_API const char* colophon_version(void);

#ifdef __cplusplus
}
#endif

#endif
