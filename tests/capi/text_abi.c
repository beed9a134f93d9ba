/* SPDX-License-Identifier: Apache-2.0 */
/* libcolophon-text as C programs use it: write a text, find it, and be told what is wrong. */
#include <colophon/text.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static int failures = 0;
#define CHECK(condition)                                      \
  do {                                                        \
    if (!(condition)) {                                       \
      fprintf(stderr, "line %d: %s\n", __LINE__, #condition); \
      ++failures;                                             \
    }                                                         \
  } while (0)

enum { kLength = 200, kVocabulary = 512 };

int main(void) {
  colophon_text_settings settings;
  colophon_text_error error;
  CHECK(!colophon_text_settings_init(&settings, 8, COLOPHON_TEXT_GUMBEL));
  CHECK(colophon_text_settings_init(&settings, sizeof settings, COLOPHON_TEXT_GUMBEL));
  settings.seed = 11;
  uint64_t word = 42, other = 43;
  colophon_text_key keys[2] = {{&other, 1}, {&word, 1}};

  colophon_text_sampler* sampler = colophon_text_sampler_new(&settings, &keys[1], &error);
  CHECK(sampler != NULL);
  uint32_t text[kLength];
  float logits[kVocabulary];
  for (int step = 0; step < kLength; ++step) {
    for (int i = 0; i < kVocabulary; ++i) logits[i] = (float)((i * 37 + step * 17) % 131) / 32;
    int64_t index = colophon_text_sampler_apply(sampler, NULL, logits, kVocabulary, &error);
    CHECK(index >= 0 && index < kVocabulary);
    text[step] = (uint32_t)index;
    CHECK(colophon_text_sampler_accept(sampler, text[step], &error));
  }
  colophon_text_sampler* clone = colophon_text_sampler_clone(sampler);
  CHECK(clone != NULL);
  colophon_text_sampler_free(clone);
  colophon_text_sampler_free(sampler);

  colophon_text_detector* detector = colophon_text_detector_new(&settings, keys, 2, &error);
  CHECK(detector != NULL && error.message[0] == 0);
  colophon_text_detection found, each[2];
  CHECK(colophon_text_detect(detector, text, kLength, &found, &error));
  CHECK(found.verdict == COLOPHON_TEXT_FOUND && found.key == 1 && found.keys == 2);
  CHECK(found.tokens == kLength && found.scored + found.repeated == kLength);
  CHECK(strcmp(colophon_text_verdict_word(found.verdict), "mark found") == 0);
  CHECK(colophon_text_detect_keys(detector, text, kLength, each, &error));
  CHECK(each[1].log10_p == found.log10_p && each[0].log10_p > -6);
  double scores[kLength];
  CHECK(colophon_text_token_scores(detector, 1, text, kLength, scores, &error));
  CHECK(isfinite(scores[0]));
  colophon_text_span span;
  CHECK(colophon_text_find_spans(detector, text, kLength, &span, 1, &error) >= 1);
  CHECK(span.begin < 20 && span.end > kLength - 20 && span.key == 1);

  CHECK(colophon_text_detector_ignore(detector, text, kLength, &error));
  CHECK(colophon_text_detect(detector, text, kLength, &found, &error));
  CHECK(found.scored == 0 && found.ignored == kLength);
  CHECK(found.verdict == COLOPHON_TEXT_NOT_ENOUGH_TEXT);

  text[7] = 0x80000000u;
  CHECK(!colophon_text_detect(detector, text, kLength, &found, &error));
  CHECK(error.position == 7 && strstr(error.message, "2147483648") != NULL);
  colophon_text_detector_free(detector);

  uint64_t two[2] = {1, 2};
  colophon_text_key wrong = {two, 2};
  CHECK(colophon_text_detector_new(&settings, &wrong, 1, &error) == NULL);
  CHECK(error.position == 0 && strstr(error.message, "one word") != NULL);
  CHECK(colophon_text_scheme_named("gumbel") == COLOPHON_TEXT_GUMBEL);
  CHECK(colophon_text_scheme_named("nothing") == -1);
  CHECK(strcmp(colophon_text_scheme_name(COLOPHON_TEXT_KGW_SELFHASH), "kgw-selfhash") == 0);
  CHECK(colophon_text_instructions()[0] != 0);
  if (failures == 0) puts("text abi: ok");
  return failures != 0;
}
