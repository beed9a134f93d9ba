/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A text watermark as a sampler of llama.cpp. Include this where <llama.h> is found, and link with
 * libllama and -lcolophon-text:
 *
 *   llama_sampler_chain_add(chain, llama_sampler_init_top_k(40));
 *   llama_sampler_chain_add(chain, llama_sampler_init_temp(0.8f));
 *   llama_sampler_chain_add(chain, colophon_text_llama_sampler(&settings, &key, &error));
 *   llama_sampler_chain_add(chain, llama_sampler_init_dist(seed));    // not for Gumbel
 *
 * It stands after temperature, top-k and top-p. Gumbel draws the token itself (`selected`), so
 * nothing follows it; SynthID, KGW and Unigram change the logits, and `dist` draws. Programs that
 * feed the prompt through llama_sampler_accept call llama_sampler_reset behind it for Gumbel and
 * SynthID, whose contexts hold written tokens only (else the first tokens are left without a mark);
 * not for KGW, whose contexts begin in the prompt.
 */
#ifndef COLOPHON_TEXT_LLAMA_H
#define COLOPHON_TEXT_LLAMA_H

#include <colophon/text.h>
#include <llama.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

static inline const char* colophon_text_llama_name(const struct llama_sampler* sampler) {
  (void)sampler;
  return "colophon-text";
}

static inline void colophon_text_llama_accept(struct llama_sampler* sampler, llama_token token) {
  colophon_text_sampler_accept((colophon_text_sampler*)sampler->ctx, (uint32_t)token, NULL);
}

/** Leaves everything as it is when memory runs out or a logit is not a number. */
static inline void colophon_text_llama_apply(struct llama_sampler* sampler,
                                             llama_token_data_array* candidates) {
  const size_t count = candidates->size;
  uint32_t* ids = (uint32_t*)malloc((count + 1) * (sizeof(uint32_t) + sizeof(float)));
  if (ids == NULL) return;
  float* logits = (float*)(ids + count);
  for (size_t i = 0; i < count; ++i) {
    ids[i] = (uint32_t)candidates->data[i].id;
    logits[i] = candidates->data[i].logit;
  }
  const int64_t drawn =
      colophon_text_sampler_apply((colophon_text_sampler*)sampler->ctx, ids, logits, count, NULL);
  if (drawn >= 0) {
    candidates->selected = drawn;
  } else if (drawn == -1) {
    for (size_t i = 0; i < count; ++i) candidates->data[i].logit = logits[i];
    candidates->sorted = false;
  }
  free(ids);
}

static inline void colophon_text_llama_reset(struct llama_sampler* sampler) {
  colophon_text_sampler_reset((colophon_text_sampler*)sampler->ctx);
}

static inline void colophon_text_llama_free(struct llama_sampler* sampler) {
  colophon_text_sampler_free((colophon_text_sampler*)sampler->ctx);
}

static inline struct llama_sampler* colophon_text_llama_clone(const struct llama_sampler* sampler) {
  return llama_sampler_init(
      sampler->iface, colophon_text_sampler_clone((const colophon_text_sampler*)sampler->ctx));
}

/** NULL with the reason in `error`. llama_sampler_free, or its chain, frees it. */
static inline struct llama_sampler* colophon_text_llama_sampler(
    const colophon_text_settings* settings, const colophon_text_key* key,
    colophon_text_error* error) {
  /* Members behind the sixth differ between versions of llama.h; they are zero. */
  static struct llama_sampler_i interface_ = {colophon_text_llama_name,  colophon_text_llama_accept,
                                              colophon_text_llama_apply, colophon_text_llama_reset,
                                              colophon_text_llama_clone, colophon_text_llama_free};
  colophon_text_sampler* sampler = colophon_text_sampler_new(settings, key, error);
  return sampler == NULL ? NULL : llama_sampler_init(&interface_, sampler);
}

#ifdef __cplusplus
}
#endif

#endif
