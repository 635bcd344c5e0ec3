"""A clean raster of lines becomes a Drawing: centre lines as strokes, or outlines as fills."""
