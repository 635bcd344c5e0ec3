"""Guidance terms: comparisons of canvases with what they are to become. Terms see pictures, never curves."""

from inkwright.guidance.targets import Targets
from inkwright.guidance.term import GuidanceTerm

__all__ = ["GuidanceTerm", "Targets"]
