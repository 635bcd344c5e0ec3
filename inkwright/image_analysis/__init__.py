"""What a picture says before any stroke is drawn: flow, lines, saliency, first strokes. No weights."""
