from __future__ import annotations

import numpy as np
import pytest
import torch

from benchmarks.sketches.baseline import SIDES, markdown_table
from benchmarks.sketches.canny_sketch import canny_sketch, chain_length, fit_cubic, pixel_chains, split_chain
from inkwright.vector_graphics.curves.bezier import evaluate


def test_a_cubic_is_found_again():
    cubic = torch.tensor([[10.0, 10], [40, 12], [60, 45], [90, 40]])
    chain = evaluate(cubic, torch.linspace(0, 1, 200)[:, None].squeeze(1)).double().numpy()
    fitted = torch.from_numpy(fit_cubic(chain)).float()
    drawn = evaluate(fitted, torch.linspace(0, 1, 200)).double().numpy()
    distance = np.linalg.norm(drawn[:, None] - chain[None], axis=-1).min(axis=1)
    assert distance.max() < 0.3


def test_chains_break_where_three_meet():
    edges = np.zeros((20, 20), dtype=bool)
    edges[10, 2:18] = True
    edges[2:10, 9] = True
    chains = sorted(pixel_chains(edges), key=chain_length)
    assert len(chains) == 3
    assert sum(len(chain) for chain in chains) >= edges.sum() - 5
    assert all(np.abs(np.diff(chain, axis=0)).max() == 1 for chain in chains)


def test_a_closed_chain_ends_where_it_began():
    edges = np.zeros((20, 20), dtype=bool)
    edges[5, 6:14] = edges[14, 6:14] = edges[6:14, 5] = edges[6:14, 14] = True
    [chain] = pixel_chains(edges)
    assert (chain[0] == chain[-1]).all()
    assert len(chain) == edges.sum() + 1


def test_split_pieces_join_and_are_followed_within_a_pixel():
    angles = np.linspace(0, 2 * np.pi, 400)
    circle = 50 + 40 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    pieces = split_chain(circle)
    assert 2 <= len(pieces) <= 8
    for before, after in zip(pieces, pieces[1:], strict=False):
        assert (before[-1] == after[0]).all()


@pytest.mark.parametrize("split", [False, True])
def test_a_disc_is_outlined(split):
    y, x = torch.meshgrid(torch.arange(100.0), torch.arange(120.0), indexing="ij")
    picture = (((x - 60) ** 2 + (y - 50) ** 2).sqrt() > 30).float().expand(3, 100, 120)
    drawing = canny_sketch(picture, 16, 2.0, split=split)
    assert drawing.canvas == (120, 100)
    assert 1 <= drawing.num_shapes <= 16
    assert drawing.width.unique().tolist() == [2]
    if split:
        distance = (drawing.points[::4] - torch.tensor([60.5, 50.5])).norm(dim=1)
        assert (distance - 30).abs().max() < 2


def test_the_table_marks_the_best():
    scores = [
        {"strokes": 3, "edge_f1": value, "gradient_correlation": 0.5 - value} for value in (0.3, 0.2, 0.1)
    ]
    row = {"image": "horse", "num_strokes": 32, **dict(zip(SIDES, scores, strict=True))}
    table = markdown_table([row])
    assert "| horse | 32 | **0.300** | 0.200 | 0.100 | 0.200 | 0.300 | **0.400** |" in table
    assert "in 1 of 2 comparisons" in table
