"""Rough sketches become clean line drawings: networks, losses, tiles, scans, weights."""
