"""Tests of real networks: skipped by name where these are not on the machine."""

from __future__ import annotations

import pytest

from inkwright.frozen_networks.weights import find, weights_named


def needs(*names: str) -> list[pytest.MarkDecorator]:
    """Marks for tests that look through these networks of the catalog."""
    missing = [name for name in names if find(weights_named(name)) is None]
    reason = (
        f"needs {', '.join(missing)}: python -m inkwright.frozen_networks.weights fetch {' '.join(missing)}"
    )
    return [pytest.mark.weights, pytest.mark.skipif(bool(missing), reason=reason)]
