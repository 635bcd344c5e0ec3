"""Analysis of pictures before anything is drawn: flow, lines, saliency, subject."""
