"""The rasteriser for GPUs, written in Triton."""
