from __future__ import annotations

import numpy as np
import pytest

from inkwright.image_analysis.subject.u2net import U2NetForeground
from tests.inkwright.frozen_networks.tiny_networks import tiny_u2net


def _darkness_net(path, **options) -> str:
    return str(tiny_u2net(path, **options))


def _disc() -> np.ndarray:
    rows, columns = np.mgrid[0:90, 0:120]
    picture = np.full((90, 120, 3), 0.9, dtype=np.float32)
    picture[(rows - 40) ** 2 + (columns - 70) ** 2 < 400] = 0.1
    return picture


def test_the_first_output_becomes_a_mask_of_the_pictures_size(tmp_path):
    mask = U2NetForeground(weights_path=_darkness_net(tmp_path / "u2net.onnx"))(_disc())
    assert mask.dtype == np.float32
    assert set(np.unique(mask)) == {0.0, 1.0}
    assert (mask != (_disc()[..., 0] < 0.5)).mean() < 0.02


def test_it_is_found_in_the_folder(nowhere):
    _darkness_net(nowhere / "u2net.onnx")
    assert U2NetForeground()(_disc()).any()


def test_a_flat_answer_is_an_empty_mask(tmp_path):
    foreground = U2NetForeground(weights_path=_darkness_net(tmp_path / "u2net.onnx"))
    assert not foreground(np.full((40, 40, 3), 0.5, dtype=np.float32)).any()


def test_without_weights_another_way_is_taken_and_said(nowhere, caplog):
    with caplog.at_level("WARNING"):
        found = U2NetForeground(otherwise=lambda picture: picture[..., 0])(_disc())
    assert np.array_equal(found, _disc()[..., 0])
    assert "fetch u2net" in caplog.text
    with pytest.raises(FileNotFoundError, match="u2net .* are missing"):
        U2NetForeground()(_disc())


def test_wrong_files_are_refused(tmp_path, nowhere):
    with pytest.raises(ValueError, match="network is 'unet'; it must be u2net or u2netp"):
        U2NetForeground(network="unet")
    with pytest.raises(FileNotFoundError, match="where there is nothing"):
        U2NetForeground(weights_path="/no/such", otherwise=lambda picture: picture)
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(b"no network")
    for path in (
        damaged,
        _darkness_net(tmp_path / "two.onnx", inputs=2),
        _darkness_net(tmp_path / "g.onnx", channels=1),
    ):
        with pytest.raises(ValueError, match="can't be loaded as u2net") as error:
            U2NetForeground(weights_path=str(path))(_disc())
        assert "\n" not in str(error.value)
