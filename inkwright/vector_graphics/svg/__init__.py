"""SVG files."""
