"""What a clip lets through, and shapes cut to it."""
