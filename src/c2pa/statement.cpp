// SPDX-License-Identifier: Apache-2.0
// What a manifest store says about AI, before anybody has checked a signature.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "c2pa/c2pa.hpp"
#include "c2pa/said.hpp"
#include "standards/digital_source_type.hpp"
#include "standards/xmp.hpp"

namespace colophon {
namespace {

using c2pa::Manifest;
using c2pa::Said;
using c2pa::Store;

constexpr std::size_t kMaxManifests = 256;

Origin origin_of(const Said& said) {
  Origin strongest = Origin::None;
  for (const std::string& type : said.types) {
    const auto term = source_type(type);
    if (term) strongest = std::max(strongest, term->origin);
  }
  return said.described_as_ai ? Origin::Generated : std::max(strongest, said.disclosed);
}

/// A statement about a part makes the whole edited.
Origin of_whole(Origin origin, bool part) {
  if (origin < Origin::Suspected) return Origin::None;
  return part ? Origin::Edited : origin;
}

/// What ingredients without manifests are said to be.
Origin of_plain_ingredients(const Said& said, bool part) {
  Origin origin = Origin::None;
  for (const c2pa::StatedIngredient& each : said.ingredients) {
    const auto term = source_type(each.type);
    if (term) origin = std::max(origin, of_whole(term->origin, part || each.part));
  }
  return origin;
}

/// The strongest statement of the manifests that this content descends from: a parent's statement
/// holds for the whole, a part's only for a part of it.
Origin inherited(const Store& store, const Said& active, const Limits& limits) {
  Origin origin = of_plain_ingredients(active, false);
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
    const Said said = said_by(*manifest, limits);
    origin = std::max({origin, of_whole(origin_of(said), part), of_plain_ingredients(said, part)});
    push(said, part);
  }
  return origin;
}

/// Also of a claim that breaks other rules.
std::string generator_of(const Manifest& manifest, const Limits& limits) {
  const JumbfBox* box = manifest.claim == nullptr ? nullptr : manifest.claim->content("cbor");
  if (box == nullptr) return {};
  const auto read = wire::read_cbor(manifest.content(*box), limits);
  if (!read) return {};
  const wire::CborItem& claim = *read;
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

Finding elsewhere() {
  return {"C2PA-remote",
          Severity::Info,
          {"the manifest stands elsewhere; it was not fetched, so nothing it may say was read or "
           "checked (--fetch-remote asks for it)",
           "清单位于其他地址，未获取，因此未读取也未检查其内容（--fetch-remote 可获取）"},
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

/// The element of HTML or the line of text that names a store, not somebody's tag of that name.
bool is_store_link(const Carrier& carrier) {
  return carrier.key == kStoreLink && (carrier.path.ends_with(":link[c2pa-manifest]") ||
                                       carrier.path.find(":c2pa-link[") != std::string::npos);
}

Evidence remote_statement(const Carrier& carrier, std::string address) {
  Evidence evidence = c2pa_statement_of(carrier);
  evidence.integrity = Integrity::Unchecked;
  evidence.c2pa->state = "RemoteOnly";
  evidence.details.emplace_back("remote", std::move(address));
  evidence.findings.push_back(elsewhere());
  return evidence;
}

}  // namespace

std::optional<Evidence> read_remote_reference(const Carrier& carrier, Bytes payload,
                                              const Limits& limits) {
  if (carrier.kind == CarrierKind::Tag) {
    const std::string_view address = trim(as_text(payload));
    if (!is_store_link(carrier) || address.empty()) return std::nullopt;
    return remote_statement(carrier, to_valid_utf8(address));
  }
  if (carrier.kind != CarrierKind::Xmp) return std::nullopt;
  if (as_text(payload).find("provenance") == std::string_view::npos) return std::nullopt;
  for (XmpValue& value : find_xmp(payload, "http://purl.org/dc/terms/", "provenance", limits)) {
    if (value.value.find("://") == std::string::npos) continue;
    return remote_statement(carrier, std::move(value.value));
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

Evidence read_c2pa_statement(const Carrier& carrier, Bytes bytes, const Limits& limits) {
  const auto store = Store::read(bytes, limits);
  const Manifest* active = store ? store->active() : nullptr;
  if (active == nullptr || !active->inflates) {
    Evidence evidence = unreadable_c2pa_statement(
        carrier, store ? Error{ErrorCode::Malformed, "no manifest in it can be read", "jumbf", 0}
                       : store.error());
    evidence.details.emplace_back("store_bytes", std::to_string(bytes.size()));
    return evidence;
  }
  Evidence evidence = c2pa_statement_of(carrier);
  evidence.details.emplace_back("store_bytes", std::to_string(bytes.size()));
  evidence.integrity = Integrity::Unchecked;
  evidence.findings.push_back(unchecked());
  const Said said = said_by(*active, limits);
  evidence.c2pa->digital_source_types = said.types;
  evidence.c2pa->claim_generator = generator_of(*active, limits);
  evidence.says->origin = origin_of(said);
  if (!said.models.empty()) evidence.says->system = to_valid_utf8(said.models.front());
  if (evidence.says->origin < Origin::Suspected) {
    const Origin from_ingredients = inherited(*store, said, limits);
    if (from_ingredients != Origin::None) {
      evidence.says->origin = from_ingredients;
      evidence.details.emplace_back("stated_by", "ingredient");
    }
  }
  return evidence;
}

}  // namespace colophon
