"""Strokes that start on the edges of a picture, far apart from each other, more of them where there are more edges."""
