"""Strokes along the most telling lines of a picture."""
