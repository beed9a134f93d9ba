// SPDX-License-Identifier: Apache-2.0
#include "c2pa/store.hpp"

#include <algorithm>

#include "wire/inflate.hpp"
#include "wire/jumbf_mark.hpp"

namespace colophon::c2pa {
namespace {

// More of them exist only as attacks (docs/c2pa.md).
constexpr std::size_t kMaxManifests = 256;
constexpr std::size_t kAmbiguous = static_cast<std::size_t>(-1);

bool is_manifest(const JumbfBox& box) {
  return box.kind == "c2ma" || box.kind == "c2md" || box.kind == "c2um";
}

void add_assertions(Manifest& manifest, const JumbfBox& store) {
  for (const JumbfBox& box : store.children) {
    if (box.type != "jumb") continue;
    manifest.assertions.push_back({box.label, std::string(without_instance(box.label)), &box});
  }
}

/// Fills in what stands inside `manifest.box`.
void look_inside(Manifest& manifest) {
  manifest.update = manifest.box->kind == "c2um";
  manifest.exact = manifest.box->exact && manifest.stored->exact;
  for (const JumbfBox& box : manifest.box->children) {
    if (box.kind == "c2cl") {
      if (manifest.claims++ == 0) manifest.claim = &box;
      manifest.exact &= box.exact && (box.label == "c2pa.claim" || box.label == "c2pa.claim.v2");
    } else if (box.kind == "c2as") {
      add_assertions(manifest, box);
      manifest.exact &= box.exact && box.label == "c2pa.assertions";
    }
  }
  for (std::size_t i = 0; i < manifest.assertions.size(); ++i) {
    const auto [place, fresh] = manifest.by_label.emplace(manifest.assertions[i].box->label, i);
    if (!fresh) place->second = kAmbiguous;
  }
}

}  // namespace

ByteBuffer joined(Bytes older, Bytes newer, const Limits& limits) {
  const auto first = read_jumbf(older, limits), second = read_jumbf(newer, limits);
  if (!first || !second) return to_buffer(newer);
  constexpr std::uint64_t kHeader = 8;
  const std::uint64_t head = load_be(older, 0, 4) == 1 ? 2 * kHeader : kHeader;
  ByteBuffer body = to_buffer(slice(older, head, first->whole.size - head));
  for (const JumbfBox& box : second->children) {
    append(body, slice(newer, box.whole.offset, box.whole.size));
  }
  ByteBuffer store;
  append_be(store, body.size() + kHeader, 4);
  append(store, std::string_view("jumb"));
  append(store, Bytes(body));
  return store;
}

std::string_view without_instance(std::string_view label) noexcept {
  const std::size_t at = label.rfind("__");
  if (at == std::string_view::npos || at + 2 >= label.size()) return label;
  const bool number = std::all_of(label.begin() + static_cast<std::ptrdiff_t>(at) + 2, label.end(),
                                  [](char c) { return c >= '0' && c <= '9'; });
  return number ? label.substr(0, at) : label;
}

const Assertion* Manifest::find(std::string_view assertion_label) const noexcept {
  const auto found = by_label.find(assertion_label);
  return found == by_label.end() || found->second == kAmbiguous ? nullptr
                                                                : &assertions[found->second];
}

const Manifest* Store::find(std::string_view label) const noexcept {
  const Manifest* found = nullptr;
  for (const Manifest& manifest : manifests_) {
    if (manifest.label != label) continue;
    if (found != nullptr) return nullptr;
    found = &manifest;
  }
  return found;
}

void Store::inflate(Manifest& manifest, std::uint64_t& budget, const Limits& limits) {
  manifest.inflates = false;
  const JumbfBox* brob = manifest.stored->content("brob");
  if (brob == nullptr || budget == 0) return;
  const Bytes stored = slice(manifest.stored_bytes, brob->payload.offset, brob->payload.size);
  // ISO/IEC 19566-5 puts the box's own 4-byte type before the stream; not every writer does.
  auto bytes = wire::unbrotli(slice(stored, 4), budget);
  if (!bytes && bytes.error().code != ErrorCode::LimitExceeded) {
    bytes = wire::unbrotli(stored, budget);
  }
  if (!bytes) {
    if (bytes.error().code == ErrorCode::LimitExceeded) budget = 0;
    return;
  }
  budget -= bytes->size();
  auto box = read_jumbf(*bytes, limits);
  if (!box || !is_manifest(*box) || box->label != manifest.label) return;
  inflated_.push_back(std::make_unique<Inflated>(Inflated{std::move(*bytes), std::move(*box)}));
  manifest.inflates = true;
  manifest.bytes = inflated_.back()->bytes;
  manifest.box = &inflated_.back()->box;
}

Result<Store> Store::read(Bytes bytes, const Limits& limits) {
  Store store;
  store.root_ = std::make_unique<JumbfBox>(TRY(read_jumbf(bytes, limits)));
  if (store.root_->uuid != wire::kC2paStoreUuid || store.root_->label != "c2pa") {  // 11.1.4.1
    return fail(ErrorCode::Malformed, "the outermost box is not that of a manifest store", "jumbf",
                0);
  }
  std::uint64_t budget = limits.max_inflated;
  for (const JumbfBox& box : store.root_->children) {
    const bool compressed = box.kind == "c2cm";
    if (box.type != "jumb" || (!compressed && !is_manifest(box))) continue;
    if (store.manifests_.size() >= kMaxManifests) {
      return fail(ErrorCode::LimitExceeded, "the store holds too many manifests", "jumbf",
                  box.whole.offset);
    }
    Manifest manifest;
    manifest.label = box.label;
    manifest.box = manifest.stored = &box;
    manifest.bytes = manifest.stored_bytes = bytes;
    if (compressed) store.inflate(manifest, budget, limits);
    if (manifest.inflates) look_inside(manifest);
    manifest.exact &= store.root_->exact;
    store.manifests_.push_back(std::move(manifest));
  }
  return store;
}

}  // namespace colophon::c2pa
