"""Shape elements become cubic paths with their paint: outlines, colours, gradients, caps and joins."""
