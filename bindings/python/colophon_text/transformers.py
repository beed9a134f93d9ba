# SPDX-License-Identifier: Apache-2.0
"""A LogitsProcessor for Hugging Face Transformers:

    from colophon_text.transformers import WatermarkLogitsProcessor
    mark = WatermarkLogitsProcessor("gumbel", key=42, temperature=0.8, top_p=0.95)
    model.generate(**inputs, do_sample=True, logits_processor=[mark],
                   temperature=1.0, top_k=0, top_p=1.0)

Temperature, top-k and top-p are given to the mark, which must come after them, and switched off in
generate. Use a new processor for each call of generate. It works on the CPU: rows are copied there.
"""

import numpy as np

from . import BatchSampler

try:
    from transformers import LogitsProcessor as _Base
except ImportError:  # anything that is called with (input_ids, scores) will do
    _Base = object


def _rows(tensor):
    if hasattr(tensor, "detach"):
        tensor = tensor.detach().cpu().float().numpy() if tensor.is_floating_point() else (
            tensor.detach().cpu().numpy())
    return np.asarray(tensor)


class WatermarkLogitsProcessor(_Base):
    def __init__(self, scheme, key, **settings):
        self._batch = BatchSampler(scheme, key, **settings)
        self._streams = None

    def __call__(self, input_ids, scores):
        ids = _rows(input_ids)
        logits = np.array(_rows(scores), dtype=np.float32, copy=True, order="C")
        if self._streams is None:
            self._prompt = ids.shape[1]
            self._streams = [self._batch.stream(row) for row in ids]
        if len(self._streams) != ids.shape[0] or ids.shape[1] < self._prompt:
            raise ValueError("use a new WatermarkLogitsProcessor for each call of generate")
        for stream, row in zip(self._streams, ids):
            stream.follow(row[self._prompt:].tolist())
        self._batch.apply(self._streams, logits)
        if hasattr(scores, "new_tensor"):
            return scores.new_tensor(logits)
        return logits
