// SPDX-License-Identifier: Apache-2.0
#include "wire/jumbf_mark.hpp"

#include <algorithm>

namespace colophon::wire {
namespace {

constexpr std::string_view kWords[] = {"jumdc2pa",   "jumdc2ma",       "jumdc2um",
                                       "jumdc2cm",   "jumdc2cl",       "c2pa.assertions",
                                       "c2pa.claim", "c2pa.signature", "urn:c2pa:"};

}  // namespace

JumbfUse jumbf_use(Bytes content) noexcept {
  constexpr std::uint64_t kHead = 8, kUuid = 16, kToggles = 1, kDescription = kHead + kUuid + 1;
  if (as_text(slice(content, kHead, kUuid)) == kC2paStoreUuid) return JumbfUse::C2pa;
  const Bytes label = slice(content, kHead + kUuid + kToggles, 5);
  if (as_text(label) == std::string_view("c2pa\0", 5)) return JumbfUse::C2pa;
  if (as_text(slice(content, 4, 4)) != "jumd") return JumbfUse::Broken;
  const bool whole = load_be(content, 0, 4).value_or(0) >= kDescription;
  return whole && content.size() >= kDescription ? JumbfUse::Other : JumbfUse::Broken;
}

bool bears_c2pa_words(Bytes bytes) noexcept {
  const std::string_view text = as_text(bytes);
  return std::any_of(std::begin(kWords), std::end(kWords), [&](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

}  // namespace colophon::wire
