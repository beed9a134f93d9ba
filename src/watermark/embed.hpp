// SPDX-License-Identifier: Apache-2.0
// Marks while tokens are chosen, for whoever has the logits: one JSON line in for each step, one
// token id out. A mark cannot be put into a text that is there already.
#pragma once

#include "text/text.hpp"
#include "watermark/keys.hpp"

#include <optional>

namespace colophon::watermark {

struct EmbedJob {
  textmark::Settings settings;
  NamedKey key;
  double temperature = 1;
  std::uint64_t seed = 0;  ///< of the draws that the mark leaves open
};

/// The state of one stream of tokens.
class Embedder {
 public:
  [[nodiscard]] static Result<Embedder> make(const EmbedJob& job);
  /// One line; `offset` is where it stands. The id that was chosen, or nothing where none was asked
  /// for:
  ///   [0.1, -2, ...]                    logits of all tokens
  ///   {"ids":[..], "logits":[..]}       of some; what is left out is excluded
  ///   {"logits":[..]}                   of all
  ///   {"prompt":[ids]}                  tokens before the first step
  ///   {"accept":[ids]}                  tokens that were taken elsewhere
  ///   {"reset":true}                    the next text begins
  [[nodiscard]] Result<std::optional<std::uint32_t>> step(std::string_view line,
                                                          std::uint64_t offset);

 private:
  Embedder(const EmbedJob& job, textmark::Sampler sampler);
  [[nodiscard]] Result<std::uint32_t> choose(const std::vector<std::uint32_t>& ids,
                                             std::vector<float> logits);
  [[nodiscard]] std::size_t draw(const std::vector<float>& logits);

  textmark::Sampler sampler_;
  double temperature_;
  std::uint64_t state_;
  bool begun_ = false;
};

}  // namespace colophon::watermark
