"""Diffusion: from noise to latents under prompts, in windows, with checkpoints."""
