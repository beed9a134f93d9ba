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
  if (is_synthid(settings.scheme) || is_kgw(settings.scheme) ||
      settings.scheme == Scheme::Unigram) {
    return fail(ErrorCode::Unsupported, "this scheme is not detected yet", "scheme");
  }
  return gumbel_detector(settings, std::move(keys));
}

Result<std::unique_ptr<SchemeSampler>> scheme_sampler(const Settings& settings, const Key& key) {
  if (is_synthid(settings.scheme) || is_kgw(settings.scheme) ||
      settings.scheme == Scheme::Unigram) {
    return fail(ErrorCode::Unsupported, "this scheme is not sampled yet", "scheme");
  }
  return gumbel_sampler(settings, key);
}

}  // namespace colophon::textmark
