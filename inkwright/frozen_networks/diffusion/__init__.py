"""Stable Diffusion: its folder, prompt, attention, denoiser and sampler."""
