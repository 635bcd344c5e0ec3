from __future__ import annotations

import numpy as np

from inkwright.image_analysis.saliency.faces import face_map
from inkwright.pictures.target_image import load_target


def test_finds_the_face_of_the_portrait():
    picture = load_target("astronaut").detail.permute(1, 2, 0).numpy()
    faces = face_map(picture)
    rows, columns = np.nonzero(faces > 0.9)
    assert 120 < rows.mean() < 220
    assert 190 < columns.mean() < 260
    assert faces[400:].max() == 0


def test_there_is_no_face_in_a_cup_of_coffee_or_in_nothing():
    assert face_map(load_target("coffee").detail.permute(1, 2, 0).numpy()).max() == 0
    assert face_map(np.ones((5, 300, 3), np.float32)).max() == 0
