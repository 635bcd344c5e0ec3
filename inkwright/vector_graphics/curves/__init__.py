"""Bézier mathematics: evaluation, splitting, measures, fitting, outlines."""
