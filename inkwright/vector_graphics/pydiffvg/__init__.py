"""The Python interface of diffvg (Li et al. 2020) on our rasteriser, for programs written for it."""
