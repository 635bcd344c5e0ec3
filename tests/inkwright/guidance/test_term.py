from __future__ import annotations

import pytest

from inkwright.guidance.structure import StructureTerm


def test_the_weight_follows_its_schedule():
    term = StructureTerm(weight=[[0.0, 2.0], [1.0, 0.0]])
    assert [term.weight_at(progress) for progress in (0, 0.5, 1)] == pytest.approx([2, 1, 0])


def test_a_negative_weight_is_refused():
    with pytest.raises(ValueError, match=r"weight is -1; it must be >= 0 everywhere"):
        StructureTerm(weight=-1)
