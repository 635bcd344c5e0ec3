"""Soft opacity-based regularization: strokes that hardly show fade, and are not exported."""
