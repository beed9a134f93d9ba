// SPDX-License-Identifier: Apache-2.0
// What Colophon does, each operation a Job in and a Report out. The command, the library's public
// face and the C ABI only build Jobs and print Reports.
#pragma once

#include <colophon/transport.hpp>
#include <colophon/types.hpp>

#include "c2pa/validate.hpp"
#include "formats/format.hpp"
#include "judge/judge.hpp"
#include "marks/demand.hpp"
#include "standards/merge.hpp"

#include <functional>
#include <memory>

namespace colophon {

class LabelSigner;
struct ManifestJob;
struct Carried;

/// Every side effect that an operation needs besides the files it is given.
struct Env {
  std::function<std::int64_t()> now;                    ///< seconds since 1970, UTC
  std::function<void(std::span<std::uint8_t>)> random;  ///< fills with unpredictable bytes
  Limits limits;
  std::shared_ptr<Transport> transport;  ///< null: there is no network
  MarkProgress progress;                 ///< of a long work on one file; may be null
};
/// The system's clock and random source, no network.
[[nodiscard]] Env system_env();

/// A fresh ULID (26 characters, sorts by time, within the charset of GB 45438-2025 Annex E j).
[[nodiscard]] std::string make_ulid(const Env& env);

/// Looks for watermarks in the words of a text. Above this layer one is made of keys that somebody
/// configured; several threads use it at once.
class TextWatermarks {
 public:
  struct Found {
    std::vector<Evidence> evidence;  ///< of layer `watermark`; places in the text
    std::vector<Finding> findings;   ///< what was looked for without success
  };
  virtual ~TextWatermarks() = default;
  /// An error: it could not be looked.
  [[nodiscard]] virtual Result<Found> look(const std::string& text) const = 0;
};

struct VerifyOptions {
  std::string file_name;              ///< for the report, and to tell kinds of plain text apart
  const Format* format = nullptr;     ///< forced; null: by content
  std::vector<Profile> profiles;      ///< whose notices the verdict carries
  std::optional<ByteBuffer> sidecar;  ///< content of NAME.EXT.aigc.json, if there is one
  std::shared_ptr<const TrustStore> trust;  ///< null: every good signature is valid, none trusted
  std::optional<std::int64_t> time;         ///< judge as of this moment; none: the clock
  bool tree = false;                        ///< `inspect`: also draw the manifests
  bool fetch_remote = false;   ///< manifest stores that a file only names, over `Env::transport`
  bool fetch_private = false;  ///< also from addresses of this machine and its networks
  bool full = false;  ///< also look for what must be decoded: labels seen and heard, watermarks
  std::shared_ptr<const TextWatermarks> watermarks;  ///< null: no keys are configured
  /// Files with the fragments of the film whose initialisation the file is, or folders of them.
  std::vector<std::string> fragments;
};

/// What a write did, for the report of `label`.
struct Written {
  std::string mode;    ///< "unchanged", "rewritten", "in-place", "sidecar", "planned"
  std::string would;   ///< when planned: the mode it would be; empty when nobody said where to
  std::string output;  ///< the file written, or that would be; empty for none
  std::string sidecar_file;           ///< the same for the sidecar
  std::string store_file;             ///< and for the C2PA manifest store beside the file
  std::vector<std::string> carriers;  ///< the carriers that now hold the label; of many the first
  std::uint64_t carriers_count = 0;   ///< how many there are
  std::uint64_t bytes_put = 0;        ///< new bytes, beside those kept
  std::uint64_t manifest_bytes = 0;   ///< of the C2PA manifest that was signed; 0: none was
  std::optional<ByteBuffer> sidecar;  ///< the sidecar document, when the label goes there
  std::optional<ByteBuffer> store;    ///< the C2PA manifest store that belongs beside the file
  std::vector<Mark> marks;            ///< explicit labels that stand there afterwards
  bool marked = false;                ///< they were put there now
  std::string http_field;  ///< an AI-Disclosure field for serving the file; empty for none
};

/// One number that a file was compared by, and how far it may go.
struct Measured {
  std::string name;  ///< "picture", "duration" (seconds apart), "text"
  double value = 0, limit = 0;
  bool holds = false;
};

/// Where `carry` took the labels from, and why it believed that the file was made from that one.
struct Provenance {
  std::string from;
  std::vector<Measured> measured;    ///< empty: the two could not be compared
  std::vector<std::string> actions;  ///< what was done to it, C2PA names
  std::vector<std::string> carried;  ///< vocabularies
  bool forced = false;               ///< it was not shown, and --force was given
};

struct Report {
  std::string file;
  std::uint64_t bytes = 0;
  const Format* format = nullptr;  ///< null: not recognised
  Verdict verdict;
  std::vector<Evidence> evidence;
  std::vector<Finding> findings;
  std::vector<std::string> tiers;    ///< which tiers ran
  std::vector<std::string> checked;  ///< what was looked for, for people
  double milliseconds = 0;
  std::optional<Error> error;
  std::optional<Written> written;        ///< `label` and `carry` only
  std::optional<Provenance> provenance;  ///< `carry` only
};

/// Reads and judges every label. Always a report: what could not be read stands in `error`.
/// `sidecar`: the content of NAME.EXT.aigc.json, if there is one.
[[nodiscard]] Report verify(Source& source, const Env& env, const VerifyOptions& options,
                            const std::optional<ByteBuffer>& sidecar = std::nullopt);
/// The same for a path ("-": standard input), with the sidecar beside it. The report names the
/// path unless the options have a name.
[[nodiscard]] Report verify_file(const std::string& path, const Env& env,
                                 const VerifyOptions& options);

/// One carrier with its payload, for `inspect`: no judgement.
struct CarrierView {
  Carrier carrier;
  ByteBuffer payload;
  std::optional<Error> error;  ///< the payload could not be read
};
struct Inspection {
  std::string file;
  std::uint64_t bytes = 0;
  const Format* format = nullptr;
  std::vector<CarrierView> carriers;
  std::vector<Finding> oddities;
  std::vector<c2pa::TreeNode> trees;  ///< of the manifest stores, with VerifyOptions::tree
  std::optional<Error> error;
};
[[nodiscard]] Inspection inspect(Source& source, const Env& env, const VerifyOptions& options);
[[nodiscard]] Inspection inspect_file(const std::string& path, const Env& env,
                                      const VerifyOptions& options);

/// A manifest store beside the file that it speaks of (C2PA 11.4): NAME.EXT.c2pa or NAME.c2pa.
struct StoreBeside {
  std::string name;
  ByteBuffer bytes;
};

/// The file that `carry` brings labels from.
struct CarryFrom {
  std::string file_name;
  const Format* format = nullptr;  ///< forced; null: by content
  std::optional<ByteBuffer> sidecar;
  std::optional<StoreBeside> store;
};

struct LabelJob {
  Label wanted;  ///< an empty produce_id: keep the existing one, else a fresh ULID
  Role role = Role::Producer;
  std::vector<std::string> standards;  ///< vocabularies to write, from the profiles
  std::vector<Profile> profiles;       ///< for the report's notices
  std::string file_name;
  const Format* format = nullptr;
  MarkWishes wishes;     ///< of the explicit label
  bool force = false;    ///< overrule a refusal about labels or a C2PA store; logged
  bool sidecar = false;  ///< write NAME.EXT.aigc.json instead of into the file
  /// The file itself will be changed: rather a worse place for the label than a moved content.
  /// `label_file` sets it from the destination.
  bool in_place = false;
  std::optional<ByteBuffer> old_sidecar;
  std::shared_ptr<LabelSigner> signer;          ///< null: the label is not signed
  std::optional<ByteBuffer> old_store;          ///< content of NAME.EXT.c2pa, if there is one
  std::shared_ptr<const ManifestJob> manifest;  ///< null: no C2PA manifest is signed

  // `carry` only.
  CarryFrom from;
  std::string action;  ///< what was done to it, a C2PA name; empty: what is measured
  std::shared_ptr<const Carried> carried;  ///< set by `carry` itself
};

/// What labelling a source would do. Nothing has been written yet.
struct LabelPlan {
  const Format* format = nullptr;
  Splice splice;
  bool changes = false;               ///< false: the file already says exactly this
  std::optional<ByteBuffer> sidecar;  ///< the new sidecar document, when the label goes there
  std::optional<ByteBuffer> store;    ///< with it: the C2PA manifest store beside the file
  /// As they will stand there: one, or in a file of records those that differ. The first speaks for
  /// the file.
  std::vector<Label> labels;
  std::vector<std::string> standards;  ///< those that have a place here
  std::vector<std::string> carriers;   ///< where they stand
  std::vector<Finding> notes;          ///< what was overruled or left out
  std::uint64_t manifest_bytes = 0;    ///< of the C2PA manifest that is signed
};
/// Errors: `refused`, `conflict`, `unsupported`, `usage`, and those of the container.
[[nodiscard]] Result<LabelPlan> plan_label(Source& source, const LabelJob& job, const Env& env);
/// Labels `source` into `sink`; the output has been read back through the plan first.
[[nodiscard]] Result<Report> label(Source& source, Sink& sink, const LabelJob& job, const Env& env);

/// Where `label_file` puts the result.
struct Destination {
  enum class Kind : std::uint8_t { File, InPlace, Stream, Nowhere } kind = Kind::File;
  std::string path;           ///< Kind::File
  std::string backup_suffix;  ///< Kind::InPlace: keep the old file under this suffix, if not empty
  bool keep_times = false;
  bool make_folders = false;  ///< Kind::File: the folder of `path` need not exist
  bool dry_run = false;       ///< everything but the writing
};
/// Labels a file ("-": standard input). On any error the original is untouched.
[[nodiscard]] Result<Report> label_file(const std::string& path, const Destination& destination,
                                        LabelJob job, const Env& env);

/// Exit code 1, as where `verify` finds none.
[[nodiscard]] inline bool is_nothing_to_carry(const Error& error) noexcept {
  return error.code == ErrorCode::NotFound && error.where == "label";
}
/// What LabelJob::action may be.
[[nodiscard]] std::span<const std::string_view> carry_actions() noexcept;

/// Brings the labels of `from` to `to`, which another tool made from it, into `sink`. Of the job
/// count `from`, `action`, `manifest`, `force`, `sidecar` and what concerns the file `to`. Errors:
/// `not-found` with where "label" when `from` says nothing of AI, `refused` when `to` is plainly
/// not made from it, and those of `label`.
[[nodiscard]] Result<Report> carry(Source& from, Source& to, Sink& sink, const LabelJob& job,
                                   const Env& env);
/// The same for files; one of them may be "-". On any error both are untouched.
[[nodiscard]] Result<Report> carry_file(const std::string& from, const std::string& to,
                                        const Destination& destination, LabelJob job,
                                        const Env& env);

/// The name of the sidecar of a file: NAME.EXT.aigc.json.
[[nodiscard]] std::string sidecar_name(const std::string& path);
/// The name of the manifest store that is written beside a file: NAME.EXT.c2pa.
[[nodiscard]] std::string store_name(const std::string& path);

/// Reports as JSON text (docs/report.md, "colophon.report/1"), in UTF-8.
struct JsonOptions {
  std::string language = "en";
  bool show_prompts = false;
  bool pretty = false;
};
[[nodiscard]] std::string to_json(const Report& report, const JsonOptions& options);
[[nodiscard]] std::string to_json(const Inspection& inspection, const JsonOptions& options);

}  // namespace colophon
