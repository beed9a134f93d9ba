// SPDX-License-Identifier: Apache-2.0
#include "c2pa/soft_binding.hpp"

#include <algorithm>

namespace colophon::c2pa {
namespace {

using wire::CborItem;
using wire::CborType;

constexpr std::size_t kMost = 64;

/// https://github.com/c2pa-org/softbinding-algorithm-list, as of 2026-04-15.
constexpr std::string_view kListed[] = {"ai.contentlens.audio.mono",
                                        "ai.contentlens.audio.stereo",
                                        "ai.contentlens.image.basewmk",
                                        "ai.contentlens.image.customwmk",
                                        "ai.contentlens.image.ensemblewmk",
                                        "ai.steg.api",
                                        "ai.trufo.gen1.image",
                                        "ai.trufo.gen1.image-lite",
                                        "app.overlai.watermark.1",
                                        "castLabs.watermark.1",
                                        "com.adobe.icn.dense",
                                        "com.adobe.trustmark.C",
                                        "com.adobe.trustmark.P",
                                        "com.adobe.trustmark.Q",
                                        "com.aiwatermark.audioseal.1",
                                        "com.aiwatermark.pixelseal.1",
                                        "com.aiwatermark.videoseal.1",
                                        "com.digicaps.fingerprint.1",
                                        "com.digimarc.validate.1",
                                        "com.imatag.lamark.v1",
                                        "com.markany.watermark.1",
                                        "com.mentaport.watermark.1",
                                        "com.microsoft.invismark.1",
                                        "com.microsoft.wavmark.1",
                                        "com.nagra.nexguard.watermark.1",
                                        "com.sonicorigin.watermark.1",
                                        "com.verimatrix.watermark.1",
                                        "com.writerslogic.zwc-watermark.1",
                                        "es.lumatrace",
                                        "io.iscc.v0",
                                        "org.atsc.a336",
                                        "tv.kinetiq.watercast.48.1"};

/// A map with blocks, each of which has a value of bytes (18.10.2).
bool is_well_formed(const CborItem& map) {
  const CborItem* blocks = map.find("blocks");
  if (blocks == nullptr || blocks->untagged().items.empty()) return false;
  return std::ranges::all_of(blocks->untagged().items, [](const CborItem& block) {
    const CborItem* value = block.find("value");
    return value != nullptr && value->untagged().type == CborType::Bytes &&
           block.find("scope") != nullptr;
  });
}

}  // namespace

std::vector<SoftBinding> soft_bindings(const Node& node, const Limits& limits) {
  std::vector<SoftBinding> found;
  for (const Assertion& assertion : node.manifest->assertions) {
    if (assertion.base != "c2pa.soft-binding" || found.size() >= kMost) continue;
    SoftBinding binding;
    if (const auto item = read_cbor(*node.manifest, assertion, limits)) {
      const CborItem* algorithm = item->find("alg");
      if (algorithm != nullptr) binding.algorithm = algorithm->as_text();
      if (algorithm == nullptr && node.claim) binding.algorithm = node.claim->soft_algorithm;
      binding.well_formed = is_well_formed(*item);
    }
    binding.listed = std::ranges::find(kListed, binding.algorithm) != std::end(kListed);
    found.push_back(std::move(binding));
  }
  return found;
}

}  // namespace colophon::c2pa
