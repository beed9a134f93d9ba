// SPDX-License-Identifier: Apache-2.0
#include "watermark/embed.hpp"

#include "watermark/documents.hpp"
#include "wire/json_scan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace colophon::watermark {
namespace {

/// What one line asks for.
struct Step {
  std::optional<std::vector<std::uint32_t>> ids, prompt, accept;
  std::optional<std::vector<float>> logits;
  bool reset = false;
};

Result<Step> parse_step(std::string_view line, std::uint64_t offset) {
  Step step;
  const std::size_t start = line.find_first_not_of(" \t\r");
  if (start != std::string_view::npos && line[start] == '[') {
    step.logits = TRY(parse_logits(line, offset));
    return step;
  }
  const auto scan = wire::scan_json(line, [](auto...) { return true; });
  if (scan.damage) {
    Error error = *scan.damage;
    error.offset = offset + error.offset.value_or(0);
    return Failure(std::move(error));
  }
  for (const auto& place : scan.members) {
    const std::string_view value = line.substr(place.value.offset, place.value.size);
    const std::uint64_t base = offset + place.value.offset;
    if (place.key == "logits") {
      step.logits = TRY(parse_logits(value, base));
    } else if (place.key == "ids") {
      step.ids = TRY(parse_ids(value, base));
    } else if (place.key == "prompt") {
      step.prompt = TRY(parse_ids(value, base));
    } else if (place.key == "accept") {
      step.accept = TRY(parse_ids(value, base));
    } else if (place.key == "reset") {
      step.reset = value == "true";
    } else {
      return fail(ErrorCode::Usage, fmt::format("a step has no \"{}\"", place.key), {},
                  offset + place.key_where.offset);
    }
  }
  if (!step.logits && !step.prompt && !step.accept && !step.reset) {
    return fail(ErrorCode::Usage, "the line asks for nothing: give logits, prompt, accept or reset",
                {}, offset);
  }
  return step;
}

}  // namespace

Embedder::Embedder(const EmbedJob& job, textmark::Sampler sampler)
    : sampler_(std::move(sampler)), temperature_(job.temperature), state_(job.seed) {}

Result<Embedder> Embedder::make(const EmbedJob& job) {
  TRY(check_keys(job.settings, {job.key}));
  if (!(job.temperature > 0) || !std::isfinite(job.temperature)) {
    return fail(ErrorCode::Usage,
                "the temperature must be above 0: without chance there is no mark");
  }
  auto sampler = TRY(textmark::Sampler::make(job.settings, job.key.words));
  return Embedder(job, std::move(sampler));
}

Result<std::optional<std::uint32_t>> Embedder::step(std::string_view line, std::uint64_t offset) {
  const Step step = TRY(parse_step(line, offset));
  if (step.reset) {
    sampler_.reset();
    begun_ = false;
  }
  if (step.prompt) {
    if (begun_) {
      return fail(ErrorCode::Usage, "a prompt comes before the first step; reset first", {},
                  offset);
    }
    for (const std::uint32_t id : *step.prompt) TRY(sampler_.prompt(id));
  }
  if (step.accept) {
    for (const std::uint32_t id : *step.accept) TRY(sampler_.accept(id));
    begun_ = begun_ || !step.accept->empty();
  }
  if (!step.logits) return std::nullopt;
  if (step.ids && step.ids->size() != step.logits->size()) {
    return fail(ErrorCode::Usage,
                fmt::format("{} ids, but {} logits", step.ids->size(), step.logits->size()), {},
                offset);
  }
  auto chosen = choose(step.ids.value_or(std::vector<std::uint32_t>()), *step.logits);
  if (!chosen) {
    chosen.error().offset = offset;
    return Failure(std::move(chosen).error());
  }
  return *chosen;
}

Result<std::uint32_t> Embedder::choose(const std::vector<std::uint32_t>& ids,
                                       std::vector<float> logits) {
  for (float& logit : logits) logit = static_cast<float>(logit / temperature_);
  const auto taken = TRY(sampler_.apply(ids.empty() ? nullptr : ids.data(), logits));
  const std::size_t index = taken ? *taken : draw(logits);
  const std::uint32_t id = ids.empty() ? static_cast<std::uint32_t>(index) : ids[index];
  TRY(sampler_.accept(id));
  begun_ = true;
  return id;
}

/// Softmax, with splitmix64 for chance.
std::size_t Embedder::draw(const std::vector<float>& logits) {
  const float highest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - highest);
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  const double chance = static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53 * sum;
  double reached = 0;
  std::size_t last = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double weight = std::exp(static_cast<double>(logits[i]) - highest);
    if (weight <= 0) continue;
    last = i;
    reached += weight;
    if (chance < reached) return i;
  }
  return last;
}

}  // namespace colophon::watermark
