"""Trained networks that look, and never learn here: CLIP, VGG, diffusion models, and their weights."""
