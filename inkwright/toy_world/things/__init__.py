"""The templates of the small world's things: Bézier paths with proportions by lot."""
