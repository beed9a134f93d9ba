// SPDX-License-Identifier: Apache-2.0
#include "c2pa/seal.hpp"

namespace colophon::c2pa {
namespace {

std::uint64_t size_of(const Piece& piece) noexcept {
  if (const auto* range = std::get_if<Range>(&piece)) return range->size;
  return std::get<Put>(piece).bytes.size();
}

bool same_shape(const Splice& a, const Splice& b) noexcept {
  return std::equal(a.pieces.begin(), a.pieces.end(), b.pieces.begin(), b.pieces.end(),
                    [](const Piece& x, const Piece& y) {
                      const auto *kept = std::get_if<Range>(&x), *also = std::get_if<Range>(&y);
                      return kept != nullptr && also != nullptr
                                 ? *kept == *also
                                 : kept == also && size_of(x) == size_of(y);
                    });
}

Failure no_place() {
  return fail(ErrorCode::Mismatch,
              "the file would not hold the manifest store as it is meant; nothing was changed. "
              "Please report this file");
}

/// Where the one store of a file stands.
Result<Carrier> store_in(Source& file, const Format& format, const Limits& limits) {
  const Layout layout = TRY(format.inspect(file, limits));
  const auto stores = stores_of(layout);
  if (stores.size() != 1 || layout.damage) return no_place();
  return *stores.front();
}

/// How the output of a plan will be hashed, and where the store stands in it.
struct Mapped {
  ContentMap map;
  Carrier store;
};
Result<Mapped> map_output(Source& source, const Splice& plan, const Format& format,
                          const Limits& limits) {
  SplicedSource output(source, plan);
  Carrier store = TRY(store_in(output, format, limits));
  ContentMap map = TRY(ContentMap::of(output, format, &store, limits));
  return Mapped{std::move(map), std::move(store)};
}

}  // namespace

Result<Seal> Seal::prepare(Source& source, const Format& format, PlanStore plan,
                           const StoreWriter& writer, const Limits& limits) {
  Seal seal(std::move(plan), writer);
  // What the binding lists, and so its size, is only known with a store in its place.
  const Splice first = TRY(seal.plan_(writer.unsigned_store({"c2pa.hash.data", {}})));
  seal.map_ = TRY(map_output(source, first, format, limits)).map;
  const ByteBuffer store = writer.unsigned_store(seal.map_.blank());
  seal.placeholder_ = TRY(seal.plan_(store));
  Mapped mapped = TRY(map_output(source, seal.placeholder_, format, limits));
  seal.map_ = std::move(mapped.map);
  seal.carrier_ = std::move(mapped.store.path);
  if (writer.unsigned_store(seal.map_.blank()).size() != store.size()) return no_place();
  return seal;
}

Result<Splice> Seal::finish(ContentHash hash) const {
  const std::vector<ByteBuffer> hashes = TRY(hash.finish());
  const ByteBuffer store = TRY(writer_.signed_store(map_.assertion(hashes)));
  Splice plan = TRY(plan_(store));
  if (!same_shape(placeholder_, plan)) return no_place();
  return plan;
}

Result<ByteBuffer> sign_beside(Source& file, const Format& format, const StoreWriter& writer,
                               const Limits& limits) {
  const ContentMap map = TRY(ContentMap::of(file, format, nullptr, limits));
  ByteBuffer hash = TRY(digest_of(DigestAlgorithm::Sha256, file));
  return writer.signed_store(map.assertion({std::move(hash)}));
}

Status patch(Sink& sink, const Splice& written, const Splice& wanted) {
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < wanted.pieces.size(); ++i) {
    const auto* put = std::get_if<Put>(&wanted.pieces[i]);
    const auto* old = std::get_if<Put>(&written.pieces[i]);
    if (put != nullptr && old != nullptr && put->bytes != old->bytes) {
      TRY(sink.patch(at, put->bytes));
    }
    at += size_of(wanted.pieces[i]);
  }
  return {};
}

}  // namespace colophon::c2pa
