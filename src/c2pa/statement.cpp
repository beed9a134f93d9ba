// SPDX-License-Identifier: Apache-2.0
// What a manifest store says about AI, before anybody has checked a signature.
#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "c2pa/c2pa.hpp"
#include "c2pa/jumbf.hpp"
#include "standards/digital_source_type.hpp"
#include "standards/xmp.hpp"
#include "wire/cbor.hpp"
#include "wire/inflate.hpp"
#include "wire/jumbf_mark.hpp"

namespace colophon {
namespace {

constexpr std::uint32_t kMaxManifests = 256;

/// A manifest with the bytes that its ranges point into.
struct Manifest {
  std::string label;
  const JumbfBox* box;
  Bytes bytes;
};

/// What one manifest's assertions say.
struct Said {
  std::vector<std::string> types;    ///< digital source types, in order
  std::vector<std::string> parents;  ///< labels of manifests this content was made from
  std::vector<std::string> parts;    ///< labels of manifests that are part of it
  bool described_as_ai = false;      ///< in words only (Bing's files carry no type)
};

class StoreReader {
 public:
  StoreReader(Bytes store, const Limits& limits) : store_(store), limits_(limits) {}

  Status read() {
    root_ = TRY(read_jumbf(store_, limits_));
    if (root_.uuid != wire::kC2paStoreUuid || root_.label != "c2pa") {  // C2PA 11.1.4.1
      return fail(ErrorCode::Malformed, "the outermost box is not that of a manifest store",
                  "jumbf", 0);
    }
    for (const JumbfBox& box : root_.children) {
      if (box.type != "jumb" || manifests_.size() >= kMaxManifests) continue;
      if (box.kind == "c2cm") {
        TRY(add_compressed(box));
      } else {
        manifests_.push_back({box.label, &box, store_});
      }
    }
    if (!manifests_.empty()) return {};
    return fail(ErrorCode::Malformed, "the store holds no manifest", "jumbf", 0);
  }

  /// The active manifest is the last one (C2PA 11.1.4.2).
  [[nodiscard]] const Manifest& active() const { return manifests_.back(); }
  [[nodiscard]] const Manifest* find(std::string_view label) const {
    const auto found = std::find_if(manifests_.begin(), manifests_.end(),
                                    [&](const Manifest& m) { return m.label == label; });
    return found == manifests_.end() ? nullptr : &*found;
  }

  [[nodiscard]] std::optional<wire::CborItem> claim(const Manifest& manifest) const {
    for (const char* label : {"c2pa.claim.v2", "c2pa.claim"}) {
      const JumbfBox* box = manifest.box->child(label);
      if (box == nullptr) continue;
      if (auto item = cbor(manifest, *box)) return item;
    }
    return std::nullopt;
  }

  [[nodiscard]] Said said(const Manifest& manifest) const {
    Said said;
    const JumbfBox* store = manifest.box->child("c2pa.assertions");
    if (store == nullptr) return said;
    for (const JumbfBox& assertion : store->children) {
      if (assertion.label.starts_with("c2pa.actions")) {
        if (const auto item = cbor(manifest, assertion)) read_actions(*item, said);
      } else if (assertion.label.starts_with("c2pa.ingredient")) {
        if (const auto item = cbor(manifest, assertion)) read_ingredient(*item, said);
      }
    }
    return said;
  }

 private:
  Status add_compressed(const JumbfBox& box) {
    const JumbfBox* brob = box.content("brob");
    if (brob == nullptr || inflated_.size() >= kMaxManifests) return {};
    const Bytes stored = slice(store_, brob->payload.offset, brob->payload.size);
    // The box's own 4-byte type stands before the stream (ISO/IEC 19566-5, brob).
    inflated_.push_back(std::make_unique<Inflated>());
    Inflated& inner = *inflated_.back();
    const auto with_type = wire::unbrotli(slice(stored, 4), limits_.max_inflated);
    inner.bytes = with_type ? *with_type : TRY(wire::unbrotli(stored, limits_.max_inflated));
    inner.box = TRY(read_jumbf(inner.bytes, limits_));
    manifests_.push_back({box.label, &inner.box, inner.bytes});
    return {};
  }

  [[nodiscard]] std::optional<wire::CborItem> cbor(const Manifest& manifest,
                                                   const JumbfBox& box) const {
    const JumbfBox* content = box.content("cbor");
    if (content == nullptr) return std::nullopt;
    auto item = wire::read_cbor(
        slice(manifest.bytes, content->payload.offset, content->payload.size), limits_);
    if (!item) return std::nullopt;
    return std::move(*item);
  }

  static void read_actions(const wire::CborItem& assertion, Said& said) {
    const wire::CborItem* actions = assertion.find("actions");
    if (actions == nullptr) return;
    for (const wire::CborItem& action : actions->untagged().items) {
      if (const auto* type = action.find("digitalSourceType")) {
        said.types.emplace_back(type->as_text());
      }
      const std::string words =
          lower_ascii(action.find("description") != nullptr ? action.find("description")->as_text()
                                                            : std::string_view());
      if (words.starts_with("ai generated") || words.starts_with("ai-generated")) {
        said.described_as_ai = true;
      }
    }
  }

  static void read_ingredient(const wire::CborItem& ingredient, Said& said) {
    const wire::CborItem* manifest = ingredient.find("activeManifest");
    if (manifest == nullptr) manifest = ingredient.find("c2pa_manifest");
    const wire::CborItem* url = manifest != nullptr ? manifest->find("url") : nullptr;
    const wire::CborItem* relation = ingredient.find("relationship");
    if (url == nullptr || relation == nullptr) return;
    // "self#jumbf=/c2pa/LABEL" or "self#jumbf=c2pa/LABEL"
    const std::string_view text = url->as_text();
    const std::string label(
        text.substr(text.rfind('/') == std::string_view::npos ? 0 : text.rfind('/') + 1));
    (relation->as_text() == "parentOf" ? said.parents : said.parts).push_back(label);
  }

  struct Inflated {
    ByteBuffer bytes;
    JumbfBox box;
  };

  Bytes store_;
  const Limits& limits_;
  JumbfBox root_;
  std::vector<std::unique_ptr<Inflated>> inflated_;
  std::vector<Manifest> manifests_;
};

Origin origin_of(const Said& said) {
  Origin strongest = Origin::None;
  for (const std::string& type : said.types) {
    const auto term = source_type(type);
    if (term) strongest = std::max(strongest, term->origin);
  }
  return said.described_as_ai ? Origin::Generated : strongest;
}

/// The strongest statement of the manifests that this content descends from: a parent's statement
/// holds for the whole, a part's only for a part of it.
Origin inherited(const StoreReader& store, const Said& active) {
  Origin origin = Origin::None;
  std::vector<std::string> seen;
  std::vector<std::pair<std::string, bool>> open;  // label, only a part
  const auto push = [&](const Said& said, bool part) {
    for (const std::string& label : said.parents) open.emplace_back(label, part);
    for (const std::string& label : said.parts) open.emplace_back(label, true);
  };
  push(active, false);
  while (!open.empty() && seen.size() < kMaxManifests) {
    const auto [label, part] = open.back();
    open.pop_back();
    const Manifest* manifest = store.find(label);
    if (manifest == nullptr || std::find(seen.begin(), seen.end(), label) != seen.end()) continue;
    seen.push_back(label);
    const Said said = store.said(*manifest);
    const Origin here = origin_of(said);
    if (here >= Origin::Suspected) origin = std::max(origin, part ? Origin::Edited : here);
    push(said, part);
  }
  return origin;
}

std::string generator_of(const wire::CborItem& claim) {
  const auto* text = claim.find("claim_generator");
  if (text != nullptr && !text->as_text().empty()) return std::string(text->as_text());
  const auto* info = claim.find("claim_generator_info");
  if (info == nullptr) return {};
  const wire::CborItem& value = info->untagged();
  const wire::CborItem& first =
      value.type == wire::CborType::Array && !value.items.empty() ? value.items.front() : value;
  const auto* name = first.find("name");
  const auto* version = first.find("version");
  if (name == nullptr) return {};
  return version == nullptr || version->as_text().empty()
             ? std::string(name->as_text())
             : fmt::format("{} {}", name->as_text(), version->as_text());
}

Finding unchecked() {
  return {"C2PA-unchecked",
          Severity::Info,
          {"the manifest's signature and hashes have not been checked: this is what it says, not "
           "what it proves",
           "尚未检查该清单的签名与哈希：这是其声明，而非证明"},
          std::nullopt};
}

Finding unreadable(const Error& error) {
  return {"C2PA-malformed",
          Severity::Error,
          {"the C2PA manifest store cannot be read: " + error.message, "C2PA 清单无法读取"},
          error.offset};
}

Evidence c2pa_statement_of(const Carrier& carrier) {
  Evidence evidence;
  evidence.layer = Layer::Signature;
  evidence.standard = StandardId::C2pa;
  evidence.carrier = carrier.path;
  evidence.where = carrier.whole;
  evidence.says = Label{};
  evidence.c2pa = C2paStatement{};
  return evidence;
}

}  // namespace

std::optional<Evidence> read_remote_reference(const Carrier& carrier, Bytes xmp,
                                              const Limits& limits) {
  if (as_text(xmp).find("provenance") == std::string_view::npos) return std::nullopt;
  for (const XmpValue& value : find_xmp(xmp, "http://purl.org/dc/terms/", "provenance", limits)) {
    if (value.value.find("://") == std::string::npos) continue;
    Evidence evidence;
    evidence.layer = Layer::Signature;
    evidence.standard = StandardId::C2pa;
    evidence.carrier = carrier.path;
    evidence.where = carrier.whole;
    evidence.says = Label{};
    evidence.integrity = Integrity::Unchecked;
    evidence.c2pa = C2paStatement{};
    evidence.c2pa->state = "RemoteOnly";
    evidence.details.emplace_back("remote", value.value);
    return evidence;
  }
  return std::nullopt;
}

Evidence unreadable_c2pa_statement(const Carrier& carrier, const Error& error) {
  Evidence evidence = c2pa_statement_of(carrier);
  const bool could_look = error.code != ErrorCode::LimitExceeded &&
                          error.code != ErrorCode::Unsupported && error.code != ErrorCode::Io;
  evidence.integrity = could_look ? Integrity::Invalid : Integrity::Unchecked;
  if (could_look) evidence.c2pa->state = "Invalid";
  evidence.findings.push_back(unreadable(error));
  return evidence;
}

Evidence read_c2pa_statement(const Carrier& carrier, Bytes store, const Limits& limits) {
  StoreReader reader(store, limits);
  if (const Status status = reader.read(); !status) {
    Evidence evidence = unreadable_c2pa_statement(carrier, status.error());
    evidence.details.emplace_back("store_bytes", std::to_string(store.size()));
    return evidence;
  }
  Evidence evidence = c2pa_statement_of(carrier);
  evidence.details.emplace_back("store_bytes", std::to_string(store.size()));
  evidence.integrity = Integrity::Unchecked;
  evidence.findings.push_back(unchecked());
  const Said said = reader.said(reader.active());
  evidence.c2pa->digital_source_types = said.types;
  if (const auto claim = reader.claim(reader.active())) {
    evidence.c2pa->claim_generator = generator_of(*claim);
  }
  evidence.says->origin = origin_of(said);
  if (evidence.says->origin < Origin::Suspected) {
    const Origin from_ingredients = inherited(reader, said);
    if (from_ingredients != Origin::None) {
      evidence.says->origin = from_ingredients;
      evidence.details.emplace_back("stated_by", "ingredient");
    }
  }
  return evidence;
}

}  // namespace colophon
