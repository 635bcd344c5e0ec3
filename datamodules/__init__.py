"""What a drawing is optimised towards."""
