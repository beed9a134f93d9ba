# SPDX-License-Identifier: Apache-2.0
"""Watermarks in generated text: written while tokens are sampled, and detected.

    import colophon_text
    detector = colophon_text.Detector("gumbel", [42, 43])
    print(detector.detect(token_ids))            # numpy array or list

    sampler = colophon_text.Sampler("gumbel", 42)
    index = sampler.apply(logits)                # float32 row, changed in place; None: draw yourself
    sampler.accept(token)

Schemes: colophon_text.SCHEMES. Settings are keyword arguments, named as in colophon/text.h.
"""

import numpy as _np

from ._native import SCHEMES, Detection, Detector, Sampler, Span, cache_limit, instructions

__all__ = [
    "SCHEMES", "BatchSampler", "Detection", "Detector", "Sampler", "Span", "Stream", "cache_limit",
    "instructions",
]


class Stream:
    """One stream of tokens: a sampler that follows a growing list of ids, whatever order the engine
    works in. A list that no longer continues what was seen (beam search) is gone through anew."""

    def __init__(self, sampler, prompt=()):
        self._fresh = sampler
        self._start([int(token) for token in prompt])

    def _start(self, prompt):
        self._prompt = prompt
        self._sampler = self._fresh.clone()
        self._sampler.prompt(_np.asarray(prompt, dtype=_np.int64))
        self._seen = []

    def follow(self, output):
        """`output`: all ids after the prompt, as they are now."""
        if list(output[: len(self._seen)]) != self._seen:
            self._start(self._prompt)
        for token in output[len(self._seen):]:
            self._sampler.accept(int(token))
            self._seen.append(int(token))

    def apply(self, logits, ids=None):
        return self._sampler.apply(logits, ids)


def _limit(row, temperature, top_k, top_p):
    """Temperature, top-k and top-p: a mark must be laid over what will be drawn from."""
    if temperature != 1.0:
        row /= _np.float32(temperature)
    if 0 < top_k < row.size:
        row[row < _np.partition(row, -top_k)[-top_k]] = -_np.inf
    if top_p < 1.0:
        order = _np.argsort(-row)
        weights = _np.exp((row[order] - row[order[0]]).astype(_np.float64))
        before = _np.cumsum(weights) - weights
        row[order[before >= top_p * weights.sum()]] = -_np.inf
    return row


class BatchSampler:
    """Rows of logits in, marked rows or ids out, one stream for each row."""

    def __init__(self, scheme, key, *, temperature=1.0, top_k=0, top_p=1.0, **settings):
        if temperature <= 0:
            raise ValueError("the temperature must be above 0: without chance there is no mark")
        self._sampler = Sampler(scheme, key, **settings)
        self._limits = (float(temperature), int(top_k), float(top_p))

    def stream(self, prompt=()):
        return Stream(self._sampler, prompt)

    def apply(self, streams, logits):
        """`logits`: float32, rows x vocabulary, changed in place. Returns an id for each row, -1 where
        it is to be drawn from its logits as ever. A row whose id is chosen has no other left."""
        chosen = _np.full(len(streams), -1, dtype=_np.int64)
        for i, stream in enumerate(streams):
            if stream is None:
                continue
            row = _limit(logits[i], *self._limits)
            index = stream.apply(row)
            if index is not None:
                chosen[i] = index
                row[:] = -_np.inf
                row[index] = 0
        return chosen
