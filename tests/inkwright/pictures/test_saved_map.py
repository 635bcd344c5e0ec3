"""Maps from files."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from inkwright.pictures.saved_map import read_map


def test_arrays_and_pictures_are_stretched(tmp_path):
    np.save(tmp_path / "map.npy", np.array([[2.0, 4.0], [3.0, np.nan]]))
    assert read_map(tmp_path / "map.npy").tolist() == [[0.5, 1.0], [0.75, 0.0]]
    Image.fromarray(np.array([[0, 102], [51, 204]], np.uint8)).save(tmp_path / "map.png")
    np.testing.assert_allclose(read_map(tmp_path / "map.png"), [[0, 0.5], [0.25, 1]])


def test_flat_map_makes_all_places_alike(tmp_path):
    np.save(tmp_path / "map.npy", np.zeros((2, 3)))
    assert (read_map(tmp_path / "map.npy") == 1).all()


@pytest.mark.parametrize("values", [np.zeros((2, 3, 3)), np.zeros((0, 3)), np.array([["a"]])])
def test_what_is_no_map_is_refused(tmp_path, values):
    np.save(tmp_path / "map.npy", values)
    with pytest.raises(ValueError, match=r"map.npy has shape .*; it must be \[H, W\] of numbers"):
        read_map(tmp_path / "map.npy")


def test_files_that_cannot_be_read_are_refused(tmp_path):
    (tmp_path / "map.png").write_text("no picture")
    for name in ("map.png", "none.npy"):
        with pytest.raises(ValueError, match=f"{name} can't be read"):
            read_map(tmp_path / name)
