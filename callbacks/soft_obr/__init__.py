"""Soft opacity-based regularisation: strokes that hardly show fade, and are not exported."""
