"""What a picture says before any stroke is drawn: flow, lines, saliency, strokes to start from. No weights."""
