# SPDX-License-Identifier: Apache-2.0
"""A custom logits processor for vLLM's V1 model runner (VLLM_USE_V2_MODEL_RUNNER=0), for the schemes
that vLLM does not have itself:

    COLOPHON_WATERMARK_SCHEME=synthid-v2 COLOPHON_WATERMARK_KEY=654,400,836,... \\
        vllm serve MODEL --logits-processors colophon_text.vllm:WatermarkLogitsProcessor

vLLM applies it before temperature, top-k and top-p. Biases (KGW, Unigram) are meant to stand there. For
the others the processor takes temperature, top-k and top-p of each request into account itself; a
chosen token (Gumbel) or excluded ones stay so whatever follows. Not with speculative decoding and
not with asynchronous scheduling, which hands out placeholders in place of tokens: both are errors.
"""

import os

import numpy as np

from . import BatchSampler

try:
    from vllm.v1.sample.logits_processor import LogitsProcessor as _Base
except ImportError:
    _Base = object


def _key(text):
    words = [int(word, 0) for word in text.replace(",", " ").split()]
    return words[0] if len(words) == 1 else words


class _Request:
    def __init__(self, sampler, stream, output):
        self.sampler, self.stream, self.output = sampler, stream, output


class WatermarkLogitsProcessor(_Base):
    def __init__(self, vllm_config, device, is_pin_memory):
        self._scheme = os.environ.get("COLOPHON_WATERMARK_SCHEME", "synthid-v2")
        if not os.environ.get("COLOPHON_WATERMARK_KEY"):
            raise ValueError("the environment has no COLOPHON_WATERMARK_KEY")
        self._key = _key(os.environ["COLOPHON_WATERMARK_KEY"])
        self._settings = {}
        self._bias = self._scheme.startswith("kgw") or self._scheme == "unigram"
        if self._bias:
            self._settings["vocabulary"] = vllm_config.model_config.get_vocab_size()
        self._requests = {}
        self._sampler(None)  # a wrong key stops the engine here, not at the first request

    def _sampler(self, params):
        limits = {}
        if params is not None and not self._bias:
            limits = {"temperature": params.temperature, "top_k": max(params.top_k, 0),
                      "top_p": params.top_p}
        return BatchSampler(self._scheme, self._key, **limits, **self._settings)

    def is_argmax_invariant(self):
        return False

    def update_state(self, batch_update):
        if batch_update is None:
            return
        for index in batch_update.removed:
            self._requests.pop(index, None)
        for index, params, prompt, output in batch_update.added:
            self._requests.pop(index, None)
            if params.temperature < 1e-5:
                continue  # greedy: no chance, no mark
            sampler = self._sampler(params)
            self._requests[index] = _Request(sampler, sampler.stream(prompt or ()), output)
        for here, there, direction in batch_update.moved:
            mine, other = self._requests.pop(here, None), self._requests.pop(there, None)
            if mine is not None:
                self._requests[there] = mine
            if getattr(direction, "name", direction) == "SWAP" and other is not None:
                self._requests[here] = other

    def apply(self, logits):
        for index, request in self._requests.items():
            request.stream.follow(request.output)
            row = logits[index]
            values = row.detach().float().cpu().numpy() if hasattr(row, "detach") else row
            marked = np.array(values, dtype=np.float32, copy=True).reshape(1, -1)
            request.sampler.apply([request.stream], marked)
            logits[index] = row.new_tensor(marked[0]) if hasattr(row, "new_tensor") else marked[0]
        return logits
