// SPDX-License-Identifier: Apache-2.0
// The C ABI over text.hpp: no exception passes.
#include <colophon/text.h>

#include "text/green_cache.hpp"
#include "text/text.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>

using namespace colophon;
using namespace colophon::textmark;

struct colophon_text_detector {
  Detector detector;
};
struct colophon_text_sampler {
  Sampler sampler;
};

namespace {

void tell(colophon_text_error* error, std::string_view message, std::int64_t position) {
  if (error == nullptr) return;
  const std::size_t size = std::min(message.size(), sizeof error->message - 1);
  std::memcpy(error->message, message.data(), size);
  error->message[size] = 0;
  error->position = position;
}

void tell(colophon_text_error* error, const Error& what) {
  const std::string where = what.where.empty() ? "" : what.where + ": ";
  tell(error, where + what.message, what.offset ? static_cast<std::int64_t>(*what.offset) : -1);
}

/// `job`'s answer, or `failed` with the reason told. Memory may run out anywhere.
template <class T, class Job>
T guarded(colophon_text_error* error, T failed, Job job) noexcept {
  try {
    tell(error, "", -1);
    return job();
  } catch (const std::exception&) {
    tell(error, "out of memory", -1);
    return failed;
  }
}

Result<Settings> settings_of(const colophon_text_settings* from) {
  if (from == nullptr || from->size != sizeof *from) {
    return fail(ErrorCode::Usage, "fill them with colophon_text_settings_init", "settings");
  }
  const auto in = [](auto value, int count) {
    return value >= 0 && static_cast<int>(value) < count;
  };
  if (!in(static_cast<int>(from->scheme), kSchemes) || !in(static_cast<int>(from->repeats), 3) ||
      !in(static_cast<int>(from->statistic), 3) || !in(static_cast<int>(from->scope), 3)) {
    return fail(ErrorCode::Usage, "a choice has a value that this library does not know",
                "settings");
  }
  Settings s;
  s.scheme = static_cast<Scheme>(from->scheme);
  s.repeats = static_cast<Repeats>(from->repeats);
  s.statistic = static_cast<Statistic>(from->statistic);
  s.scope = static_cast<Scope>(from->scope);
  s.context_width = from->context_width;
  s.vocabulary = from->vocabulary;
  s.history = from->history;
  s.end_token = from->end_token;
  s.gamma = from->gamma;
  s.delta = from->delta;
  s.alpha_generation = from->alpha_generation;
  s.alpha_detection = from->alpha_detection;
  s.false_positive_rate = from->false_positive_rate;
  s.entropy = from->entropy;
  s.table_seed = from->table_seed;
  s.table_size = from->table_size;
  if (from->table != nullptr) {
    if (from->table_bytes != (std::uint64_t{from->table_size} + 7) / 8) {
      return fail(ErrorCode::Usage,
                  "a table of " + std::to_string(from->table_size) + " bits has " +
                      std::to_string((std::uint64_t{from->table_size} + 7) / 8) + " bytes, not " +
                      std::to_string(from->table_bytes),
                  "table");
    }
    for (std::uint32_t i = 0; i < from->table_size; ++i) {
      s.table.push_back(from->table[i / 8] >> (i % 8) & 1);
    }
  }
  const std::size_t layers = from->bayes_layers;
  if (layers > 64) return fail(ErrorCode::Usage, "at most 64 layers", "bayes_layers");
  if (from->bayes_beta != nullptr) s.bayes_beta.assign(from->bayes_beta, from->bayes_beta + layers);
  if (from->bayes_delta != nullptr) {
    s.bayes_delta.assign(from->bayes_delta, from->bayes_delta + layers * layers);
  }
  s.bayes_prior = from->bayes_prior;
  s.skip_first = from->skip_first != 0;
  s.leaves = from->leaves;
  s.seed = from->seed;
  return s;
}

Result<Key> key_of(const colophon_text_key& key, std::size_t index) {
  if (key.words == nullptr || key.count == 0 || key.count > 64) {
    return fail(ErrorCode::Usage, "a key has between 1 and 64 words", "key", index);
  }
  return Key(key.words, key.words + key.count);
}

Result<std::vector<Key>> keys_of(const colophon_text_key* keys, std::size_t count) {
  if (keys == nullptr && count != 0) return fail(ErrorCode::Usage, "no keys are given", "keys");
  std::vector<Key> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(TRY(key_of(keys[i], i)));
  return all;
}

Result<Tokens> tokens_of(const std::uint32_t* tokens, std::size_t count) {
  if (tokens == nullptr && count != 0)
    return fail(ErrorCode::Usage, "no tokens are given", "tokens");
  return Tokens(tokens, count);
}

void copy(const Detection& from, colophon_text_detection& to) {
  to = {from.tokens,     from.scored,
        from.repeated,   from.ignored,
        from.unscorable, from.score,
        from.z,          from.posterior,
        from.log10_p,    from.log10_p_all,
        from.key,        from.keys,
        from.minimum,    static_cast<colophon_text_verdict>(from.verdict)};
}

/// 1 when `status` is good, else 0 with the reason told.
template <class T>
int told(const Result<T>& result, colophon_text_error* error) {
  if (result) return 1;
  tell(error, result.error());
  return 0;
}

Result<Detector> make_detector(const colophon_text_settings* settings,
                               const colophon_text_key* keys, std::size_t count) {
  return Detector::make(TRY(settings_of(settings)), TRY(keys_of(keys, count)));
}

Result<Sampler> make_sampler(const colophon_text_settings* settings, const colophon_text_key* key) {
  const Settings all = TRY(settings_of(settings));
  if (key == nullptr) return fail(ErrorCode::Usage, "no key is given", "key");
  return Sampler::make(all, TRY(key_of(*key, 0)));
}

}  // namespace

int colophon_text_settings_init(colophon_text_settings* settings, size_t size,
                                colophon_text_scheme scheme) {
  if (settings == nullptr || size != sizeof *settings || static_cast<int>(scheme) < 0 ||
      static_cast<int>(scheme) >= kSchemes) {
    return 0;
  }
  const Settings from = defaults_of(static_cast<Scheme>(scheme));
  *settings = {};
  settings->size = size;
  settings->scheme = scheme;
  settings->scope = static_cast<colophon_text_scope>(from.scope);
  settings->context_width = from.context_width;
  settings->history = from.history;
  settings->end_token = from.end_token;
  settings->gamma = from.gamma;
  settings->delta = from.delta;
  settings->alpha_generation = from.alpha_generation;
  settings->alpha_detection = from.alpha_detection;
  settings->false_positive_rate = from.false_positive_rate;
  settings->entropy = from.entropy;
  settings->table_size = from.table_size;
  settings->bayes_prior = from.bayes_prior;
  settings->leaves = from.leaves;
  return 1;
}

const char* colophon_text_scheme_name(colophon_text_scheme scheme) {
  const int number = static_cast<int>(scheme);
  return number < 0 || number >= kSchemes ? nullptr : name_of(static_cast<Scheme>(number)).data();
}

int colophon_text_scheme_named(const char* name) {
  for (int i = 0; name != nullptr && i < kSchemes; ++i) {
    if (name_of(static_cast<Scheme>(i)) == name) return i;
  }
  return -1;
}

const char* colophon_text_verdict_word(colophon_text_verdict verdict) {
  return words_of(static_cast<textmark::Verdict>(verdict)).data();
}

void colophon_text_cache_limit(size_t bytes) {
  set_cache_limit(bytes);
}

const char* colophon_text_instructions(void) {
  return instructions().data();
}

colophon_text_detector* colophon_text_detector_new(const colophon_text_settings* settings,
                                                   const colophon_text_key* keys, size_t key_count,
                                                   colophon_text_error* error) {
  return guarded<colophon_text_detector*>(error, nullptr, [&]() -> colophon_text_detector* {
    auto detector = make_detector(settings, keys, key_count);
    if (told(detector, error) == 0) return nullptr;
    return new colophon_text_detector{std::move(*detector)};
  });
}

int colophon_text_detector_ignore(colophon_text_detector* detector, const uint32_t* tokens,
                                  size_t count, colophon_text_error* error) {
  return guarded(error, 0, [&] {
    const auto all = tokens_of(tokens, count);
    return told(all, error) == 0 ? 0 : told(detector->detector.ignore(*all), error);
  });
}

int colophon_text_detect(const colophon_text_detector* detector, const uint32_t* tokens,
                         size_t count, colophon_text_detection* detection,
                         colophon_text_error* error) {
  return guarded(error, 0, [&] {
    const auto all = tokens_of(tokens, count);
    if (told(all, error) == 0) return 0;
    const auto found = detector->detector.detect(*all);
    if (found) copy(*found, *detection);
    return told(found, error);
  });
}

int colophon_text_detect_keys(const colophon_text_detector* detector, const uint32_t* tokens,
                              size_t count, colophon_text_detection* detections,
                              colophon_text_error* error) {
  return guarded(error, 0, [&] {
    const auto all = tokens_of(tokens, count);
    if (told(all, error) == 0) return 0;
    const auto found = detector->detector.detect_keys(*all);
    for (std::size_t i = 0; found && i < found->size(); ++i) copy((*found)[i], detections[i]);
    return told(found, error);
  });
}

int colophon_text_token_scores(const colophon_text_detector* detector, size_t key,
                               const uint32_t* tokens, size_t count, double* scores,
                               colophon_text_error* error) {
  return guarded(error, 0, [&] {
    const auto all = tokens_of(tokens, count);
    if (told(all, error) == 0) return 0;
    const auto found = detector->detector.token_scores(key, *all);
    if (found) std::copy(found->begin(), found->end(), scores);
    return told(found, error);
  });
}

int64_t colophon_text_find_spans(const colophon_text_detector* detector, const uint32_t* tokens,
                                 size_t count, colophon_text_span* spans, size_t capacity,
                                 colophon_text_error* error) {
  return guarded<std::int64_t>(error, -1, [&]() -> std::int64_t {
    const auto all = tokens_of(tokens, count);
    if (told(all, error) == 0) return -1;
    const auto found = detector->detector.find_spans(*all);
    if (told(found, error) == 0) return -1;
    for (std::size_t i = 0; i < std::min(capacity, found->size()); ++i) {
      const Span& span = (*found)[i];
      spans[i] = {span.begin, span.end, span.scored, span.key, span.log10_p, span.log10_p_all};
    }
    return static_cast<std::int64_t>(found->size());
  });
}

void colophon_text_detector_free(colophon_text_detector* detector) {
  delete detector;
}

colophon_text_sampler* colophon_text_sampler_new(const colophon_text_settings* settings,
                                                 const colophon_text_key* key,
                                                 colophon_text_error* error) {
  return guarded<colophon_text_sampler*>(error, nullptr, [&]() -> colophon_text_sampler* {
    auto sampler = make_sampler(settings, key);
    if (told(sampler, error) == 0) return nullptr;
    return new colophon_text_sampler{std::move(*sampler)};
  });
}

colophon_text_sampler* colophon_text_sampler_clone(const colophon_text_sampler* sampler) {
  return guarded<colophon_text_sampler*>(
      nullptr, nullptr, [&] { return new colophon_text_sampler{Sampler(sampler->sampler)}; });
}

int64_t colophon_text_sampler_apply(colophon_text_sampler* sampler, const uint32_t* ids,
                                    float* logits, size_t count, colophon_text_error* error) {
  return guarded<std::int64_t>(error, -2, [&]() -> std::int64_t {
    const auto drawn =
        sampler->sampler.apply(ids, std::span<float>(logits, logits == nullptr ? 0 : count));
    if (told(drawn, error) == 0) return -2;
    return *drawn ? static_cast<std::int64_t>(**drawn) : -1;
  });
}

int colophon_text_sampler_prompt(colophon_text_sampler* sampler, uint32_t token,
                                 colophon_text_error* error) {
  return guarded(error, 0, [&] { return told(sampler->sampler.prompt(token), error); });
}

int colophon_text_sampler_accept(colophon_text_sampler* sampler, uint32_t token,
                                 colophon_text_error* error) {
  return guarded(error, 0, [&] { return told(sampler->sampler.accept(token), error); });
}

void colophon_text_sampler_reset(colophon_text_sampler* sampler) {
  sampler->sampler.reset();
}

void colophon_text_sampler_free(colophon_text_sampler* sampler) {
  delete sampler;
}
