"""Numbers that are not the loss: how well a sketch draws its picture, and how large the drawing is.

Names are imported on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from metrics.edge_scores import EdgeAgreement, edge_agreement
    from metrics.ink_correlation import GradientCorrelation, gradient_correlation
    from metrics.ink_structure import InkSimilarity, ink_similarity
    from metrics.shape_counts import drawing_size
    from metrics.sketch_quality import SketchQuality, sketch_metrics

_HOME = {
    "EdgeAgreement": "metrics.edge_scores",
    "GradientCorrelation": "metrics.ink_correlation",
    "InkSimilarity": "metrics.ink_structure",
    "SketchQuality": "metrics.sketch_quality",
    "drawing_size": "metrics.shape_counts",
    "edge_agreement": "metrics.edge_scores",
    "gradient_correlation": "metrics.ink_correlation",
    "ink_similarity": "metrics.ink_structure",
    "sketch_metrics": "metrics.sketch_quality",
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
