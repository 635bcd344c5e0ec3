"""Numbers that are not the loss: how well a sketch draws its picture, and how large the drawing is.

Names are imported on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inkwright.metrics.edge_scores import EdgeAgreement, edge_agreement
    from inkwright.metrics.ink_correlation import GradientCorrelation, gradient_correlation
    from inkwright.metrics.ink_structure import InkSimilarity, ink_similarity
    from inkwright.metrics.shape_counts import drawing_size
    from inkwright.metrics.sketch_quality import SketchQuality, sketch_metrics

_HOME = {
    "EdgeAgreement": "inkwright.metrics.edge_scores",
    "GradientCorrelation": "inkwright.metrics.ink_correlation",
    "InkSimilarity": "inkwright.metrics.ink_structure",
    "SketchQuality": "inkwright.metrics.sketch_quality",
    "drawing_size": "inkwright.metrics.shape_counts",
    "edge_agreement": "inkwright.metrics.edge_scores",
    "gradient_correlation": "inkwright.metrics.ink_correlation",
    "ink_similarity": "inkwright.metrics.ink_structure",
    "sketch_metrics": "inkwright.metrics.sketch_quality",
}

__all__ = [
    "EdgeAgreement",
    "GradientCorrelation",
    "InkSimilarity",
    "SketchQuality",
    "drawing_size",
    "edge_agreement",
    "gradient_correlation",
    "ink_similarity",
    "sketch_metrics",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'metrics' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
