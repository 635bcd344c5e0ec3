"""Strokes that start on the edges of a picture, far apart, more of them where there are more edges."""
