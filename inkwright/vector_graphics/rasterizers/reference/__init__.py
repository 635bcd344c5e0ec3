"""The rasteriser in plain PyTorch that the others are tested against."""
