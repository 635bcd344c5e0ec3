"""Strokes that were drawn for one line become that line."""
