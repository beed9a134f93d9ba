// SPDX-License-Identifier: Apache-2.0
// The sampler for llama.cpp, against llama.h as it is given (LLAMA_INCLUDE_DIR). No libllama here:
// what the header's own object needs of it is these few lines, which do what llama.h says they do.
#include <colophon/text_llama.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

extern "C" {
llama_sampler* llama_sampler_init(llama_sampler_i* iface, llama_sampler_context_t ctx) {
  return new llama_sampler{iface, ctx};
}
}

namespace {

int failures = 0;
void check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  ++failures;
}

/// A text through the interface, as a chain of llama.cpp would call it, and whether it is found.
void round_trip(colophon_text_scheme scheme) {
  colophon_text_settings settings;
  colophon_text_settings_init(&settings, sizeof settings, scheme);
  settings.vocabulary = 4000;
  settings.seed = 3;
  std::vector<std::uint64_t> words(scheme == COLOPHON_TEXT_SYNTHID_V1 ? 30 : 1, 12345);
  for (std::size_t i = 0; i < words.size(); ++i) words[i] += i * 7919;
  const colophon_text_key key = {words.data(), words.size()};
  colophon_text_error error;
  llama_sampler* sampler = colophon_text_llama_sampler(&settings, &key, &error);
  check(sampler != nullptr, error.message);
  if (sampler == nullptr) return;
  check(sampler->iface->name(sampler) != nullptr, "it has a name");

  std::vector<std::uint32_t> text;
  std::uint32_t state = 1;
  const auto random = [&] { return (state = state * 1664525 + 1013904223) >> 8; };
  while (text.size() < 300) {
    if (text.size() == 150) {  // a clone goes on where its original stood
      llama_sampler* clone = sampler->iface->clone(sampler);
      sampler->iface->free(sampler);
      delete sampler;
      sampler = clone;
    }
    std::vector<llama_token_data> data(50);
    for (auto& one : data) {
      one = {static_cast<llama_token>(random() % 4000), static_cast<float>(random() % 1000) / 300,
             0};
    }
    llama_token_data_array candidates = {data.data(), data.size(), -1, false};
    sampler->iface->apply(sampler, &candidates);
    const bool drawn = candidates.selected >= 0;
    check(drawn == (scheme == COLOPHON_TEXT_GUMBEL), "Gumbel selects, the others do not");
    const auto best = std::max_element(
        data.begin(), data.end(), [](const auto& a, const auto& b) { return a.logit < b.logit; });
    const llama_token token =
        drawn ? data[static_cast<std::size_t>(candidates.selected)].id : best->id;
    text.push_back(static_cast<std::uint32_t>(token));
    sampler->iface->accept(sampler, token);
  }
  sampler->iface->reset(sampler);
  sampler->iface->free(sampler);
  delete sampler;

  colophon_text_detector* detector = colophon_text_detector_new(&settings, &key, 1, &error);
  colophon_text_detection found;
  check(colophon_text_detect(detector, text.data(), text.size(), &found, &error) == 1,
        error.message);
  check(found.verdict == COLOPHON_TEXT_FOUND,
        "what was written through llama.cpp's shape is found");
  colophon_text_detector_free(detector);
}

}  // namespace

int main() {
  round_trip(COLOPHON_TEXT_GUMBEL);
  round_trip(COLOPHON_TEXT_SYNTHID_V1);
  round_trip(COLOPHON_TEXT_KGW_LEFTHASH);
  if (failures == 0) std::puts("llama sampler: ok");
  return failures != 0 ? 1 : 0;
}
