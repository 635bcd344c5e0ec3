"""A small world of captioned pictures made by rule, in which a tiny CLIP and a tiny diffusion model work."""
