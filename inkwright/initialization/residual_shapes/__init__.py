"""Flat shapes that start where a drawing still differs from its picture."""
