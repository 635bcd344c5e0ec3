"""What a system is shown: a picture, a prompt, white paper, pairs of rough and clean sketches."""
