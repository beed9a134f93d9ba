// SPDX-License-Identifier: Apache-2.0
// Shared by the files that make up Detector and Sampler.
#pragma once

#include "text/scheme.hpp"

namespace colophon::textmark {

inline constexpr std::size_t kMostTokens = std::size_t{1} << 26;
inline constexpr std::size_t kMostKeys = 1'000'000;
/// Short phrases are written again and again, and a key that likes one likes it each time: below
/// so many scored tokens a verdict asks for the square of the rate.
inline constexpr std::uint64_t kFewScored = 16;
/// Is `log10_p`, with everything counted that was tried, enough for "found"?
[[nodiscard]] bool convinces(const Settings& settings, std::uint64_t scored, double log10_p);

/// One for each thread.
[[nodiscard]] Workspace& workspace();
/// Every token lies in the vocabulary; the error says which one does not.
[[nodiscard]] Status check_tokens(const Settings& settings, Tokens tokens);

[[nodiscard]] Result<std::unique_ptr<SchemeDetector>> scheme_detector(const Settings& settings,
                                                                      std::vector<Key> keys);
[[nodiscard]] Result<std::unique_ptr<SchemeSampler>> scheme_sampler(const Settings& settings,
                                                                    const Key& key);

}  // namespace colophon::textmark
