// SPDX-License-Identifier: Apache-2.0
// Signing a file that is being written: a plan with a placeholder of the exact size, one look at
// every byte of its output, the signature, and the plan with the real store, which differs in the
// store alone (and in check sums over it).
#pragma once

#include "c2pa/content_map.hpp"

namespace colophon::c2pa {

/// The plan that puts these bytes, a store, into the file.
using PlanStore = std::function<Result<Splice>(Bytes store)>;

class Seal {
 public:
  /// `source` is only used while this runs.
  [[nodiscard]] static Result<Seal> prepare(Source& source, const Format& format, PlanStore plan,
                                            const StoreWriter& writer, const Limits& limits);

  /// With the placeholder. Every byte of its output must pass through `hash`, in order.
  [[nodiscard]] const Splice& placeholder() const noexcept { return placeholder_; }
  [[nodiscard]] ContentHash hash() const { return map_.hash(); }
  /// Signs. The plan has the shape of the placeholder's.
  [[nodiscard]] Result<Splice> finish(ContentHash hash) const;

  [[nodiscard]] const std::string& carrier() const noexcept { return carrier_; }
  [[nodiscard]] std::uint64_t manifest_size() const { return writer_.manifest_size(map_.blank()); }

 private:
  Seal(PlanStore plan, StoreWriter writer) : plan_(std::move(plan)), writer_(std::move(writer)) {}

  PlanStore plan_;
  StoreWriter writer_;
  ContentMap map_;
  Splice placeholder_;
  std::string carrier_;
};

/// A store for a file that it does not stand in (`NAME.EXT.c2pa`).
[[nodiscard]] Result<ByteBuffer> sign_beside(Source& file, const Format& format,
                                             const StoreWriter& writer, const Limits& limits);

/// Turns the output of one plan, as written, into that of another of the same shape.
[[nodiscard]] Status patch(Sink& sink, const Splice& written, const Splice& wanted);

}  // namespace colophon::c2pa
