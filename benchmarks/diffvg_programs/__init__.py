"""Programs written for diffvg, run unchanged on ours and on diffvg."""
