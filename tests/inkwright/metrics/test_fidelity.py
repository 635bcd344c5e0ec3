"""Pictures against what they copy."""

from __future__ import annotations

import pytest
import torch

from inkwright.metrics.fidelity import fidelity, paint_by_resvg


def test_known_numbers():
    target = torch.full((3, 16, 16), 0.5)
    found = fidelity(target + 0.1, target)
    assert found["mse"] == pytest.approx(0.01, rel=1e-4)
    assert found["psnr"] == pytest.approx(20, abs=1e-3)
    assert fidelity(target, target)["psnr"] == 100
    assert "ssim" not in fidelity(target[:, :4], target[:, :4])


def test_resvg_paints_on_white():
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"><path fill="#f00" d="M0 0h2v2h-2z"/></svg>'
    )
    picture = paint_by_resvg(svg, 2, 4)
    assert picture[:, 0].T.tolist() == [[1, 0, 0]] * 2 + [[1, 1, 1]] * 2
