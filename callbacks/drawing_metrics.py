"""Numbers of the drawing that are not the loss."""

from __future__ import annotations

import pytorch_lightning as pl


class DrawingMetrics(pl.Callback):
    """Placeholder."""
