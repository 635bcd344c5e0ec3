"""What a drawing is optimized towards."""
