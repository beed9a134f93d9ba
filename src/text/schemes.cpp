// SPDX-License-Identifier: Apache-2.0
// The one list of schemes.
#include "text/detector.hpp"
#include "text/kernels/kernels.hpp"
#include "text/settings.hpp"

namespace colophon::textmark {

std::string_view instructions() noexcept {
  return kernels().name;
}

Result<std::unique_ptr<SchemeDetector>> scheme_detector(const Settings& settings,
                                                        std::vector<Key> keys) {
  switch (settings.scheme) {
    case Scheme::Gumbel:
    case Scheme::GumbelDual:
      return gumbel_detector(settings, std::move(keys));
    case Scheme::SynthIdV1:
    case Scheme::SynthIdV2:
      return synthid_detector(settings, std::move(keys));
    default:
      return kgw_detector(settings, std::move(keys));
  }
}

Result<std::unique_ptr<SchemeSampler>> scheme_sampler(const Settings& settings, const Key& key) {
  switch (settings.scheme) {
    case Scheme::Gumbel:
    case Scheme::GumbelDual:
      return gumbel_sampler(settings, key);
    case Scheme::SynthIdV1:
    case Scheme::SynthIdV2:
      return synthid_sampler(settings, key);
    default:
      return kgw_sampler(settings, key);
  }
}

}  // namespace colophon::textmark
