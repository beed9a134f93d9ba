/* SPDX-License-Identifier: Apache-2.0 */
/**
 * colophon-text: watermarks that are put into text while its tokens are sampled, and their
 * detection. A library of its own (link with -lcolophon-text); it needs the C++ runtime and nothing
 * else, reads no file and no network, and prints nothing.
 *
 * Shape. One settings struct says the scheme; keys are arrays of 64-bit words; a detector is made
 * from settings and any number of keys and is then constant, so one detector may be used by many
 * threads at once; a sampler is the state of one stream of tokens. Every function that can fail
 * returns 0 or NULL on failure and says why in `error`, with the position of what was wrong.
 *
 *   colophon_text_settings settings;
 *   colophon_text_settings_init(&settings, sizeof settings, COLOPHON_TEXT_GUMBEL);
 *   uint64_t word = 42;
 *   colophon_text_key key = {&word, 1};
 *   colophon_text_detector* detector = colophon_text_detector_new(&settings, &key, 1, &error);
 *   colophon_text_detection found;
 *   colophon_text_detect(detector, tokens, count, &found, &error);
 *
 * What a p-value means here: the probability that a text which was written without the key scores
 * as high, over random keys. It is a statement about one text and one secret key. Boilerplate that
 * many texts share meets the same key each time: name it with colophon_text_detector_ignore.
 * A text in which no mark is found is not thereby human.
 */
#ifndef COLOPHON_TEXT_H
#define COLOPHON_TEXT_H

#include <colophon/export.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Which generator the mark is compatible with; what a key is. */
typedef enum colophon_text_scheme {
  COLOPHON_TEXT_GUMBEL = 0,       /**< vLLM "gumbel", philox4x32-10-v1; key: 1 word */
  COLOPHON_TEXT_GUMBEL_DUAL = 1,  /**< vLLM "dual_key_gumbel"; key: 1 word, both are derived */
  COLOPHON_TEXT_SYNTHID_V1 = 2,   /**< Transformers, synthid-text to 0.2; key: 1 to 64 words */
  COLOPHON_TEXT_SYNTHID_V2 = 3,   /**< synthid-text since June 2025; key: 1 to 64 words */
  COLOPHON_TEXT_KGW_LEFTHASH = 4, /**< lm-watermarking "simple_1" on a CPU; key: 1 word */
  COLOPHON_TEXT_KGW_SELFHASH = 5, /**< "algorithm-3"; key: 1 word */
  COLOPHON_TEXT_KGW_MINHASH = 6,
  COLOPHON_TEXT_KGW_SKIPGRAM = 7,
  COLOPHON_TEXT_UNIGRAM = 8 /**< Unigram-Watermark, numpy's generator; key: 1 word */
} colophon_text_scheme;

/** Which positions count once. */
typedef enum colophon_text_repeats {
  /** Default: whatever meets the same key material twice in the text counts once. The p-value
   *  holds for repetitive text only so. */
  COLOPHON_TEXT_REPEATS_STRICT = 0,
  /** As the scheme's own detector does it; for comparing numbers with it. */
  COLOPHON_TEXT_REPEATS_REFERENCE = 1,
  /** Everything counts; the p-value is then wrong on any text with repeats. */
  COLOPHON_TEXT_REPEATS_KEEP = 2
} colophon_text_repeats;

/** SynthID only. */
typedef enum colophon_text_statistic {
  COLOPHON_TEXT_WEIGHTED_MEAN = 0, /**< default: earlier layers weigh more, from 10 down to 1 */
  COLOPHON_TEXT_MEAN = 1,
  COLOPHON_TEXT_BAYESIAN = 2 /**< needs `bayes_beta`, `bayes_delta` */
} colophon_text_statistic;

/** Generation: where a repeated context is looked for; it is then sampled without the mark. */
typedef enum colophon_text_scope {
  COLOPHON_TEXT_SCOPE_NONE = 0,
  COLOPHON_TEXT_SCOPE_SINGLE_TURN = 1, /**< the tokens of this answer */
  COLOPHON_TEXT_SCOPE_ALL = 2          /**< the prompt too */
} colophon_text_scope;

/** Filled by colophon_text_settings_init; change what differs. Pointers are read while a detector
 * or sampler is made and not kept. */
typedef struct colophon_text_settings {
  size_t size; /**< of this struct, set by _init; another is refused */
  colophon_text_scheme scheme;
  colophon_text_repeats repeats;
  colophon_text_statistic statistic;
  colophon_text_scope scope;
  uint32_t context_width;     /**< tokens before the scored one: 4; KGW 1, 4 or 5; 1 to 64 */
  uint32_t vocabulary;        /**< 0: unknown; KGW and Unigram need it */
  uint32_t history;           /**< contexts remembered: SynthID 1024, Gumbel 8192; 0 = all */
  int64_t end_token;          /**< nothing behind its first place is scored; -1: none */
  double gamma;               /**< KGW, Unigram: share of green tokens */
  double delta;               /**< KGW, Unigram: what is added to their logits */
  double alpha_generation;    /**< dual key: how often key B is used, 0.1 */
  double alpha_detection;     /**< dual key: weight of key B, 0.2 */
  double false_positive_rate; /**< a mark is "found" below this, all keys together: 1e-4; below
                                   its square with fewer than 16 scored tokens */
  double entropy;             /**< nats a token, for "not enough text"; 0.53 */
  uint64_t table_seed;        /**< SynthID v1: the CPU table's seed, 0 */
  uint32_t table_size;        /**< SynthID v1: its length in bits, 65536 */
  const uint8_t* table;       /**< or an exported table, bit i = byte i/8 bit i%8; NULL */
  size_t table_bytes;
  const double* bayes_beta;  /**< one for each layer */
  const double* bayes_delta; /**< layers x layers, row by row; k < l is used */
  size_t bayes_layers;
  double bayes_prior; /**< 0.5 */
  int skip_first;     /**< SynthID: leave the first context_width tokens unmarked */
  uint32_t leaves;    /**< SynthID: 2; more is the distortionary form */
  uint64_t seed;      /**< samplers: for tokens that are drawn without the mark */
} colophon_text_settings;

typedef struct colophon_text_key {
  const uint64_t* words; /**< SynthID's signed keys are the same 64 bits */
  size_t count;
} colophon_text_key;

typedef struct colophon_text_error {
  char message[240]; /**< English, ended by a zero byte; empty when nothing was wrong */
  int64_t position;  /**< index of the token, word or key; -1 where there is none */
} colophon_text_error;

typedef enum colophon_text_verdict {
  COLOPHON_TEXT_NOT_FOUND = 0,      /**< "no mark found"; that does not mean human */
  COLOPHON_TEXT_FOUND = 1,          /**< "mark found" */
  COLOPHON_TEXT_NOT_ENOUGH_TEXT = 2 /**< "not enough text": absence would be a guess */
} colophon_text_verdict;

/** tokens = scored + repeated + ignored + unscorable. */
typedef struct colophon_text_detection {
  uint64_t tokens;
  uint64_t scored;
  uint64_t repeated;   /**< skipped: counted once already */
  uint64_t ignored;    /**< skipped: named with colophon_text_detector_ignore */
  uint64_t unscorable; /**< no whole context, behind the end token, or no key would change it */
  double score;        /**< the scheme's own number: Gumbel sum, SynthID mean, KGW green count */
  double z;            /**< standard deviations above the mean without the key */
  double posterior;    /**< Bayesian score; NaN otherwise */
  double log10_p;      /**< of this key; never underflows */
  double log10_p_all;  /**< times the number of keys (Bonferroni): the verdict's */
  uint64_t key;        /**< index of the best key */
  uint64_t keys;       /**< how many were tried */
  uint64_t minimum;    /**< scored tokens below which nothing is said: 80 % power at `entropy` */
  colophon_text_verdict verdict;
} colophon_text_detection;

/** A stretch of text that bears the mark. */
typedef struct colophon_text_span {
  uint64_t begin, end; /**< tokens [begin, end) */
  uint64_t scored;
  uint64_t key;
  double log10_p;     /**< of the best window in it */
  double log10_p_all; /**< times the number of windows and keys that were looked at */
} colophon_text_span;

typedef struct colophon_text_detector colophon_text_detector;
typedef struct colophon_text_sampler colophon_text_sampler;

/** Defaults of that scheme. 0 when there is no such scheme or `size` is not this header's. */
COLOPHON_API int colophon_text_settings_init(colophon_text_settings* settings, size_t size,
                                             colophon_text_scheme scheme);
/** "gumbel", "gumbel-dual", "synthid-v1", "kgw-lefthash", ...; NULL for no scheme. */
COLOPHON_API const char* colophon_text_scheme_name(colophon_text_scheme scheme);
/** The scheme of that name, or -1. */
COLOPHON_API int colophon_text_scheme_named(const char* name);
/** "mark found", "no mark found", "not enough text" */
COLOPHON_API const char* colophon_text_verdict_word(colophon_text_verdict verdict);

/* Detection. */

COLOPHON_API colophon_text_detector* colophon_text_detector_new(
    const colophon_text_settings* settings, const colophon_text_key* keys, size_t key_count,
    colophon_text_error* error);
/** Contexts of these tokens (a template, a system's stock phrases, unmarked traffic) are not scored
 *  from now on. Not while another thread detects. */
COLOPHON_API int colophon_text_detector_ignore(colophon_text_detector* detector,
                                               const uint32_t* tokens, size_t count,
                                               colophon_text_error* error);
/** The best key. */
COLOPHON_API int colophon_text_detect(const colophon_text_detector* detector,
                                      const uint32_t* tokens, size_t count,
                                      colophon_text_detection* detection,
                                      colophon_text_error* error);
/** Every key: `detections` has room for all of them, in their order. */
COLOPHON_API int colophon_text_detect_keys(const colophon_text_detector* detector,
                                           const uint32_t* tokens, size_t count,
                                           colophon_text_detection* detections,
                                           colophon_text_error* error);
/** One score for each token and one key; NaN where a token is not scored. */
COLOPHON_API int colophon_text_token_scores(const colophon_text_detector* detector, size_t key,
                                            const uint32_t* tokens, size_t count, double* scores,
                                            colophon_text_error* error);
/** Marked stretches, best first. Returns how many there are (`capacity` of them are written), or
 * -1. Windows of 32, 64, 128, ... scored tokens at a quarter's stride are tried; log10_p_all counts
 *  them all. */
COLOPHON_API int64_t colophon_text_find_spans(const colophon_text_detector* detector,
                                              const uint32_t* tokens, size_t count,
                                              colophon_text_span* spans, size_t capacity,
                                              colophon_text_error* error);
COLOPHON_API void colophon_text_detector_free(colophon_text_detector* detector);

/* Generation. One sampler for each stream; one thread at a time. */

COLOPHON_API colophon_text_sampler* colophon_text_sampler_new(
    const colophon_text_settings* settings, const colophon_text_key* key,
    colophon_text_error* error);
COLOPHON_API colophon_text_sampler* colophon_text_sampler_clone(
    const colophon_text_sampler* sampler);
/** One step, after temperature, top-k and top-p. `ids` is NULL for a dense array, where the index
 * is the token. A logit of -infinity excludes its token. SynthID leaves log-probabilities, KGW and
 *  Unigram raise green logits: draw from the result as ever (returns -1). Gumbel draws itself and
 *  returns the index of its token. -2 when something is wrong. */
COLOPHON_API int64_t colophon_text_sampler_apply(colophon_text_sampler* sampler,
                                                 const uint32_t* ids, float* logits, size_t count,
                                                 colophon_text_error* error);
/** A token of the prompt; before the first apply. KGW's contexts and SCOPE_ALL use it. */
COLOPHON_API int colophon_text_sampler_prompt(colophon_text_sampler* sampler, uint32_t token,
                                              colophon_text_error* error);
/** The token that was taken, marked or not. */
COLOPHON_API int colophon_text_sampler_accept(colophon_text_sampler* sampler, uint32_t token,
                                              colophon_text_error* error);
/** As new, with the same key. */
COLOPHON_API void colophon_text_sampler_reset(colophon_text_sampler* sampler);
COLOPHON_API void colophon_text_sampler_free(colophon_text_sampler* sampler);
/** KGW samplers remember which lists they drew, together with all others of the process that have
 * their vocabulary and gamma: in at most so many bytes (64 MiB unless set) for each vocabulary and
 * gamma, and as many again where both self-salted and other schemes are used. Counts for samplers
 * made from now on; 0: nothing is remembered. */
COLOPHON_API void colophon_text_cache_limit(size_t bytes);

/** "avx512", "avx2" or "baseline": the instructions that were chosen. */
COLOPHON_API const char* colophon_text_instructions(void);

#ifdef __cplusplus
}
#endif

#endif
