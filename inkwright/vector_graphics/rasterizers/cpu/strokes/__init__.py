"""Kernels of round strokes: the chords that pixels look at, coverage by them, and its gradient."""
