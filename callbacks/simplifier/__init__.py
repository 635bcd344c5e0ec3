"""What watches the training of a simplifier: scores, averaged weights, their file."""
