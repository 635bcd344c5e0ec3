"""SVG files become drawings."""
