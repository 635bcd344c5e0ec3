from __future__ import annotations

import pytest

from inkwright.guidance.schedule import Schedule


def test_a_number_holds_for_ever():
    schedule = Schedule(3)
    assert [schedule(progress) for progress in (0, 0.4, 1)] == [3, 3, 3]


def test_is_linear_between_knots_and_constant_outside():
    schedule = Schedule([[0.2, 1.0], [0.6, 3.0]])
    assert [schedule(progress) for progress in (0, 0.2, 0.4, 0.6, 1)] == pytest.approx([1, 1, 2, 3, 3])


def test_jumps_where_two_knots_share_a_progress():
    schedule = Schedule([[0.0, 1.0], [0.5, 1.0], [0.5, 4.0], [1.0, 4.0]])
    assert schedule(0.49999) == pytest.approx(1)
    assert schedule(0.5) == 4


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], r"schedule is \[\]; it must be a number or \[\[progress, value\], ...\]"),
        ([[0.0, 1.0, 2.0]], "it must be a number or"),
        ([[0.5, 1.0], [0.2, 1.0]], r"progress must be in \[0, 1\] and must not fall"),
        ([[-0.1, 1.0]], r"progress must be in \[0, 1\]"),
        ([[0.0, 1.0], [1.5, 1.0]], r"progress must be in \[0, 1\]"),
        (float("nan"), "every number must be finite"),
    ],
)
def test_malformed_schedules_are_refused(value, message):
    with pytest.raises(ValueError, match=message):
        Schedule(value)
