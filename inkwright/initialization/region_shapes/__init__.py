"""Flat shapes that start as the regions of a picture."""
