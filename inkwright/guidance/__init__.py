"""Guidance terms: pictures compared with their targets. Terms see pictures, never curves."""

from inkwright.guidance.targets import Targets
from inkwright.guidance.term import GuidanceTerm

__all__ = ["GuidanceTerm", "Targets"]
