// SPDX-License-Identifier: Apache-2.0
// Text watermarks: settings, keys and token ids as they come. The first byte chooses the scheme,
// the next ones settings, the rest is token ids.
#include <cmath>
#include <cstring>

#include "targets.hpp"
#include "text/text.hpp"

namespace colophon::fuzz {
namespace {

using namespace colophon::textmark;

Settings settings_from(Bytes bytes) {
  Settings settings = defaults_of(static_cast<Scheme>(bytes[0] % kSchemes));
  settings.repeats = static_cast<Repeats>(bytes[1] % 3);
  settings.statistic = static_cast<Statistic>(bytes[1] / 4 % 2);
  settings.vocabulary = (bytes[2] & 1) != 0 ? 300U : 0U;
  if (settings.scheme >= Scheme::KgwLeftHash) settings.vocabulary = 300;
  if ((bytes[2] & 2) != 0) settings.context_width = bytes[3] % 70;
  if ((bytes[2] & 4) != 0) settings.end_token = bytes[4];
  if ((bytes[2] & 8) != 0) settings.gamma = bytes[5] / 200.0;
  if ((bytes[2] & 16) != 0) settings.table_size = bytes[6] * 16U;
  if ((bytes[2] & 32) != 0) settings.history = bytes[7];
  settings.scope = static_cast<Scope>(bytes[3] % 3);
  settings.skip_first = (bytes[4] & 1) != 0;
  settings.leaves = bytes[5] % 5;
  settings.seed = 1;
  return settings;
}

std::vector<Token> tokens_from(Bytes bytes) {
  std::vector<Token> tokens;
  while (!bytes.empty()) {
    // Small ids mostly, so that contexts repeat; now and then any number.
    Token token = bytes[0];
    std::size_t size = 1;
    if (token == 255 && bytes.size() >= 5) std::memcpy(&token, bytes.data() + 1, size = 4), ++size;
    tokens.push_back(token);
    bytes = bytes.subspan(size);
  }
  return tokens;
}

void must_add_up(const Detection& found, const std::vector<Token>& tokens) {
  must(found.tokens == tokens.size(), "every token is counted");
  must(found.scored + found.repeated + found.ignored + found.unscorable == found.tokens,
       "every token is scored or a reason is given");
  must(found.log10_p <= 0 && found.log10_p_all >= found.log10_p, "a p-value is at most 1");
}

void detection(Bytes bytes) {
  if (bytes.size() < 9) return;
  const Settings settings = settings_from(bytes);
  const Key key(settings.scheme == Scheme::SynthIdV1 ? 3 : 1, bytes[8] * 0x9E3779B97F4A7C15ULL);
  auto detector = Detector::make(settings, {key});
  if (!detector) return;
  const std::vector<Token> tokens = tokens_from(bytes.subspan(9));
  const auto found = detector->detect(tokens);
  if (!found) {
    const auto at = found.error().offset;
    must(at && *at < tokens.size() && tokens[*at] >= 300, "the error names a token that is wrong");
    return;
  }
  must_add_up(*found, tokens);
  const auto scores = detector->token_scores(0, tokens);
  must(scores && scores->size() == tokens.size(), "a score for each token");
  std::uint64_t scored = 0;
  for (const double score : *scores) scored += !std::isnan(score);
  must(scored == found->scored, "the scores are those that were counted");
  const auto spans = detector->find_spans(tokens);
  must(spans.has_value(), "what was detected has spans");
  for (const auto& span : *spans)
    must(span.begin < span.end && span.end <= tokens.size(), "a span");
  must(detector->ignore(tokens).has_value(), "what was read can be ignored");
  const auto ignored = detector->detect(tokens);
  must(ignored && (settings.repeats == Repeats::Keep || ignored->scored == 0),
       "nothing is left to score");
}

void sampling(Bytes bytes) {
  if (bytes.size() < 9) return;
  const Settings settings = settings_from(bytes);
  const Key key(settings.scheme == Scheme::SynthIdV1 ? 3 : 1, bytes[8]);
  auto sampler = Sampler::make(settings, key);
  if (!sampler) return;
  for (const Token token : tokens_from(bytes.subspan(9)).size() > 200
                               ? std::vector<Token>{}
                               : tokens_from(bytes.subspan(9))) {
    std::vector<float> logits(1 + token % 40);
    for (std::size_t i = 0; i < logits.size(); ++i) {
      logits[i] = static_cast<float>((token * 31 + i * 17) % 97) - 40;
      if ((token + i) % 11 == 0) logits[i] = -INFINITY;
      if (token % 251 == 250) logits[i] = NAN;
    }
    const auto drawn = sampler->apply(nullptr, logits);
    if (drawn && *drawn) {
      must(**drawn < logits.size() && logits[**drawn] > -INFINITY, "what is drawn was a candidate");
    }
    for (const float logit : logits) {
      must(!drawn || !std::isnan(logit), "a logit stays a number");
    }
    (void)sampler->accept(token);
  }
}

Seeds seeds() {
  Seeds all;
  for (std::uint8_t scheme = 0; scheme < kSchemes; ++scheme) {
    ByteBuffer bytes = {scheme, 0, 0, 4, 1, 100, 8, 20, 7};
    for (int i = 0; i < 120; ++i) bytes.push_back(static_cast<std::uint8_t>(i * i % 61));
    all.push_back(bytes);
  }
  return all;
}

}  // namespace

void add_watermarks(std::vector<Target>& all) {
  all.push_back({"watermark_detect", detection, seeds});
  all.push_back({"watermark_sample", sampling, seeds});
}

}  // namespace colophon::fuzz
