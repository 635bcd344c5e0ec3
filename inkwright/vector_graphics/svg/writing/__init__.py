"""Drawings become SVG files."""
