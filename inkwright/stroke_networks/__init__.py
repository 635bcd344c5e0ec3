"""Networks over the strokes of a drawing: one moves them all, one says which of them stay."""
