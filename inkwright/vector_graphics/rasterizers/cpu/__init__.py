"""The rasteriser for CPUs, compiled by Numba."""
