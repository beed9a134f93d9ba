# SPDX-License-Identifier: Apache-2.0
"""colophon_text from Python: python3 -m unittest, with the module's folder in PYTHONPATH."""

import os
import sys
import types
import unittest

try:
    import numpy as np
    import colophon_text
except ImportError as missing:
    print(f"skipped: all: {missing}")
    sys.exit(0)

from colophon_text.transformers import WatermarkLogitsProcessor
from colophon_text.vllm import WatermarkLogitsProcessor as VllmProcessor

VOCABULARY = 2000
KEYS = {
    "gumbel": 42, "gumbel-dual": 42,
    "synthid-v1": list(range(101, 131)), "synthid-v2": list(range(101, 131)),
    "kgw-lefthash": 15485863, "kgw-selfhash": 15485863, "unigram": 7,
}


def settings(scheme):
    needs = scheme.startswith("kgw") or scheme == "unigram"
    return {"vocabulary": VOCABULARY} if needs else {}


def schemes():
    """Those that this build knows."""
    for scheme, key in KEYS.items():
        try:
            colophon_text.Sampler(scheme, key, **settings(scheme))
        except ValueError:
            continue
        yield scheme, key


def draw(logits, random):
    weights = np.exp(logits.astype(np.float64) - logits.max())
    return int(random.choice(len(logits), p=weights / weights.sum()))


def flat(random):
    return (random.standard_normal(VOCABULARY) * 1.5).astype(np.float32)


def marked(scheme, key, count, random):
    sampler = colophon_text.Sampler(scheme, key, **settings(scheme))
    ids = []
    for _ in range(count):
        logits = flat(random)
        index = sampler.apply(logits)
        token = draw(logits, random) if index is None else index
        sampler.accept(token)
        ids.append(token)
    return ids


class Text(unittest.TestCase):
    def test_what_is_sampled_is_detected(self):
        for scheme, key in schemes():
            with self.subTest(scheme):
                random = np.random.default_rng(1)
                ids = marked(scheme, key, 400, random)
                other = [k + 1 for k in key] if isinstance(key, list) else key + 1
                detector = colophon_text.Detector(scheme, [other, key], **settings(scheme))
                self.assertEqual(len(detector), 2)
                found = detector.detect(np.array(ids))
                self.assertTrue(found.found, found)
                self.assertEqual(found.key, 1)
                self.assertEqual(found.words, "mark found")
                self.assertEqual(found.tokens, 400)
                self.assertEqual(found.tokens,
                                 found.scored + found.repeated + found.ignored + found.unscorable)
                plain = random.integers(0, VOCABULARY, 400)
                self.assertFalse(detector.detect(plain).found)
                batch = detector.detect_batch([ids, plain, ids[:10]], threads=2)
                self.assertEqual([one.found for one in batch][:2], [True, False])
                self.assertEqual(batch[0].log10_p, found.log10_p)
                self.assertEqual(len(detector.detect_keys(ids)), 2)
                scores = detector.token_scores(ids, key=1)
                self.assertEqual(scores.shape, (400,))
                self.assertEqual(np.count_nonzero(~np.isnan(scores)), found.scored)
                spans = detector.find_spans(np.concatenate([plain, ids]))
                self.assertTrue(spans and spans[0].end > 500)

    def test_sparse_candidates_are_ids(self):
        sampler = colophon_text.Sampler("gumbel", 42)
        ids = np.array([7, 500, 1999])
        for _ in range(20):
            index = sampler.apply(np.zeros(3, dtype=np.float32), ids)
            self.assertIn(index, (0, 1, 2))
            sampler.accept(int(ids[index]))

    def test_a_stream_follows_whatever_comes(self):
        for scheme, key in schemes():
            with self.subTest(scheme):
                batch = colophon_text.BatchSampler(scheme, key, **settings(scheme))
                random = np.random.default_rng(3)
                output = [int(x) for x in random.integers(0, VOCABULARY, 30)]
                straight, other = batch.stream([1, 2]), batch.stream([1, 2])
                straight.follow(output)
                other.follow(output[:20])
                other.follow(output[:10] + [9, 9, 9])  # another beam
                other.follow(output)
                one = flat(random).reshape(1, -1)
                two = one.copy()
                self.assertEqual(batch.apply([straight], one)[0], batch.apply([other], two)[0])
                np.testing.assert_array_equal(one, two)

    def test_errors(self):
        with self.assertRaises(ValueError):
            colophon_text.Sampler("no-such-scheme", 1)
        with self.assertRaises(ValueError):
            colophon_text.Detector("gumbel", [])
        with self.assertRaises(ValueError):
            colophon_text.Detector("gumbel", [[1, 2]])
        with self.assertRaises(ValueError):
            colophon_text.Detector("gumbel", [1 << 64])
        with self.assertRaises(TypeError):
            colophon_text.Detector("gumbel", ["a"])
        with self.assertRaises(TypeError):
            colophon_text.Detector("gumbel", [1], nonsense=2)
        detector = colophon_text.Detector("gumbel", [1])
        with self.assertRaisesRegex(ValueError, "-1 at index 2"):
            detector.detect([1, 2, -1])
        sampler = colophon_text.Sampler("gumbel", -1)
        with self.assertRaises(TypeError):  # a copy would be changed in place of it
            sampler.apply(np.zeros(4, dtype=np.float64))
        with self.assertRaises(ValueError):
            sampler.apply(np.full(4, -np.inf, dtype=np.float32))
        with self.assertRaises(ValueError):
            sampler.apply(np.zeros(4, dtype=np.float32), [1, 2])
        with self.assertRaisesRegex(ValueError, "placeholders"):
            sampler.accept(-1)
        with self.assertRaises(ValueError):
            colophon_text.BatchSampler("gumbel", 1, temperature=0)


class Transformers(unittest.TestCase):
    """The loop of generate(), in numpy."""

    def test_rows_are_marked_and_found(self):
        for scheme, key in schemes():
            with self.subTest(scheme):
                random = np.random.default_rng(5)
                processor = WatermarkLogitsProcessor(
                    scheme, key, temperature=0.9, top_k=200, top_p=0.99, **settings(scheme))
                ids = random.integers(0, VOCABULARY, (3, 5))
                for _ in range(300):
                    scores = np.stack([flat(random) for _ in range(3)])
                    before = scores.copy()
                    new = processor(ids, scores)
                    np.testing.assert_array_equal(scores, before)  # the caller's own
                    self.assertLessEqual(np.count_nonzero(new[0] > -np.inf), 200)
                    taken = [[draw(row, random)] for row in new]
                    ids = np.concatenate([ids, taken], axis=1)
                detector = colophon_text.Detector(scheme, [key], **settings(scheme))
                for row in ids:
                    self.assertTrue(detector.detect(row[5:]).found)
                with self.assertRaises(ValueError):
                    processor(ids[:1], np.zeros((1, VOCABULARY), dtype=np.float32))


class Vllm(unittest.TestCase):
    """Requests that come, go and move, as V1's BatchUpdate tells them."""

    def test_requests_keep_their_streams(self):
        for scheme, key in schemes():
            with self.subTest(scheme):
                os.environ["COLOPHON_WATERMARK_SCHEME"] = scheme
                words = key if isinstance(key, list) else [key]
                os.environ["COLOPHON_WATERMARK_KEY"] = ",".join(map(str, words))
                model = types.SimpleNamespace(get_vocab_size=lambda: VOCABULARY)
                config = types.SimpleNamespace(model_config=model)
                processor = VllmProcessor(config, "cpu", False)
                params = types.SimpleNamespace(temperature=1.0, top_k=0, top_p=1.0)
                greedy = types.SimpleNamespace(temperature=0.0, top_k=0, top_p=1.0)
                random = np.random.default_rng(6)
                a, b, c = [], [], []
                rows = [a, b, c]
                update = types.SimpleNamespace(
                    removed=[], moved=[],
                    added=[(0, params, [1, 2], a), (1, greedy, [3], b), (2, params, None, c)])
                for step in range(300):
                    processor.update_state(update)
                    logits = np.stack([flat(random) for _ in rows])
                    plain = logits.copy()
                    out = processor.apply(logits)
                    for i, row in enumerate(rows):
                        if row is b:
                            np.testing.assert_array_equal(out[i], plain[i])
                        row.append(draw(out[i], random))
                    update = None
                    if step == 100:
                        rows = [c, b, a]
                        update = types.SimpleNamespace(removed=[], added=[], moved=[(0, 2, "SWAP")])
                    if step == 200:
                        rows = [c, a]
                        update = types.SimpleNamespace(
                            removed=[1], added=[], moved=[(2, 1, "UNIDIRECTIONAL")])
                detector = colophon_text.Detector(scheme, [key], **settings(scheme))
                self.assertTrue(detector.detect(a).found)
                self.assertTrue(detector.detect(c).found)
                self.assertFalse(detector.detect(b).found)
                a[-1] = -1
                with self.assertRaisesRegex(ValueError, "placeholders"):
                    processor.apply(np.stack([flat(random) for _ in rows]))


if __name__ == "__main__":
    unittest.main()
