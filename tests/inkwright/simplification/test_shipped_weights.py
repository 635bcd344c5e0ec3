"""The weights that ship are those of the model card, and do what it says."""

from __future__ import annotations

import hashlib

import numpy as np
import torch

from inkwright.metrics.line_agreement import line_agreement
from inkwright.simplification.tiled_inference import simplify_tiled
from inkwright.simplification.weights_file import SHIPPED, load_weights, read_note
from inkwright.synthetic_drawings.rough_pair import RoughPairs, SketchRecipe

FLOOR = 0.914  # the lower end of the card's interval
CARD = SHIPPED.with_suffix(".md").read_text()


def test_file_is_small_and_is_the_one_of_the_card():
    assert SHIPPED.stat().st_size <= 12_000_000
    assert hashlib.sha256(SHIPPED.read_bytes()).hexdigest() in CARD
    assert f"{read_note()['steps']:,} steps" in CARD


def test_pages_of_an_unseen_seed_become_better():
    network = load_weights()
    assert f"{network.num_parameters():,} parameters" in CARD
    pairs, scores = RoughPairs(SketchRecipe(), 2_000_003), []
    for index in range(3):
        rough, clean = pairs.page(index)
        lines = simplify_tiled(network, torch.from_numpy(rough)[None])[0].numpy()
        scores.append([line_agreement(page, clean)["f1"] for page in (rough, lines)])
    untouched, cleaned = np.mean(scores, axis=0)
    assert cleaned > FLOOR
    assert cleaned > untouched
