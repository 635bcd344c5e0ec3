"""The direction in which lines run at each pixel, and following it."""
