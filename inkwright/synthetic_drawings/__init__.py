"""Rough sketches made from clean drawings: the training pairs of the simplifier, without any file."""
