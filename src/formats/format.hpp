// SPDX-License-Identifier: Apache-2.0
// The contract of a container module. A module is one row of constant data and four pure functions:
// it never opens, reads or writes a file, throws nothing across this border, and holds no state.
#pragma once

#include "base/limits.hpp"
#include "base/source.hpp"
#include "formats/carrier.hpp"
#include "formats/splice.hpp"

#include <functional>
#include <span>

namespace colophon {

struct BoxMap;

enum class Family : std::uint8_t { Image, Audio, Video, Document, Text };
[[nodiscard]] std::string_view to_string(Family family) noexcept;

struct Capabilities {
  /// The kinds that `edit` can set. The first is the home of the GB 45438 field (docs/gb45438.md);
  /// empty, or C2paStore alone: the container has no place for a label, it goes to a sidecar.
  /// C2paStore, else never the first, stands for `put_store`.
  std::span<const CarrierKind> write;
  /// Kinds outside `write` whose existing carriers `edit` can replace (Edit::replaces), so that
  /// a label in an odd place can be updated where it stands.
  std::span<const CarrierKind> replace;
  /// The plan can often be carried out inside the file, without copying its content.
  bool in_place = false;
  /// Every record of the file carries its own label (JSON Lines).
  bool per_record = false;
  /// A kind of plain text: the file's extension, not its content, decides between these.
  bool by_extension = false;
};

struct Layout {
  std::vector<Carrier> carriers;  ///< in file order
  std::vector<Finding> oddities;  ///< harmless deviations worth telling
  bool incomplete = false;        ///< there are more carriers than Limits::max_carriers
  std::uint64_t records = 0;      ///< of a format with Capabilities::per_record
  /// Only so many bytes at the start were searched: the text is longer than Limits::max_text.
  std::optional<std::uint64_t> searched;
  /// The file could not be read to its end as what it is; `carriers` holds what was found before.
  std::optional<Error> damage;
};

/// "Set this carrier to this payload."
struct Edit {
  CarrierKind kind = CarrierKind::Xmp;
  std::string key;                      ///< for keyed kinds (HtmlMeta); else empty
  std::optional<std::size_t> replaces;  ///< index into Layout::carriers; none: use the home place
  ByteBuffer value;                     ///< the payload as a standard gives it (not escaped)
  bool only_new =
      false;  ///< per-record formats: give it to records that have none, change no other
  /// The plan is meant for the file itself: leave the content where it is, even if the label gets a
  /// worse place by that.
  bool in_place = false;
};

/// A place between two records of a file of records.
struct RecordPlace {
  std::uint64_t offset = 0;
  std::uint64_t record = 0;  ///< how many records stand before it
  std::uint64_t line = 1;    ///< of the record behind it
};

/// The only way to tell an oddity. Hostile files have one in every structure, so that past a few
/// hundred one finding (Finding::count) stands for the others of its rule and severity.
void add_oddity(Layout& layout, Finding oddity);

struct Format {
  std::string_view id;    ///< the report's word: "png"
  std::string_view name;  ///< for people: "PNG / APNG"
  Family family = Family::Image;
  std::span<const std::string_view> media_types;  ///< the first is the usual one
  std::span<const std::string_view> extensions;   ///< lower case, without the dot
  Capabilities can;

  /// Is it this container? By content; must be cheap (a few small views) and total.
  bool (*sniff)(Source&) noexcept = nullptr;
  /// Every carrier. Total on bad input (see Layout::damage); an Error means "could not look".
  Result<Layout> (*inspect)(Source&, const Limits&) = nullptr;
  /// A carrier's payload: joined, decompressed, unescaped. `extract_stored` serves most modules.
  Result<ByteBuffer> (*extract)(Source&, const Carrier&, const Limits&) = nullptr;
  /// The plan that makes `edits` true and touches nothing else. Null: read only. Called through
  /// `plan_edits`, so the layout is whole and every edit has a kind and target this row can write.
  /// Never sees an edit of kind C2paStore.
  Result<Splice> (*edit)(Source&, const Layout&, std::span<const Edit>, const Limits&) = nullptr;
  /// The plan that gives the file this manifest store (JUMBF) and takes every other one out of it.
  /// Where anything stands afterwards depends on the store's size alone, and no byte but the
  /// store's own and checksums over them depends on its content: a signer plans with a placeholder,
  /// hashes, and patches. Called through `plan_edits`. Null: the container holds no store.
  Result<Splice> (*put_store)(Source&, const Layout&, Bytes store, const Limits&) = nullptr;

  // Formats with Capabilities::per_record only. Any stretch of whole records is a document of the
  // same format, so that a file of any size is read and labelled stretch by stretch.
  /// The end of the stretch that starts at `from`: some hundred records, or one long one.
  Result<RecordPlace> (*next_records)(Source&, RecordPlace from, const Limits&) = nullptr;
  /// `inspect` for a stretch that was cut out of a file: ranges are those of the stretch, paths and
  /// lines count on from `first`.
  Result<Layout> (*inspect_records)(Source& stretch, const RecordPlace& first,
                                    const Limits&) = nullptr;

  /// Its boxes as C2PA names them (box_map.hpp). Null: C2PA does not bind it by boxes.
  Result<BoxMap> (*boxes)(Source&, const Layout&, const Limits&) = nullptr;

  [[nodiscard]] bool can_write(CarrierKind kind) const noexcept;
  [[nodiscard]] bool can_replace(CarrierKind kind) const noexcept;
};

/// The only list. Help, docs, accept lists, law tests and fuzzers are made from it.
[[nodiscard]] std::span<const Format* const> formats() noexcept;
[[nodiscard]] const Format* find_format(std::string_view id) noexcept;

/// Which container is it? `file_name` breaks ties among plain-text kinds only. Null: unknown.
[[nodiscard]] const Format* detect(Source& source, std::string_view file_name) noexcept;

/// The payload from Carrier::value, else the stored bytes of `parts`, else of `payload`.
[[nodiscard]] Result<ByteBuffer> extract_stored(Source& source, const Carrier& carrier,
                                                const Limits& limits);
/// The carrier that `edit` must replace: Edit::replaces when set, else the first of that kind (and
/// key, when the edit has one), else none (insert).
[[nodiscard]] const Carrier* target_of(const Layout& layout, const Edit& edit) noexcept;
/// What one edit changes. `target` is the carrier it replaces; null: it inserts.
using PlanChange =
    std::function<Result<std::vector<Replacement>>(const Edit& edit, const Carrier* target)>;
/// The answers of `change` in one list. It is not asked where the target has the value already, so
/// that such an edit leaves the file as it is. For the rows' `edit`.
[[nodiscard]] Result<std::vector<Replacement>> changes_of(Source& source, const Layout& layout,
                                                          std::span<const Edit> edits,
                                                          const Limits& limits,
                                                          const PlanChange& change);
/// Every C2PA manifest store of the file.
[[nodiscard]] std::vector<const Carrier*> stores_of(const Layout& layout);
/// The plan of the row's `edit`, and of `put_store` on what that gives, after the checks that all
/// rows share: error `malformed` when the layout is damaged, `unsupported` when an edit's kind is
/// not writable here, `usage` when a store is no JUMBF box of a manifest store, or there are two.
/// This is the only way to call them.
[[nodiscard]] Result<Splice> plan_edits(const Format& format, Source& source, const Layout& layout,
                                        std::span<const Edit> edits, const Limits& limits);

}  // namespace colophon
